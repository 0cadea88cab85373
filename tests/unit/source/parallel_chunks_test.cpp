#include "noteload/source/parallel_chunks.hpp"

#include "random_csv.hpp"
#include "support.hpp"

namespace noteload::source::test {

namespace {

/// What is read of a text, to the last word.
struct told {
    std::vector<kept> records;
    std::vector<std::string> details;
    std::vector<std::uint64_t> positions;

    friend bool operator==(const told&, const told&) = default;
};

std::ostream& operator<<(std::ostream& out, const told& t) {
    for (const auto& k : t.records) {
        out << k;
    }
    for (const auto& detail : t.details) {
        out << "\n  " << detail;
    }
    return out << "\n  positions " << testing::PrintToString(t.positions);
}

struct how {
    reading_facts facts;
    reading_options options;
    std::size_t piece = 0; ///< 0: one thread alone
    std::size_t threads = 2;
};

opened open(const std::string& text, const how& h) {
    opened_text as;
    as.buffer = buffer_of(text, {1 << 20});
    as.facts = h.facts;
    std::optional<piecewise> in_pieces;
    if (h.piece != 0) {
        in_pieces = in_pieces_of(text, h.piece, h.threads);
    }
    return read_text(std::move(as), "notes", h.options, in_pieces);
}

told read(const std::string& text, const how& h) {
    const auto reader = open(text, h);
    told t;
    if (!reader) {
        t.details.push_back(reader.error().message);
        return t;
    }
    for (record r;;) {
        const auto more = (*reader)->next(r);
        t.positions.push_back((*reader)->position());
        if (!more || !*more) {
            t.details.push_back(more ? "end" : more.error().message);
            return t;
        }
        t.records.push_back(keep(r));
        for (const fault& f : r.faults) {
            t.details.push_back(f.detail);
        }
    }
}

/// Keeps what it takes.
class keeper final : public piece_worker {
public:
    void begin() override { taken.clear(); }
    void take(const record& r) override { taken.push_back(keep(r)); }

    std::vector<kept> taken;
};

/// The records as workers see them, brought to their places.
std::vector<kept> worked_on(const std::string& text, how h) {
    h.options.worker = [] { return std::make_unique<keeper>(); };
    std::vector<kept> out;
    const auto reader = open(text, h);
    keeper otherwise;
    worked_piece piece;
    while (reader) {
        const auto more = (*reader)->next_piece(piece, otherwise);
        if (!more || !*more) {
            break;
        }
        const auto& taken = static_cast<const keeper&>(*piece.worker).taken;
        EXPECT_EQ(taken.size(), piece.rows);
        EXPECT_FALSE(taken.empty());
        for (auto k : taken) {
            k.at = behind(k.at, piece.before);
            out.push_back(std::move(k));
        }
    }
    return out;
}

void expect_the_same(std::mt19937& random, const std::string& text, how h) {
    const auto alone = read(text, h);
    for (int i = 0; i < 3; ++i) {
        h.piece = 1 + random() % (20 + random() % 200);
        h.threads = 1 + random() % 3;
        ASSERT_EQ(read(text, h), alone)
            << "seed " << seed << ", pieces of " << h.piece << ", limit " << h.options.max_record
            << ", quote " << h.facts.csv.dialect.quote << ", backslash "
            << h.facts.csv.dialect.backslash << ", text " << testing::PrintToString(text);
        ASSERT_EQ(worked_on(text, h), alone.records)
            << "seed " << seed << ", pieces of " << h.piece << ", threads " << h.threads
            << ", text " << testing::PrintToString(text);
    }
    h.piece = 0;
    ASSERT_EQ(worked_on(text, h), alone.records) << "text " << testing::PrintToString(text);
}

how any_csv(std::mt19937& random) {
    how h;
    h.facts.csv.dialect.backslash = random() % 4 == 0;
    h.facts.csv.dialect.quote = random() % 4 == 0 ? '\'' : '"';
    h.options = wanting({"id", "note"}, 8 + random() % 300);
    h.options.dialect.skip_lines = random() % 4 == 0 ? 1 : 0;
    h.options.dialect.no_header = random() % 4 == 0;
    h.options.dialect.columns = "id,note";
    return h;
}

/// Rows as an export has them: notes of several lines, some of which look like rows.
std::string export_of(std::mt19937& random, std::size_t rows) {
    static const std::vector<std::string> lines = {
        "Dear \"\"Ana\"\",", "1,a", "2,\"\"b\"\"", "", "\r", "called, again", "x\"\"", "3"};
    std::string text;
    for (std::size_t i = 0; i < rows; ++i) {
        text += std::to_string(i) + ",\"";
        for (std::size_t n = random() % 6; n > 0; --n) {
            text += pick(random, lines) + (random() % 3 == 0 ? "\r\n" : "\n");
        }
        text += random() % 30 == 0 ? "\n" : "\"\n";
        text += random() % 9 == 0 ? "\n\n" : "";
    }
    return text;
}

TEST(ParallelChunks, ReadExportsAsOneThreadDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        const auto text = "id,note\n" + export_of(random, random() % 40);
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, any_csv(random)));
    }
}

