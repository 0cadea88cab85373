#include "noteload/source/csv_masks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace noteload::source::test {

namespace {

TEST(CsvMasks, HaveABitForEachByteThatMatters) {
    std::string text(64, 'x');
    text[0] = '"';
    text[1] = ',';
    text[62] = '\0';
    text[63] = '\n';
    for (const cpu with : {cpu::scalar, cpu::sse2, cpu::avx2}) {
        if (with > best_cpu()) {
            continue;
        }
        csv_masks masks;
        find_masks(with, text.data(), {}, std::span(&masks, 1));
        EXPECT_EQ(masks, (csv_masks{.quote = 1,
                                    .newline = std::uint64_t{1} << 63,
                                    .delimiter = 2,
                                    .nul = std::uint64_t{1} << 62}));
    }
}

TEST(CsvMasks, AreTheSameWithEveryProcessor) {
    constexpr unsigned seed = 4711;
    std::mt19937 random(seed);
    std::string text(64 * 50, 0);
    for (char& c : text) {
        c = static_cast<char>(random());
    }
    std::vector<csv_masks> scalar(50);
    std::vector<csv_masks> vector(50);
    find_masks(cpu::scalar, text.data(), {'\xFF', '\''}, scalar);
    find_masks(best_cpu(), text.data(), {'\xFF', '\''}, vector);
    EXPECT_EQ(scalar, vector) << "seed " << seed;
    find_masks(cpu::sse2, text.data(), {'\xFF', '\''}, vector);
    EXPECT_EQ(scalar, vector) << "seed " << seed;
}

TEST(MaskWindow, SeesNothingBehindTheText) {
    const std::string text(10'001, '"');
    mask_window masks({}, best_cpu());
    masks.look_at(std::string_view(text).substr(0, 10'000));
    EXPECT_EQ(masks[0].quote, ~std::uint64_t{0});
    EXPECT_EQ(masks[156].quote, 0xFFFFU);
    EXPECT_EQ(masks[3].quote, ~std::uint64_t{0}) << "it may go back";
}

} // namespace

} // namespace noteload::source::test
