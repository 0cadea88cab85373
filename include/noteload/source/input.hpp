#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"

namespace noteload::source {

enum class file_format : std::uint8_t { csv, jsonl };

[[nodiscard]] std::string_view to_word(file_format f) noexcept; ///< `csv`, `jsonl`

/// An input that was looked at and can be opened.
struct input {
    std::string path; ///< absolute; `-` for standard input
    std::string name; ///< as the user wrote it, for messages
    file_format format = file_format::csv;
    bool guessed = false; ///< `format` is decided by the first bytes when the input is opened
    std::optional<std::uint64_t> bytes; ///< nothing for standard input and pipes
    std::string hash; ///< of the size and sampled blocks: `xxh3:` and 16 hex digits; empty where
                      ///< `bytes` is

    [[nodiscard]] bool is_stdin() const noexcept { return path == "-"; }
};

/// Looks at a file before anything is done with it: it must be there, be a file (or a pipe) and
/// readable, have at least one byte, and be text, packed or not. An .xlsx, .xls, .ods or a zip
/// archive is recognised by its first bytes and the message says what to do. `as` overrides the
/// guess, which is by extension (.jsonl, .ndjson: jsonl; .csv, .tsv, .tab, .txt: csv; .gz, .zst and
/// .bz2 behind it are passed over), then by the first byte that is not blank (`{`: jsonl).
/// `encoding`: the name of the text's, empty to look for it. Standard input (`-`) is not read here:
/// its format is taken from `as`, or decided by peeking when it is opened.
[[nodiscard]] result<input> look_at(const std::string& path, std::optional<file_format> as,
                                    const std::string& encoding = {});

/// `xxh3:…` over the size and up to 64 blocks of 64 KiB spread evenly over the file, first and last
/// included: starting stays instant however large the file.
[[nodiscard]] result<std::string> sampled_hash(const std::string& path, std::uint64_t bytes);

} // namespace noteload::source
