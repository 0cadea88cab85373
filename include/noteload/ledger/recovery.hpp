#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/id_set.hpp"
#include "noteload/ledger/line_reader.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/ledger/log_lines.hpp"
#include "noteload/outcome.hpp"

namespace noteload::ledger {

/// What the log says of each row, in half a byte a row.
class row_states {
public:
    /// Nothing: the row has no outcome.
    [[nodiscard]] std::optional<outcome> of(std::uint64_t row) const;
    void set(std::uint64_t row, std::optional<outcome> what);

    /// The highest row of which anything is said; 0 without any.
    [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
    /// The first row from `from` on that has to be read: it has no outcome, or was not attempted.
    [[nodiscard]] std::uint64_t first_unread(std::uint64_t from) const;
    /// Rows by outcome; `read` counts those with any.
    [[nodiscard]] row_counts counts() const;

private:
    std::vector<std::uint8_t> nibbles_; // 0: nothing; else 1 + the outcome
    std::uint64_t last_ = 0;
};

/// Whether a row rests: nothing more is to be done about it by an ordinary resume.
[[nodiscard]] constexpr bool is_final(outcome o) noexcept {
    return o != outcome::in_doubt && o != outcome::not_attempted;
}

/// Where reading may go on: every row before `row` has its outcome, or stands under a mark and is
/// asked for.
struct reading_point {
    std::uint64_t row = 1;
    std::uint32_t file = 0;
    std::uint64_t byte = 0; ///< 0: the input's beginning
    std::uint64_t line = 0;

    friend bool operator==(const reading_point&, const reading_point&) = default;
};

/// A run as its log tells it.
struct recovered_run {
    log_header header;
    std::uint64_t good_bytes = 0;    ///< of the log; what is behind is garbled and to be cut off
    std::uint64_t garbled_bytes = 0; ///< that are behind
    std::uint64_t good_lines = 0;    ///< of the log, its header among them
    bool lacks_newline = false;      ///< its last good line does, and is whole all the same
    bool ended = false;              ///< its last line is an end line
    row_counts end_counts;           ///< what that says
    row_states rows;
    std::vector<sending_mark> open_marks; ///< with at least one row whose fate is unknown
    reading_point go_on;
    reading_point first_refused{
        .row = 0,
        .file = 0,
        .byte = 0,
        .line = 0};              ///< none of the refused rows stands before it; `row` 0: none
    id_set note_ids;             ///< of rows that were created or found
    std::uint64_t processes = 1; ///< that wrote it
    went_through met;            ///< by those of them that came to their end
    std::vector<std::uint64_t> told_at; ///< bytes of the log where outcomes but `created` stand
    std::unordered_map<std::uint64_t, std::uint32_t> superseded; ///< outcomes of a row but the last

    [[nodiscard]] bool garbled() const noexcept { return garbled_bytes > 0; }
    /// Whether the row may have been sent, and nobody knows what became of it.
    [[nodiscard]] bool is_doubtful(std::uint64_t row) const;
};

/// What a crash leaves unreadable at a log's end is no longer: as much as is ever written between
/// two syncs.
inline constexpr std::uint64_t longest_torn_tail = 16u << 20;

/// Reads `log.jsonl` in one pass; lines may have any form (`any_form_reader`). A torn tail, as a
/// crash leaves it, is left out: everything from the first unreadable line on, and a last line
/// without its end. A log that is damaged in another way is refused, for requests may have left
/// that it does not show: where behind an unreadable line a mark stands, or what looks like one, or
/// the outcome of a row that no mark before it covers, where more is left out than a crash can
/// tear, or where a row's number is beyond all reach. `errc::changed` with the reason and the line
/// for these, for what is no log, and for a version that this program does not know; `errc::input`
/// where the file cannot be read.
[[nodiscard]] result<recovered_run> recover(const std::string& log_path);

/// Whether the lines of a log that ended say what its end line says: `errc::changed` where they do
/// not, for then somebody added to it or took away.
[[nodiscard]] result<void> check_end(const std::string& log_path, const recovered_run& run);

/// `recover` from a log's text, for tests.
class recovery {
public:
    explicit recovery(std::string path);

    /// The next piece of the log; lines may be cut anywhere.
    [[nodiscard]] result<void> feed(std::string_view piece);
    [[nodiscard]] result<recovered_run> finish();

private:
    [[nodiscard]] result<void> take(std::string_view line);
    [[nodiscard]] result<void> take_garbled(std::string_view line);
    [[nodiscard]] result<void> take_end();
    [[nodiscard]] bool is_marked(const row_line& row) const;
    void take_row(const row_line& row);
    void take_mark(const sending_mark& mark);
    void prune();
    void find_go_on(std::uint64_t first_to_read);

    std::string path_;
    std::string unfinished_; // the start of a line whose end has not come
    any_form_reader forms_;
    bool has_header_ = false;
    std::uint64_t lines_ = 0;       // taken, readable or not
    std::uint64_t bytes_ = 0;       // fed
    bool damaged_ = false;          // a line could not be read
    std::uint64_t unread_from_ = 1; // rows before it need not be read
    std::size_t prune_at_;
    std::vector<sending_mark> marks_;
    recovered_run run_;
};

/// The last outcome of every row, one after the other in the log's order, from the log's first
/// `run.good_bytes`: nothing of it is kept in memory.
class last_outcomes {
public:
    [[nodiscard]] static result<last_outcomes> open(const std::string& log_path,
                                                    const recovered_run& run);

    /// Nothing at the end. Its texts are valid until the next call.
    [[nodiscard]] result<std::optional<row_line>> next();

private:
    last_outcomes(line_reader lines, std::unordered_map<std::uint64_t, std::uint32_t> superseded);

    line_reader lines_;
    any_form_reader forms_;
    std::unordered_map<std::uint64_t, std::uint32_t> superseded_;
};

/// Calls `each` for every one of them: what reject files and summary are made again from.
[[nodiscard]] result<void> for_each_last(const std::string& log_path, const recovered_run& run,
                                         const std::function<void(const row_line&)>& each);

} // namespace noteload::ledger
