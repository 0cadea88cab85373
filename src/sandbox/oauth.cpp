#include "noteload/sandbox/oauth.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <stdexcept>

#include "noteload/sandbox/wire.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

response oauth_error(std::string_view code, std::string_view description) {
    response answer;
    answer.status = 400;
    answer.body =
        json::serialize(json::object{{"error", code}, {"error_description", description}});
    return answer;
}

std::string random_token() {
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("no random bytes to be had for a token");
    }
    std::string text;
    for (const unsigned char byte : bytes) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

/// A form's field, with `+` as a blank.
std::string field(boost::urls::params_encoded_view form, std::string_view name) {
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    for (const auto& param : form) {
        if (param.key == name) {
            return param.value.decode(options);
        }
    }
    return {};
}

} // namespace

bool door::lets_in(std::string_view authorization, moment now) {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme)) {
        return false;
    }
    const std::string_view token = authorization.substr(scheme.size());
    return token == how_.token || store_.has_token(token, "access", now);
}

response door::token(std::string_view form, moment now) {
    const auto parsed = boost::urls::parse_query(form);
    if (!parsed) {
        return oauth_error("invalid_request", "The body is not form-encoded.");
    }
    const boost::urls::params_encoded_view fields = *parsed;
    const std::string grant = field(fields, "grant_type");
    if (grant == "password") {
        return by_password(field(fields, "username"), field(fields, "password"),
                           field(fields, "otp"), now);
    }
    if (grant == "refresh_token") {
        if (!store_.has_token(field(fields, "refresh_token"), "refresh", now)) {
            return oauth_error("invalid_grant", "The refresh token is not valid.");
        }
        return issue("sandbox", now);
    }
    return oauth_error("unsupported_grant_type", "grant_type must be password or refresh_token.");
}

response door::by_password(std::string_view user, std::string_view password, std::string_view otp,
                           moment now) {
    if (user.empty() || password != how_.password) {
        return oauth_error("invalid_grant", "The user name or password is incorrect.");
    }
    if (!how_.otp.empty() && otp.empty()) {
        return message_response(202, "A verification code was sent. Ask again with otp.");
    }
    if (!how_.otp.empty() && otp != how_.otp) {
        return oauth_error("invalid_grant", "The verification code is incorrect.");
    }
    return issue(user, now);
}

response door::issue(std::string_view user, moment now) {
    const std::string access = random_token();
    const std::string refresh = random_token();
    store_.add_token(access, "access", now + how_.access_life);
    store_.add_token(refresh, "refresh", now + how_.refresh_life);
    response answer;
    answer.body =
        json::serialize(json::object{{"access_token", access},
                                     {"token_type", "bearer"},
                                     {"expires_in", how_.access_life.count()},
                                     {"refresh_token", refresh},
                                     {"userName", user},
                                     {"twoFactorEnabled", how_.otp.empty() ? "False" : "True"},
                                     {".issued", http_date(now)},
                                     {".expires", http_date(now + how_.access_life)}});
    return answer;
}

} // namespace noteload::sandbox
