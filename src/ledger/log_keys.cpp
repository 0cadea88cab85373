#include "noteload/ledger/log_keys.hpp"

#include "line_parts.hpp"
#include "noteload/ledger/log_lines.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/ledger/undo_format.hpp"
#include "own_form.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace noteload::ledger {

namespace {

namespace fs = std::filesystem;

constexpr std::streamoff longest_end_line = 1024; // in any form

std::uint64_t size_of(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

/// The note of a line that says, in whatever words besides, that it is no more; 0 otherwise.
std::int64_t undone_note(std::string_view line, bool& looked_up) {
    const auto what = read_undo_line(line);
    looked_up |= std::holds_alternative<undo_looked_up>(what);
    if (const auto* note = std::get_if<undo_line>(&what)) {
        return is_undone(note->what) ? note->note.note_id : 0;
    }
    boost::json::error_code error;
    const auto value =
        boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) {
        return 0;
    }
    const auto* id = value.get_object().if_contains("note_id");
    const auto outcome = undo_outcome_from_word(text_of(value.get_object(), "outcome"));
    return id != nullptr && id->is_int64() && outcome && is_undone(*outcome) ? id->get_int64() : 0;
}

/// Whether a file's first line may be a header: a log of ours, in whatever form, is an object. The
/// line of a file that is none may be as long as the file.
bool may_begin_log(std::ifstream& in) {
    std::string begin(16, '\0');
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    const bool is_object = in && without_blanks(without_bom(begin)).starts_with('{');
    in.seekg(0);
    return is_object;
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

result<run_keys> collect(const std::string& folder, const recovered_run& run,
                         const undone_notes& undone) {
    run_keys keys;
    const auto counts = run.rows.counts();
    keys.imported.reserve(counts[outcome::created] + counts[outcome::already_there]);
    auto done = for_each_last(folder + "/log.jsonl", run, [&](const row_line& row) {
        const bool made = row.what == outcome::created || row.what == outcome::already_there;
        if (row.key.empty()) {
            return;
        }
        if (made && !std::binary_search(undone.notes.begin(), undone.notes.end(), row.note_id)) {
            keys.imported.push_back(hash_of(row));
        } else if (row.what == outcome::in_doubt && !undone.looked_up) {
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
    if (!in) {
        return failure{errc::run_folder, fmt::format("{} cannot be read", path)};
    }
    std::string line;
    if (!may_begin_log(in) || !std::getline(in, line) ||
        line.find("\"noteload_log\"") == std::string::npos) {
        return std::optional<log_header>();
    }
    auto header = read_header(line, path);
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
    if (!in) {
        return false;
    }
    // Another program may have left blank lines behind, or no newline.
    tail.resize(tail.find_last_not_of(" \t\r\n") + 1);
    const auto begin = tail.rfind('\n');
    return begin != std::string::npos && std::holds_alternative<row_counts>(any_form_reader().read(
                                             std::string_view(tail).substr(begin + 1)));
}

bool was_undone(const std::string& folder) {
    std::error_code error;
    return fs::exists(folder + "/undo.jsonl", error);
}

undone_notes read_undone(const std::string& folder) {
    undone_notes found;
    std::ifstream in(folder + "/undo.jsonl", std::ios::binary);
    for (std::string line; std::getline(in, line);) {
        if (const auto note = undone_note(line, found.looked_up); note != 0) {
            found.notes.push_back(note);
        }
    }
    std::sort(found.notes.begin(), found.notes.end());
    return found;
}

result<keys_in_log> keys_of(const std::string& folder) {
    // Sizes from before the reading: what is written meanwhile makes the index old.
    const auto sizes = sizes_of(folder);
    auto run = recover(folder + "/log.jsonl");
    if (!run || (run->garbled() && !was_undone(folder))) {
        return failure{
            errc::run_folder,
            run ? fmt::format("{}/log.jsonl is unreadable from byte {} on, so nobody can tell "
                              "which keys it imported",
                              folder, run->good_bytes)
                : run.error().message};
    }
    run->note_ids = {}; // of no use here, and not always small
    const auto undone = read_undone(folder);
    auto keys = collect(folder, *run, undone);
    if (!keys) {
        return failure{errc::run_folder, keys.error().message};
    }
    std::error_code ignored;
    auto index = index_of(run->header, fs::absolute(folder, ignored).lexically_normal().string());
    index.open = has_open_rows(*run) && !undone.looked_up;
    index.log_bytes = sizes.log;
    index.undo_bytes = sizes.undo;
    index.imported = keys->imported.size();
    index.in_doubt = keys->in_doubt.size();
    return keys_in_log{std::move(index), std::move(*keys)};
}

} // namespace noteload::ledger
