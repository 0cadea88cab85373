#include "stages.hpp"

#include <csv.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace noteload::bench {

namespace {

class memory_source final : public io::ByteSourceBase {
public:
    explicit memory_source(const std::string& text) : text_(text) {}
    int read(char* into, int size) override {
        const auto given = std::min(static_cast<std::size_t>(size), text_.size() - at_);
        std::memcpy(into, text_.data() + at_, given);
        at_ += given;
        return static_cast<int>(given);
    }

private:
    const std::string& text_;
    std::size_t at_ = 0;
};

} // namespace

stage csv_h_alone() {
    auto text = std::make_shared<std::string>(csv_rows());
    // More than its 48 MiB of buffers, which it takes anew each time.
    constexpr std::size_t times = 16;
    const std::size_t header = text->find('\n') + 1;
    const auto rows = text->substr(header);
    for (std::size_t i = 1; i < times; ++i) {
        *text += rows;
    }
    return {"csv.h's own reader (two threads)", rows_of_a_stage * times, text->size(), [text] {
                io::CSVReader<5, io::trim_chars<>, io::double_quote_escape<',', '"'>> in(
                    "notes", std::make_unique<memory_source>(*text));
                in.next_line();
                std::size_t rows_read = 0;
                char *a = nullptr, *b = nullptr, *c = nullptr, *d = nullptr, *e = nullptr;
                while (in.read_row(a, b, c, d, e)) {
                    ++rows_read;
                }
                if (rows_read != rows_of_a_stage * times) {
                    throw std::logic_error("csv.h lost rows");
                }
            }};
}

} // namespace noteload::bench
