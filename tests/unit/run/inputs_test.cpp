// Over real files: check_inputs, record_walk, row_reader and run_check.

#include "noteload/run/inputs.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "noteload/ledger/disk.hpp"
#include "noteload/run/check.hpp"
#include "noteload/run/row_reader.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using ::testing::SizeIs;

mapping::note_mapper mapper() {
    return *mapping::note_mapper::by_field_name(std::nullopt, "");
}

class Inputs : public ::testing::Test {
protected:
    result<std::vector<checked_input>> check(const std::vector<std::string>& paths) {
        return check_inputs(paths, {}, mapper());
    }
    std::string csv(std::string_view name, std::string_view rows) {
        return folder_.write(name, "contactId,type,note,extra\n" + std::string(rows));
    }
    failure refused(const std::string& path) {
        const auto got = check({path});
        EXPECT_FALSE(got) << path;
        return got ? failure{} : got.error();
    }
    /// `file:row:line` of every record.
    static std::vector<std::string> walk(std::vector<checked_input> inputs) {
        const auto m = mapper();
        record_walk walk(std::move(inputs), {}, m.columns());
        std::vector<std::string> out;
        record r;
        for (auto more = walk.next(r); more && *more; more = walk.next(r)) {
            out.push_back(std::to_string(r.at.file) + ':' + std::to_string(r.at.row) + ':' +
                          std::to_string(r.at.line));
        }
        return out;
    }

    test::temp_folder folder_;
};

TEST_F(Inputs, AreLookedAtInTheirOrder) {
    const auto got = check({csv("a.csv", "1,Call,x,\n"), folder_.write("b.jsonl", "{}\n")});
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_THAT(*got, SizeIs(2));
    EXPECT_EQ((*got)[0].format, source::file_format::csv);
    EXPECT_THAT((*got)[0].header, ElementsAre("contactId", "type", "note", "extra"));
    EXPECT_EQ((*got)[0].header_bytes, "contactId,type,note,extra");
    EXPECT_EQ((*got)[1].format, source::file_format::jsonl);
    EXPECT_THAT((*got)[1].header, IsEmpty());
    EXPECT_EQ(total_bytes(*got), 26u + 10 + 3);
}

TEST_F(Inputs, AreRefusedBeforeAnythingIsSent) {
    EXPECT_EQ(refused(folder_ / "missing.csv").code, errc::input);
    EXPECT_EQ(refused(folder_.write("empty.csv", "")).code, errc::input);
    EXPECT_EQ(refused(folder_.path()).code, errc::input);
    EXPECT_EQ(refused(folder_.write("x.xlsx", "PK\x03\x04 and so on")).code, errc::input);
    const auto columns = refused(folder_.write("c.csv", "a,b\n1,2\n"));
    EXPECT_EQ(columns.code, errc::input);
    EXPECT_THAT(columns.message, HasSubstr("contactId"));
    EXPECT_EQ(check({"-", "-"}).error().code, errc::usage);
}

TEST_F(Inputs, RefuseTheInDoubtFileOfARunFolder) {
    const auto path = csv("in_doubt.csv", "1,Call,x,\n");
    const auto second = csv("in_doubt-2.csv", "1,Call,x,\n");
    EXPECT_TRUE(check({path})) << "only a run folder makes it one";
    folder_.write("log.jsonl", "{}");
    EXPECT_EQ(refused(path).code, errc::input);
    EXPECT_THAT(refused(path).message, HasSubstr("noteload resume " + folder_.path()));
    EXPECT_EQ(refused(second).code, errc::input);
}

TEST_F(Inputs, AreWalkedAsOneWithRowsNumberedOn) {
    const auto a = csv("a.csv", "1,Call,x,\n2,Call,\"two\nlines\",\n3,Call,x,\n");
    const auto none = csv("none.csv", "");
    const auto b = folder_.write("b.jsonl", "{}\n\nnot json\n");
    EXPECT_THAT(walk(*check({a, none, b})),
                ElementsAre("0:1:2", "0:2:3", "0:3:5", "2:4:1", "2:5:3"));
}

class RowReader : public Inputs {
protected:
    void read(const std::vector<std::string>& paths, row_reader::options o = {}) {
        queue_ = std::make_unique<batch_queue>(queue_limit, [] {});
        reader_ = std::make_unique<row_reader>(std::move(*check(paths)), input_options{}, mapper(),
                                               o, walk_start{}, *queue_);
        thread_ = std::thread([this] { reader_->run(); });
    }
    /// Everything that comes, as the network's thread takes it.
    std::vector<std::unique_ptr<batch>> take_all() {
        std::vector<std::unique_ptr<batch>> out;
        for (;;) {
            std::unique_ptr<batch> b;
            const auto what = queue_->try_pop(b);
            if (what == batch_queue::taken::item) {
                EXPECT_FALSE(b->rows.empty());
                rows_ += b->rows.size();
                out.push_back(std::move(b));
            } else if (what == batch_queue::taken::finished) {
                break;
            } else {
                std::this_thread::yield();
            }
        }
        thread_.join();
        EXPECT_EQ(reader_->read(), rows_);
        return out;
    }
    std::string many(int n) {
        std::string rows;
        for (int i = 1; i <= n; ++i) {
            rows += std::to_string(i) + ",Call,note " + std::to_string(i) + ",\n";
        }
        return csv("many.csv", rows);
    }

