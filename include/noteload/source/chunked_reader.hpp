#pragma once

#include <memory>
#include <optional>
#include <string>

#include "noteload/source/chunk_reader.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// Numbers the records of a supply and hands them out one by one.
class chunked_reader final : public record_reader {
public:
    /// `decoder`: the one inside of the supply, or none. `begin`: where the first record may stand.
    chunked_reader(std::shared_ptr<const reading_plan> plan, std::unique_ptr<chunk_supply> supply,
                   decoding_source* decoder, std::uint64_t begin)
        : plan_(std::move(plan)),
          supply_(std::move(supply)),
          decoder_(decoder),
          row_(plan_->options.start.row),
          position_(begin) {}

    result<bool> next(record& into) override;
    result<bool> next_piece(worked_piece& into, piece_worker& otherwise) override;
    bool ready() const override { return failed_ || has_more() || supply_->ready(); }
    file_format format() const override { return plan_->facts.format; }
    std::span<const std::string> header() const override { return plan_->header; }
    std::string_view header_bytes() const override { return plan_->header_bytes; }
    std::string_view newline() const override { return plan_->newline; }
    const reading_facts& facts() const override { return plan_->facts; }
    std::uint64_t position() const override { return position_; }

private:
    bool has_more() const { return chunk_ != nullptr && at_ < chunk_->records.size(); }
    /// Whether there is a record in the chunk, or in the next one.
    result<bool> fetch();
    void give(record& into);
    void have_worked_on(piece_worker& worker);
    void pass_all();
    bool end(record& into);

    std::shared_ptr<const reading_plan> plan_; // the supply looks at it
    std::unique_ptr<chunk_supply> supply_;
    decoding_source* decoder_;
    const record_chunk* chunk_ = nullptr;
    std::size_t at_ = 0;   // the next record in it
    std::string original_; // bytes of a record that the decoder does not remember
    std::optional<fault> cut_;
    std::uint64_t row_;
    std::uint64_t position_;
    std::optional<failure> failed_;
    bool last_was_unended_ = false;
};

} // namespace noteload::source
