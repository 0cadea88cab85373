#include "noteload/delivery/eraser.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "exchange_fixture.hpp"
#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Notes to delete, and what became of each.
class fake_undo final : public undo_work {
public:
    explicit fake_undo(int notes) : notes_(notes) {}

    std::optional<made_note> next() override {
        if (halted || given == notes_) {
            return std::nullopt;
        }
        ++given;
        return made_note{.note_id = 900 + given, .row = static_cast<std::uint64_t>(given)};
    }
    void settle(undone_note n) override {
        EXPECT_TRUE(ends.emplace(n.note.row, n).second) << "settled twice";
        EXPECT_EQ(n.note.note_id, 900 + static_cast<std::int64_t>(n.note.row));
    }
    void tell(std::string_view what, std::string_view why, std::string) override {
        told.push_back(std::string(what) + ' ' + std::string(why));
        if (on_tell) {
            on_tell();
        }
    }
    void halt(const failure& why) override {
        EXPECT_FALSE(halted) << "halted twice";
        halted = why;
    }
    [[nodiscard]] int count(undo_outcome o) const {
        return static_cast<int>(
            std::count_if(ends.begin(), ends.end(), [o](auto& e) { return e.second.what == o; }));
    }

    std::map<std::uint64_t, undone_note> ends;
    std::vector<std::string> told;
    std::optional<failure> halted;
    std::function<void()> on_tell;
    int given = 0;

private:
    int notes_;
};

std::string shown(long id, const char* changed = "2026-11-24T03:54:12") {
    return R"({"id":)" + std::to_string(id) +
           R"(,"contactId":17,"createDateTimeUtc":"2026-11-24T03:54:12","modifiedDateTimeUtc":")" +
           changed + "\"}";
}

bool is_delete(const std::string& request) {
    return request.starts_with("DELETE /api/ContactNote/");
}

long id_in(const std::string& request) {
    const auto at = request.find("/ContactNote/");
    return at == std::string::npos ? 0 : std::stol(request.substr(at + 13));
}

class Eraser : public ExchangeTest {
protected:
    /// A server that has every note, unchanged, and deletes it.
    void SetUp() override {
        serve();
        far_->otherwise({[](test::peer& p, const std::string& request) {
            p.say(test::http(200, is_delete(request) ? "" : shown(id_in(request))));
        }});
    }
    void run(int notes, int concurrency = 1, std::chrono::milliseconds timeout = long_enough) {
        begin(notes, concurrency, timeout);
        test::run_task(on_, eraser_->run());
        EXPECT_EQ(work_->ends.size(), static_cast<std::size_t>(work_->given));
        EXPECT_EQ(eraser_->in_flight(), 0);
    }
    void begin(int notes, int concurrency, std::chrono::milliseconds timeout) {
        options_.concurrency = concurrency;
        server_ = std::make_unique<server>(server_at(far_->url(), timeout));
        work_ = std::make_unique<fake_undo>(notes);
        work_->on_tell = on_tell_;
        eraser_ = std::make_unique<eraser>(on_, *server_, options_, *work_);
    }
    void later(std::function<void()> act) { boost::asio::post(on_, std::move(act)); }
    [[nodiscard]] const undone_note& end_of(std::uint64_t row) const { return work_->ends.at(row); }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> out;
        for (const auto& r : far_->requests()) {
            out.push_back(r.substr(0, r.find(" HTTP/")));
        }
        return out;
    }

    eraser_options options_;
    std::function<void()> on_tell_;
    std::unique_ptr<server> server_;
    std::unique_ptr<fake_undo> work_;
    std::unique_ptr<eraser> eraser_;
};

TEST_F(Eraser, LooksAtEachNoteAndDeletesIt) {
    run(2);
    EXPECT_THAT(lines(), ElementsAre("GET /api/ContactNote/901", "DELETE /api/ContactNote/901",
                                     "GET /api/ContactNote/902", "DELETE /api/ContactNote/902"));
    EXPECT_EQ(end_of(1).what, undo_outcome::undone);
    EXPECT_EQ(end_of(1).status, 200);
    EXPECT_EQ(end_of(1).attempts, 1);
    EXPECT_EQ(end_of(1).why, std::nullopt);
}

