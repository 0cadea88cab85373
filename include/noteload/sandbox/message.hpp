#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace noteload::sandbox {

/// The sandbox's clock: UTC, shifted by `--clock-skew`. Every rule takes it as an argument.
using moment = std::chrono::sys_time<std::chrono::microseconds>;

/// A request as the handlers see it: views into what the session read, good for one call.
struct request {
    std::string_view method; ///< `GET`, as sent
    std::string_view target; ///< path and query, still percent-encoded
    std::string_view authorization;
    std::string_view content_type;
    std::string_view body;
};

/// An answer. `Date`, `Content-Length`, `Connection` and `Transfer-Encoding` are the wire's.
struct response {
    unsigned status = 200;
    std::string content_type = "application/json; charset=utf-8"; ///< empty: no such header
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{};
    /// For a body too long to be held: called until it is false, each call appends a piece.
    /// Such an answer is always chunked.
    std::function<bool(std::string&)> more{};
};

/// `{"message":"..."}`: the API's first shape of errors.
[[nodiscard]] response message_response(unsigned status, std::string_view message);

/// The same with `modelState`, whose one key names the bad field (empty: the whole body).
[[nodiscard]] response model_response(std::string_view message, std::string_view field,
                                      std::string_view what);

/// `{"error":{"code","message","details":[{"field","code","message"}]}}`: the third shape.
/// `field` may be empty: no details.
[[nodiscard]] response coded_response(unsigned status, std::string_view code,
                                      std::string_view message, std::string_view field = {},
                                      std::string_view detail = {});

/// A page as a proxy or firewall makes it.
[[nodiscard]] response html_response(unsigned status, std::string_view title);

[[nodiscard]] response empty_response(unsigned status);

} // namespace noteload::sandbox
