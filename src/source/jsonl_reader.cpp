#include <fmt/format.h>

#include <optional>
#include <utility>

#include "noteload/source/json_line.hpp"
#include "noteload/source/json_scalar.hpp"
#include "noteload/source/line_framer.hpp"
#include "noteload/source/preamble.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/record_feed.hpp"
#include "noteload/source/text_end.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

static_assert(input_buffer::slack >= json_line::padding, "lines are parsed where they are");

namespace {

class jsonl_reader final : public record_reader {
public:
    jsonl_reader(opened_text text, const reading_options& options)
        : buffer_(std::move(text.buffer)),
          decoder_(text.decoder),
          facts_(std::move(text.facts)),
          options_(options),
          framer_(options.max_record, facts_.csv.dialect.cr_ends),
          feed_(*buffer_, framer_),
          line_(options.columns),
          cells_(options.columns.size()),
          row_(options.start.row) {}

    /// Goes to the start; to be called once, first.
    result<void> open(const std::string& name);

    result<bool> next(record& into) override;
    bool ready() const override { return failed_ || at_ < chunk_.size() || feed_.at_end(); }
    file_format format() const override { return file_format::jsonl; }
    std::span<const std::string> header() const override { return {}; }
    std::string_view header_bytes() const override { return header_bytes_; }
    std::string_view newline() const override { return newline_; }
    const reading_facts& facts() const override { return facts_; }
    std::uint64_t position() const override { return position_; }

private:
    void read_line(const framed& f, std::string_view bytes);
    bool end_was_cut(record& into);

    std::unique_ptr<input_buffer> buffer_;
    decoding_source* decoder_; ///< in the buffer, or none
    reading_facts facts_;
    reading_options options_;
    line_framer framer_;
    record_feed feed_;
    json_line line_;
    std::string header_bytes_;
    std::string newline_ = "\n";
    std::string original_; ///< of a record that the decoder does not remember

    std::span<const framed> chunk_;
    std::size_t at_ = 0; ///< the next record in it
    std::vector<cell> cells_;
    std::vector<fault> faults_;
    std::uint64_t row_;
    std::uint64_t position_ = 0;
    std::optional<failure> failed_;
    bool last_was_unended_ = false;
};

result<void> jsonl_reader::open(const std::string& name) {
    if (decoder_ != nullptr) {
        newline_ = decoder_->encoded("\n");
    }
    if (options_.start.byte != 0) {
        position_ = options_.start.byte;
        return feed_.seek(options_.start.byte, options_.start.line);
    }
    if (options_.dialect.skip_lines == 0) {
        // A byte order mark belongs to the first line, and is looked for there.
        if (const auto filled = buffer_->fill_to(1); !filled) {
            return filled.error();
        }
        if (!buffer_->text().empty()) {
            return {};
        }
    }
    const auto passed =
        pass_preamble(*buffer_, options_.dialect.skip_lines, options_.max_record, name);
    if (!passed) {
        return passed.error();
    }
    framer_.restart(passed->bytes.size(), 1 + passed->lines);
    position_ = passed->bytes.size();
    header_bytes_ = passed->bytes.substr(0, passed->bytes.size() - passed->last_end);
    if (decoder_ != nullptr) {
        const auto original = decoder_->original(0, header_bytes_.size());
        header_bytes_ = original ? std::string(*original) : decoder_->encoded(header_bytes_);
    }
    return {};
}

result<bool> jsonl_reader::next(record& into) {
    if (failed_) {
        return *failed_;
    }
    if (at_ == chunk_.size()) {
        const auto found = feed_.more();
        if (!found) {
            failed_ = found.error();
            return *failed_;
        }
        chunk_ = *found;
        at_ = 0;
        if (chunk_.empty()) {
            position_ = framer_.offset();
            return end_was_cut(into);
        }
    }
    const framed& f = chunk_[at_++];
    into = {.at = {.file = options_.start.file,
                   .row = row_++,
                   .line = f.line,
                   .byte = f.byte,
                   .size = f.size},
            .bytes = original_bytes(f, feed_.bytes(f), decoder_, original_),
            .cells = {},
            .faults = {}};
    position_ = f.next;
    last_was_unended_ = f.is_unended();
    faults_.clear();
    read_line(f, feed_.bytes(f));
    if (faults_.empty()) {
        into.cells = cells_;
    }
    into.faults = faults_;
    return true;
}

void jsonl_reader::read_line(const framed& f, std::string_view bytes) {
    if (f.too_long) {
        faults_.push_back(
            {reason::record_too_long,
             fmt::format("this line has {} bytes, over the limit of {}", with_thousands(f.size),
                         with_thousands(options_.max_record))});
        return;
    }
    if (f.byte == 0 && bytes.starts_with(byte_order_mark)) {
        bytes.remove_prefix(byte_order_mark.size());
    }
    line_.read(bytes, cells_, faults_);
    if (f.is_unended() && (buffer_->was_cut() || (!faults_.empty() && is_unfinished_json(bytes)) ||
                           is_cut_off(f, bytes, *buffer_, facts_))) {
        faults_.assign(1, {reason::truncated, "the input ends in the middle of this line"});
    } else if (!faults_.empty() && faults_[0].why == reason::bad_utf8) {
        faults_[0] = wrong_bytes(bytes, facts_, "line");
    }
}

/// See `csv_reader::end_was_cut`.
bool jsonl_reader::end_was_cut(record& into) {
    if (!buffer_->was_cut() || last_was_unended_) {
        return false;
    }
    last_was_unended_ = true;
    faults_.assign(
        1, {reason::truncated, "the compressed input is cut off behind the line before this one"});
    into = {.at = {.file = options_.start.file,
                   .row = row_++,
                   .line = framer_.line(),
                   .byte = framer_.offset(),
                   .size = 0},
            .bytes = {},
            .cells = {},
            .faults = faults_};
    return true;
}

} // namespace

result<std::unique_ptr<record_reader>> read_jsonl(opened_text text, std::string name,
                                                  const reading_options& options) {
    auto reader = std::make_unique<jsonl_reader>(std::move(text), options);
    if (const auto opened = reader->open(name); !opened) {
        return opened.error();
    }
    return std::unique_ptr<record_reader>(std::move(reader));
}

} // namespace noteload::source
