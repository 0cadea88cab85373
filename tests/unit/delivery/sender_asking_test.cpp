// Rows in doubt: the server is asked about them.

#include "sender_asking_fixture.hpp"

#include <atomic>

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::HasSubstr;

TEST_F(SenderAsking, FindsTheNoteOfItsFirstRequestOnAServerWhoseClockIsHoursBehind) {
    const auto theirs = std::chrono::system_clock::now() - std::chrono::hours(2);
    options_.server_started = theirs;
    far_->play({{test::say_and_close("")}});
    far_->otherwise(shows(theirs));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
    EXPECT_EQ(work_.end_of(1).note_id, 5);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, FindsItsNoteWhereTimesOfNotesAreInTheOrganisationsZone) {
    const auto theirs = std::chrono::system_clock::now() - std::chrono::hours(7);
    far_->play({{answer(200, note(4, "y", theirs)), test::say_and_close("")}});
    far_->otherwise(shows(theirs));
    work_.give(R"({"contactId":8,"type":"Call","note":"y"})");
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(2).what, outcome::already_there);
    EXPECT_EQ(work_.end_of(2).note_id, 5);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, DoesNotSendAgainWhereNothingTellsOfTheTimesOfNotes) {
    options_.server_started = std::chrono::system_clock::now();
    far_->play({{test::say_and_close("")}});
    far_->otherwise(shows(std::chrono::system_clock::now() - std::chrono::hours(7)));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("before the run"));
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, TakesNoNoteForItsOwnWhoseTimeCannotBeRead) {
    options_.server_started = std::chrono::system_clock::now();
    for (const auto* made : {R"("11/26/2026 05:10:00 AM")", R"("2019-03-04 10:00:00")", "null"}) {
        far_->play({{test::say_and_close("")}});
        far_->otherwise(shows_made_at(made));
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
        run();
        EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt) << made;
        EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("cannot be read")) << made;
    }
}

TEST_F(SenderAsking, PassesOverANoteFromBefore1970) {
    options_.server_started = std::chrono::system_clock::now();
    for (const auto* made : {R"("0001-01-01T00:00:00")", R"("1969-05-01T00:00:00")"}) {
        std::atomic<bool> was_lost = false;
        far_->otherwise(
            {[&, list = shows_made_at(made)](test::peer& p, const std::string& request) {
                if (request.starts_with("GET")) {
                    list.act(p, request);
                } else if (was_lost.exchange(true)) {
                    p.say(test::http(200, test::note_json(6)));
                } else {
                    p.farewell();
                }
            }});
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
        run();
        EXPECT_EQ(work_.end_of(1).what, outcome::created) << made;
        EXPECT_EQ(work_.end_of(1).note_id, 6) << made;
    }
}

TEST_F(SenderAsking, DoesNotWaitForTheLastRowsWhereRequestsArePaced) {
    constexpr int rows = 60;
    options_.limit = {30, std::chrono::seconds(1)};
    far_->play({{test::say_and_close("")}});
    far_->otherwise({[](test::peer& p, const std::string& request) {
        const auto contact = request.find("/ByContact/");
        const auto now = std::chrono::system_clock::now();
        const int id = contact == std::string::npos ? 0 : std::stoi(request.substr(contact + 11));
        p.say(test::http(200, id == 0
                                  ? test::note_json(7)
                                  : fmt::format(R"({{"list":[{}],"total":1}})", note_of(id, now))));
    }});
    for (int i = 1; i <= rows; ++i) {
        work_.give(fmt::format(R"({{"contactId":{},"type":"Call","note":"x"}})", i));
    }
    std::vector<std::uint64_t> order;
    work_.on_settle = [&](std::uint64_t row) { order.push_back(row); };
    run(4);
    const auto doubtful = std::find_if(order.begin(), order.end(), [&](auto row) {
        return work_.end_of(row).what == outcome::already_there;
    });
    ASSERT_NE(doubtful, order.end());
    EXPECT_LT(doubtful - order.begin(), rows / 2);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, GoesOnWhereTheServerMakesTheNotesAndNoAnswerCanBeRead) {
    constexpr int rows = 20; // eight unreadable answers let it pause
    far_->otherwise({[](test::peer& p, const std::string& request) {
        const auto contact = request.find("/ByContact/");
        if (contact == std::string::npos) {
            p.say(test::http(200, "\x1F\x8B"));
            return;
        }
        const int id = std::stoi(request.substr(contact + 11));
        p.say(test::http(200, fmt::format(R"({{"list":[{}],"total":1}})",
                                          note_of(id, std::chrono::system_clock::now()))));
    }});
    for (int i = 1; i <= rows; ++i) {
        work_.give(fmt::format(R"({{"contactId":{},"type":"Call","note":"x"}})", i));
    }
    run();
    EXPECT_EQ(work_.count(outcome::already_there), rows);
    expect_one_copy_of_each();
    EXPECT_THAT(work_.told(), ::testing::Contains("going_on server_failing"));
}