    std::unique_ptr<batch_queue> queue_;
    std::unique_ptr<row_reader> reader_;
    std::thread thread_;
    std::size_t rows_ = 0;
};

TEST_F(RowReader, MakesBodiesOfValidRowsAndKeepsTheFaultsOfOthers) {
    read({csv("a.csv", "7,Call,\"Hi \"\"you\"\"\",\nx,Call,,\n")});
    const auto all = take_all();
    ASSERT_THAT(all, SizeIs(1));
    const auto& b = *all[0];
    ASSERT_THAT(b.rows, SizeIs(2));
    EXPECT_EQ(b.body(b.rows[0]), R"({"contactId":7,"type":"Call","note":"Hi \"you\""})");
    EXPECT_EQ(b.record(0), "7,Call,\"Hi \"\"you\"\"\",");
    EXPECT_FALSE(b.rows[1].is_valid());
    EXPECT_THAT(b.rows[1].faults, SizeIs(2));
    EXPECT_EQ(b.record(1), "x,Call,,");
    EXPECT_EQ(b.rows[1].at.row, 2u);
}

TEST_F(RowReader, HandsOverManyRowsInOrderWhileTheyAreTaken) {
    read({many(20'000)});
    std::uint64_t row = 0;
    for (const auto& b : take_all()) {
        EXPECT_LE(b->rows.size(), 256u);
        for (std::size_t i = 0; i < b->rows.size(); ++i) {
            ASSERT_EQ(b->rows[i].at.row, ++row);
            ASSERT_THAT(std::string(b->record(i)), HasSubstr("note " + std::to_string(row)));
        }
    }
    EXPECT_EQ(row, 20'000u);
    EXPECT_FALSE(reader_->limited());
    EXPECT_FALSE(reader_->failed());
}

TEST_F(RowReader, SkipsAndLimits) {
    struct {
        row_reader::options options;
        std::size_t rows;
        std::uint64_t first;
        bool limited;
    } const table[] = {
        {{.skip = 0, .limit = 3}, 3, 1, true},    {{.skip = 4, .limit = 3}, 3, 5, true},
        {{.skip = 7, .limit = 3}, 3, 8, false},   {{.skip = 0, .limit = 10}, 10, 1, false},
        {{.skip = 10, .limit = {}}, 0, 0, false}, {{.skip = 0, .limit = 0}, 0, 0, true},
        {{.skip = 9, .limit = {}}, 1, 10, false},
    };
    for (const auto& row : table) {
        rows_ = 0;
        read({many(10)}, row.options);
        const auto all = take_all();
        EXPECT_EQ(rows_, row.rows);
        EXPECT_EQ(reader_->limited(), row.limited);
        if (row.rows > 0) {
            EXPECT_EQ(all[0]->rows[0].at.row, row.first);
        }
    }
}

TEST_F(RowReader, EndsWhenTheQueueIsCancelledAndCountsOnlyWhatItHandedOver) {
    read({many(50'000)});
    queue_->cancel();
    take_all();
    EXPECT_LE(reader_->read(), 50'000u);
}

TEST_F(RowReader, LetsTheKeyDecideAboutARow) {
    ledger::known_keys known;
    known.runs = {{"one", "/one"}};
    known.table.add_imported(ledger::hash_of_key("old"), 1);
    const auto keyed = [] { return *mapping::note_mapper::by_field_name(std::nullopt, "extra"); };
    auto inputs = check_inputs(
        {csv("a.csv", "1,Call,x,old\n2,Call,x,new\n3,Call,x,new\n4,Call,x,\n5,Call,x,last\n")}, {},
        keyed());
    ASSERT_TRUE(inputs);
    batch_queue queue(queue_limit, [] {});
    row_reader reader(std::move(*inputs), {}, keyed(), {}, {}, queue,
                      key_check(std::move(known), duplicate_policy::refuse));
    reader.run();
    std::unique_ptr<batch> b;
    ASSERT_EQ(queue.try_pop(b), batch_queue::taken::item);
    std::string seen;
    for (const auto& row : b->rows) {
        seen += row.is_valid() ? "sent " + std::to_string(row.body_size > 0)
                               : std::string(to_word(row.unsent)) + ' ' +
                                     std::string(to_word(row.faults.at(0).why));
        seen += ' ' + row.key + '\n';
    }
    EXPECT_EQ(seen,
              "skipped already_imported old\nsent 1 new\ninvalid duplicate_key new\n"
              "invalid missing_key \nsent 1 last\n");
}

class Check : public Inputs {
protected:
    static check_options of(const std::string& path) {
        check_options o;
        o.paths = {path};
        return o;
    }
    check_result run(check_options o) {
        o.base_url = "https://localhost";
        auto got = run_check(o, {.rows = [this](std::uint64_t) { ++ticks_; }, .looking_up = {}});
        EXPECT_TRUE(got) << got.error().message;
        return got ? std::move(*got) : check_result{};
    }
    int ticks_ = 0;
};

TEST_F(Check, CountsAndSendsNothing) {
    const auto path = csv("a.csv", "1,Call,x,\nx,Call,y,\n2,,z,\n");
    const auto r = run(of(path));
    EXPECT_EQ(r.summary.counts().read, 3u);
    EXPECT_EQ(r.summary.counts()[outcome::invalid], 2u);
    EXPECT_EQ(r.to_send, 1u);
    EXPECT_EQ(r.body_bytes, 40u);
    EXPECT_THAT(r.inputs, ElementsAre(path));
    EXPECT_THAT(r.unused_columns, ElementsAre("extra"));
    EXPECT_THAT(r.previews, IsEmpty());
    EXPECT_EQ(r.summary.groups().at(reason::bad_contact_id).first[0].line, 3u);
}

TEST_F(Check, PreviewsTheRequestsWithoutTheToken) {
    auto o = of(csv("a.csv", "1,Call,x,\nbad,Call,y,\n2,Call,z,\n3,Call,z,\n"));
    o.preview = 2;
    const auto r = run(o);
    ASSERT_THAT(r.previews, SizeIs(2));
    EXPECT_THAT(r.previews[0], HasSubstr("POST /api/ContactNote HTTP/1.1\r\nHost: localhost\r\n"
                                         "Authorization: Bearer ********\r\n"));
    EXPECT_THAT(r.previews[1], HasSubstr(R"({"contactId":2,"type":"Call","note":"z"})"));
}

TEST_F(Check, SkipsAndLimits) {
    auto o = of(csv("a.csv", "1,Call,x,\n2,Call,x,\n3,Call,x,\n4,Call,x,\n"));
    const auto rows = [&](std::uint64_t skip, std::optional<std::uint64_t> limit) {
        o.skip = skip;
        o.limit = limit;
        return run(o).summary.counts().read;
    };
    EXPECT_EQ(rows(1, 2), 2u);
    EXPECT_EQ(rows(3, {}), 1u);
    EXPECT_EQ(rows(0, 0), 0u);
    EXPECT_EQ(rows(9, 1), 0u);
}

TEST_F(Check, FindsDuplicateAndMissingKeys) {
    auto o = of(csv("a.csv", "1,Call,x,k\n2,Call,x,k\n3,Call,x,\n"));
    EXPECT_EQ(run(o).to_send, 3u);
    o.key = "extra";
    const auto r = run(o);
    EXPECT_EQ(r.to_send, 1u);
    EXPECT_EQ(r.summary.groups().at(reason::duplicate_key).rows, 1u);
    EXPECT_EQ(r.summary.groups().at(reason::missing_key).rows, 1u);
    o.duplicate_keys = duplicate_policy::allow;
    EXPECT_EQ(run(o).to_send, 2u);
    EXPECT_THAT(run(o).unused_columns, IsEmpty());
}

TEST_F(Check, WritesRejectsOnlyIntoAFolderThatItIsGiven) {
    auto o = of(csv("a.csv", "x,Call,y,\n"));
    run(o);
    EXPECT_THAT(folder_.names(), ElementsAre("a.csv"));
    o.run_dir = folder_ / "run";
    run(o);
    EXPECT_EQ(test::read_file(folder_ / "run/invalid.csv"),
              "contactId,type,note,extra\nx,Call,y,\n");
    EXPECT_THAT(test::read_file(folder_ / "run/problems.csv"),
                HasSubstr("1,2,invalid,bad_contact_id,"));
    // A second check replaces what the first one left.
    csv("a.csv", "1,Call,y,\n");
    run(o);
    EXPECT_FALSE(ledger::real_disk().exists(folder_ / "run/invalid.csv"));
}

TEST_F(Check, FailsForAnInputThatCannotBeRead) {
    auto o = of(folder_ / "missing");
    o.base_url = "https://a";
    const auto got = run_check(o, {.rows = [](std::uint64_t) {}, .looking_up = {}});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::input);
}

} // namespace
} // namespace noteload::run
