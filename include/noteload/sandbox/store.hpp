#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "noteload/sandbox/dates.hpp"
#include "noteload/sandbox/message.hpp"

namespace noteload::sandbox {

/// A note as it was posted, with what the server adds.
struct stored_note {
    std::int64_t id = 0;
    std::int64_t contact_id = 0;
    std::string type;
    std::string note;                          ///< as posted, before any `text_shape`
    std::optional<std::string> note_date_time; ///< as posted
    std::optional<std::int64_t> note_day;      ///< what it means, a `day_number`
    std::optional<bool> important;
    std::optional<bool> is_private;
    std::optional<std::int64_t> time_spent;
    moment created{};
    moment modified{};

    friend bool operator==(const stored_note&, const stored_note&) = default;
};

/// Which notes to read: an SQL condition over the columns id, contact_id, type, note, note_day,
/// created, important, private, made by `note_query` from fixed words alone, and its values.
struct note_filter {
    std::string where = "1";
    std::vector<std::variant<std::int64_t, std::string>> values{};
};

enum class note_order : std::uint8_t { id, note_date, created };

struct note_range {
    note_order order = note_order::id;
    bool descending = false;
    std::int64_t skip = 0;
    std::int64_t take = 10;
};

struct note_page {
    std::vector<stored_note> list;
    std::int64_t total = 0;
};

/// The notes and issued tokens, in one SQLite file (or `:memory:`). Writes gather in a transaction
/// until `commit()`; then they survive a `kill -9` of this process (not a power cut: nothing is
/// synced, for speed). Reads see what is not committed yet. Throws `sqlite_error`. For one thread.
class store {
public:
    /// Opens or makes the file, and keeps it locked against a second sandbox.
    explicit store(const std::string& path);
    store(store&&) noexcept;
    ~store();

    /// Adds the note under a new id, never used before in this file, and gives the id.
    std::int64_t add(const stored_note& note);
    /// Replaces the note of that id; false when there is none.
    bool replace(const stored_note& note);
    bool remove(std::int64_t id);
    /// Forgets all notes; ids go on.
    void clear();

    /// Notes created after `visible_until` are not there yet for these two.
    [[nodiscard]] std::optional<stored_note> find(std::int64_t id, moment visible_until);
    [[nodiscard]] note_page select(const note_filter& filter, const note_range& range,
                                   moment visible_until);

    /// Up to `take` notes with ids over `id`, in order: for dumps.
    [[nodiscard]] std::vector<stored_note> after(std::int64_t id, std::int64_t take);
    /// The id before the first one of a dump that leaves out `skip` notes.
    [[nodiscard]] std::int64_t id_before(std::int64_t skip);
    [[nodiscard]] std::int64_t count();

    void add_token(std::string_view token, std::string_view kind, moment expires);
    [[nodiscard]] bool has_token(std::string_view token, std::string_view kind, moment now);

    [[nodiscard]] bool dirty() const noexcept;
    /// Makes what was written durable. When that fails, all of it is undone and it throws.
    void commit();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

} // namespace noteload::sandbox