TEST_F(SenderAsking, ReadsToTheEndWhereAServerPutsTheOldestFirst) {
    const auto now = std::chrono::system_clock::now();
    options_.server_started = now;
    std::string old;
    for (int i = 1; i <= 100; ++i) {
        old += (i == 1 ? "" : ",") +
               note(i, "old", now - std::chrono::hours(72) + std::chrono::milliseconds(i));
    }
    far_->play({{test::say_and_close("")}});
    far_->otherwise({[=](test::peer& p, const std::string& request) {
        const bool is_first = request.find("skip=0&") != std::string::npos;
        const auto list = is_first ? old : note(100, "old", now) + "," + note(200, "x", now);
        p.say(test::http(200, "{\"list\":[" + list + "],\"total\":101}"));
    }});
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
    EXPECT_EQ(work_.end_of(1).note_id, 200);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, ReadsAPageAgainWhereTheServerFailsAtIt) {
    const auto now = std::chrono::system_clock::now();
    far_->play({{test::say_and_close("")}, {answer(503, ""), answer(503, ""), shows(now)}});
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, AsksForFewerNotesWhereAPageIsTooLong) {
    const auto now = std::chrono::system_clock::now();
    std::atomic<int> pages = 0;
    far_->play({{test::say_and_close("")}});
    far_->otherwise({[&, now](test::peer& p, const std::string& request) {
        ++pages;
        const bool is_short = request.find("take=6 ") != std::string::npos;
        const std::string rest(is_short ? 0 : connection::longest_answer, ' ');
        p.say(test::http(200, "{\"list\":[" + note(5, "x", now) + "],\"total\":1}" + rest));
    }});
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
    EXPECT_EQ(pages, 3) << "of 100, 25 and 6 notes";
    EXPECT_THAT(work_.told(), ::testing::IsEmpty()) << "no sign of a server that fails";
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, EndsWhereNoPageIsShortEnough) {
    options_.verify_window = std::chrono::milliseconds(60);
    far_->play({{test::say_and_close("")}});
    far_->otherwise(answer(200, std::string(connection::longest_answer + 1, ' ')));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("longer than 1 MiB"));
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, GoesOnWhereNoAnswerTellsAnId) {
    const auto now = std::chrono::system_clock::now();
    far_->otherwise({[this, now](test::peer& p, const std::string& request) {
        const auto n = request.find("\"contactId\":");
        const auto get = request.find("ByContact/");
        const auto contact = n != std::string::npos ? std::stoi(request.substr(n + 12))
                                                    : std::stoi(request.substr(get + 10));
        p.say(test::http(200, n != std::string::npos
                                  ? std::string("{}")
                                  : "{\"list\":[" + note_of(contact, now) + "],\"total\":1}"));
    }});
    for (int contact = 1; contact <= 30; ++contact) {
        work_.give(fmt::format(R"({{"contactId":{},"type":"Call","note":"x"}})", contact));
    }
    run(2);
    EXPECT_EQ(work_.count(outcome::already_there), 30);
    EXPECT_THAT(work_.told(), ::testing::IsEmpty()) << "no sign of a server that fails";
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, EndsWithARowThatTheServerFailsAtEachTime) {
    options_.verify_window = std::chrono::milliseconds(60);
    options_.max_attempts = 3;
    far_->otherwise({[](test::peer& p, const std::string& request) {
        const bool is_look = request.find("ByContact") != std::string::npos;
        const bool fails = request.find("poison") != std::string::npos;
        p.say(is_look ? test::http(200, "{\"list\":[" + test::note_json(1) + "],\"total\":1}")
              : fails ? test::http(500, R"({"message":"oh"})")
                      : test::http(200, test::note_json(1)));
    }});
    work_.give(R"({"contactId":7,"type":"Call","note":"poison"})");
    for (int contact = 8; contact < 30; ++contact) {
        work_.give(fmt::format(R"({{"contactId":{},"type":"Call","note":"x"}})", contact));
    }
    run(2);
    EXPECT_EQ(work_.count(outcome::created), 22);
    const auto& bad = work_.end_of(1);
    EXPECT_EQ(bad.what, outcome::not_attempted);
    EXPECT_EQ(bad.why.value().why, reason::out_of_tries);
    EXPECT_THAT(bad.why.value().detail, HasSubstr("oh"));
    EXPECT_EQ(bad.attempts, 3);
}

} // namespace
} // namespace noteload::delivery
