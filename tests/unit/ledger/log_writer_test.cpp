#include "noteload/ledger/log_writer.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "noteload/ledger/recovery.hpp"
#include "support/memory_disk.hpp"
#include "support/printers.hpp"

namespace noteload::ledger {
namespace {

using ::testing::ElementsAre;

sending_mark mark_of(std::uint64_t first, std::uint64_t last) {
    return {.first = first, .last = last, .file = 0, .byte = 0, .line = 0, .hash = 7};
}

log_entry entry_of(std::uint64_t row, outcome what = outcome::created) {
    log_entry e;
    e.row.at.row = row;
    e.row.what = what;
    if (what == outcome::invalid) {
        e.row.faults = {{reason::bad_date, "d"}};
        e.record = "record " + std::to_string(row);
    }
    return e;
}

/// What the hooks were told, from the log's thread.
class witness {
public:
    void add(std::string what) {
        {
            const std::scoped_lock hold(mutex_);
            seen_.push_back(std::move(what));
        }
        changed_.notify_all();
    }
    [[nodiscard]] std::vector<std::string> seen() const {
        const std::scoped_lock hold(mutex_);
        return seen_;
    }
    void wait_for(std::size_t n) {
        std::unique_lock hold(mutex_);
        ASSERT_TRUE(
            changed_.wait_for(hold, std::chrono::seconds(30), [&] { return seen_.size() >= n; }));
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> seen_;
};

class LogWriter : public ::testing::Test {
protected:
    void open() {
        side_files beside(disk_, "/run", false);
        beside.add_input({"csv", "header"});
        writer_ = std::make_unique<log_writer>(
            disk_.file("log"), std::move(beside),
            log_writer::hooks{
                .durable =
                    [this](const sending_mark& m) {
                        std::string line;
                        append_line(line, m);
                        const bool there = disk_.synced("log").find(line) != std::string::npos;
                        hooks_.add((there ? "durable " : "NOT ON DISK ") + std::to_string(m.first));
                    },
                .written =
                    [this](const settled_row& r) {
                        hooks_.add("written " + std::to_string(r.at.row));
                    },
                .failed = [this](const failure&) { hooks_.add("failed"); }});
    }
    /// The rows and marks of the log in their order: `r1 m2 …`.
    static std::string shape(const std::string& log) {
        std::string out;
        for (std::size_t at = 0; at < log.size(); at = log.find('\n', at) + 1) {
            const std::string_view line = std::string_view(log).substr(at);
            const bool row = line.starts_with("{\"row\":");
            const bool mark = line.starts_with("{\"sending\":[");
            const auto number = line.substr(row ? 7 : mark ? 12 : 0);
            out += row ? "r" : mark ? "m" : "x";
            out += row || mark ? std::string(number.substr(0, number.find(','))) : "";
            out += ' ';
            if (log.find('\n', at) == std::string::npos) {
                return out + "torn";
            }
        }
        return out;
    }

