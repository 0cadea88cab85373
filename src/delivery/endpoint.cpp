#include "noteload/delivery/endpoint.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace noteload::delivery {

namespace {

failure bad(std::string_view url, std::string_view why) {
    return {errc::usage, fmt::format("--base-url {}: {}", printable(url), why)};
}

/// A decoded host goes into the Host field and the certificate's check: nothing but a name's
/// characters may stand in it.
bool is_name(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
    });
}

bool is_ipv6(const std::string& host) {
    return host.find(':') != std::string::npos;
}

} // namespace

std::string endpoint::authority() const {
    const auto name = is_ipv6(host) ? fmt::format("[{}]", host) : host;
    return port == "443" ? name : fmt::format("{}:{}", name, port);
}

result<endpoint> parse_base_url(std::string_view text) {
    const auto url = boost::urls::parse_uri(trimmed(text));
    if (!url || url->host().empty()) {
        return bad(text, "this is no URL; it looks like https://api.virtuoussoftware.com");
    }
    if (!equal_without_case(url->scheme(), "https")) {
        return bad(text, "only https:// is spoken, because the token and donors' notes travel");
    }
    if (url->has_userinfo() || url->has_query() || url->has_fragment()) {
        return bad(text, "a user, ? or # has no meaning here; the token goes into --token-file");
    }
    const auto path = url->encoded_path();
    if (!path.empty() && path.front() != '/') {
        return bad(text, "a port is a number from 1 to 65535");
    }
    if (!url->port().empty() &&
        (url->port_number() == 0 || url->port() != std::to_string(url->port_number()))) {
        return bad(text, "a port is a number from 1 to 65535");
    }
    endpoint e;
    e.host = url->host_type() == boost::urls::host_type::ipv6 ? std::string(url->host_address())
                                                              : lower_case(url->host());
    if (url->host_type() != boost::urls::host_type::ipv6 && !is_name(e.host)) {
        return bad(text,
                   "a host's name is letters, digits, - and .; write others in their "
                   "xn-- form");
    }
    e.port = url->port().empty() ? "443" : std::string(url->port());
    e.path = std::string(path);
    while (!e.path.empty() && e.path.back() == '/') {
        e.path.pop_back();
    }
    e.url = fmt::format("https://{}{}", e.authority(), e.path);
    return e;
}

} // namespace noteload::delivery
