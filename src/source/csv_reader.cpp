#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "noteload/source/csv_cells.hpp"
#include "noteload/source/csv_framer.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/record_feed.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

std::string columns_text(std::size_t n) {
    return n == 1 ? "1 column" : fmt::format("{} columns", n);
}

class csv_reader final : public record_reader {
public:
    csv_reader(std::unique_ptr<input_buffer> buffer, std::string name,
               const reading_options& options)
        : buffer_(std::move(buffer)),
          name_(std::move(name)),
          options_(options),
          framer_(dialect_, options.max_record),
          feed_(*buffer_, framer_),
          cells_(options.columns.size()),
          row_(options.start.row) {}

    /// Reads the header and goes to the start; to be called once, first.
    result<void> open();

    result<bool> next(record& into) override;
    bool ready() const override { return failed_ || at_ < chunk_.size() || feed_.at_end(); }
    file_format format() const override { return file_format::csv; }
    std::span<const std::string> header() const override { return header_; }
    std::string_view header_bytes() const override { return header_bytes_; }
    std::uint64_t position() const override { return position_; }

private:
    result<void> read_header();
    result<std::vector<int>> find_wanted() const;
    result<bool> read_chunk();
    bool is_sound(const framed& f) const;
    void say_what_is_wrong(const framed& f);
    void say(reason why, std::string detail) { faults_.push_back({why, std::move(detail)}); }
    failure unreadable(std::string_view why) const {
        return {errc::input, fmt::format("{}: {}", name_, why)};
    }

    std::unique_ptr<input_buffer> buffer_;
    std::string name_;
    reading_options options_;
    csv_dialect dialect_;
    csv_framer framer_;
    record_feed feed_;
    std::optional<csv_cells> door_;
    std::vector<std::string> header_;
    std::string header_bytes_;

    std::span<const framed> chunk_;
    std::size_t at_ = 0;              ///< the next record in it
    bool chunk_is_utf8_ = false;      ///< all of it: single records need not be looked at
    std::vector<sound_record> sound_; ///< those of the chunk that csv.h gets
    std::vector<cell> cells_;
    std::vector<fault> faults_;
    std::uint64_t row_;
    std::uint64_t position_ = 0;
    std::optional<failure> failed_;
};

result<void> csv_reader::open() {
    if (const auto done = read_header(); !done) {
        return done.error();
    }
    const auto wanted_at = find_wanted();
    if (!wanted_at) {
        return wanted_at.error();
    }
    door_.emplace(*wanted_at, dialect_);
    framer_.expect_columns(static_cast<std::uint32_t>(header_.size()));
    if (options_.start.byte != 0) {
        position_ = options_.start.byte;
        return feed_.seek(options_.start.byte, options_.start.line);
    }
    return {};
}

result<void> csv_reader::read_header() {
    if (const auto filled = buffer_->fill_to(byte_order_mark.size()); !filled) {
        return filled.error();
    }
    if (buffer_->text().empty()) {
        return unreadable("has no bytes");
    }
    if (buffer_->text().starts_with(byte_order_mark)) {
        // Before framing: a quote after it would not be at a field's start.
        header_bytes_ = byte_order_mark;
        buffer_->drop(byte_order_mark.size());
        framer_.restart(byte_order_mark.size(), 1);
    }
    const auto found = feed_.more(1);
    if (!found) {
        return found.error();
    }
    if (found->empty()) {
        return unreadable("has no header: all its lines are blank");
    }
    const framed& f = found->front();
    const std::string_view bytes = feed_.bytes(f);
    const std::string where = fmt::format("the header (line {})", f.line);
    if (f.too_long) {
        return unreadable(fmt::format("{} is over {} bytes. Is this a CSV file?", where,
                                      with_thousands(options_.max_record)));
    }
    if (f.truncated || f.bad_quoting) {
        return unreadable(where + (f.truncated ? " opens a quote that is never closed"
                                               : " has text after a closing quote"));
    }
    if (f.nul || !is_utf8(bytes)) {
        return unreadable(where + (f.nul ? " holds a NUL: this is not a text file in UTF-8"
                                         : " is not valid UTF-8: save the file as UTF-8"));
    }
    header_bytes_ += bytes;
    for (const auto& name : split_fields(bytes, dialect_)) {
        header_.emplace_back(trimmed(name));
    }
    position_ = f.next;
    return {};
}