    test::memory_disk disk_;
    witness hooks_;
    std::unique_ptr<log_writer> writer_;
};

TEST_F(LogWriter, WritesInTheOrderInWhichThingsCame) {
    open();
    writer_->mark(mark_of(1, 2));
    writer_->settle(entry_of(1));
    writer_->tell({"paused", "quota", "", {}});
    writer_->settle(entry_of(2));
    writer_->mark(mark_of(3, 3));
    ASSERT_TRUE(writer_->flush());
    EXPECT_EQ(shape(disk_.synced("log")), "m1 r1 x r2 m3 ");
}

TEST_F(LogWriter, TellsAMarkOnlyOnceItIsOnDisk) {
    open();
    for (std::uint64_t i = 1; i <= 200; ++i) {
        writer_->mark(mark_of(i, i));
        if (i % 10 == 0) {
            hooks_.wait_for(i);
        }
    }
    ASSERT_TRUE(writer_->flush());
    std::vector<std::string> expected;
    for (int i = 1; i <= 200; ++i) {
        expected.push_back("durable " + std::to_string(i));
    }
    EXPECT_EQ(hooks_.seen(), expected);
}

TEST_F(LogWriter, LetsAMarkThatComesDuringASyncWaitForTheNextOne) {
    std::promise<void> syncing;
    std::promise<void> go_on;
    bool first = true;
    disk_.on_step([&](const std::string& what) {
        if (what == "sync log" && std::exchange(first, false)) {
            syncing.set_value();
            go_on.get_future().wait();
        }
    });
    open();
    writer_->mark(mark_of(1, 1));
    syncing.get_future().wait();
    writer_->mark(mark_of(2, 2)); // the sync under way does not cover it
    go_on.set_value();
    hooks_.wait_for(2);
    EXPECT_THAT(hooks_.seen(), ElementsAre("durable 1", "durable 2"));
    EXPECT_THAT(disk_.journal(),
                ElementsAre("create log", "append log", "sync log", "append log", "sync log"));
    writer_.reset(); // it calls on_step
}

TEST_F(LogWriter, FlushesSideFilesToo) {
    open();
    writer_->settle(entry_of(1, outcome::invalid));
    ASSERT_TRUE(writer_->flush());
    EXPECT_EQ(disk_.synced("/run/invalid.csv"), "header\nrecord 1\n");
    EXPECT_NE(disk_.synced("/run/problems.csv"), "");
    EXPECT_THAT(hooks_.seen(), ElementsAre("written 1"));
}

TEST_F(LogWriter, FlushesWithNothingToWrite) {
    open();
    EXPECT_TRUE(writer_->flush());
    EXPECT_TRUE(writer_->flush());
    EXPECT_EQ(disk_.written("log"), "");
}

TEST_F(LogWriter, WritesTheEndAsTheLastLine) {
    open();
    writer_->settle(entry_of(1));
    ASSERT_TRUE(writer_->flush());
    row_counts counts;
    counts.read = 1;
    counts[outcome::created] = 1;
    ASSERT_TRUE(writer_->end(counts));
    std::string line;
    append_line(line, counts);
    EXPECT_TRUE(disk_.synced("log").ends_with(line));
}

TEST_F(LogWriter, WritesAndSyncsWhatIsThereWhenItGoes) {
    open();
    for (std::uint64_t i = 1; i <= 1000; ++i) {
        writer_->settle(entry_of(i, i % 100 == 0 ? outcome::invalid : outcome::created));
    }
    writer_.reset();
    EXPECT_EQ(hooks_.seen().size(), 1000u);
    EXPECT_TRUE(disk_.synced("log").ends_with("\n"));
    EXPECT_TRUE(disk_.synced("log").find("{\"row\":1000,") != std::string::npos);
    EXPECT_EQ(disk_.synced("/run/invalid.csv"), disk_.written("/run/invalid.csv"));
}

TEST_F(LogWriter, TakesEntriesFromManyThreads) {
    open();
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
        threads.emplace_back([this, t] {
            for (std::uint64_t i = 0; i < 2000; ++i) {
                writer_->settle(entry_of(t * 10'000 + i));
                if (i % 500 == 0) {
                    writer_->mark(mark_of(t * 10'000 + i, t * 10'000 + i));
                    EXPECT_TRUE(writer_->flush());
                }
                (void)writer_->has_room();
            }
        });
    }
    for (auto& t : threads) {
        t.join();
    }
    ASSERT_TRUE(writer_->flush());
    const auto log = disk_.synced("log");
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 4 * 2000 + 4 * 4);
    EXPECT_EQ(hooks_.seen().size(), 4 * 2000u + 4 * 4u);
}

TEST_F(LogWriter, HasRoomUntilItsLimit) {
    std::promise<void> writing;
    std::promise<void> go_on;
    const auto gate = go_on.get_future().share();
    bool first = true;
    disk_.on_step([&writing, gate, &first](const std::string& what) {
        if (what == "append log" && std::exchange(first, false)) {
            writing.set_value();
            gate.wait();
        }
    });
    open();
    writer_->settle(entry_of(0));
    writing.get_future().wait();
    EXPECT_TRUE(writer_->has_room());
    for (std::uint64_t i = 1; i <= log_writer::room; ++i) {
        writer_->settle(entry_of(i));
    }
    EXPECT_FALSE(writer_->has_room());
    go_on.set_value();
    ASSERT_TRUE(writer_->flush());
    EXPECT_TRUE(writer_->has_room());
    writer_.reset(); // it calls on_step
}

TEST_F(LogWriter, HasRoomForFewerRowsWhereRecordsAreLong) {
    side_files beside(disk_, "/run", false);
    beside.add_input({"csv", "header"});
    log_book book(disk_.file("log"), std::move(beside), {}); // nobody steps it
    auto entry = entry_of(1, outcome::invalid);
    entry.record = std::string(1 << 20, 'x');
    std::size_t rows = 0;
    for (; book.has_room(); ++rows) {
        book.settle(entry);
    }
    EXPECT_EQ(rows, 16u);
}

TEST_F(LogWriter, LeavesNoMoreUnsyncedThanACrashMayTear) {
    side_files beside(disk_, "/run", false);
    beside.add_input({"csv", "header"});
    const log_book::hooks call{
        .durable = [](const auto&) {}, .written = [](const auto&) {}, .failed = [](const auto&) {}};
    log_book book(disk_.file("log"), std::move(beside), call);
    std::uint64_t row = 0;
    for (int second = 0; second < 6; ++second) {
        while (book.has_room()) { // more than is written at once
            auto entry = entry_of(++row);
            entry.row.key = std::string(60, 'k');
            book.settle(std::move(entry));
        }
        ASSERT_TRUE(book.step());
        const auto waiting = disk_.written("log").size() - disk_.synced("log").size();
        ASSERT_LT(waiting, longest_torn_tail / 2);
        if (waiting >= log_book::most_unsynced) {
            book.settle(entry_of(++row));
            ASSERT_TRUE(book.step());
            ASSERT_EQ(disk_.written("log"), disk_.synced("log"));
        }
    }
}

TEST_F(LogWriter, FailsOnceAndForGoodWhereverTheDiskFails) {
    for (int step = 1; step <= 12; ++step) {
        disk_ = test::memory_disk();
        witness hooks;
        int left = step;
        bool has_failed = false; // the log's thread alone looks at it
        disk_.on_step([&, disk = disk_](const std::string& what) mutable {
            if (what != "create log" && --left == 0) {
                has_failed = true;
                disk.fail_from_now_on();
            }
        });
        side_files beside(disk_, "/run", false);
        beside.add_input({"csv", "header"});
        {
            log_writer writer(
                disk_.file("log"), std::move(beside),
                {.durable =
                     [&](const sending_mark& m) { EXPECT_FALSE(has_failed) << "mark " << m.first; },
                 .written =
                     [&](const settled_row& r) { EXPECT_FALSE(has_failed) << "row " << r.at.row; },
                 .failed =
                     [&](const failure& f) {
                         EXPECT_EQ(f.code, errc::disk);
                         hooks.add("failed");
                     }});
            bool flushed = true;
            for (std::uint64_t i = 1; i <= 4; ++i) {
                writer.mark(mark_of(i, i));
                writer.settle(entry_of(i, i % 2 == 0 ? outcome::invalid : outcome::created));
                const auto done = writer.flush();
                EXPECT_TRUE(flushed || !done) << "a failed log does not mend";
                flushed = done.has_value();
                if (!done) {
                    EXPECT_EQ(done.error().code, errc::disk);
                }
            }
            EXPECT_FALSE(flushed) << step;
            EXPECT_FALSE(writer.end({})) << step;
            EXPECT_TRUE(writer.has_room()) << "nobody waits for a log that has failed";
        }
        disk_.on_step(nullptr); // it holds the disk that holds it
        EXPECT_THAT(hooks.seen(), ElementsAre("failed")) << step;
        const auto journal = disk_.journal();
        EXPECT_EQ(std::count_if(journal.begin(), journal.end(),
                                [](auto& s) { return s.starts_with("failed"); }),
                  1)
            << "nothing is tried again, step " << step;
    }
}

} // namespace
} // namespace noteload::ledger
