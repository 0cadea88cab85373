#include "noteload/ledger/recovery.hpp"

#include "noteload/ledger/log_lines.hpp"
#include "noteload/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace noteload::ledger {

namespace {

constexpr std::size_t most_marks = 4096; // before those that nobody needs any more are dropped
constexpr std::size_t piece_size = 1 << 20;

/// Rows come nearly in order. One that is further ahead of all others is a garbled number, and
/// would make us remember as many rows.
constexpr std::uint64_t furthest_ahead = 10'000'000;

std::uint64_t last_row_of(const log_line& line) {
    if (const auto* row = std::get_if<row_line>(&line)) {
        return row->row;
    }
    const auto* mark = std::get_if<sending_mark>(&line);
    return mark != nullptr ? mark->last : 0;
}

/// The first row that a run reads is behind those that it skips.
std::uint64_t skipped_rows(const log_header& header) {
    const auto found = header.options.find("skip");
    const auto* rows =
        found == header.options.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return rows != nullptr && *rows > 0 ? static_cast<std::uint64_t>(*rows) : 0;
}

constexpr std::string_view what_to_do =
    "Nothing was changed. Bring the log back as the run left it (an older copy will not do: it "
    "lacks what was sent since); without it, look the contacts up in Virtuous before any of the "
    "rows is "
    "imported again";

/// `line` cannot be read, and `but` speaks against a crash.
failure damaged(const std::string& path, std::uint64_t line, const std::string& but) {
    return {errc::changed,
            fmt::format("{}: line {} cannot be read, and {}: the log was damaged or written again "
                        "by another program, and going on from there could make notes twice. {}",
                        path, line, but, what_to_do)};
}

failure beyond_reach(const std::string& path, std::uint64_t line, std::uint64_t row) {
    return {errc::changed, fmt::format("{}: line {} tells of row {}, which the run cannot have "
                                       "reached: the log was damaged. {}",
                                       path, line, row, what_to_do)};
}

} // namespace

bool recovered_run::is_doubtful(std::uint64_t row) const {
    const auto what = rows.of(row);
    if (what == outcome::in_doubt) {
        return true;
    }
    return !what && std::any_of(open_marks.begin(), open_marks.end(),
                                [row](const auto& m) { return m.first <= row && row <= m.last; });
}

recovery::recovery(std::string path) : path_(std::move(path)), prune_at_(most_marks) {}

/// A mark behind an outcome that did not rest says that the row was taken up again.
void recovery::take_mark(const sending_mark& mark) {
    for (auto row = mark.first; row <= mark.last; ++row) {
        const auto before = run_.rows.of(row);
        if (before == outcome::not_attempted || before == outcome::refused) {
            ++run_.superseded[row];
            run_.rows.set(row, std::nullopt);
        }
    }
    marks_.push_back(mark);
    if (marks_.size() >= prune_at_) {
        unread_from_ = run_.rows.first_unread(unread_from_);
        prune();
        prune_at_ = std::max(most_marks, marks_.size() * 2);
    }
}

/// The last mark that stands before every row that has to be read.
void recovery::find_go_on(std::uint64_t first_to_read) {
    for (const auto& m : marks_) {
        if (m.first <= first_to_read && m.first >= run_.go_on.row) {
            run_.go_on = {m.first, m.file, m.byte, m.line};
        }
    }
}

/// Keeps the marks over rows whose fate is unknown.
void recovery::prune() {
    find_go_on(unread_from_);
    std::erase_if(marks_, [this](const sending_mark& m) {
        for (auto row = m.first; row <= m.last; ++row) {
            const auto what = run_.rows.of(row);
            if (!what || what == outcome::in_doubt) {
                return false;
            }
        }
        return true;
    });
}

result<void> recovery::take(std::string_view line) {
    ++lines_;
    if (!has_header_) {
        auto header = read_header(line, path_);
        if (!header) {
            return header.error();
        }
        run_.header = std::move(*header);
        has_header_ = true;
        unread_from_ = skipped_rows(run_.header) + 1;
    } else {
        const auto what = forms_.read(line);
        if (damaged_ || std::holds_alternative<std::monostate>(what)) {
            if (damaged_ || !is_blank(line)) {
                return take_garbled(line);
            }
        } else {
            const auto nearest = std::max(run_.rows.last(), unread_from_);
            const auto last = last_row_of(what);
            if (last > nearest && last - nearest > furthest_ahead) {
                return beyond_reach(path_, lines_, last);
            }
            const auto* counts = std::get_if<row_counts>(&what);
            run_.ended = counts != nullptr;
            if (counts != nullptr) {
                run_.end_counts = *counts;
            }
        }
        if (const auto* row = std::get_if<row_line>(&what)) {
            take_row(*row);
        } else if (const auto* mark = std::get_if<sending_mark>(&what)) {
            take_mark(*mark);
        } else if (const auto* event = std::get_if<log_event>(&what)) {
            run_.processes += event->what == "resumed" ? 1 : 0;
        } else if (const auto* end = std::get_if<process_end>(&what)) {
            run_.met += end->met;
        }
    }
    run_.good_bytes += line.size() + 1;
    ++run_.good_lines;
    return {};
}

