#include "noteload/source/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "noteload/source/byte_source.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/sniff.hpp"

namespace noteload::source {

namespace {

failure unreadable(std::string_view name, std::string_view why) {
    return {errc::input, fmt::format("{}: {}", name, why)};
}

failure system_failure(std::string_view name, std::string_view what, int error) {
    return unreadable(name, fmt::format("{}: {}", what, std::strerror(error)));
}

/// Says what is wrong with a file's kind; and whether it is a pipe.
result<bool> is_pipe(const std::string& path, const struct stat& about) {
    if (S_ISDIR(about.st_mode)) {
        return unreadable(path,
                          "is a directory. Give the files in it, for example " + path + "/*.csv");
    }
    if (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || S_ISCHR(about.st_mode)) {
        return true;
    }
    if (!S_ISREG(about.st_mode)) {
        return unreadable(path, "is neither a file nor a pipe");
    }
    return false;
}

/// Whether it is worth while, and safe, to read the input in pieces: where a CR by itself ends
/// records there may be no LF to cut it at.
bool may_be_cut(const input& what, const reading_facts& facts, const reading_options& options) {
    constexpr std::uint64_t large = 8 << 20;
    return options.threads > 1 && what.bytes && facts.as_stored && !facts.csv.dialect.cr_ends &&
           *what.bytes >= options.start.byte + large;
}

} // namespace

std::string_view to_word(file_format f) noexcept {
    return f == file_format::csv ? "csv" : "jsonl";
}

result<input> look_at(const std::string& path, std::optional<file_format> as,
                      const std::string& encoding) {
    input what;
    what.path = what.name = path;
    const auto known = as ? as : format_of_name(path);
    what.format = known.value_or(file_format::csv);
    what.guessed = !known;
    if (what.is_stdin()) {
        what.name = "standard input";
        return what;
    }
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) {
        return errno == ENOENT ? unreadable(path, "there is no such file")
                               : system_failure(path, "cannot be looked at", errno);
    }
    const auto pipe = is_pipe(path, about);
    if (!pipe) {
        return pipe.error();
    }
    std::error_code error;
    what.path = std::filesystem::absolute(path, error).string();
    if (error) {
        return system_failure(path, "the working directory cannot be found", error.value());
    }
    if (*pipe) {
        return what; // to read from it here would take the bytes away
    }
    if (about.st_size == 0) {
        return unreadable(path, "has no bytes");
    }
    what.bytes = static_cast<std::uint64_t>(about.st_size);
    reading_options reading;
    reading.dialect.encoding = encoding;
    if (const auto text = open_text(what, reading, looking::at_first_part); !text) {
        return text.error();
    }
    auto hash = sampled_hash(what.path, *what.bytes);
    if (!hash) {
        return hash.error();
    }
    what.hash = *hash;
    return what;
}

result<std::string> sampled_hash(const std::string& path, std::uint64_t bytes) {
    constexpr std::uint64_t block = 64 * 1024;
    constexpr std::uint64_t most_blocks = 64;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return system_failure(path, "cannot be opened", errno);
    }
    const std::uint64_t blocks =
        std::clamp<std::uint64_t>((bytes + block - 1) / block, 1, most_blocks);
    const std::uint64_t last = bytes > block ? bytes - block : 0;
    std::vector<char> data(block);
    // The size first: a file that grew is another one even if no sampled block tells.
    XXH64_hash_t hash = XXH3_64bits(&bytes, sizeof bytes);
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const std::uint64_t at =
            blocks == 1 ? 0 : last / (blocks - 1) * i + last % (blocks - 1) * i / (blocks - 1);
        std::size_t have = 0;
        while (have < block) {
            const ssize_t got =
                ::pread(fd, data.data() + have, block - have, static_cast<off_t>(at + have));
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                const int error = errno;
                ::close(fd);
                return system_failure(path, "cannot be read", error);
            }
            if (got == 0) {
                break;
            }
            have += static_cast<std::size_t>(got);
        }
        hash = XXH3_64bits_withSeed(data.data(), have, hash);
    }
    ::close(fd);
    return fmt::format("xxh3:{:016x}", hash);
}

result<std::unique_ptr<record_reader>> open_reader(const input& from,
                                                   const reading_options& options) {
    if (const auto why = why_impossible(options.dialect); !why.empty()) {
        return failure{errc::usage, why};
    }
    input what = from;
    auto text = open_text(what, options);
    if (!text) {
        return text.error();
    }
    std::optional<piecewise> in_pieces;
    if (may_be_cut(what, text->facts, options)) {
        in_pieces.emplace();
        in_pieces->open = [what, stop_fd = options.stop_fd] { return open_source(what, stop_fd); };
        in_pieces->threads = options.threads;
    }
    return read_text(std::move(*text), what.name, options, in_pieces);
}

} // namespace noteload::source