/// For each column of the file, which wanted one it is, or -1.
result<std::vector<int>> csv_reader::find_wanted() const {
    std::vector<int> wanted_at(header_.size(), -1);
    for (std::size_t w = 0; w < options_.columns.size(); ++w) {
        const std::string_view wanted = trimmed(options_.columns[w]);
        std::optional<std::size_t> first;
        for (std::size_t i = 0; i < header_.size(); ++i) {
            if (!equal_without_case(header_[i], wanted)) {
                continue;
            }
            if (first) {
                return unreadable(fmt::format(
                    "the header names \"{}\" twice, in columns {} and {}: rename or remove one",
                    printable(header_[i]), *first + 1, i + 1));
            }
            first = i;
            wanted_at[i] = static_cast<int>(w);
        }
    }
    return wanted_at;
}

result<bool> csv_reader::next(record& into) {
    if (failed_) {
        return *failed_;
    }
    if (at_ == chunk_.size()) {
        const auto more = read_chunk();
        if (!more) {
            failed_ = more.error();
            return more;
        }
        if (!*more) {
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
    if (!is_sound(f)) {
        say_what_is_wrong(f);
        into.faults = faults_;
        return true;
    }
    if (const auto cut = door_->next(cells_); !cut) {
        failed_ = cut.error();
        return *failed_;
    }
    into.cells = cells_;
    return true;
}

/// Frames the next chunk and gives csv.h all of its records that nothing is wrong with.
result<bool> csv_reader::read_chunk() {
    const auto found = feed_.more();
    if (!found) {
        return found.error();
    }
    chunk_ = *found;
    at_ = 0;
    if (chunk_.empty()) {
        return false;
    }
    const char* const first = feed_.bytes(chunk_.front()).data();
    const std::string_view last = feed_.bytes(chunk_.back());
    chunk_is_utf8_ = is_utf8({first, static_cast<std::size_t>(last.data() + last.size() - first)});
    sound_.clear();
    for (const framed& f : chunk_) {
        if (is_sound(f)) {
            sound_.push_back({feed_.bytes(f), f.quoted});
        }
    }
    if (const auto begun = door_->begin(sound_); !begun) {
        return begun.error();
    }
    return true;
}

/// Whether the record can be cut into cells.
bool csv_reader::is_sound(const framed& f) const {
    return !f.too_long && !f.bad_quoting && !f.truncated && !f.nul && f.columns == header_.size() &&
           (chunk_is_utf8_ || is_utf8(feed_.bytes(f)));
}

void csv_reader::say_what_is_wrong(const framed& f) {
    const std::string_view bytes = feed_.bytes(f);
    if (f.too_long) {
        const auto limit = with_thousands(options_.max_record);
        say(reason::record_too_long,
            f.size > f.held
                ? fmt::format("this line has {} bytes, over the limit of {}; it was cut",
                              with_thousands(f.size), limit)
                : fmt::format("the record that begins here is over {} bytes; is a quote not "
                              "closed? Reading went on at the next line",
                              limit));
        return;
    }
    if (f.truncated) {
        say(reason::truncated, "the input ends inside a quoted field");
    } else if (f.bad_quoting) {
        say(reason::bad_quoting, "text after a closing quote, or a quote that is not closed");
    } else if (f.columns != header_.size()) {
        say(reason::wrong_column_count,
            fmt::format("{} where the header has {}", columns_text(f.columns), header_.size()));
    }
    if (f.nul) {
        say(reason::nul_byte, fmt::format("byte {} of the record is a NUL", bytes.find('\0') + 1));
    }
    if (!chunk_is_utf8_ && !is_utf8(bytes)) {
        say(reason::bad_utf8,
            fmt::format("byte {} of the record is not valid UTF-8", first_bad_utf8(bytes) + 1));
    }
}

} // namespace

result<std::unique_ptr<record_reader>> read_csv(std::unique_ptr<input_buffer> buffer,
                                                std::string name, const reading_options& options) {
    auto reader = std::make_unique<csv_reader>(std::move(buffer), std::move(name), options);
    if (const auto opened = reader->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<record_reader>(std::move(reader));
}

} // namespace noteload::source
