#include "noteload/sandbox/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace noteload::sandbox {

namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

bool has_body(unsigned status) {
    return status != 204 && status != 304;
}

} // namespace

std::string_view status_phrase(unsigned status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 413:
            return "Payload Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Entity";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        default:
            return "Unknown";
    }
}

std::string http_date(moment t) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(t - day)};
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
        time.seconds().count());
}

void append_chunk(std::string& out, std::string_view piece) {
    fmt::format_to(std::back_inserter(out), "{:x}\r\n", piece.size());
    out += piece;
    out += "\r\n";
}

void append_response(std::string& out, const response& answer, std::string_view date, framing how) {
    out += "HTTP/1.1 ";
    fmt::format_to(std::back_inserter(out), "{} {}\r\n", answer.status,
                   status_phrase(answer.status));
    append_header(out, "Date", date);
    append_header(out, "Server", "noteload-sandbox");
    if (!answer.content_type.empty()) {
        append_header(out, "Content-Type", answer.content_type);
    }
    for (const auto& [name, value] : answer.headers) {
        append_header(out, name, value);
    }
    if (how.close) {
        append_header(out, "Connection", "close");
    }
    const bool chunked = (how.chunked || how.head_only) && has_body(answer.status);
    if (chunked) {
        append_header(out, "Transfer-Encoding", "chunked");
    } else if (has_body(answer.status)) {
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", answer.body.size());
    }
    out += "\r\n";
    if (how.head_only || !has_body(answer.status)) {
        return;
    }
    if (!chunked) {
        out += answer.body;
        return;
    }
    // Three chunks, so that a reader has something to join.
    const std::size_t step = answer.body.size() / 3 + 1;
    for (std::size_t at = 0; at < answer.body.size(); at += step) {
        append_chunk(out, std::string_view(answer.body).substr(at, step));
    }
    append_chunk(out, {});
}

} // namespace noteload::sandbox
