#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/contact_note.hpp"

namespace noteload::delivery {

/// A whole answer of the server, with the header fields that some rule looks at.
struct answer {
    int status = 0;
    std::string body;
    std::string retry_after; ///< seconds or an HTTP date
    std::string location;
    std::string date; ///< the server's clock, as an HTTP date
    /// Those about quota: for each a `quota_field` (quota_report.hpp), its value, LF.
    std::string quota_fields{};

    /// Empty again; the texts keep their memory.
    void clear() noexcept {
        status = 0;
        for (auto* text : {&body, &retry_after, &location, &date, &quota_fields}) {
            text->clear();
        }
    }
    friend bool operator==(const answer&, const answer&) = default;
};

/// `id` of a note that was made: a positive integer at the top of a JSON object, or a text of its
/// digits. Nothing for anything else (1e3, 2^63), broken JSON included; but where the object begins
/// with its id, as the API's do, of what follows only its end is looked at.
[[nodiscard]] std::optional<std::int64_t> read_note_id(std::string_view body);

/// The id at the front of such an object, whatever of it follows.
[[nodiscard]] std::optional<std::int64_t> read_first_id(std::string_view body);

/// The whole note; nothing where the body is not one. Fields that are missing or null keep their
/// defaults: the API leaves out what it does not know.
[[nodiscard]] std::optional<contact_note> read_contact_note(std::string_view body);

/// What the server says about an error, from any of the API's shapes (`message` with `modelState`,
/// `error_description`, `error.message` with `details`), or the text of what is not JSON. At most
/// 300 printable bytes; empty for an empty body.
[[nodiscard]] std::string server_words(std::string_view body);

/// Whether the body is JSON at all (an API's answer rather than a proxy's page).
[[nodiscard]] bool is_json(std::string_view body);

/// `GET /api/Organization/Current`.
struct organization {
    std::string name;
    std::string time_zone;
    bool enabled = false;

    friend bool operator==(const organization&, const organization&) = default;
};
[[nodiscard]] std::optional<organization> read_organization(std::string_view body);

/// `GET /api/ContactNote/Types`: the display names, in the server's order.
[[nodiscard]] std::optional<std::vector<std::string>> read_note_types(std::string_view body);

/// An HTTP date (`Tue, 24 Nov 2026 03:54:12 GMT`).
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> read_http_date(
    std::string_view text);

/// `read_http_date`, remembering the last text: all answers of a second have the same.
class http_date_reader {
public:
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point> read(std::string_view text) {
        if (text != text_) {
            text_ = text;
            time_ = read_http_date(text);
        }
        return time_;
    }

private:
    std::string text_;
    std::optional<std::chrono::system_clock::time_point> time_;
};

/// How long `Retry-After` asks to wait: whole seconds, or until a date by `now`, the server's clock
/// if it is known. Never negative; nothing where it is absent or unreadable.
[[nodiscard]] std::optional<std::chrono::seconds> read_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

} // namespace noteload::delivery
