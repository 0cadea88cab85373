#include "noteload/cli/stored_tokens.hpp"

#include "noteload/cli/state_folder.hpp"
#include "noteload/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace noteload::cli {

namespace {

constexpr std::string_view first_line = "noteload tokens 1";
constexpr std::int64_t longest_notice = 3 * 24 * 3600;

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::int64_t number_of(std::string_view text) {
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

std::optional<stored_tokens> read_store(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return stored_tokens::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

/// Held by whoever refreshes: of two refreshes with one token the server may refuse the second.
class store_lock {
public:
    explicit store_lock(const std::string& path)
        : fd_(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (fd_ >= 0) {
            [[maybe_unused]] const int held = ::flock(fd_, LOCK_EX);
        }
    }
    store_lock(const store_lock&) = delete;
    store_lock& operator=(const store_lock&) = delete;
    ~store_lock() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

private:
    int fd_;
};

result<std::string> refreshed(const std::string& path, const stored_tokens& old) {
    const run::log_in_server where{old.base_url, old.ca_file};
    const auto given = run::ask_for_tokens(where, delivery::refresh_form(old.refresh));
    const bool still_good = unix_now() < old.expires;
    if (!given || !*given) {
        if (still_good) {
            return old.access;
        }
        return failure{given ? errc::token : given.error().code,
                       fmt::format("the tokens of `noteload login` could not be refreshed: {}. Log "
                                   "in again: noteload login",
                                   given ? "a one-time code is wanted" : given.error().message)};
    }
    auto fresh = tokens_of(where, **given, unix_now());
    if (fresh.refresh.empty()) {
        fresh.refresh = old.refresh;
    }
    if (auto done = store_tokens(path, fresh); !done) {
        return done.error();
    }
    return fresh.access;
}

} // namespace

std::optional<stored_tokens> stored_tokens::parse(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
    }
    if (lines.size() != 7 || lines[0] != first_line || lines[3].empty()) {
        return std::nullopt;
    }
    return stored_tokens{.base_url = std::string(lines[1]),
                         .ca_file = std::string(lines[2]),
                         .access = std::string(lines[3]),
                         .refresh = std::string(lines[4]),
                         .issued = number_of(lines[5]),
                         .expires = number_of(lines[6])};
}

std::string stored_tokens::to_text() const {
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", first_line, base_url, ca_file, access,
                       refresh, issued, expires);
}

bool stored_tokens::wants_refresh(std::int64_t now) const {
    const auto notice = std::min((expires - issued) / 2, longest_notice);
    return !refresh.empty() && expires > 0 && now >= expires - notice;
}

stored_tokens tokens_of(const run::log_in_server& where, const delivery::oauth_tokens& given,
                        std::int64_t now) {
    const auto life = given.good_for.count();
    return {.base_url = where.base_url,
            .ca_file = where.ca_file,
            .access = given.access,
            .refresh = given.refresh,
            .issued = now,
            .expires = life > 0 ? now + life : 0};
}

std::string token_store_path(const std::string& base_url) {
    const auto folder = state_folder();
    if (folder.empty()) {
        return {};
    }
    std::string name;
    for (const char c : base_url) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '-';
        name += plain ? std::string(1, c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
    return folder + "/tokens-" + name.substr(0, 200);
}

result<void> store_tokens(const std::string& path, const stored_tokens& t) {
    const auto cannot = [&path] {
        return failure{errc::disk, fmt::format("the tokens cannot be kept in {}: {}",
                                               printable(path, 200), std::strerror(errno))};
    };
    if (!make_state_folder(std::filesystem::path(path).parent_path().string())) {
        return cannot();
    }
    const auto beside = fmt::format("{}.{}.new", path, ::getpid());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return cannot();
    }
    const auto text = t.to_text();
    const bool whole =
        ::write(fd, text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
        ::fsync(fd) == 0;
    if (::close(fd) != 0 || !whole || std::rename(beside.c_str(), path.c_str()) != 0) {
        auto why = cannot();
        ::unlink(beside.c_str());
        return why;
    }
    return {};
}

std::optional<result<std::string>> stored_access_token(const std::string& base_url) {
    const auto path = token_store_path(base_url);
    if (path.empty() || base_url.empty()) {
        return std::nullopt;
    }
    auto kept = read_store(path);
    if (!kept || kept->base_url != base_url) {
        return std::nullopt;
    }
    if (!kept->wants_refresh(unix_now())) {
        return result<std::string>(kept->access);
    }
    const store_lock lock(path);
    kept = read_store(path); // another process may have been quicker
    if (!kept) {
        return std::nullopt;
    }
    return kept->wants_refresh(unix_now()) ? refreshed(path, *kept)
                                           : result<std::string>(kept->access);
}

} // namespace noteload::cli
