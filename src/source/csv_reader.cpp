#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "noteload/source/csv_cells.hpp"
#include "noteload/source/csv_framer.hpp"
#include "noteload/source/preamble.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/record_feed.hpp"
#include "noteload/source/text_end.hpp"
#include "noteload/source/torn_cell.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

std::string columns_text(std::size_t n) {
    return n == 1 ? "1 column" : fmt::format("{} columns", n);
}

class csv_reader final : public record_reader {
public:
    csv_reader(opened_text text, std::string name, const reading_options& options)
        : buffer_(std::move(text.buffer)),
          decoder_(text.decoder),
          facts_(std::move(text.facts)),
          name_(std::move(name)),
          options_(options),
          dialect_(facts_.csv.dialect),
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
    std::string_view newline() const override { return newline_; }
    const reading_facts& facts() const override { return facts_; }
    std::uint64_t position() const override { return position_; }

private:
    result<void> begin_text();
    result<void> read_header();
    result<void> name_columns();
    /// The separator is a character of several bytes.
    bool has_stand_in() const { return facts_.delimiter.size() > 1; }
    void restore_separators();
    void restore_separators(std::string& text) const;
    void keep_header_bytes(std::uint64_t end);
    bool end_was_cut(record& into);
    bool is_cut(const framed& f) const;
    result<std::vector<int>> find_wanted() const;
    result<bool> read_chunk();
    bool is_sound(const framed& f) const;
    void say_what_is_wrong(const framed& f);
    void say(reason why, std::string detail) { faults_.push_back({why, std::move(detail)}); }
    failure unreadable(std::string_view why) const {
        return {errc::input, fmt::format("{}: {}", name_, why)};
    }

    std::unique_ptr<input_buffer> buffer_;
    decoding_source* decoder_; ///< in the buffer, or none
    reading_facts facts_;
    std::string name_;
    reading_options options_;
    csv_dialect dialect_;
    csv_framer framer_;
    record_feed feed_;
    std::optional<csv_cells> door_;
    std::vector<std::string> header_;
    std::string header_bytes_;
    std::string newline_ = "\n";
    preamble preamble_;
    std::string original_; ///< of a record that the decoder does not remember

    std::span<const framed> chunk_;
    std::size_t at_ = 0;              ///< the next record in it
    bool chunk_is_utf8_ = false;      ///< all of it: single records need not be looked at
    std::vector<sound_record> sound_; ///< those of the chunk that csv.h gets
    std::vector<cell> cells_;
    std::vector<std::string> restored_; ///< cells with text for which a stand-in stood
    std::vector<fault> faults_;
    std::uint64_t row_;
    std::uint64_t position_ = 0;
    std::optional<failure> failed_;
    bool last_was_unended_ = false;
};

