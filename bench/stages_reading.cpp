#include "stages.hpp"

#include "noteload/source/csv_cells.hpp"
#include "noteload/source/csv_framer.hpp"
#include "noteload/source/decoding_source.hpp"
#include "noteload/source/reading.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace noteload::bench {

namespace {

using namespace source;

class memory_source final : public byte_source {
public:
    explicit memory_source(std::string_view text) : text_(text) {}
    result<std::size_t> read(char* into, std::size_t size) override {
        const auto given = std::min(size, text_.size() - at_);
        std::memcpy(into, text_.data() + at_, given);
        at_ += given;
        return given;
    }
    result<void> seek(std::uint64_t byte) override {
        at_ = static_cast<std::size_t>(byte);
        return {};
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

void expect(bool good) {
    if (!good) {
        throw std::logic_error("a stage did not do its work");
    }
}

/// All of the text, in chunks as a file's reader has them.
std::vector<framed> frame(std::string_view text) {
    constexpr std::size_t chunk = 256 * 1024;
    csv_framer framer({}, 4 << 20);
    framer.expect_columns(5);
    std::vector<framed> found;
    for (std::size_t at = 0; at < text.size();) {
        const auto part = text.substr(at, chunk);
        const std::size_t had = found.size();
        const auto step = framer.frame(part, at + part.size() == text.size(), found);
        for (std::size_t i = had; i < found.size(); ++i) {
            found[i].begin += at;
        }
        at += step.consumed;
    }
    return found;
}

std::function<void()> read_all(std::shared_ptr<std::string> text, file_format format) {
    return [text, format] {
        opened_text opened;
        opened.buffer = std::make_unique<input_buffer>(std::make_unique<memory_source>(*text));
        opened.facts.format = format;
        reading_options options;
        options.columns = {"contactId", "type",    "note",     "noteDateTime",
                           "important", "private", "timeSpent"};
        auto reader = read_text(std::move(opened), "notes", options);
        std::size_t rows = 0;
        for (record r; (*reader)->next(r).value(); ++rows) {
        }
        expect(rows == rows_of_a_stage);
    };
}

std::function<void()> decode_all(std::shared_ptr<std::string> text, const std::string& encoding) {
    return [text, encoding] {
        decoding_source from(std::make_unique<memory_source>(*text),
                             {.encoding = encoding, .most_held = 1 << 20});
        std::string into(256 * 1024, '\0');
        std::size_t all = 0;
        for (std::size_t got = 1; got != 0; all += got) {
            got = from.read(into.data(), into.size()).value();
        }
        expect(all > rows_of_a_stage);
    };
}

} // namespace

std::vector<stage> reading_stages() {
    const auto csv = std::make_shared<std::string>(csv_rows());
    const auto jsonl = std::make_shared<std::string>(jsonl_rows());
    const auto wide = std::make_shared<std::string>();
    for (const char c : *csv) {
        *wide += {c, '\0'};
    }
    const auto western = std::make_shared<std::string>(*csv);
    std::replace(western->begin(), western->end(), 'g', '\xE9');
    const auto found = std::make_shared<std::vector<framed>>(frame(*csv));
    const auto cells = std::make_shared<csv_cells>(std::vector<int>{0, 1, 2, 3, 4}, csv_dialect());
    const auto rows = rows_of_a_stage;
    return {
        {"framer (CSV)", rows, csv->size(),
         [csv] { expect(frame(*csv).size() == rows_of_a_stage + 1); }},
        {"csv.h's cutting of framed records", rows, csv->size(),
         [csv, found, cells] {
             cells->begin(csv->size() + found->size());
             std::vector<cell> into(5);
             for (const auto& f : *found) {
                 expect(cells->cut(std::string_view(*csv).substr(f.begin, f.held), f.quoted, into)
                            .has_value());
             }
         }},
        {"CSV reading, all of it", rows, csv->size(), read_all(csv, file_format::csv)},
        {"JSONL reading, all of it", rows, jsonl->size(), read_all(jsonl, file_format::jsonl)},
        {"decoding Windows-1252", rows, western->size(), decode_all(western, "windows-1252")},
        {"decoding UTF-16LE", rows, wide->size(), decode_all(wide, "UTF-16LE")},
    };
}

} // namespace noteload::bench
