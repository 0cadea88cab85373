#include "noteload/cli/token.hpp"

#include "noteload/cli/stored_tokens.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

namespace noteload::cli {

namespace {

constexpr std::size_t longest_token = 16 * 1024;

bool is_quoted(std::string_view text) {
    return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
           text.back() == text.front();
}

/// People paste more than the token: quotes, a byte order mark, the header's `Bearer`. Nothing
/// where there is no such thing around it (any more).
std::optional<std::string_view> unwrapped(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    constexpr std::string_view scheme = "bearer";
    if (text.starts_with(mark)) {
        return text.substr(mark.size());
    }
    if (is_quoted(text)) {
        return text.substr(1, text.size() - 2);
    }
    const auto rest = text.substr(std::min(text.size(), scheme.size()));
    if (equal_without_case(text.substr(0, scheme.size()), scheme) &&
        (rest.empty() || rest.front() == ' ' || rest.front() == '\t')) {
        return rest;
    }
    return std::nullopt;
}

} // namespace

result<std::string> clean_token(std::string_view text, const std::string& from) {
    text = trimmed(text);
    while (const auto inner = unwrapped(text)) {
        text = trimmed(*inner);
    }
    if (text.empty()) {
        return failure{errc::no_token, fmt::format("{} holds no token", from)};
    }
    // Anything else would end the header line in the middle or is no token at all.
    const bool plain =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    if (!plain || text.size() > longest_token) {
        return failure{errc::no_token,
                       fmt::format("{} holds something else than one token: it must be one line "
                                   "of letters, digits and signs, without blanks",
                                   from)};
    }
    return std::string(text);
}

namespace {

result<std::string> read_file(const std::string& file, const std::string& from) {
    std::ifstream in(file, std::ios::binary);
    std::string text(longest_token + 1, '\0');
    if (in) {
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
    }
    if (!in && !in.eof()) {
        return failure{errc::no_token, fmt::format("{}: {}", from, std::strerror(errno))};
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return clean_token(text, from);
}

/// Empty: systemd handed none over.
std::string credential_file() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
        return {};
    }
    const auto file = std::string(folder) + "/token";
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? file : std::string();
}

} // namespace

result<std::string> read_token(const token_places& places) {
    if (!places.said.empty()) {
        return read_file(places.said, fmt::format("--token-file {}", printable(places.said)));
    }
    if (const char* value = std::getenv("NOTELOAD_TOKEN")) {
        return clean_token(value, "NOTELOAD_TOKEN");
    }
    if (const auto credential = credential_file(); !credential.empty()) {
        return read_file(credential, "systemd's credential token");
    }
    if (!places.in_config.empty()) {
        return read_file(places.in_config, fmt::format("the config file's token-file {}",
                                                       printable(places.in_config)));
    }
    if (auto kept = stored_access_token(places.base_url)) {
        return std::move(*kept);
    }
    return failure{errc::no_token,
                   "no token was given: put the organisation's API key into a file and "
                   "name it with --token-file, or set the environment's NOTELOAD_TOKEN (where "
                   "there are no API keys: noteload login)"};
}

std::string exposed_token(const token_places& places) {
    const auto file = token_file_to_tell(places);
    struct ::stat is {};
    // A pipe, or what a shell puts in its place, is nobody else's.
    if (file.empty() || ::stat(file.c_str(), &is) != 0 || !S_ISREG(is.st_mode) ||
        (is.st_mode & (S_IRWXG | S_IRWXO)) == 0) {
        return {};
    }
    return fmt::format(
        "The token file {} is open to others on this machine (mode {:03o}): make it "
        "yours alone with  chmod 600 {}\n",
        printable(file, 200), is.st_mode & 0777u, printable(shell_word(file), 200));
}

std::string token_file_to_tell(const token_places& places) {
    const bool elsewhere = std::getenv("NOTELOAD_TOKEN") != nullptr || !credential_file().empty();
    return !places.said.empty() || elsewhere ? places.said : places.in_config;
}

} // namespace noteload::cli
