#include <fmt/format.h>

#include <optional>
#include <utility>

#include "noteload/source/json_line.hpp"
#include "noteload/source/line_framer.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/record_feed.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

static_assert(input_buffer::slack >= json_line::padding, "lines are parsed where they are");

namespace {

class jsonl_reader final : public record_reader {
public:
    jsonl_reader(std::unique_ptr<input_buffer> buffer, const reading_options& options)
        : buffer_(std::move(buffer)),
          options_(options),
          framer_(options.max_record),
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
    std::string_view header_bytes() const override { return {}; }
    std::uint64_t position() const override { return position_; }

private:
    void read_line(const framed& f, std::string_view bytes);

    std::unique_ptr<input_buffer> buffer_;
    reading_options options_;
    line_framer framer_;
    record_feed feed_;
    json_line line_;

    std::span<const framed> chunk_;
    std::size_t at_ = 0; ///< the next record in it
    std::vector<cell> cells_;
    std::vector<fault> faults_;
    std::uint64_t row_;
    std::uint64_t position_ = 0;
    std::optional<failure> failed_;
};

result<void> jsonl_reader::open(const std::string& name) {
    if (options_.start.byte != 0) {
        position_ = options_.start.byte;
        return feed_.seek(options_.start.byte, options_.start.line);
    }
    if (const auto filled = buffer_->fill_to(1); !filled) {
        return filled.error();
    }
    if (buffer_->text().empty()) {
        return failure{errc::input, name + ": has no bytes"};
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
            return false;
        }
    }
    const framed& f = chunk_[at_++];
    into = {.at = {.file = options_.start.file,
                   .row = row_++,
                   .line = f.line,
                   .byte = f.byte,
                   .size = f.size},
            .bytes = feed_.bytes(f),
            .cells = {},
            .faults = {}};
    position_ = f.next;
    faults_.clear();
    read_line(f, into.bytes);
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
}

} // namespace

result<std::unique_ptr<record_reader>> read_jsonl(std::unique_ptr<input_buffer> buffer,
                                                  std::string name,
                                                  const reading_options& options) {
    auto reader = std::make_unique<jsonl_reader>(std::move(buffer), options);
    if (const auto opened = reader->open(name); !opened) {
        return opened.error();
    }
    return std::unique_ptr<record_reader>(std::move(reader));
}

} // namespace noteload::source