TEST_F(Eraser, KeepsToItsConcurrencyOverKeptConnections) {
    run(100, 4);
    EXPECT_EQ(work_->count(undo_outcome::undone), 100);
    EXPECT_LE(far_->most_at_once(), 4);
    EXPECT_LE(far_->connections(), 4);
}

TEST_F(Eraser, KeepsWhatSomebodyChanged) {
    far_->play({{answer(200, shown(901, "2026-11-25T08:00:00"))}});
    run(2);
    EXPECT_EQ(end_of(1).what, undo_outcome::kept);
    EXPECT_EQ(end_of(1).why.value().why, reason::modified);
    EXPECT_EQ(end_of(1).contact_id, 17);
    EXPECT_EQ(end_of(1).attempts, 0);
    EXPECT_EQ(end_of(2).what, undo_outcome::undone);
    EXPECT_THAT(lines(), Not(Contains("DELETE /api/ContactNote/901")));
}

TEST_F(Eraser, DoesNotLookWhenItIsForced) {
    options_.force = true;
    run(2);
    EXPECT_THAT(lines(), ElementsAre("DELETE /api/ContactNote/901", "DELETE /api/ContactNote/902"));
    EXPECT_EQ(work_->count(undo_outcome::undone), 2);
}

TEST_F(Eraser, TellsWhichNotesWereGone) {
    far_->play({{answer(404, ""), answer(404, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::gone);
    EXPECT_EQ(end_of(1).status, 404);
    EXPECT_EQ(end_of(1).why, std::nullopt);
}

TEST_F(Eraser, DeletesAYoungNoteThatReadsDoNotShowYet) {
    far_->play({{answer(404, ""), answer(200, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::undone);
}

TEST_F(Eraser, LooksAgainAtANoteThatWasShownAndIsNotFoundByItsDeletion) {
    far_->play({{answer(200, shown(901)), answer(404, ""), answer(200, shown(901)), answer(503, ""),
                 answer(404, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::gone);
    EXPECT_EQ(end_of(1).attempts, 1);
}

TEST_F(Eraser, RefusesNotesThatAreShownAfterTheirDeletionFoundNone) {
    options_.verify_window = std::chrono::seconds(1);
    far_->otherwise({[](test::peer& p, const std::string& request) {
        p.say(is_delete(request) ? test::http(404, "") : test::http(200, shown(id_in(request))));
    }});
    run(3);
    EXPECT_EQ(work_->count(undo_outcome::refused), 3);
    EXPECT_EQ(end_of(1).why.value().why, reason::not_found);
    EXPECT_THAT(end_of(1).why.value().detail, HasSubstr("shows it all the same"));
    const auto sent = lines();
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "GET /api/ContactNote/903"), 2)
        << "the window is waited for once";
}

TEST_F(Eraser, LooksBehindADeletionThatIsForcedAndFindsNone) {
    options_.force = true;
    options_.verify_window = std::chrono::milliseconds(1);
    far_->play({{answer(404, ""), answer(404, ""), answer(404, ""), answer(200, shown(902))}});
    run(2);
    EXPECT_EQ(end_of(1).what, undo_outcome::gone);
    EXPECT_EQ(end_of(2).what, undo_outcome::refused);
}

TEST_F(Eraser, AsksAgainWhenAnAnswerIsLost) {
    far_->play({{answer(200, shown(901)), test::reset_after_reading()},
                {answer(404, ""), answer(404, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::gone);
    EXPECT_EQ(end_of(1).attempts, 2);
}

TEST_F(Eraser, AsksAgainWhenTheServerFails) {
    far_->play({{answer(503, ""), answer(200, "<html>"), answer(200, shown(901)), answer(500, ""),
                 answer(204, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::undone);
    EXPECT_EQ(end_of(1).attempts, 2);
}

TEST_F(Eraser, DoesNotCountAnswersThatTellOfTheQuota) {
    far_->play({{answer(429, "", "Retry-After: 0\r\n"), answer(200, shown(901)),
                 answer(429, "", "Retry-After: 0\r\n"), answer(200, "")}});
    run(1);
    EXPECT_EQ(end_of(1).what, undo_outcome::undone);
    EXPECT_EQ(end_of(1).attempts, 1);
    EXPECT_THAT(work_->told,
                ElementsAre("paused quota", "going_on quota", "paused quota", "going_on quota"));
}

TEST_F(Eraser, GoesOnBehindARefusedNote) {
    far_->play({{answer(200, shown(901)), answer(409, R"({"message":"locked"})")}});
    run(2);
    EXPECT_EQ(end_of(1).what, undo_outcome::refused);
    EXPECT_EQ(end_of(1).why.value().why, reason::conflict);
    EXPECT_THAT(end_of(1).why.value().detail, HasSubstr("locked"));
    EXPECT_EQ(end_of(2).what, undo_outcome::undone);
}

TEST_F(Eraser, DoesNotTryForEverWhatNeverHasAGoodAnswer) {
    options_.most_failures = 3;
    far_->otherwise({[](test::peer& p, const std::string& request) {
        const bool bad = is_delete(request) && id_in(request) == 901;
        p.say(bad ? test::http(500, "oh")
                  : test::http(200, is_delete(request) ? "" : shown(id_in(request))));
    }});
    run(2);
    EXPECT_EQ(end_of(1).what, undo_outcome::refused);
    EXPECT_EQ(end_of(1).why.value().why, reason::server_error);
    EXPECT_EQ(end_of(1).attempts, 3);
    EXPECT_EQ(end_of(2).what, undo_outcome::undone);
}

TEST_F(Eraser, StopsForAMissingPermission) {
    far_->otherwise({[](test::peer& p, const std::string& request) {
        p.say(is_delete(request) ? test::http(403, R"({"message":"no"})")
                                 : test::http(200, shown(id_in(request))));
    }});
    run(10);
    ASSERT_TRUE(work_->halted);
    EXPECT_EQ(work_->halted->code, errc::permission);
    EXPECT_THAT(work_->halted->message, HasSubstr("permission to delete"));
    EXPECT_EQ(work_->given, 1);
    EXPECT_EQ(end_of(1).what, undo_outcome::not_attempted);
    EXPECT_EQ(end_of(1).why.value().why, reason::stopped);
}

TEST_F(Eraser, PausesWhileTheServerFailsAndGoesOn) {
    std::atomic<int> probes = 0;
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        const bool is_probe = request.starts_with("GET /api/Organization");
        const bool well = probes >= 1 || (is_probe && ++probes == 1);
        const auto body = is_delete(request) || is_probe ? "" : shown(id_in(request));
        p.say(well ? test::http(200, body) : test::http(503, ""));
    }});
    run(20, 8);
    EXPECT_EQ(work_->count(undo_outcome::undone), 20);
    EXPECT_THAT(work_->told, ElementsAre("paused server_failing", "going_on server_failing"));
}

TEST_F(Eraser, GivesUpOnAServerThatDoesNotComeBack) {
    options_.give_up_after = std::chrono::seconds(1);
    far_->otherwise(answer(503, ""));
    run(100, 8);
    ASSERT_TRUE(work_->halted);
    EXPECT_EQ(work_->halted->code, errc::unreachable);
    EXPECT_EQ(work_->count(undo_outcome::not_attempted), work_->given);
}

TEST_F(Eraser, StopsWithoutAnotherRequest) {
    std::atomic<bool> stopped = false;
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        far_->wait_for_hands(2);
        later([&] {
            eraser_->stop();
            stopped = true;
        });
        while (!stopped) {
            std::this_thread::yield();
        }
        p.say(test::http(200, is_delete(request) ? "" : shown(id_in(request))));
    }});
    run(10, 2);
    EXPECT_EQ(work_->given, 2);
    EXPECT_EQ(work_->count(undo_outcome::not_attempted), 2);
    EXPECT_EQ(far_->requests().size(), 2u);
}

TEST_F(Eraser, CutEndsWhatIsInFlight) {
    far_->otherwise(test::never_answer());
    far_->on_request([this](const std::string&) {
        later([this] {
            if (far_->most_at_once() == 2) {
                eraser_->stop();
                eraser_->cut();
            }
        });
    });
    run(10, 2);
    EXPECT_EQ(work_->count(undo_outcome::not_attempted), 2);
    EXPECT_EQ(work_->given, 2);
}

} // namespace
} // namespace noteload::delivery
