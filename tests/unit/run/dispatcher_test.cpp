#include "noteload/run/dispatcher.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <future>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "noteload/ledger/log_writer.hpp"
#include "support/memory_disk.hpp"
#include "support/printers.hpp"
#include "support/run_task.hpp"

namespace noteload::run {
namespace {

using delivery::delivered;
using delivery::parcel;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A log in memory, a queue fed by hand, and rows taken as the sender takes them.
class Dispatcher : public ::testing::Test {
protected:
    void open(int concurrency = 4, error_limit errors = {}) {
        ledger::side_files beside(disk_, "/run", false);
        beside.add_input({"csv", "header"});
        log_ = std::make_unique<ledger::log_writer>(
            disk_.file("log"), std::move(beside),
            ledger::log_writer::hooks{
                .durable =
                    [this](const ledger::sending_mark& m) {
                        boost::asio::post(on_, [this, m] { dispatcher_->made_durable(m); });
                    },
                .written = [](const settled_row&) {},
                .failed = [](const failure& f) { ADD_FAILURE() << f.message; }});
        dispatcher_ = std::make_unique<dispatcher>(
            on_, queue_, *log_, dispatcher::options{.concurrency = concurrency, .errors = errors},
            dispatcher::hooks{
                .halted = [this](const failure* f) { halted_.push_back(f != nullptr); },
                .told = [](const ledger::log_event&) {}});
    }

    /// `.` a valid row, `x` an invalid one, `s` one that is skipped.
    void feed(std::string_view rows) {
        auto b = std::make_unique<batch>();
        for (const char c : rows) {
            auto& row = b->rows.emplace_back();
            row.at = {.file = 0, .row = ++fed_, .line = fed_ + 1, .byte = fed_ * 10, .size = 9};
            row.bytes_begin = b->records.size();
            b->records += fmt::format("record {}\n", fed_);
            row.body_begin = b->bodies.size();
            if (c == '.') {
                b->bodies += fmt::format("body {}", fed_);
                row.body_size = b->bodies.size() - row.body_begin;
            } else {
                row.faults = {{c == 's' ? reason::already_imported : reason::bad_date, "why"}};
                row.unsent = c == 's' ? outcome::skipped : outcome::invalid;
            }
        }
        const auto weight = b->weight();
        ASSERT_TRUE(queue_.push(b, weight));
    }

    std::optional<parcel> next() {
        auto p = test::run_task(on_, dispatcher_->next());
        if (p) {
            EXPECT_EQ(p->body, fmt::format("body {}", p->at.row));
            EXPECT_GE(last_durable_row(), p->at.row) << "given out before its mark was on disk";
        }
        return p;
    }
    void settle(const parcel& p, outcome what = outcome::created) {
        delivered d;
        d.what = what;
        if (what != outcome::created) {
            d.why = fault{reason::timeout, "d"};
        }
        dispatcher_->settle(p, std::move(d));
    }
    std::vector<std::uint64_t> send_all() {
        std::vector<std::uint64_t> rows;
        while (const auto p = next()) {
            rows.push_back(p->at.row);
            settle(*p);
        }
        return rows;
    }

    [[nodiscard]] static std::vector<boost::json::object> lines(const std::string& text) {
        std::vector<boost::json::object> out;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            if (end == std::string::npos) {
                break;
            }
            out.push_back(boost::json::parse(text.substr(at, end - at)).as_object());
            at = end + 1;
        }
        return out;
    }
    [[nodiscard]] std::uint64_t last_durable_row() const {
        std::uint64_t last = 0;
        for (const auto& l : lines(disk_.synced("log"))) {
            if (const auto* mark = l.if_contains("sending")) {
                last = mark->as_array()[1].to_number<std::uint64_t>();
            }
        }
        return last;
    }
    /// Each row's outcomes, in the order of the log.
    std::map<std::uint64_t, std::vector<std::string>> outcomes() {
        EXPECT_TRUE(log_->flush());
        std::map<std::uint64_t, std::vector<std::string>> out;
        for (const auto& l : lines(disk_.synced("log"))) {
            if (const auto* row = l.if_contains("row")) {
                out[row->to_number<std::uint64_t>()].push_back(l.at("outcome").as_string().c_str());
            }
        }
        return out;
    }
    void expect_one_outcome_each() {
        const auto all = outcomes();
        EXPECT_EQ(all.size(), fed_);
        for (const auto& [row, words] : all) {
            EXPECT_EQ(words.size(), 1u) << "row " << row;
        }
        EXPECT_EQ(dispatcher_->counts().rows.settled(), fed_);
    }

