#include "noteload/run/doubtful_rows.hpp"

#include "noteload/delivery/request.hpp"
#include "noteload/run/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace noteload::run {

namespace {

constexpr std::string_view two_notes =
    "the organisation's note types or time zone changed while the run was going on, and nobody "
    "knows by which of them the row was sent: look in Virtuous whether the note is there";

class doubt_reader {
public:
    doubt_reader(const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
                 const input_options& reading, const doubtful_judges& by)
        : run_(run),
          inputs_(inputs),
          reading_(reading),
          mapper_(by.mapper),
          earlier_(by.earlier),
          offline_(by.offline),
          keys_(by.keys),
          earlier_notes_(by.earlier.size()) {}

    result<std::shared_ptr<const batch>> read(const ledger::sending_mark& mark) {
        const auto& in = inputs_.at(mark.file);
        auto reader =
            open_at(in, reading_, mapper_.columns(),
                    {.row = mark.first, .file = mark.file, .byte = mark.byte, .line = mark.line});
        if (!reader) {
            return reader.error();
        }
        auto b = std::make_shared<batch>();
        std::string all;
        record r;
        for (auto row = mark.first; row <= mark.last; ++row) {
            auto got = (*reader)->next(r);
            if (!got) {
                return got.error();
            }
            if (!*got) {
                break;
            }
            r.at.row = row;
            r.at.file = mark.file;
            all += r.bytes;
            all += '\n';
            if (run_.is_doubtful(row) && seen_.insert(row).second) {
                take(r, *b);
            }
        }
        if (ledger::mark_hash(all) != mark.hash) {
            return failure{errc::changed,
                           fmt::format("{}: the records from line {} on are not those that the run "
                                       "sent: restore the file as it was",
                                       in.what.name, mark.line)};
        }
        return std::shared_ptr<const batch>(std::move(b));
    }

private:
    void take(const record& r, batch& into) {
        auto& note = note_of(r);
        const auto faults = note.faults.size();
        const auto by_key = judge_key(r, note);
        const bool key_forbids = by_key == outcome::skipped || note.faults.size() > faults;
        append_row(into, r, note, key_forbids ? by_key : with_faults_);
    }

    /// The row as it may have been sent, or why it was not; sets what it ends as with faults.
    mapping::mapped_note& note_of(const record& r) {
        mapper_.map(r, note_);
        with_faults_ = outcome::invalid;
        if (!earlier_.empty()) {
            return sent_note(r);
        }
        if (!note_.faults.empty() && offline_.map(r, offline_note_)) {
            with_faults_ = outcome::in_doubt;
            note_.faults.front().detail += ". The run may have sent the row when it was a note";
        }
        return note_;
    }

    mapping::mapped_note& sent_note(const record& r) {
        mapping::mapped_note* found = nullptr;
        for (std::size_t i = 0; i < earlier_.size(); ++i) {
            if (!earlier_[i].map(r, earlier_notes_[i])) {
                continue;
            }
            std::string body;
            delivery::append_note_body(body, earlier_notes_[i].note);
            if (found == nullptr) {
                found = &earlier_notes_[i];
                body_ = std::move(body);
            } else if (body != body_) {
                found->faults.push_back({reason::connection_lost, std::string(two_notes)});
                with_faults_ = outcome::in_doubt;
                break;
            }
        }
        return found == nullptr ? note_ : *found;
    }

    /// A row whose key was imported before, or stands in an earlier row, was never sent: the run
    /// that makes such keys known cannot have begun since, for it would have found this one without
    /// an end. A row that an earlier process called doubtful was sent, whatever its key.
    outcome judge_key(const record& r, mapping::mapped_note& note) {
        if (keys_ == nullptr) {
            return outcome::invalid;
        }
        if (run_.rows.of(r.at.row)) {
            keys_->saw(note.key, r.at.row);
            return outcome::invalid;
        }
        return keys_->judge(r, note);
    }

    const ledger::recovered_run& run_;
    const std::vector<checked_input>& inputs_;
    const input_options& reading_;
    mapping::note_mapper& mapper_;
    std::span<mapping::note_mapper> earlier_;
    mapping::note_mapper& offline_;
    key_check* keys_;
    mapping::mapped_note note_;
    mapping::mapped_note offline_note_;
    std::vector<mapping::mapped_note> earlier_notes_; // by each of earlier_
    std::string body_;                                // of the one that may have been sent
    outcome with_faults_ = outcome::invalid;
    std::unordered_set<std::uint64_t> seen_;
};

} // namespace

result<std::vector<std::shared_ptr<const batch>>> read_doubtful(
    const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
    const input_options& reading, const doubtful_judges& by) {
    doubt_reader reader(run, inputs, reading, by);
    std::vector<std::shared_ptr<const batch>> batches;
    auto marks = run.open_marks; // keys are judged in the order of the rows
    std::sort(marks.begin(), marks.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& mark : marks) {
        auto b = reader.read(mark);
        if (!b) {
            return b.error();
        }
        if (!(*b)->rows.empty()) {
            batches.push_back(std::move(*b));
        }
    }
    return batches;
}

} // namespace noteload::run