result<void> csv_reader::open() {
    if (const auto done = begin_text(); !done) {
        return done.error();
    }
    if (const auto done = options_.dialect.no_header ? name_columns() : read_header(); !done) {
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

/// Goes to the header: behind the byte order mark and the lines that are skipped.
result<void> csv_reader::begin_text() {
    if (decoder_ != nullptr) {
        newline_ = decoder_->encoded("\n");
    }
    auto passed =
        pass_preamble(*buffer_, options_.dialect.skip_lines + (facts_.csv.says_separator ? 1 : 0),
                      options_.max_record, name_);
    if (!passed) {
        return passed.error();
    }
    // Before framing: a quote after the mark would not be at a field's start.
    framer_.restart(passed->bytes.size(), 1 + passed->lines);
    position_ = passed->bytes.size();
    preamble_ = std::move(*passed);
    return {};
}

/// `header_bytes_` is the text up to `end`: gets the bytes as they were.
void csv_reader::keep_header_bytes(std::uint64_t end) {
    if (decoder_ == nullptr) {
        return;
    }
    const auto original = decoder_->original(0, end);
    header_bytes_ = original ? std::string(*original) : decoder_->encoded(header_bytes_);
}

/// The names of a file without a header, as they were given.
result<void> csv_reader::name_columns() {
    for (const auto& name : split_fields(options_.dialect.columns, {})) {
        header_.emplace_back(trimmed(name));
    }
    // The last line end is written by whoever makes a reject file.
    header_bytes_ = preamble_.bytes.substr(0, preamble_.bytes.size() - preamble_.last_end);
    keep_header_bytes(header_bytes_.size());
    return {};
}

result<void> csv_reader::read_header() {
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
        return unreadable(
            f.nul ? where + " holds a NUL: this is not a text file"
                  : fmt::format("{} is not valid {}: name the file's encoding with --encoding, or "
                                "save it as UTF-8",
                                where, facts_.encoding.name));
    }
    header_bytes_ = preamble_.bytes;
    header_bytes_ += bytes;
    keep_header_bytes(f.byte + f.size);
    for (auto& name : split_fields(bytes, dialect_)) {
        restore_separators(name);
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
    if (!is_sound(f)) {
        say_what_is_wrong(f);
        into.faults = faults_;
        return true;
    }
    if (const auto cut = door_->next(cells_); !cut) {
        failed_ = cut.error();
        return *failed_;
    }
    if (has_stand_in()) {
        restore_separators();
    }
    into.cells = cells_;
    return true;
}

/// Inside of quotes a stand-in is text: the character that it stands for.
void csv_reader::restore_separators(std::string& text) const {
    for (std::size_t at = text.find(decoding_source::stand_in);
         at != std::string::npos && has_stand_in();
         at = text.find(decoding_source::stand_in, at + facts_.delimiter.size())) {
        text.replace(at, 1, facts_.delimiter);
    }
}

void csv_reader::restore_separators() {
    restored_.resize(cells_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        if (cells_[i].text.find(decoding_source::stand_in) != std::string_view::npos) {
            restored_[i] = cells_[i].text;
            restore_separators(restored_[i]);
            cells_[i].text = restored_[i];
        }
    }
}

/// Compressed data that stops behind a whole record lacks at least the next one: a record of no
/// bytes says so.
bool csv_reader::end_was_cut(record& into) {
    if (!buffer_->was_cut() || last_was_unended_) {
        return false;
    }
    last_was_unended_ = true;
    faults_.clear();
    say(reason::truncated, "the compressed input is cut off behind the record before this one");
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

/// Whether the input ends before the record does.
bool csv_reader::is_cut(const framed& f) const {
    return f.truncated || (f.is_unended() && (f.columns < header_.size() ||
                                              is_cut_off(f, feed_.bytes(f), *buffer_, facts_)));
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
           (chunk_is_utf8_ || is_utf8(feed_.bytes(f))) && !(f.is_unended() && is_cut(f)) &&
           !(f.stray && !why_torn(feed_.bytes(f), dialect_).empty());
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
    const bool half_character = is_cut_off(f, bytes, *buffer_, facts_) && !buffer_->was_cut();
    if (f.truncated) {
        say(reason::truncated, "the input ends inside a quoted field");
    } else if (f.bad_quoting) {
        say(reason::bad_quoting, "text after a closing quote, or a quote that is not closed");
    } else if (is_cut(f)) {
        say(reason::truncated,
            fmt::format("the input ends in the middle of this record, after {} of {}{}",
                        columns_text(f.columns), header_.size(),
                        buffer_->was_cut() ? ": the compressed file is cut off" : ""));
    } else if (f.columns != header_.size()) {
        say(reason::wrong_column_count,
            fmt::format("{} where the header has {}", columns_text(f.columns), header_.size()));
    }
    if (faults_.empty() && f.stray) {
        if (const auto why = why_torn(bytes, dialect_); !why.empty()) {
            say(reason::bad_quoting, std::string(why));
        }
    }
    if (f.nul) {
        say(reason::nul_byte, fmt::format("byte {} of the record is a NUL", bytes.find('\0') + 1));
    }
    if (!chunk_is_utf8_ && !half_character && !is_utf8(bytes)) {
        faults_.push_back(wrong_bytes(bytes, facts_, "record"));
    }
}

} // namespace

result<std::unique_ptr<record_reader>> read_csv(opened_text text, std::string name,
                                                const reading_options& options) {
    auto reader = std::make_unique<csv_reader>(std::move(text), std::move(name), options);
    if (const auto opened = reader->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<record_reader>(std::move(reader));
}

} // namespace noteload::source
