#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "noteload/source/json_line.hpp"
#include "noteload/source/json_scalar.hpp"
#include "noteload/source/record_cutter.hpp"
#include "noteload/source/text_end.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

static_assert(input_buffer::slack >= json_line::padding, "lines are parsed where they are");

namespace {

class jsonl_cutter final : public record_cutter {
public:
    explicit jsonl_cutter(const reading_plan& plan) : plan_(plan), line_(plan.options.columns) {}

    result<void> cut(std::span<const framed> found, const input_buffer& buffer,
                     record_chunk& into) override;

private:
    void read_line(const framed& f, std::string_view bytes, const input_buffer& buffer,
                   std::span<cell> cells);

    const reading_plan& plan_;
    json_line line_;
    std::vector<fault> faults_; ///< of a line
};

result<void> jsonl_cutter::cut(std::span<const framed> found, const input_buffer& buffer,
                               record_chunk& into) {
    into.columns = plan_.options.columns.size();
    into.cells.resize(found.size() * into.columns);
    line_.begin(into.text.size());
    std::span<cell> rest(into.cells);
    for (const framed& f : found) {
        faults_.clear();
        read_line(f, into.bytes(f), buffer, rest.first(into.columns));
        rest = rest.subspan(into.columns);
        into.records.push_back({f, into.faults.size(), faults_.size()});
        std::move(faults_.begin(), faults_.end(), std::back_inserter(into.faults));
    }
    return {};
}

void jsonl_cutter::read_line(const framed& f, std::string_view bytes, const input_buffer& buffer,
                             std::span<cell> cells) {
    if (f.too_long) {
        faults_.push_back(
            {reason::record_too_long,
             fmt::format("this line has {} bytes, over the limit of {}", with_thousands(f.size),
                         with_thousands(plan_.options.max_record))});
        return;
    }
    if (f.byte == 0 && bytes.starts_with(byte_order_mark)) {
        bytes.remove_prefix(byte_order_mark.size());
    }
    line_.read(bytes, cells, faults_);
    if (f.is_unended() && (buffer.was_cut() || (!faults_.empty() && is_unfinished_json(bytes)) ||
                           is_cut_off(f, bytes, buffer, plan_.facts))) {
        faults_.assign(1, {reason::truncated, "the input ends in the middle of this line"});
    } else if (!faults_.empty() && faults_[0].why == reason::bad_utf8) {
        faults_[0] = wrong_bytes(bytes, plan_.facts, "line");
    }
}

} // namespace

std::unique_ptr<record_cutter> make_jsonl_cutter(const reading_plan& plan) {
    return std::make_unique<jsonl_cutter>(plan);
}

std::unique_ptr<record_cutter> make_cutter(const reading_plan& plan) {
    return plan.facts.format == file_format::csv ? make_csv_cutter(plan) : make_jsonl_cutter(plan);
}

} // namespace noteload::source
