#include "noteload/run/doubtful_rows.hpp"

#include "noteload/run/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace noteload::run {

namespace {

class doubt_reader {
public:
    doubt_reader(const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
                 const input_options& reading, const doubtful_judges& by)
        : run_(run),
          inputs_(inputs),
          reading_(reading),
          mapper_(by.mapper),
          offline_(by.offline),
          keys_(by.keys) {}

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
        mapper_.map(r, note_);
        const auto unsent = offline_.map(r, offline_note_) ? outcome::in_doubt : outcome::invalid;
        const auto faults = note_.faults.size();
        const auto by_key = judge_key(r);
        const bool key_forbids = by_key == outcome::skipped || note_.faults.size() > faults;
        append_row(into, r, note_, key_forbids ? by_key : unsent);
    }

    /// A row whose key was imported before, or stands in an earlier row, was never sent: the run
    /// that makes such keys known cannot have begun since, for it would have found this one without
    /// an end. A row that an earlier process called doubtful was sent, whatever its key.
    outcome judge_key(const record& r) {
        if (keys_ == nullptr) {
            return outcome::invalid;
        }
        if (run_.rows.of(r.at.row)) {
            keys_->saw(note_.key, r.at.row);
            return outcome::invalid;
        }
        return keys_->judge(r, note_);
    }

    const ledger::recovered_run& run_;
    const std::vector<checked_input>& inputs_;
    const input_options& reading_;
    mapping::note_mapper& mapper_;
    mapping::note_mapper& offline_;
    key_check* keys_;
    mapping::mapped_note note_;
    mapping::mapped_note offline_note_;
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
