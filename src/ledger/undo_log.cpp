#include "noteload/ledger/undo_log.hpp"

#include "noteload/ledger/line_reader.hpp"
#include "noteload/ledger/log_lines.hpp"
#include "noteload/ledger/side_files.hpp"

#include <fmt/format.h>

namespace noteload::ledger {

namespace {

void take(const undo_line& line, std::uint64_t last_row, recovered_undo& into) {
    const auto row = line.note.row;
    if (!is_undone(line.what) || row > last_row || into.is_done(row)) {
        return;
    }
    if (row >= into.done.size()) {
        into.done.resize(row + 1);
    }
    into.done[row] = true;
    ++into.settled[line.what];
}

result<void> check_header(std::string_view line, const std::string& path, const log_header& of) {
    const auto header = read_undo_header(line, path);
    if (!header) {
        return header.error();
    }
    if (header->run != of.run || header->base_url != of.base_url ||
        header->organization != of.organization) {
        return failure{errc::changed,
                       fmt::format("{} is of the run \"{}\", and the log beside it of \"{}\": it "
                                   "does not belong here",
                                   path, header->run, of.run)};
    }
    return {};
}

} // namespace

result<recovered_undo> recover_undo(disk& on, const std::string& path, const log_header& of,
                                    std::uint64_t last_row) {
    recovered_undo found;
    if (!on.exists(path)) {
        return found;
    }
    auto lines = line_reader::open(path);
    if (!lines) {
        return lines.error();
    }
    for (;;) {
        const auto line = lines->next();
        if (!line) {
            return line.error();
        }
        if (!found.is_there) {
            if (auto good = check_header(line->value_or(""), path, of); !good) {
                return good.error();
            }
            found.is_there = true;
        } else if (!*line) {
            return found;
        } else {
            const auto what = read_undo_line(**line);
            if (std::holds_alternative<std::monostate>(what) && !is_blank(**line)) {
                return found; // whatever is behind is tried again
            }
            if (const auto* note = std::get_if<undo_line>(&what)) {
                take(*note, last_row, found);
            }
            found.looked_up |= std::holds_alternative<undo_looked_up>(what);
        }
        found.good_bytes += (*line)->size() + 1;
    }
}

undo_log::undo_log(disk& on, std::string folder, std::unique_ptr<append_file> lines)
    : on_(&on), folder_(std::move(folder)), lines_(std::move(lines)) {}

result<undo_log> undo_log::open(disk& on, const std::string& folder, const recovered_undo& before,
                                const undo_header& header) {
    const auto path = folder + "/undo.jsonl";
    std::string first;
    append_line(first, header);
    auto lines =
        before.is_there ? on.reopen(path, before.good_bytes) : begin_whole(on, path, first);
    if (!lines) {
        return lines.error();
    }
    on.remove(folder + "/kept.csv");
    return undo_log(on, folder, std::move(*lines));
}

result<void> undo_log::first_failure(const result<void>& done) {
    if (!done) {
        failed_ = done.error();
    }
    return done;
}

result<void> undo_log::add(const undone_note& note) {
    if (failed_) {
        return *failed_;
    }
    text_.clear();
    append_line(text_, note);
    dirty_ = true;
    auto done = lines_->append(text_);
    if (done && (note.what == undo_outcome::kept || note.what == undo_outcome::refused)) {
        done = add_kept(note);
    }
    return first_failure(done);
}

result<void> undo_log::add_kept(const undone_note& note) {
    text_.clear();
    if (kept_ == nullptr) {
        auto made = on_->create(folder_ + "/kept.csv");
        if (!made) {
            return failure{errc::disk, made.error().message};
        }
        kept_ = std::move(*made);
        text_ = "note_id,contact_id,row,reason,detail\n";
    }
    text_ += fmt::format("{},{},{},{},", note.note.note_id,
                         note.contact_id == 0 ? "" : std::to_string(note.contact_id), note.note.row,
                         to_word(note.why->why));
    append_csv_cell(text_, note.why->detail);
    text_ += '\n';
    return kept_->append(text_);
}

result<void> undo_log::looked_up(std::uint64_t rows) {
    if (failed_) {
        return *failed_;
    }
    text_.clear();
    append_line(text_, undo_looked_up{rows, std::chrono::system_clock::now()});
    dirty_ = true;
    if (auto done = first_failure(lines_->append(text_)); !done) {
        return done;
    }
    return sync();
}

result<void> undo_log::sync() {
    if (failed_) {
        return *failed_;
    }
    if (!std::exchange(dirty_, false)) {
        return {};
    }
    auto done = lines_->sync();
    if (done && kept_ != nullptr) {
        done = kept_->sync();
    }
    return first_failure(done);
}

result<void> undo_log::end(const undo_counts& counts) {
    if (failed_) {
        return *failed_;
    }
    text_.clear();
    append_line(text_, counts);
    dirty_ = true;
    if (auto done = first_failure(lines_->append(text_)); !done) {
        return done;
    }
    return sync();
}

} // namespace noteload::ledger