void recovery::take_row(const row_line& row) {
    if (run_.rows.of(row.row)) {
        ++run_.superseded[row.row];
    }
    run_.rows.set(row.row, row.what);
    auto& refused = run_.first_refused;
    if (row.what == outcome::refused && (refused.row == 0 || row.row < refused.row)) {
        refused = {row.row, row.file, row.byte, row.line};
    }
    if (row.note_id != 0) {
        run_.note_ids.insert(row.note_id);
    }
    if (row.what != outcome::created) {
        run_.told_at.push_back(run_.good_bytes);
    }
}

/// Whether the row was under a mark that could be read, and waited for this outcome; or needed
/// none.
bool recovery::is_marked(const row_line& row) const {
    if (row.what == outcome::invalid || row.what == outcome::skipped ||
        row.what == outcome::not_attempted) {
        return true;
    }
    const auto before = run_.rows.of(row.row);
    return (!before || before == outcome::in_doubt) &&
           std::any_of(marks_.begin(), marks_.end(), [&](const sending_mark& m) {
               return m.first <= row.row && row.row <= m.last;
           });
}

/// From the first unreadable line on. A mark is on disk before its requests leave, so a crash tears
/// none that matters. What shows that one is among the unreadable is no crash's: another mark, or
/// the outcome of a row that none covers. Other outcomes are left out: their rows are asked for.
result<void> recovery::take_garbled(std::string_view line) {
    damaged_ = true;
    const auto what = forms_.read(line);
    const auto* row = std::get_if<row_line>(&what);
    if (line.find("\"sending\"") != std::string_view::npos ||
        std::holds_alternative<sending_mark>(what)) {
        return damaged(path_, run_.good_lines + 1, fmt::format("requests left by line {}", lines_));
    }
    if (row != nullptr && !is_marked(*row)) {
        return damaged(path_, run_.good_lines + 1,
                       fmt::format("line {} tells of row {}, which no readable line says was to "
                                   "be sent",
                                   lines_, row->row));
    }
    return {};
}

/// A last line without its end: torn, or whole where another program wrote the log again.
result<void> recovery::take_end() {
    if (unfinished_.empty() || !has_header_) {
        return {};
    }
    const bool is_whole = !std::holds_alternative<std::monostate>(forms_.read(unfinished_));
    if (!is_whole) {
        return {};
    }
    const auto done = take(unfinished_);
    if (done && !damaged_) {
        run_.lacks_newline = true;
        --run_.good_bytes;
    }
    return done;
}

result<void> recovery::feed(std::string_view piece) {
    bytes_ += piece.size();
    for (;;) {
        const auto end = piece.find('\n');
        if (end == std::string_view::npos) {
            unfinished_ += piece;
            return {};
        }
        result<void> done;
        if (unfinished_.empty()) {
            done = take(piece.substr(0, end));
        } else {
            unfinished_ += piece.substr(0, end);
            done = take(unfinished_);
            unfinished_.clear();
        }
        if (!done) {
            return done;
        }
        piece.remove_prefix(end + 1);
    }
}

result<recovered_run> recovery::finish() {
    if (!has_header_) {
        return failure{errc::changed,
                       fmt::format("{} is no log of a run: it has no header", path_)};
    }
    if (auto done = take_end(); !done) {
        return done.error();
    }
    run_.garbled_bytes = bytes_ - run_.good_bytes;
    if (run_.garbled_bytes > longest_torn_tail) {
        return damaged(path_, run_.good_lines + 1,
                       fmt::format("nothing behind it can, {} bytes, which is more than a crash "
                                   "leaves",
                                   with_thousands(run_.garbled_bytes)));
    }
    // A row under a mark is found through it; only what no mark covers has to be read.
    auto first = run_.rows.first_unread(unread_from_);
    const auto marked = [this](std::uint64_t row) {
        return !run_.rows.of(row) &&
               std::any_of(marks_.begin(), marks_.end(), [row](const sending_mark& m) {
                   return m.first <= row && row <= m.last;
               });
    };
    while (marked(first)) {
        first = run_.rows.first_unread(first + 1);
    }
    unread_from_ = first;
    prune();
    run_.open_marks = std::move(marks_);
    return std::move(run_);
}

namespace {

/// Reads a file piece by piece until `each` fails or returns false.
result<void> read_pieces(const std::string& path,
                         const std::function<result<void>(std::string_view)>& each) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return failure{errc::input, fmt::format("{}: {}. Is this the folder of a run?", path,
                                                std::strerror(errno))};
    }
    std::string piece(piece_size, '\0');
    result<void> done;
    while (done) {
        const auto n = ::read(fd, piece.data(), piece.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            done = failure{errc::input, fmt::format("{}: {}", path, std::strerror(errno))};
        }
        if (n <= 0) {
            break;
        }
        done = each(std::string_view(piece).substr(0, static_cast<std::size_t>(n)));
    }
    ::close(fd);
    return done;
}

} // namespace

result<recovered_run> recover(const std::string& log_path) {
    recovery log(log_path);
    const auto done =
        read_pieces(log_path, [&](std::string_view piece) { return log.feed(piece); });
    if (!done) {
        return done.error();
    }
    return log.finish();
}

result<void> check_end(const std::string& log_path, const recovered_run& run) {
    const auto counts = run.rows.counts();
    if (!run.ended || counts == run.end_counts) {
        return {};
    }
    return failure{errc::changed,
                   fmt::format("{}: its last line tells of {} rows read and {} created, its other "
                               "lines of {} and {}: the log was changed since. {}",
                               log_path, run.end_counts.read, run.end_counts[outcome::created],
                               counts.read, counts[outcome::created], what_to_do)};
}

} // namespace noteload::ledger
