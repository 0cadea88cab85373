#include <atomic>
#include <thread>

#include "sender_fixture.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using test::created;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto page = "<html>Forbidden</html>";

using SenderStopping = SenderTest;

TEST_F(SenderStopping, GivesBackWhatWaitsForQuota) {
    far_->otherwise(answer(429, "", "Retry-After: 3600\r\n"));
    work_.give_rows(4);
    work_.on_tell = [this](const std::string& what) {
        if (what == "paused quota") {
            later([this] { stop(); });
        }
    };
    run(2);
    EXPECT_EQ(work_.count(outcome::not_attempted), static_cast<int>(work_.given()));
    EXPECT_EQ(work_.end_of(1).attempts, 0);
    EXPECT_EQ(work_.end_of(1).why.value().why, reason::stopped);
}

TEST_F(SenderStopping, GivesBackWhatWaitsForAnotherTry) {
    far_->stop_listening();
    work_.give_rows(2);
    boost::asio::post(on_, [this] { stop(); });
    run(2);
    EXPECT_EQ(work_.count(outcome::not_attempted), static_cast<int>(work_.given()));
}

TEST_F(SenderStopping, LetsWhatIsInFlightGoOn) {
    std::atomic<bool> stopped = false;
    far_->otherwise({[&](test::peer& p, const std::string&) {
        far_->wait_for_hands(2);
        later([&] {
            stop();
            stopped = true;
        });
        while (!stopped) {
            std::this_thread::yield();
        }
        p.say(test::http(200, test::note_json(1)));
    }});
    work_.give_rows(10);
    run(2);
    EXPECT_EQ(work_.given(), 2u);
    EXPECT_EQ(work_.count(outcome::created), 2);
    expect_one_copy_of_each();
}

TEST_F(SenderStopping, CutLeavesInDoubtWhatIsInFlight) {
    far_->otherwise(test::never_answer());
    far_->on_request([this](const std::string&) {
        later([this] {
            if (far_->most_at_once() == 2) {
                stop();
                sender_->cut();
            }
        });
    });
    work_.give_rows(10);
    run(2);
    EXPECT_EQ(work_.given(), 2u);
    EXPECT_EQ(work_.count(outcome::in_doubt), 2);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("grace period"));
    expect_one_copy_of_each();
}

TEST_F(SenderStopping, CutEndsAProbeThatHangs) {
    // 8 lost answers open the breaker; its probe is never answered.
    far_->otherwise({[this](test::peer& p, const std::string& request) {
        if (request.starts_with("GET ")) {
            later([this] {
                stop();
                sender_->cut();
            });
            p.wait_for_close();
        }
        p.reset();
    }});
    work_.give_rows(100);
    const auto began = std::chrono::steady_clock::now();
    run(1, std::chrono::seconds(6));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(SenderStopping, PausesAndProbesWhenTheServerKeepsFailing) {
    // Nine rows fail, the first probe too; the second one finds the server well again.
    std::atomic<int> probes = 0;
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        const bool is_probe = request.starts_with("GET ");
        const bool well = probes >= 2 || (is_probe && ++probes == 2);
        p.say(well ? test::http(200, test::note_json(1)) : test::http(503, ""));
    }});
    work_.give_rows(12);
    run();
    EXPECT_EQ(work_.count(outcome::in_doubt), 8);
    EXPECT_EQ(work_.count(outcome::created), 4);
    EXPECT_EQ(probes, 2);
    EXPECT_THAT(work_.told(), ElementsAre("paused server_failing", "going_on server_failing"));
    expect_one_copy_of_each();
}

TEST_F(SenderStopping, GivesUpOnAServerThatDoesNotComeBack) {
    options_.give_up_after = std::chrono::seconds(1);
    far_->otherwise(answer(503, ""));
    work_.give_rows(100);
    run(4);
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.halted()->code, errc::unreachable);
    EXPECT_THAT(work_.halted()->message, HasSubstr("no good answer for"));
    EXPECT_LE(work_.count(outcome::in_doubt), 8 + 3);
    expect_one_copy_of_each();
}

TEST_F(SenderStopping, GivesUpOnAServerThatReadsWellAndFailsAtEveryNote) {
    options_.give_up_after = std::chrono::seconds(1);
    far_->otherwise({[](test::peer& p, const std::string& request) {
        p.say(request.starts_with("GET ") ? test::http(200, "{}") : test::http(503, ""));
    }});
    work_.give_rows(100);
    run(4);
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.halted()->code, errc::unreachable);
    EXPECT_THAT(work_.halted()->message, HasSubstr("503"));
    EXPECT_LE(work_.count(outcome::in_doubt), 8 + 3 + 2) << "those in flight and the trials";
    EXPECT_THAT(work_.told(), ElementsAre("paused server_failing"));
    expect_one_copy_of_each();
}

TEST_F(SenderStopping, ComesToItsEndWhenTheServerIsGoneInTheMiddle) {
    options_.give_up_after = std::chrono::seconds(1);
    std::atomic<int> seen = 0;
    far_->otherwise({[&](test::peer& p, const std::string&) {
        if (++seen > 10) {
            far_->refuse_connections();
            p.reset();
        }
        p.say(test::http(200, test::note_json(1)));
    }});
    work_.give_rows(100);
    run(2);
    EXPECT_EQ(work_.halted()->code, errc::unreachable);
    EXPECT_EQ(work_.count(outcome::created), 10);
    EXPECT_LE(work_.count(outcome::in_doubt), 2);
    expect_one_copy_of_each();
}

using SenderBehindAFirewall = SenderTest;

TEST_F(SenderBehindAFirewall, RefusesTheRowThatItDislikes) {
    far_->play({{created(1), answer(403, page), created(3)}});
    work_.give_rows(3);
    run();
    EXPECT_FALSE(work_.halted());
    EXPECT_EQ(work_.end_of(2).what, outcome::refused);
    EXPECT_EQ(work_.end_of(2).why.value().why, reason::firewall);
    EXPECT_EQ(work_.end_of(2).status, 403);
    expect_one_copy_of_each();
}

TEST_F(SenderBehindAFirewall, StopsWhenRowAfterRowIsForbidden) {
    far_->otherwise(answer(403, page));
    far_->play({{created(1)}});
    work_.give_rows(100);
    run();
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.halted()->code, errc::permission);
    EXPECT_EQ(work_.given(), 5u);
    EXPECT_EQ(work_.count(outcome::not_attempted), 4);
}

TEST_F(SenderBehindAFirewall, AsksForAHarmlessReadAtTheEnd) {
    far_->play({{created(1), answer(403, page)}, {answer(200, "{}")}});
    work_.give_rows(2);
    run();
    EXPECT_FALSE(work_.halted());
    EXPECT_EQ(work_.end_of(2).what, outcome::refused);
    EXPECT_THAT(far_->requests().back(), HasSubstr("GET /api/Organization/Current"));
}

TEST_F(SenderBehindAFirewall, StopsWhenTheReadIsForbiddenToo) {
    far_->play({{created(1), answer(403, page)}, {answer(403, page)}});
    work_.give_rows(2);
    run();
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.halted()->code, errc::permission);
    EXPECT_EQ(work_.end_of(2).what, outcome::not_attempted);
}

TEST_F(SenderBehindAFirewall, StopsWhenNoRowEverSucceeded) {
    far_->play({{answer(403, page)}, {answer(200, "{}")}});
    work_.give_rows(1);
    run();
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.end_of(1).what, outcome::not_attempted);
}

} // namespace
} // namespace noteload::delivery
