#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "noteload/source/reading.hpp"

namespace noteload::source::test {

/// Input that comes in pieces of given sizes (the last size goes on), like a pipe's.
class pieces final : public byte_source {
public:
    pieces(std::string text, std::vector<std::size_t> sizes, std::size_t fail_at_read = 0)
        : text_(std::move(text)), sizes_(std::move(sizes)), fail_at_(fail_at_read) {}

    result<std::size_t> read(char* into, std::size_t size) override {
        ++reads_;
        if (fail_at_ != 0 && reads_ == fail_at_) {
            return failure{errc::input, "pieces: cannot be read: the test says so"};
        }
        const std::size_t piece = sizes_[std::min(reads_, sizes_.size()) - 1];
        size = std::min({size, piece, text_.size() - at_});
        std::memcpy(into, text_.data() + at_, size);
        at_ += size;
        return size;
    }

    result<void> seek(std::uint64_t byte) override {
        at_ = static_cast<std::size_t>(std::min<std::uint64_t>(byte, text_.size()));
        return {};
    }

private:
    std::string text_;
    std::vector<std::size_t> sizes_;
    std::size_t fail_at_;
    std::size_t reads_ = 0;
    std::size_t at_ = 0;
};

/// A record that outlives its reader's next step.
struct kept {
    place at;
    std::string bytes;
    std::vector<std::pair<cell_kind, std::string>> cells;
    std::vector<reason> faults;

    friend bool operator==(const kept&, const kept&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const kept& k) {
    out << "\n{row " << k.at.row << ", line " << k.at.line << ", byte " << k.at.byte << ", size "
        << k.at.size << ", bytes " << testing::PrintToString(k.bytes) << ", cells";
    for (const auto& [kind, text] : k.cells) {
        out << ' ' << static_cast<int>(kind) << ':' << testing::PrintToString(text);
    }
    for (const reason why : k.faults) {
        out << ' ' << why;
    }
    return out << '}';
}
inline void PrintTo(const kept& k, std::ostream* out) {
    *out << k;
}

inline kept keep(const record& r) {
    kept k{.at = r.at, .bytes = std::string(r.bytes), .cells = {}, .faults = {}};
    for (const cell& c : r.cells) {
        k.cells.emplace_back(c.kind, std::string(c.text));
    }
    for (const fault& f : r.faults) {
        k.faults.push_back(f.why);
        EXPECT_FALSE(f.detail.empty());
    }
    return k;
}

using opened = result<std::unique_ptr<record_reader>>;

inline std::unique_ptr<input_buffer> buffer_of(std::string text, std::vector<std::size_t> sizes) {
    return std::make_unique<input_buffer>(
        std::make_unique<pieces>(std::move(text), std::move(sizes)), 4096);
}

/// A text that is read in pieces of about `size` bytes; it must stay.
inline piecewise in_pieces_of(const std::string& text, std::size_t size, std::size_t threads) {
    const auto open = [&text] {
        return std::make_unique<pieces>(text, std::vector<std::size_t>{1 << 20});
    };
    return {.open = open, .threads = threads, .size = size};
}

inline opened open_csv(std::string text, const reading_options& options,
                       std::vector<std::size_t> sizes = {1 << 20}) {
    opened_text opened_as;
    opened_as.buffer = buffer_of(std::move(text), std::move(sizes));
    return read_text(std::move(opened_as), "notes.csv", options);
}

inline opened open_jsonl(std::string text, const reading_options& options,
                         std::vector<std::size_t> sizes = {1 << 20}) {
    opened_text opened_as;
    opened_as.buffer = buffer_of(std::move(text), std::move(sizes));
    opened_as.facts.format = file_format::jsonl;
    return read_text(std::move(opened_as), "notes.jsonl", options);
}

/// All records; a failure to open or to read fails the test.
inline std::vector<kept> all(const opened& reader) {
    std::vector<kept> out;
    if (!reader) {
        ADD_FAILURE() << reader.error().message;
        return out;
    }
    record r;
    for (;;) {
        const auto more = (*reader)->next(r);
        if (!more) {
            ADD_FAILURE() << more.error().message;
            return out;
        }
        if (!*more) {
            EXPECT_TRUE((*reader)->ready()) << "the end needs no more input";
            return out;
        }
        out.push_back(keep(r));
    }
}

/// The texts of each record's cells, or the first reason why it has none in angle brackets.
inline std::vector<std::vector<std::string>> cells_of(const std::vector<kept>& records) {
    std::vector<std::vector<std::string>> out;
    for (const kept& k : records) {
        auto& row = out.emplace_back();
        for (const auto& [kind, text] : k.cells) {
            row.push_back(kind == cell_kind::absent ? "(absent)" : text);
        }
        for (const reason why : k.faults) {
            row.push_back("<" + std::string(to_word(why)) + ">");
        }
    }
    return out;
}

inline reading_options wanting(std::vector<std::string> columns, std::size_t max_record = 1 << 20) {
    reading_options options;
    options.columns = std::move(columns);
    options.max_record = max_record;
    return options;
}

/// Demands that `text`'s records do not depend on how it is cut: at every single place, and in
/// pieces of every size up to 9.
template <class Open>
void same_however_cut(const std::string& text, const Open& open) {
    const auto whole = all(open(std::vector<std::size_t>{1 << 20}));
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        ASSERT_EQ(all(open(std::vector<std::size_t>{cut, 1 << 20})), whole) << "cut at " << cut;
    }
    for (std::size_t size = 1; size < 10; ++size) {
        ASSERT_EQ(all(open(std::vector<std::size_t>{size})), whole) << "pieces of " << size;
    }
}

} // namespace noteload::source::test