TEST(ParallelChunks, ReadNearlyGoodFilesAsOneThreadDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        const auto text = (i % 2 ? "\xEF\xBB\xBFid,note\n" : "id,note\r\n") +
                          nearly_good(random, random() % 1000);
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, any_csv(random)));
    }
}

TEST(ParallelChunks, ReadLinesThatBreakEachOtherAsOneThreadDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        const auto text = "id,note\n" + quarrelling(random, random() % 60);
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, any_csv(random)));
    }
}

TEST(ParallelChunks, ReadRandomBytesAsOneThreadDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        const auto text =
            "id,note\n" + random_text(random, random() % 300, "\"\"\"'\\,,\n\n\n\rab\xFF");
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, any_csv(random)));
    }
}

TEST(ParallelChunks, ReadJsonLinesAsOneThreadDoes) {
    std::mt19937 random(seed);
    const std::vector<std::string> lines = {
        R"({"id":1,"note":"a\nb\u00e9"})",
        R"({"id":"2","n\u006fte":"\"x\""})",
        "",
        "  ",
        "\r",
        R"({"id":3,"note":")",
        "[1]",
        "\"text\"",
        "{\"id\":\"\xFF\"}",
        "{} {}",
        "not JSON",
        R"({"id":4,"note":"12345678901234567890123456789012345678901234567890"})"};
    for (int i = 0; i < 100; ++i) {
        std::string text = i % 5 == 0 ? "\xEF\xBB\xBF" : "";
        for (std::size_t n = random() % 40; n > 0; --n) {
            text += pick(random, lines) + (random() % 3 == 0 ? "\r\n" : "\n");
        }
        text.resize(text.size() - std::min<std::size_t>(text.size(), random() % 3));
        how h;
        h.facts.format = file_format::jsonl;
        h.options = wanting({"id", "note"}, 8 + random() % 100);
        h.options.dialect.skip_lines = random() % 4 == 0 ? 1 : 0;
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, h));
    }
}

TEST(ParallelChunks, GoOnWhereARunStopped) {
    std::mt19937 random(seed);
    for (int i = 0; i < 30; ++i) {
        const auto text = "id,note\n" + nearly_good(random, 1000);
        how h;
        h.options = wanting({"id", "note"}, 200);
        const auto whole = read(text, h);
        h.options.start = pick(random, whole.records).at;
        ASSERT_NO_FATAL_FAILURE(expect_the_same(random, text, h));
    }
}

TEST(ParallelChunks, TellOfAFailureBehindAllThatWasRead) {
    // A disk that fails in the middle of the second piece.
    std::string text = "id,note\n";
    for (int i = 0; i < 100; ++i) {
        text += "1,abcdefgh\n";
    }
    for (std::size_t fail_at = 1; fail_at < 6; ++fail_at) {
        opened_text as;
        as.buffer = buffer_of(text, {1 << 20});
        auto in_pieces = in_pieces_of(text, 200, 2);
        in_pieces.open = [&] {
            return std::make_unique<pieces>(text, std::vector<std::size_t>{50}, fail_at);
        };
        const auto reader = read_text(std::move(as), "notes", wanting({"id", "note"}), in_pieces);
        ASSERT_TRUE(reader);
        record r;
        std::size_t rows = 0;
        result<bool> more = true;
        for (; more && *more; more = (*reader)->next(r)) {
            EXPECT_TRUE(rows == 0 || r.at.row == rows);
            ++rows;
        }
        ASSERT_FALSE(more) << "the failure is told, not taken for the end";
        EXPECT_LT(rows, 100U);
        EXPECT_FALSE((*reader)->next(r)) << "and is final";
    }
}

TEST(ParallelChunks, AreLeftInTheMiddle) {
    std::string text = "id,note\n";
    for (int i = 0; i < 1000; ++i) {
        text += "1,abcdefgh\n";
    }
    for (int rows = 0; rows < 20; ++rows) {
        how h;
        h.options = wanting({"id", "note"});
        h.piece = 50;
        h.threads = 3;
        const auto reader = open(text, h);
        record r;
        for (int i = 0; i < rows; ++i) {
            ASSERT_TRUE((*reader)->next(r));
        }
    }
}

} // namespace

} // namespace noteload::source::test
