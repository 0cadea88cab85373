#include "noteload/source/unpacking.hpp"

#include <random>

#include "noteload/source/peeking_source.hpp"
#include "support.hpp"
#include "written.hpp"

namespace noteload::source::test {

namespace {

using testing::HasSubstr;

constexpr packing all_packings[] = {packing::gzip, packing::zstd, packing::bzip2};

/// Text that does not pack to nothing.
std::string some_text(std::size_t size) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < size) {
        text += "row " + std::to_string(random() % 100'000) + ", some words\n";
    }
    text.resize(size);
    return text;
}

struct unpacked_text {
    std::string text;
    bool was_cut = false;
    std::string why; ///< it failed
};

unpacked_text unpacked(packing how, const std::string& data, std::size_t piece = 1 << 20,
                       std::size_t out_piece = 1000) {
    const auto from = unpack(how, std::make_unique<pieces>(data, std::vector<std::size_t>{piece}),
                             "notes.csv.gz");
    unpacked_text u;
    std::string buffer(out_piece, '\0');
    for (;;) {
        const auto got = from->read(buffer.data(), buffer.size());
        if (!got) {
            u.why = got.error().message;
            EXPECT_FALSE(from->read(buffer.data(), buffer.size())) << "a failure is final";
            return u;
        }
        if (*got == 0) {
            u.was_cut = from->was_cut();
            return u;
        }
        u.text.append(buffer, 0, *got);
    }
}

TEST(Unpacking, KnowsPackedDataByItsFirstBytes) {
    for (const packing how : all_packings) {
        EXPECT_EQ(packing_of(packed(how, "id\n")), how);
        EXPECT_EQ(packing_of(packed(how, "")), how) << "also of nothing";
    }
    for (const auto text : {"", "id,note\n", "BZh", "BZh9,note\n", "\x1F,\x8B", "PK"}) {
        EXPECT_EQ(packing_of(text), packing::none) << text;
    }
}

TEST(Unpacking, GivesTheTextHoweverItIsCut) {
    const auto text = some_text(3000);
    for (const packing how : all_packings) {
        const auto data = packed(how, text);
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 100U, 100'000U}) {
            for (const std::size_t out_piece : {1U, 5U, 4096U}) {
                const auto u = unpacked(how, data, piece, out_piece);
                ASSERT_EQ(u.text, text) << to_word(how) << ' ' << piece << ' ' << out_piece;
                ASSERT_FALSE(u.was_cut);
            }
        }
    }
}

TEST(Unpacking, TakesSeveralMembersAsOneAndPassesOverPadding) {
    for (const packing how : all_packings) {
        const auto data = packed(how, "id\n") + packed(how, "") + packed(how, "1\n");
        for (const std::size_t piece : {1U, 1000U}) {
            EXPECT_EQ(unpacked(how, data, piece).text, "id\n1\n");
            EXPECT_FALSE(unpacked(how, data + std::string(512, '\0'), piece).was_cut);
        }
        EXPECT_THAT(unpacked(how, data + "rubbish").why, HasSubstr("notes.csv.gz: is damaged"));
    }
}

TEST(Unpacking, GivesAllThatIsThereOfDataThatWasCut) {
    const auto text = some_text(2000);
    for (const packing how : all_packings) {
        const auto data = packed(how, text);
        std::size_t longest = 0;
        for (std::size_t size = 1; size < data.size(); ++size) {
            const auto u = unpacked(how, data.substr(0, size), 64);
            ASSERT_EQ(u.why, "") << to_word(how) << " of " << size;
            ASSERT_TRUE(u.was_cut);
            ASSERT_TRUE(text.starts_with(u.text));
            longest = std::max(longest, u.text.size());
        }
        EXPECT_TRUE(how != packing::gzip || longest > 1000)
            << "others have whole blocks or nothing";
    }
}

TEST(Unpacking, SaysThatDamagedDataIsDamaged) {
    const auto text = some_text(100'000);
    for (const packing how : {packing::gzip, packing::bzip2}) {
        auto data = packed(how, text);
        data[data.size() / 2] = static_cast<char>(data[data.size() / 2] ^ 0x55);
        EXPECT_THAT(unpacked(how, data).why, HasSubstr("notes.csv.gz: is damaged"));
        EXPECT_THAT(unpacked(how, data).why, HasSubstr(std::string(to_word(how))));
    }
}

TEST(Unpacking, GoesToAPlaceByReadingUpToIt) {
    const auto text = some_text(300'000);
    for (const packing how : all_packings) {
        const auto from = unpack(
            how, std::make_unique<pieces>(packed(how, text), std::vector<std::size_t>{999}), "x");
        for (const std::size_t at : {200'000U, 5U, 0U, 299'999U, 300'000U, 150'000U}) {
            ASSERT_TRUE(from->seek(at));
            std::string rest(10, '\0');
            const auto got = from->read(rest.data(), rest.size());
            ASSERT_TRUE(got);
            EXPECT_EQ(rest.substr(0, *got), text.substr(at, *got));
            EXPECT_EQ(*got == 0, at == text.size());
        }
    }
}

TEST(PeekingSource, ShowsTheFirstBytesAndGivesThemAgain) {
    const auto text = some_text(500);
    for (const std::size_t piece : {1U, 7U, 1000U}) {
        peeking_source from(std::make_unique<pieces>(text, std::vector<std::size_t>{piece}));
        EXPECT_EQ(from.peek(100).value(), text.substr(0, 100));
        EXPECT_FALSE(from.saw_end());
        std::string all;
        std::string buffer(33, '\0');
        for (auto got = from.read(buffer.data(), 33); *got != 0;
             got = from.read(buffer.data(), 33)) {
            all.append(buffer, 0, *got);
        }
        EXPECT_EQ(all, text);
        ASSERT_TRUE(from.seek(490));
        EXPECT_EQ(from.read(buffer.data(), 1).value(), 1U);
        EXPECT_EQ(buffer[0], text[490]);
    }
    peeking_source whole(std::make_unique<pieces>("ab", std::vector<std::size_t>{1}));
    EXPECT_EQ(whole.peek(100).value(), "ab");
    EXPECT_TRUE(whole.saw_end());
}

} // namespace

} // namespace noteload::source::test