    boost::asio::io_context on_{1};
    test::memory_disk disk_;
    batch_queue queue_{queue_limit,
                       [this] { boost::asio::post(on_, [this] { dispatcher_->look_again(); }); }};
    std::unique_ptr<ledger::log_writer> log_;
    std::unique_ptr<dispatcher> dispatcher_;
    std::vector<bool> halted_; // by a failure?
    std::uint64_t fed_ = 0;
};

TEST_F(Dispatcher, GivesOutValidRowsInOrderAndSettlesInvalidOnesInPlace) {
    open();
    feed("x..x");
    feed("x");
    feed(".xx.");
    queue_.finish();
    EXPECT_THAT(send_all(), ElementsAre(2, 3, 6, 9));
    expect_one_outcome_each();
    EXPECT_EQ(outcomes()[4], std::vector<std::string>{"invalid"});
    EXPECT_EQ(disk_.written("/run/invalid.csv"),
              "header\nrecord 1\nrecord 4\nrecord 5\nrecord 7\nrecord 8\n");
    EXPECT_THAT(halted_, IsEmpty());
}

TEST_F(Dispatcher, EndsAtOnceWithoutRows) {
    open();
    queue_.finish();
    EXPECT_FALSE(next());
    dispatcher_->give_back_rest();
    EXPECT_THAT(outcomes(), IsEmpty());
}

TEST_F(Dispatcher, EndsWhenAllRowsAreInvalid) {
    open();
    feed("xxx");
    feed("xxx");
    queue_.finish();
    EXPECT_FALSE(next());
    expect_one_outcome_each();
    EXPECT_EQ(disk_.written("log").find("sending"), std::string::npos) << "nothing to mark";
}

/// More rows without a request than the log has room for.
constexpr std::size_t many_batches = ledger::log_book::room / 256 + 16;

TEST_F(Dispatcher, SettlesNoMoreInvalidRowsThanTheLogHasRoomFor) {
    ledger::side_files beside(disk_, "/run", false);
    beside.add_input({"csv", "header"});
    ledger::log_book log(disk_.file("log"), std::move(beside),
                         {.durable = [](const ledger::sending_mark&) {},
                          .written = [](const settled_row&) {},
                          .failed = [](const failure& f) { ADD_FAILURE() << f.message; }});
    dispatcher_ = std::make_unique<dispatcher>(
        on_, queue_, log, dispatcher::options{.concurrency = 4, .errors = {}},
        dispatcher::hooks{.halted = [](const failure*) {},
                          .told = [](const ledger::log_event&) {}});
    for (std::size_t i = 0; i < many_batches; ++i) {
        feed(std::string(256, 's'));
    }
    queue_.finish();
    EXPECT_FALSE(dispatcher_->next_at_once());
    EXPECT_EQ(dispatcher_->counts().rows.settled(), ledger::log_book::room);
    EXPECT_FALSE(dispatcher_->next_at_once()) << "an invalid row is none to be sent";
    EXPECT_EQ(dispatcher_->counts().rows.settled(), ledger::log_book::room);
    ASSERT_TRUE(log.step());
    EXPECT_FALSE(dispatcher_->next_at_once());
    EXPECT_EQ(dispatcher_->counts().rows.settled(), fed_);
}

TEST_F(Dispatcher, ComesToTheEndOfMoreInvalidRowsThanTheLogHasRoomFor) {
    open();
    for (std::size_t i = 0; i < many_batches; ++i) {
        feed(std::string(256, 's'));
    }
    feed("xx.x");
    queue_.finish();
    EXPECT_THAT(send_all(), ElementsAre(fed_ - 1));
    expect_one_outcome_each();
}

TEST_F(Dispatcher, WritesItsOutcomeWithWhatTheSenderSaid) {
    open();
    feed(".");
    queue_.finish();
    const auto p = next();
    ASSERT_TRUE(p);
    delivered d{.what = outcome::refused,
                .note_id = 0,
                .why = fault{reason::not_found, "gone"},
                .status = 404,
                .attempts = 2,
                .took = std::chrono::milliseconds(83),
                .response = "{}"};
    dispatcher_->settle(*p, std::move(d));
    ASSERT_TRUE(log_->flush());
    const auto last = lines(disk_.synced("log")).back();
    EXPECT_EQ(last.at("row"), 1);
    EXPECT_EQ(last.at("line"), 2);
    EXPECT_EQ(last.at("outcome"), "refused");
    EXPECT_EQ(last.at("status"), 404);
    EXPECT_EQ(last.at("attempts"), 2);
    EXPECT_EQ(last.at("ms"), 83);
    EXPECT_EQ(last.at("reason"), "not_found");
    EXPECT_EQ(last.at("detail"), "gone");
    EXPECT_EQ(disk_.written("/run/refused.csv"), "header\nrecord 1\n");
}

TEST_F(Dispatcher, MarksSayWhereTheirRowsStandAndTheirHash) {
    open(2);
    feed("x.x.");
    queue_.finish();
    send_all();
    const auto log = lines(disk_.written("log"));
    const auto mark =
        std::find_if(log.begin(), log.end(), [](auto& l) { return l.contains("sending"); });
    ASSERT_NE(mark, log.end());
    EXPECT_EQ(mark->at("sending"), (boost::json::array{2, 4}));
    EXPECT_EQ(mark->at("file"), 0);
    EXPECT_EQ(mark->at("byte"), 20);
    EXPECT_EQ(mark->at("line"), 3);
    EXPECT_EQ(mark->at("hash").as_string(),
              ledger::hash_text(ledger::mark_hash("record 2\nrecord 3\nrecord 4\n")));
}

TEST_F(Dispatcher, MarksNoMoreThanTheConcurrencyAtFirst) {
    open(3);
    feed("..........");
    const auto first = next();
    EXPECT_EQ(last_durable_row(), 3u);
    settle(*first);
}

TEST_F(Dispatcher, StopsAtTheErrorLimitInTheOrderOfTheInput) {
    open(1, {2, false});
    feed(".xx.x.x.");
    queue_.finish();
    EXPECT_THAT(send_all(), ElementsAre(1, 4));
    EXPECT_TRUE(dispatcher_->over_error_limit());
    EXPECT_THAT(halted_, ElementsAre(false));
    dispatcher_->give_back_rest();
    expect_one_outcome_each();
    EXPECT_EQ(outcomes()[6], std::vector<std::string>{"not_attempted"});
    EXPECT_EQ(outcomes()[7], std::vector<std::string>{"invalid"});
}

TEST_F(Dispatcher, CountsRefusedRowsToTheErrorLimit) {
    open(1, {1, false});
    feed("....");
    queue_.finish();
    for (int i = 0; i < 2; ++i) {
        settle(*next(), outcome::refused);
    }
    EXPECT_FALSE(next());
    EXPECT_THAT(halted_, ElementsAre(false));
}

TEST_F(Dispatcher, GivesNoMoreOnceItIsStopped) {
    open();
    feed("....");
    const auto p = next();
    dispatcher_->stop();
    EXPECT_FALSE(next());
    feed("..");
    queue_.finish();
    settle(*p, outcome::in_doubt);
    dispatcher_->give_back_rest();
    expect_one_outcome_each();
    EXPECT_EQ(dispatcher_->counts().rows[outcome::not_attempted], 5u);
    EXPECT_EQ(disk_.written("/run/in_doubt.csv"), "header\nrecord 1\n");
}

TEST_F(Dispatcher, TellsWhyTheSenderHalted) {
    open();
    feed("..");
    dispatcher_->halt({errc::token, "no"});
    EXPECT_THAT(halted_, ElementsAre(true));
    EXPECT_FALSE(next());
}

TEST_F(Dispatcher, KnowsHowFarItIs) {
    open();
    feed("..xx");
    queue_.finish();
    send_all();
    EXPECT_EQ(dispatcher_->counts().bytes_done, 4u * 10 + 9) << "invalid rows are done too";
}

TEST_F(Dispatcher, WakesWhenABatchComes) {
    open();
    auto got = boost::asio::co_spawn(on_, dispatcher_->next(), boost::asio::use_future);
    on_.poll();
    feed(".");
    on_.restart();
    while (got.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        ASSERT_GT(on_.run_one_for(test::patience), 0u);
    }
    const auto p = got.get();
    ASSERT_TRUE(p);
    settle(*p);
    queue_.finish();
    EXPECT_FALSE(next());
}

/// Takes and settles as the sender's workers do, each with steps of its own between.
class DispatcherSchedule : public Dispatcher {
protected:
    delivery::task<> worker() {
        for (;;) {
            const auto p = co_await dispatcher_->next();
            if (!p) {
                co_return;
            }
            EXPECT_EQ(p->at.row > last_given_, true) << "out of order";
            last_given_ = p->at.row;
            EXPECT_GE(last_durable_row(), p->at.row);
            EXPECT_LE(++in_flight_, workers_);
            for (auto n = random_() % 4; n > 0; --n) {
                co_await boost::asio::post(on_, delivery::use_task);
            }
            --in_flight_;
            settle(*p, outcomes_[random_() % outcomes_.size()]);
            if (stop_after_ > 0 && --stop_after_ == 0) {
                queue_.cancel();
                dispatcher_->stop();
            }
        }
    }
    delivery::task<> all_workers() {
        int running = workers_;
        delivery::bell done(on_);
        for (int i = 0; i < workers_; ++i) {
            boost::asio::co_spawn(on_, worker(), [&](const std::exception_ptr& e) {
                test::rethrow(e);
                --running;
                done.ring();
            });
        }
        while (running > 0) {
            co_await done.wait();
        }
    }

