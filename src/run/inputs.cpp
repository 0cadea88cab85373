#include "noteload/run/inputs.hpp"

#include "noteload/source/patterns.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

namespace noteload::run {

namespace {

/// A path that leads to the same file as one before it.
std::optional<std::string> named_twice(const std::vector<std::string>& paths) {
    std::set<std::filesystem::path> seen;
    for (const auto& path : paths) {
        std::error_code error;
        const auto whole = std::filesystem::canonical(path, error);
        if (!error && std::filesystem::is_regular_file(whole, error) &&
            !seen.insert(whole).second) {
            return path;
        }
    }
    return std::nullopt;
}

/// `in_doubt.csv` of a run folder is for looking at: its rows may be on the server already, and
/// only `resume` can tell.
bool is_in_doubt_file(const std::string& path) {
    const std::filesystem::path p(path);
    std::error_code ignored;
    return p.stem().string().starts_with("in_doubt") &&
           std::filesystem::exists(p.parent_path() / "log.jsonl", ignored);
}

/// A run's or check's `invalid.csv` or `refused.csv`, beside its `problems.csv`.
bool is_reject_file(const std::string& path) {
    const std::filesystem::path p(path);
    const auto stem = p.stem().string();
    std::error_code ignored;
    return (stem.starts_with("invalid") || stem.starts_with("refused")) &&
           std::filesystem::exists(p.parent_path() / "problems.csv", ignored);
}

/// A reject file whose `problems.csv` says that rows of it are not valid UTF-8: without their
/// neighbours these rows could be taken for text in another encoding, and would be sent.
bool has_bad_utf8(const std::string& path) {
    if (!is_reject_file(path)) {
        return false;
    }
    std::ifstream problems(std::filesystem::path(path).parent_path() / "problems.csv");
    for (std::string line; std::getline(problems, line);) {
        if (line.find(",invalid,bad_utf8,") != std::string::npos) {
            return true;
        }
    }
    return false;
}

source::reading_options reading(const input_options& options,
                                const source::dialect_options& dialect,
                                std::vector<std::string> columns) {
    source::reading_options r;
    r.columns = std::move(columns);
    r.dialect = dialect;
    r.max_record = options.max_record;
    r.stop_fd = options.stop_fd;
    return r;
}

result<checked_input> check(const std::string& path, const input_options& options,
                            const mapping::note_mapper& mapper) {
    if (is_in_doubt_file(path)) {
        const auto folder = std::filesystem::path(path).parent_path().string();
        return failure{errc::input,
                       fmt::format("{}: these rows may be on the server already; `noteload resume "
                                   "{}` asks and settles them",
                                   path, folder)};
    }
    auto dialect = options.dialect;
    if (dialect.encoding.empty() && has_bad_utf8(path)) {
        dialect.encoding = source::utf8_name;
    }
    auto looked = source::look_at(path, options.format, dialect.encoding);
    if (!looked) {
        return looked.error();
    }
    const auto columns = mapper.columns();
    const auto open = [&] {
        return source::open_reader(*looked,
                                   reading(options, dialect, {columns.begin(), columns.end()}));
    };
    auto reader = open();
    if (reader && (*reader)->facts().csv.quote == source::quote_sign::records &&
        is_reject_file(path)) {
        // The worst rows alone do not tell: that they were read with `'` stands in the words that
        // named this file.
        dialect.quote = '"';
        reader = open();
    }
    if (!reader) {
        return reader.error();
    }
    const auto header = (*reader)->header();
    checked_input in{.what = std::move(*looked),
                     .format = (*reader)->format(),
                     .header = {header.begin(), header.end()},
                     .header_bytes = std::string((*reader)->header_bytes()),
                     .newline = std::string((*reader)->newline()),
                     .facts = (*reader)->facts(),
                     .dialect = std::move(dialect),
                     .open = nullptr};
    if (in.format == source::file_format::csv) {
        if (auto missing = mapper.check_header(in.header, in.what.name)) {
            return *missing;
        }
    }
    if (!in.what.bytes) {
        in.open = std::move(*reader);
    }
    return in;
}

} // namespace

result<std::vector<checked_input>> check_inputs(const std::vector<std::string>& paths,
                                                const input_options& options,
                                                const mapping::note_mapper& mapper) {
    if (std::count(paths.begin(), paths.end(), "-") > 1) {
        return failure{errc::usage, "standard input (`-`) can be read only once"};
    }
    if (const auto why = source::why_impossible(options.dialect); !why.empty()) {
        return failure{errc::usage, why};
    }
    const auto named = source::expand_patterns(paths);
    if (const auto twice = named_twice(named)) {
        return failure{errc::usage, fmt::format("{} is named twice: its rows would be sent twice",
                                                printable(*twice, 300))};
    }
    std::vector<checked_input> inputs;
    for (const auto& path : named) {
        auto in = check(path, options, mapper);
        if (!in) {
            return in.error();
        }
        inputs.push_back(std::move(*in));
    }
    return inputs;
}

std::optional<std::uint64_t> total_bytes(const std::vector<checked_input>& inputs) {
    std::uint64_t sum = 0;
    for (const auto& in : inputs) {
        if (!in.what.bytes || !in.facts.as_stored) {
            return std::nullopt;
        }
        sum += *in.what.bytes;
    }
    return sum;
}

source::reading_options reading_of(const checked_input& in, const input_options& options,
                                   std::span<const std::string> columns) {
    auto how = reading(options, in.dialect, {columns.begin(), columns.end()});
    how.dialect.encoding = in.facts.encoding.name; // it was looked for already
    if (in.format == source::file_format::csv) {
        how.dialect.quote = in.facts.csv.dialect.quote; // and so was this
    }
    how.threads = options.threads;
    how.worker = options.worker;
    return how;
}

result<std::unique_ptr<source::record_reader>> open_at(const checked_input& in,
                                                       const input_options& options,
                                                       std::span<const std::string> columns,
                                                       const ledger::reading_point& at) {
    auto how = reading_of(in, options, columns);
    if (at.byte != 0) {
        how.start = {.file = at.file, .row = at.row, .line = at.line, .byte = at.byte, .size = 0};
    }
    return source::open_reader(in.what, how);
}

record_walk::record_walk(std::vector<checked_input> inputs, const input_options& options,
                         std::span<const std::string> columns, walk_start start)
    : inputs_(std::move(inputs)),
      options_(options),
      columns_(columns.begin(), columns.end()),
      start_(std::move(start)),
      next_input_(start_.at.file),
      rows_(start_.at.row - 1) {}

result<bool> record_walk::open_next() {
    if (next_input_ == inputs_.size()) {
        return false;
    }
    auto& in = inputs_[next_input_];
    if (in.open) {
        reader_ = std::move(in.open);
    } else {
        const auto at = next_input_ == start_.at.file ? start_.at : ledger::reading_point{};
        auto r = open_at(in, options_, columns_, at);
        if (!r) {
            return r.error();
        }
        reader_ = std::move(*r);
    }
    ++next_input_;
    return true;
}

result<bool> record_walk::next(record& into) {
    for (;;) {
        if (reader_) {
            auto got = reader_->next(into);
            if (!got) {
                return got.error();
            }
            if (*got) {
                // A kept reader was opened before anybody knew how many rows stand before its own.
                into.at.row = ++rows_;
                into.at.file = static_cast<std::uint32_t>(next_input_ - 1);
                if (start_.leave_out && start_.leave_out(into.at.row)) {
                    continue;
                }
                return true;
            }
            reader_.reset();
        }
        auto more = open_next();
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return false;
        }
    }
}

result<bool> record_walk::next_piece(source::worked_piece& into, source::piece_worker& otherwise) {
    for (;;) {
        if (reader_) {
            auto got = reader_->next_piece(into, otherwise);
            if (!got) {
                return got.error();
            }
            if (*got) {
                into.before.row = rows_;
                into.before.file = static_cast<std::uint32_t>(next_input_ - 1);
                rows_ += into.rows;
                return true;
            }
            reader_.reset();
        }
        auto more = open_next();
        if (!more || !*more) {
            return more;
        }
    }
}

bool record_walk::ready() const {
    return reader_ == nullptr || reader_->ready();
}

} // namespace noteload::run
