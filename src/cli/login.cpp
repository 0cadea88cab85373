#include "noteload/cli/login.hpp"

#include "noteload/cli/confirm.hpp"
#include "noteload/cli/stored_tokens.hpp"

#include <chrono>
#include <filesystem>

namespace noteload::cli {

namespace {

const failure stopped{errc::usage, "stopped: nobody is logged in"};

result<run::log_in_server> server_of(const login_command& c) {
    const auto where = delivery::parse_base_url(c.base_url);
    if (!where) {
        return where.error();
    }
    // Refreshes come from other working directories.
    return run::log_in_server{
        where->url, c.ca_file.empty() ? "" : std::filesystem::absolute(c.ca_file).string()};
}

/// With the one-time code, where the server wants one.
result<delivery::oauth_tokens> ask_server(const run::log_in_server& where, const std::string& user,
                                          const std::string& password) {
    auto given = run::ask_for_tokens(where, delivery::password_form(user, password, ""));
    if (given && !*given) {
        const auto code = ask_secret("One-time code:");
        if (!code || code->empty()) {
            return stopped;
        }
        given = run::ask_for_tokens(where, delivery::password_form(user, password, *code));
    }
    if (!given) {
        return given.error();
    }
    if (!*given) {
        return failure{errc::token, "the server asks for a one-time code again: log in once more"};
    }
    return std::move(**given);
}

} // namespace

result<std::string> log_in(const login_command& c) {
    if (c.questions.no_input || !can_ask()) {
        return failure{errc::usage,
                       "login asks for a password, which it takes from a terminal alone: log in "
                       "there once, and runs without one use and refresh the tokens"};
    }
    const auto where = server_of(c);
    if (!where) {
        return where.error();
    }
    const auto path = token_store_path(where->base_url);
    if (path.empty()) {
        return failure{errc::usage,
                       "there is no folder to keep the tokens in: set HOME or "
                       "XDG_STATE_HOME"};
    }
    const auto user = c.user.empty() ? ask_text("User name:") : c.user;
    const auto password = user && !user->empty() ? ask_secret("Password:") : std::nullopt;
    if (!password || password->empty()) {
        return stopped;
    }
    const auto given = ask_server(*where, *user, *password);
    if (!given) {
        return given.error();
    }
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    if (auto done = store_tokens(path, tokens_of(*where, *given, now.count())); !done) {
        return done.error();
    }
    return path;
}

} // namespace noteload::cli
