#include "noteload/ledger/log_keys.hpp"

#include "noteload/ledger/log_lines.hpp"
#include "noteload/ledger/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace noteload::ledger {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view begin_of_header = "{\"noteload_log\":";
constexpr std::streamoff longest_end_line = 512;

std::uint64_t size_of(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

std::optional<std::string_view> behind(std::string_view line, std::string_view name) {
    const auto at = line.find(name);
    return at == std::string_view::npos ? std::nullopt
                                        : std::optional(line.substr(at + name.size()));
}

/// The note of a line that says that it is no more; 0 otherwise. Quotes inside of a JSON string are
/// escaped, so no text can pretend to be a field.
std::int64_t undone_note(std::string_view line) {
    const auto what = behind(line, "\"outcome\":\"");
    const auto note = behind(line, "\"note_id\":");
    std::int64_t id = 0;
    if (!what || !note || (!what->starts_with("undone\"") && !what->starts_with("gone\""))) {
        return 0;
    }
    const auto [end, error] = std::from_chars(note->data(), note->data() + note->size(), id);
    return error == std::errc() ? id : 0;
}

key_hash hash_of(const row_line& row) {
    const bool plain = row.key.find('\\') == std::string_view::npos;
    return plain ? hash_of_key(row.key) : hash_of_key(unescaped(row.key));
}

void sort_without_twins(std::vector<key_hash>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

/// Whether a row may have been sent whose outcome, and with it whose key, the log does not tell.
bool has_open_rows(const recovered_run& run) {
    return std::any_of(run.open_marks.begin(), run.open_marks.end(), [&](const auto& mark) {
        for (auto row = mark.first; row <= mark.last; ++row) {
            if (!run.rows.of(row)) {
                return true;
            }
        }
        return false;
    });
}

result<run_keys> collect(const std::string& folder, const recovered_run& run) {
    const auto undone = undone_notes(folder);
    run_keys keys;
    const auto counts = run.rows.counts();
    keys.imported.reserve(counts[outcome::created] + counts[outcome::already_there]);
    auto done = for_each_last(folder + "/log.jsonl", run, [&](const row_line& row) {
        const bool made = row.what == outcome::created || row.what == outcome::already_there;
        if (row.key.empty()) {
            return;
        }
        if (made && !std::binary_search(undone.begin(), undone.end(), row.note_id)) {
            keys.imported.push_back(hash_of(row));
        } else if (row.what == outcome::in_doubt) {
            keys.in_doubt.push_back(hash_of(row));
        }
    });
    if (!done) {
        return done.error();
    }
    sort_without_twins(keys.imported);
    sort_without_twins(keys.in_doubt);
    std::erase_if(keys.in_doubt, [&](const key_hash& key) {
        return std::binary_search(keys.imported.begin(), keys.imported.end(), key);
    });
    return keys;
}

} // namespace

log_sizes sizes_of(const std::string& folder) {
    return {size_of(folder + "/log.jsonl"), size_of(folder + "/undo.jsonl")};
}

result<std::optional<log_header>> header_in(const std::string& folder) {
    const auto path = folder + "/log.jsonl";
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        return std::optional<log_header>();
    }
    std::ifstream in(path, std::ios::binary);
    std::string line(begin_of_header.size(), '\0');
    if (!in) {
        return failure{errc::run_folder, fmt::format("{} cannot be read", path)};
    }
    in.read(line.data(), static_cast<std::streamsize>(line.size()));
    if (!in || line != begin_of_header) {
        return std::optional<log_header>();
    }
    std::string rest;
    std::getline(in, rest);
    auto header = read_header(line + rest, path);
    if (!header) {
        return failure{errc::run_folder, header.error().message};
    }
    return std::optional(std::move(*header));
}

bool has_ended(const std::string& folder) {
    std::ifstream in(folder + "/log.jsonl", std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    if (!in || size <= 0) {
        return false;
    }
    const auto from = std::max<std::streamoff>(0, size - longest_end_line);
    std::string tail(static_cast<std::size_t>(size - from), '\0');
    in.seekg(from);
    in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    if (!in || tail.back() != '\n') {
        return false;
    }
    tail.pop_back();
    const auto begin = tail.rfind('\n');
    return begin != std::string::npos &&
           std::holds_alternative<row_counts>(read_line(std::string_view(tail).substr(begin + 1)));
}

std::vector<std::int64_t> undone_notes(const std::string& folder) {
    std::vector<std::int64_t> notes;
    std::ifstream in(folder + "/undo.jsonl", std::ios::binary);
    for (std::string line; std::getline(in, line);) {
        if (const auto note = undone_note(line); note != 0) {
            notes.push_back(note);
        }
    }
    std::sort(notes.begin(), notes.end());
    return notes;
}

result<keys_in_log> keys_of(const std::string& folder) {
    // Sizes from before the reading: what is written meanwhile makes the index old.
    const auto sizes = sizes_of(folder);
    auto run = recover(folder + "/log.jsonl");
    if (!run || run->garbled) {
        return failure{
            errc::run_folder,
            run ? fmt::format("{}/log.jsonl is unreadable from byte {} on, so nobody can tell "
                              "which keys it imported",
                              folder, run->good_bytes)
                : run.error().message};
    }
    run->note_ids = {}; // of no use here, and not always small
    auto keys = collect(folder, *run);
    if (!keys) {
        return failure{errc::run_folder, keys.error().message};
    }
    std::error_code ignored;
    auto index = index_of(run->header, fs::absolute(folder, ignored).lexically_normal().string());
    index.open = has_open_rows(*run);
    index.log_bytes = sizes.log;
    index.undo_bytes = sizes.undo;
    index.imported = keys->imported.size();
    index.in_doubt = keys->in_doubt.size();
    return keys_in_log{std::move(index), std::move(*keys)};
}

} // namespace noteload::ledger
