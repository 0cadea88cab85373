#include "noteload/delivery/token_request.hpp"

#include "json_fields.hpp"
#include "noteload/version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

namespace {

constexpr std::string_view unreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += out.empty() ? "" : "&";
    out += name;
    out += '=';
    for (const char c : value) {
        if (unreserved.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
}

/// Tokens go into a header's line.
bool is_plain(std::string_view token) {
    return !token.empty() &&
           std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

failure no_tokens(std::string words) {
    return {errc::protocol, std::move(words) +
                                ": this does not look like the Virtuous API; check "
                                "--base-url"};
}

} // namespace

std::string password_form(std::string_view user, std::string_view password,
                          std::string_view one_time_code) {
    std::string out = "grant_type=password";
    append_field(out, "username", user);
    append_field(out, "password", password);
    if (!one_time_code.empty()) {
        append_field(out, "otp", one_time_code);
    }
    return out;
}

std::string refresh_form(std::string_view refresh_token) {
    std::string out = "grant_type=refresh_token";
    append_field(out, "refresh_token", refresh_token);
    return out;
}

result<std::optional<oauth_tokens>> read_tokens(const attempt& a) {
    if (a.what != trouble::none) {
        return failure{a.what == trouble::certificate ? errc::certificate : errc::unreachable,
                       a.words};
    }
    const auto status = a.reply.status;
    if (status == 202) {
        return std::optional<oauth_tokens>();
    }
    if (status == 400 || status == 401) {
        const auto words = server_words(a.reply.body);
        return failure{errc::token, fmt::format("the server does not let this user in ({}{}{})",
                                                status, words.empty() ? "" : ": ", words)};
    }
    if (status != 200) {
        return failure{
            status == 429 || status >= 500 ? errc::unreachable : errc::protocol,
            fmt::format("the server answered {} to the log-in: try again later, or check "
                        "--base-url",
                        status)};
    }
    const auto object = parsed_object(a.reply.body);
    if (!object) {
        return no_tokens("the answer to the log-in is no JSON object");
    }
    oauth_tokens t{.access = text_field(*object, "access_token"),
                   .refresh = text_field(*object, "refresh_token"),
                   .good_for = std::chrono::seconds(
                       std::max<std::int64_t>(0, field<std::int64_t>(*object, "expires_in", 0)))};
    if (!is_plain(t.access) || (!t.refresh.empty() && !is_plain(t.refresh))) {
        return no_tokens("the answer to the log-in has no token");
    }
    return std::optional(std::move(t));
}

task<result<std::optional<oauth_tokens>>> ask_for_tokens(boost::asio::io_context& on,
                                                         const server& s, std::string form) {
    const auto request = fmt::format(
        "POST {}/Token HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n"
        "User-Agent: noteload/{}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"
        "\r\n{}",
        s.at.path, s.at.authority(), version, form.size(), form);
    const auto over = s.open(on);
    attempt tried;
    co_await over->exchange(request, tried);
    co_return read_tokens(tried);
}

} // namespace noteload::delivery