    std::mt19937 random_;
    std::vector<outcome> outcomes_{outcome::created, outcome::created, outcome::refused,
                                   outcome::in_doubt};
    int workers_ = 1;
    int in_flight_ = 0;
    int stop_after_ = 0;
    std::uint64_t last_given_ = 0;
};

TEST_F(Dispatcher, SettlesSkippedRowsInPlaceAndCountsThemAsNoErrors) {
    open(2, {0, false});
    feed("s.ss.s");
    queue_.finish();
    EXPECT_THAT(send_all(), ElementsAre(2, 5));
    EXPECT_THAT(halted_, IsEmpty());
    const auto all = outcomes();
    EXPECT_EQ(dispatcher_->counts().rows[outcome::skipped], 4u);
    EXPECT_THAT(all.at(1), ElementsAre("skipped"));
    EXPECT_THAT(all.at(6), ElementsAre("skipped"));
    expect_one_outcome_each();
}

TEST_F(Dispatcher, SkipsRowsThatAreStillThereAtTheEnd) {
    open();
    feed("s.x");
    queue_.finish();
    dispatcher_->stop();
    dispatcher_->give_back_rest();
    const auto all = outcomes();
    EXPECT_THAT(all.at(1), ElementsAre("skipped"));
    EXPECT_THAT(all.at(2), ElementsAre("not_attempted"));
    EXPECT_THAT(all.at(3), ElementsAre("invalid"));
}

class DispatcherSchedules : public DispatcherSchedule,
                            public ::testing::WithParamInterface<std::uint32_t> {};

TEST_P(DispatcherSchedules, GiveEveryRowExactlyOneOutcome) {
    random_.seed(GetParam());
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    workers_ = static_cast<int>(1 + random_() % 8);
    stop_after_ = random_() % 2 == 0 ? 0 : static_cast<int>(1 + random_() % 60);
    open(workers_, {random_() % 3 == 0 ? random_() % 20 : 1000, false});
    for (auto batches = random_() % 12; batches > 0; --batches) {
        std::string rows;
        const auto spoilt = random_() % 4;
        for (auto n = 1 + random_() % 40; n > 0; --n) {
            rows += random_() % 4 >= spoilt ? '.' : random_() % 2 == 0 ? 'x' : 's';
        }
        feed(rows);
    }
    queue_.finish();
    test::run_task(on_, all_workers());
    dispatcher_->give_back_rest();
    expect_one_outcome_each();
}

INSTANTIATE_TEST_SUITE_P(Seeds, DispatcherSchedules, ::testing::Range(1u, 41u));

} // namespace
} // namespace noteload::run
