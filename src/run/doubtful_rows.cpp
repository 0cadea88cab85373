#include "noteload/run/doubtful_rows.hpp"

#include "noteload/run/row_reader.hpp"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

namespace noteload::run {

namespace {

class doubt_reader {
public:
    doubt_reader(const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
                 const input_options& reading, mapping::note_mapper& mapper,
                 mapping::note_mapper& offline)
        : run_(run), inputs_(inputs), reading_(reading), mapper_(mapper), offline_(offline) {}

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
        append_row(into, r, note_);
        auto& row = into.rows.back();
        row.maybe_sent = row.is_valid() || offline_.map(r, offline_note_);
    }

    const ledger::recovered_run& run_;
    const std::vector<checked_input>& inputs_;
    const input_options& reading_;
    mapping::note_mapper& mapper_;
    mapping::note_mapper& offline_;
    mapping::mapped_note note_;
    mapping::mapped_note offline_note_;
    std::unordered_set<std::uint64_t> seen_;
};

} // namespace

result<std::vector<std::shared_ptr<const batch>>> read_doubtful(
    const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
    const input_options& reading, mapping::note_mapper& mapper, mapping::note_mapper& offline) {
    doubt_reader reader(run, inputs, reading, mapper, offline);
    std::vector<std::shared_ptr<const batch>> batches;
    for (const auto& mark : run.open_marks) {
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
