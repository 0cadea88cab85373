#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "noteload/contact_note.hpp"
#include "noteload/delivery/endpoint.hpp"

namespace noteload::delivery {

/// Appends the JSON body of `POST /api/ContactNote`, with native types and without what is not set.
void append_note_body(std::string& out, const note_request& note);

/// How many bytes that appends: for who sends nothing.
[[nodiscard]] std::size_t note_body_size(const note_request& note);

/// Makes the bytes of requests: what is the same in all of them is put together once.
class request_writer {
public:
    request_writer(const endpoint& to, std::string_view token);

    /// Replaces `out` by the whole request that creates a note.
    void create_note(std::string& out, std::string_view body) const;

    /// A whole `GET` of a path under the base URL, such as `/api/ContactNote/Types`.
    [[nodiscard]] std::string get(std::string_view path) const;
    /// A whole `POST` of JSON to it, for what only asks.
    [[nodiscard]] std::string post(std::string_view path, std::string_view body) const;
    /// A whole `DELETE` of a path under the base URL.
    [[nodiscard]] std::string erase(std::string_view path) const;

    /// Requests carry this token from now on. False: it is the one that they carry.
    bool change_token(std::string_view token);
    /// Whether a request that was made earlier carries the token that one would carry now.
    [[nodiscard]] bool is_up_to_date(std::string_view request) const;

private:
    void put_together();

    std::string authority_;
    std::string path_;
    std::string token_;
    std::string common_;      // Host, Authorization, Accept, User-Agent
    std::string create_head_; // up to the Content-Length's value
};

/// What stands for the token wherever a request is shown.
inline constexpr std::string_view masked_token = "********";

} // namespace noteload::delivery
