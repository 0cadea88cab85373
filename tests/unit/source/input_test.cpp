#include "noteload/source/input.hpp"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"

namespace noteload::source::test {

namespace {

using testing::HasSubstr;

/// A folder of its own for each test.
class Input : public testing::Test {
protected:
    Input() {
        std::string name = "/tmp/noteload-input-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~Input() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
        return folder_ + "/" + name;
    }
    std::string why_not(const std::string& path) const {
        const auto looked = look_at(path, std::nullopt);
        if (looked) {
            return "can be read";
        }
        EXPECT_EQ(looked.error().code, errc::input);
        EXPECT_THAT(looked.error().message, HasSubstr(path)) << "says which file";
        return looked.error().message;
    }
    std::vector<kept> read(const std::string& path,
                           std::optional<file_format> as = std::nullopt) const {
        const auto looked = look_at(path, as);
        return looked ? all(open_reader(*looked, wanting({"id"}))) : std::vector<kept>{};
    }

    std::string folder_;
};

TEST_F(Input, KnowsAFilesPathSizeAndFormat) {
    const auto path = file("notes.csv", "id\n1\n");
    const auto looked = look_at(path, std::nullopt);
    ASSERT_TRUE(looked);
    EXPECT_EQ(looked->path, path);
    EXPECT_EQ(looked->bytes, 5U);
    EXPECT_EQ(looked->format, file_format::csv);
    EXPECT_THAT(looked->hash, testing::MatchesRegex("xxh3:[0-9a-f]+"));
    EXPECT_EQ(looked->hash.size(), 21U);
    EXPECT_EQ(look_at(path, file_format::jsonl)->format, file_format::jsonl);
}

TEST_F(Input, MakesPathsAbsolute) {
    file("notes.csv", "id\n");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
    const auto looked = look_at("notes.csv", std::nullopt);
    std::filesystem::current_path(before);
    ASSERT_TRUE(looked);
    EXPECT_EQ(looked->path, folder_ + "/notes.csv");
    EXPECT_EQ(looked->name, "notes.csv");
}

TEST_F(Input, SaysWhyAFileCannotBeRead) {
    EXPECT_THAT(why_not(folder_ + "/none.csv"), HasSubstr("no such file"));
    EXPECT_THAT(why_not(folder_), HasSubstr("is a directory"));
    EXPECT_THAT(why_not(file("empty.csv", "")), HasSubstr("has no bytes"));
    EXPECT_THAT(why_not(file("a.csv", "PK\x03\x04 [Content_Types].xml")), HasSubstr(".xlsx"));
    EXPECT_THAT(why_not(file("a.jsonl", "[\n{}\n]\n")), HasSubstr("jq"));
    EXPECT_THAT(why_not(file("a.json", "[{}]")), HasSubstr("jq"));
    EXPECT_EQ(why_not(file("b.csv", "[\n")), "can be read") << "a header may be anything";
    const auto closed = file("closed.csv", "id\n");
    ::chmod(closed.c_str(), 0);
    if (::geteuid() != 0) {
        EXPECT_THAT(why_not(closed), HasSubstr("Permission denied"));
    }
}

TEST_F(Input, GuessesByTheFirstByteWhereTheNameSaysNothing) {
    EXPECT_EQ(look_at(file("a", "\n {\"id\":1}"), std::nullopt)->format, file_format::jsonl);
    EXPECT_EQ(look_at(file("b", "id"), std::nullopt)->format, file_format::csv);
    EXPECT_EQ(look_at(file("c.csv", "{id}"), std::nullopt)->format, file_format::csv);
}

TEST_F(Input, DoesNotTouchStandardInputWhenItLooks) {
    const auto looked = look_at("-", std::nullopt);
    ASSERT_TRUE(looked);
    EXPECT_TRUE(looked->is_stdin());
    EXPECT_TRUE(looked->guessed);
    EXPECT_EQ(looked->bytes, std::nullopt);
    EXPECT_FALSE(look_at("-", file_format::jsonl)->guessed);
}

TEST_F(Input, ReadsFiles) {
    EXPECT_EQ(cells_of(read(file("a.csv", "id\n1\n2"))),
              (std::vector<std::vector<std::string>>{{"1"}, {"2"}}));
    EXPECT_EQ(cells_of(read(file("a.jsonl", "{\"id\":1}"))),
              (std::vector<std::vector<std::string>>{{"1"}}));
}

/// What is written before a reader opens it, within a pipe's own buffer.
class pipe_with {
public:
    explicit pipe_with(const std::string& text) {
        EXPECT_EQ(::pipe(ends_), 0);
        EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        ::close(ends_[1]);
    }
    pipe_with(const pipe_with&) = delete;
    pipe_with& operator=(const pipe_with&) = delete;
    ~pipe_with() { ::close(ends_[0]); }
    std::string path() const { return "/dev/fd/" + std::to_string(ends_[0]); }

private:
    int ends_[2] = {-1, -1};
};

TEST_F(Input, DecidesAPipesFormatWhenItIsOpened) {
    const auto read_pipe = [&](const std::string& text) {
        return cells_of(read(pipe_with(text).path()));
    };
    EXPECT_EQ(read_pipe("\n {\"id\":7}\n"), (std::vector<std::vector<std::string>>{{"7"}}));
    EXPECT_EQ(read_pipe("id\n7\n"), (std::vector<std::vector<std::string>>{{"7"}}));
}

TEST_F(Input, SaysWhyAPipeCannotBeRead) {
    const auto why = [&](const std::string& text, place start = {}) {
        const pipe_with pipe(text);
        auto options = wanting({"id"});
        options.start = start;
        const auto reader = open_reader(*look_at(pipe.path(), std::nullopt), options);
        return reader ? "can be read" : reader.error().message;
    };
    EXPECT_THAT(why(""), HasSubstr("has no bytes"));
    EXPECT_THAT(why("\x1F\x8B\x08 "), HasSubstr("damaged"));
    EXPECT_THAT(why("[\n{}\n]"), HasSubstr("jq"));
    EXPECT_THAT(why("id\n1\n2\n", {.file = 0, .row = 2, .line = 3, .byte = 5, .size = 1}),
                HasSubstr("cannot go to byte 5"));
}

TEST_F(Input, HashesTheSizeAndSampledBlocks) {
    std::string text(10'000'000, 'x');
    const auto hash = [&] { return *sampled_hash(file("a.csv", text), text.size()); };
    const auto before = hash();
    EXPECT_EQ(hash(), before);
    for (const std::size_t at :
         {std::size_t{0}, text.size() - 1, std::size_t{65'535}, text.size() - 65'536}) {
        text[at] = 'y';
        EXPECT_NE(hash(), before) << at;
        text[at] = 'x';
    }
    text += 'x';
    EXPECT_NE(hash(), before);
    text.resize(10);
    EXPECT_NE(hash(), before);
    EXPECT_FALSE(sampled_hash(folder_ + "/none", 5));
}

TEST_F(Input, AFifoThatNobodyWritesToIsWaitedForUntilAStop) {
    const auto path = folder_ + "/fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const int stop = ::eventfd(1, 0); // thrown already
    const auto looked = look_at(path, std::nullopt);
    ASSERT_TRUE(looked) << looked.error().message;
    reading_options how;
    how.stop_fd = stop;
    const auto reader = open_reader(*looked, how);
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, HasSubstr("reading was stopped"));
    ::close(stop);
}

} // namespace

} // namespace noteload::source::test
