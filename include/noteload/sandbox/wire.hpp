#pragma once

#include <string>
#include <string_view>

#include "noteload/sandbox/message.hpp"

namespace noteload::sandbox {

/// How an answer is put on the wire.
struct framing {
    bool close = false;     ///< say `Connection: close`
    bool chunked = false;   ///< in several chunks, without Content-Length
    bool head_only = false; ///< the body follows by `append_chunk` (a `response` with `more`)
};

/// Appends the whole answer as HTTP/1.1 text. One string, so that it leaves in one TLS record
/// where it fits, and so that a fault may cut it anywhere.
void append_response(std::string& out, const response& answer, std::string_view date, framing how);

/// One chunk of a chunked body; an empty piece ends the body.
void append_chunk(std::string& out, std::string_view piece);

/// `Tue, 24 Nov 2026 03:54:12 GMT`
[[nodiscard]] std::string http_date(moment t);

[[nodiscard]] std::string_view status_phrase(unsigned status) noexcept;

} // namespace noteload::sandbox
