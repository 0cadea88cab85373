#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/contact_note.hpp"

namespace noteload::delivery {

/// One page of notes, in the server's order.
struct note_page {
    std::vector<contact_note> list;
    std::optional<std::int64_t> total; ///< over all pages, where the server says so; never negative

    friend bool operator==(const note_page&, const note_page&) = default;
};

/// `{"list":[…],"total":N}`, or the bare array. Nothing unless every element is a note with an id:
/// a page with a hole in it must not pass for one that does not hold our note.
[[nodiscard]] std::optional<note_page> read_note_page(std::string_view body);

/// `2017-10-04T12:34:56.1234567`: seconds with 0 to 9 fraction digits (cut off to the clock's own),
/// UTC unless it ends in an offset. Nothing for anything else, years before 1970 (how .NET says
/// "not set") and after 2261 included.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> read_server_time(
    std::string_view text);

/// When a note was made: the same, but whatever is before 1970 is the beginning of 1970. Records
/// that came from elsewhere may have such times, .NET's "not set" among them: they are old, and
/// that is all that matters. Who wants to know whether two times are the same takes
/// `read_server_time`.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> read_time_made(
    std::string_view text);

/// The path under the base URL of a page of a contact's notes, newest first: by id, because notes
/// made at the same moment may come in another order with each request.
[[nodiscard]] std::string by_contact_path(std::int64_t contact_id, std::int64_t skip,
                                          std::int64_t take);

/// The path under the base URL of one note.
[[nodiscard]] std::string note_path(std::int64_t note_id);

} // namespace noteload::delivery
