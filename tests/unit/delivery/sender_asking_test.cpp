// Rows in doubt: the server is asked about them.

#include "sender_fixture.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <atomic>

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::HasSubstr;

class SenderAsking : public SenderTest {
protected:
    void SetUp() override {
        SenderTest::SetUp();
        options_.in_doubt = doubt_policy::verify;
        options_.verify_window = std::chrono::milliseconds(200);
    }
    /// The contact's only note, as the server shows it.
    static test::action shows(std::chrono::system_clock::time_point made) {
        return answer(200, R"({"list":[)" + note(5, "x", made) + R"(],"total":1})");
    }
    /// The same, made at whatever the server tells.
    static test::action shows_made_at(const std::string& json) {
        auto text = note(5, "x", {});
        const std::string time = R"("1970-01-01T00:00:00.000000000")";
        return answer(200, "{\"list\":[" + text.replace(text.find(time), time.size(), json) +
                               "],\"total\":1}");
    }
    static std::string note_of(int contact, std::chrono::system_clock::time_point made) {
        auto text = note(contact + 1000, "x", made);
        return text.replace(text.find(":7,"), 3, fmt::format(":{},", contact));
    }
    static std::string note(int id, const std::string& text,
                            std::chrono::system_clock::time_point made) {
        return fmt::format(R"({{"id":{},"contactId":7,"createDateTimeUtc":"{}","type":"Call",)"
                           R"("note":"{}","important":false,"isPrivate":false,)"
                           R"("noteDate":"1/2/2020"}})",
                           id, date::format("%FT%T", made), text);
    }
};

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

TEST_F(SenderAsking, DoesNotSendAgainWhereAListShowsFewerNotesThanItSays) {
    options_.verify_window = std::chrono::milliseconds(60);
    for (const auto* list :
         {R"({"list":[],"total":3})",
          R"({"list":[{"id":4,"contactId":7,"type":"Email","note":"y"}],"total":3})"}) {
        far_->play({{test::say_and_close("")}});
        far_->otherwise(answer(200, list));
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
        run();
        EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt) << list;
        EXPECT_THAT(work_.end_of(1).why.value().detail,
                    HasSubstr("the server says that contact 7 has 3 notes, and shows"));
    }
}

TEST_F(SenderAsking, DoesNotSendAgainWhereAListShowsNotesOfAnotherContact) {
    options_.verify_window = std::chrono::milliseconds(60);
    far_->play({{test::say_and_close("")}});
    far_->otherwise(
        answer(200, R"({"list":[{"id":4,"contactId":9,"type":"Call","note":"x"}],"total":1})"));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("contact 9 for contact 7"));
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, FindsANoteInAListThatIsNotWhole) {
    const auto now = std::chrono::system_clock::now();
    far_->play({{test::say_and_close("")}});
    far_->otherwise(answer(200, R"({"list":[)" + note(5, "x", now) + R"(],"total":3})"));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
}

TEST_F(SenderAsking, DoesNotSendAgainWhereListsDoNotShowWhatItMade) {
    options_.verify_window = std::chrono::milliseconds(60);
    for (const bool is_hidden : {true, false}) {
        std::atomic<int> posts = 0;
        far_->otherwise({[&](test::peer& p, const std::string& request) {
            const bool is_list = request.find("ByContact/7") != std::string::npos;
            const bool is_other_list = request.find("ByContact/8") != std::string::npos;
            const bool is_lost = request.find("lost") != std::string::npos && ++posts == 1;
            if (is_lost) {
                p.say("");
                p.close();
                return;
            }
            p.say(test::http(200, is_list && !is_hidden
                                      ? "{\"list\":[" + test::note_json(1) + "],\"total\":1}"
                                  : is_list || is_other_list ? R"({"list":[],"total":0})"
                                                             : test::note_json(1)));
        }});
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
        work_.give(R"({"contactId":8,"type":"Call","note":"lost"})");
        run();
        EXPECT_EQ(work_.end_of(2).what, is_hidden ? outcome::in_doubt : outcome::created);
        EXPECT_EQ(posts, is_hidden ? 1 : 2);
    }
}

TEST_F(SenderAsking, LooksWhetherListsShowWhatAnEarlierProcessMade) {
    options_.verify_window = std::chrono::milliseconds(60);
    options_.claimed.insert(3);
    std::atomic<int> posts = 0;
    far_->play({{test::say_and_close("")}});
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        posts += request.starts_with("POST") ? 1 : 0;
        const bool is_list = request.find("ByContact") != std::string::npos;
        p.say(test::http(200, is_list ? R"({"list":[],"total":0})" : test::note_json(3)));
    }});
    work_.give(R"({"contactId":8,"type":"Call","note":"lost"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(1).why.value().detail,
                HasSubstr("contact 7 does not show note 3, which this run made"));
    EXPECT_EQ(posts, 0);
}

/// Notes 1 to 4 of contact 8, whose list is whole, 5 and 6 of contact 7, and one of 7 that is lost.
class SenderAskingForOneContact : public SenderAsking {
protected:
    static constexpr const char* made = R"({"list":[{"id":6,"contactId":7,"type":"Email"},)"
                                        R"({"id":5,"contactId":7,"type":"Email"}]})";

    /// What `list_of_7` says to each look-up, the first one being 1.
    void run_with(std::function<std::string(int)> list_of_7) {
        options_.verify_window = std::chrono::milliseconds(60);
        std::string list_of_8;
        for (int id = 1; id <= 4; ++id) {
            work_.give(fmt::format(R"({{"contactId":8,"type":"Call","note":"{}"}})", id));
            list_of_8 += fmt::format(R"({}{{"id":{},"contactId":8}})", id == 1 ? "" : ",", id);
        }
        work_.give(R"({"contactId":7,"type":"Call","note":"a"})");
        work_.give(R"({"contactId":7,"type":"Call","note":"b"})");
        work_.give(R"({"contactId":7,"type":"Call","note":"lost"})");
        far_->otherwise({[this, list_of_7 = std::move(list_of_7), list_of_8](
                             test::peer& p, const std::string& request) {
            if (request.starts_with("GET")) {
                p.say(test::http(200, request.find("/7?") != std::string::npos
                                          ? list_of_7(++looks_)
                                          : "{\"list\":[" + list_of_8 + "]}"));
            } else if (request.find("lost") != std::string::npos && ++losses_ == 1) {
                p.farewell();
            } else {
                const int id = ++last_id_;
                p.say(test::http(
                    200, fmt::format(R"({{"id":{},"contactId":{}}})", id, id <= 4 ? 8 : 7)));
            }
        }});
        run();
    }

    std::atomic<int> looks_ = 0;
    std::atomic<int> losses_ = 0;
    std::atomic<int> last_id_ = 0;
};

TEST_F(SenderAskingForOneContact, DoesNotSendAgainWhereItsListDoesNotShowWhatTheRunMadeForIt) {
    run_with([](int) { return R"({"list":[{"id":5,"contactId":7,"type":"Email"}],"total":1})"; });
    EXPECT_EQ(work_.end_of(7).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(7).why.value().detail,
                HasSubstr("contact 7 does not show note 6, which this run made"));
    EXPECT_EQ(losses_, 1);
}

TEST_F(SenderAskingForOneContact, DoesNotSendAgainWhereItsListShowsThatAsOlderThanTheRun) {
    options_.server_started = std::chrono::system_clock::now();
    run_with([](int) {
        return R"({"list":[{"id":6,"contactId":7,"createDateTimeUtc":"2019-03-04T10:00:00"},
                           {"id":5,"contactId":7,"createDateTimeUtc":"2019-03-04T10:00:00"}]})";
    });
    EXPECT_EQ(work_.end_of(7).what, outcome::in_doubt);
    EXPECT_EQ(losses_, 1);
}

TEST_F(SenderAskingForOneContact, SendsAgainWhereItsListShowsWhatTheRunMadeForIt) {
    run_with([](int) { return made; });
    EXPECT_EQ(work_.end_of(7).what, outcome::created);
    EXPECT_EQ(work_.end_of(7).note_id, 7);
    EXPECT_EQ(losses_, 2);
}

TEST_F(SenderAskingForOneContact, AsksAgainWhereItsListLagsBehindWhatTheRunMade) {
    int last = 0;
    run_with([&](int look) {
        last = look;
        return look < 9 ? R"({"list":[],"total":0})" : made;
    });
    EXPECT_EQ(work_.end_of(7).what, outcome::created);
    EXPECT_GE(last, 9);
}

TEST_F(SenderAskingForOneContact, HoldsItsListAgainstWhatEarlierListsShowedOfAnEarlierProcess) {
    options_.claimed.insert(70);
    const auto all = R"({"list":[{"id":70,"contactId":7},)" + std::string(made).substr(9);
    run_with([&](int look) { return look <= 2 ? all : made; });
    EXPECT_EQ(work_.end_of(7).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(7).why.value().detail, HasSubstr("does not show note 70"));
    EXPECT_EQ(losses_, 1);
}

TEST_F(SenderAsking, IsNotHeldUpWhereNotesAreMadeFasterThanItsListShowsThem) {
    options_.verify_window = std::chrono::milliseconds(60);
    options_.limit = {100, std::chrono::seconds(1)};
    std::atomic<int> losses = 0;
    std::atomic<int> made = 0;
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        if (request.starts_with("GET")) {
            const int shown = std::max(made - 3, 0); // never the newest
            std::string list;
            for (int id = shown; id > 0; --id) {
                list += fmt::format(R"({}{{"id":{},"contactId":7,"type":"Email"}})",
                                    list.empty() ? "" : ",", id);
            }
            p.say(test::http(200, fmt::format(R"({{"list":[{}],"total":{}}})", list, shown)));
        } else if (request.find("lost") != std::string::npos && ++losses == 1) {
            p.farewell();
        } else {
            p.say(test::http(200, fmt::format(R"({{"id":{},"contactId":7}})", ++made)));
        }
    }});
    for (int i = 1; i <= 2000; ++i) {
        const auto text = i == 2 ? "lost" : std::to_string(i);
        work_.give(fmt::format(R"({{"contactId":7,"type":"Call","note":"{}"}})", text));
    }
    work_.on_settle = [this](std::uint64_t row) {
        if (row == 2) {
            later([this] { stop(); });
        }
    };
    run();
    EXPECT_EQ(work_.end_of(2).what, outcome::created) << work_.end_of(2).why->detail;
    EXPECT_EQ(losses, 2);
}

TEST_F(SenderAsking, ReadsOnBehindOlderNotesUntilItsListShowsWhatTheRunMade) {
    const auto now = std::chrono::system_clock::now();
    const auto hour_ago = now - std::chrono::hours(1);
    options_.server_started = now - std::chrono::hours(2);
    const auto date_field = date::format("Date: %a, %d %b %Y %T GMT\r\n",
                                         std::chrono::floor<std::chrono::seconds>(now));
    std::string strangers;
    for (int id = 200; id > 100; --id) {
        strangers += (id == 200 ? "" : ",") + note(id, "s", hour_ago);
    }
    const auto behind = note(101, "s", hour_ago) + "," + note(11, "y", hour_ago);
    std::atomic<int> losses = 0;
    std::atomic<int> pages_behind = 0;
    std::atomic<int> last_id = 10;
    far_->otherwise({[&](test::peer& p, const std::string& request) {
        const bool is_behind = request.find("skip=99&") != std::string::npos;
        pages_behind += is_behind ? 1 : 0;
        if (request.starts_with("GET")) {
            const auto list = is_behind ? behind : strangers;
            p.say(test::http(200, "{\"list\":[" + list + "],\"total\":101}", date_field));
        } else if (request.find("lost") != std::string::npos && ++losses == 1) {
            p.farewell();
        } else {
            p.say(test::http(200, note(++last_id, "y", now), date_field));
        }
    }});
    for (const auto* text : {"y", "lost"}) {
        work_.give(fmt::format(R"({{"contactId":7,"type":"Call","note":"{}"}})", text));
    }
    run();
    EXPECT_EQ(work_.end_of(2).what, outcome::created);
    EXPECT_EQ(losses, 2);
    EXPECT_GE(pages_behind, 1);
}

TEST_F(SenderAsking, LearnsNothingOfTimesFromANoteThatWasNotMadeJustNow) {
    const auto now = std::chrono::system_clock::now();
    options_.server_started = now;
    struct {
        const char* what;
        std::chrono::hours second_made;
        int second_id;
        std::chrono::hours like_made;
    } const table[] = {
        {"years old", std::chrono::hours(-90'000), 12, std::chrono::hours(-60'000)},
        {"an id that was there", std::chrono::hours(-20), 11, std::chrono::hours(-19)},
    };
    for (const auto& t : table) {
        std::atomic<int> posts = 0;
        far_->otherwise({[&](test::peer& p, const std::string& request) {
            const bool is_list = request.starts_with("GET");
            const bool is_of_lost = request.find("/9?") != std::string::npos;
            const auto list = is_of_lost ? note_of(9, now + t.like_made)
                                         : note(11, "y", now) + "," + note(12, "z", now);
            const int n = is_list ? 0 : ++posts;
            if (n == 3) {
                p.farewell();
                return;
            }
            p.say(test::http(200, is_list  ? "{\"list\":[" + list + "]}"
                                  : n == 1 ? note(11, "y", now)
                                  : n == 2 ? note(t.second_id, "z", now + t.second_made)
                                           : note(13, "x", now)));
        }});
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"y"})");
        work_.give(R"({"contactId":7,"type":"Call","note":"z"})");
        work_.give(R"({"contactId":9,"type":"Call","note":"x"})");
        run();
        EXPECT_EQ(work_.end_of(3).what, outcome::created) << t.what;
        EXPECT_EQ(work_.end_of(3).note_id, 13) << t.what;
    }
}

TEST_F(SenderAsking, FindsItsNoteWhereATimeOfYearsToComeWasAnswered) {
    const auto now = std::chrono::system_clock::now();
    options_.server_started = now;
    far_->play(
        {{answer(200, note(4, "y", now + std::chrono::hours(90'000))), test::say_and_close("")}});
    far_->otherwise(shows(now));
    work_.give(R"({"contactId":8,"type":"Call","note":"y"})");
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(2).what, outcome::already_there);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, DoesNotSendAgainWhereWhatItMadeIsShownAsOlderThanTheRun) {
    options_.verify_window = std::chrono::milliseconds(60);
    options_.server_started = std::chrono::system_clock::now();
    const auto a_year_ago = options_.server_started - std::chrono::hours(8766);
    for (const int contact : {7, 8}) {
        std::atomic<int> losses = 0;
        far_->otherwise({[&](test::peer& p, const std::string& request) {
            if (request.find("lost") != std::string::npos) {
                ++losses;
                p.farewell();
                return;
            }
            // The date of the note, say.
            const auto own = note(11, "y", a_year_ago);
            const bool is_other = request.find("/8?") != std::string::npos;
            p.say(test::http(200, is_other                     ? "[]"
                                  : request.starts_with("GET") ? "[" + own + "]"
                                                               : own));
        }});
        work_ = fake_work();
        work_.give(R"({"contactId":7,"type":"Call","note":"y"})");
        work_.give(fmt::format(R"({{"contactId":{},"type":"Call","note":"lost"}})", contact));
        run();
        EXPECT_EQ(work_.end_of(2).what, outcome::in_doubt) << contact;
        EXPECT_THAT(work_.end_of(2).why.value().detail,
                    HasSubstr("shows it as older than the run"));
        EXPECT_EQ(losses, 1) << contact;
    }
}

TEST_F(SenderAsking, TakesNoNoteThatARunBesideItMayBeAboutToClaim) {
    work_.elsewhere.unsure_for = std::chrono::milliseconds(300);
    far_->play({{test::say_and_close("")}});
    far_->otherwise(shows(std::chrono::system_clock::now()));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    const auto began = std::chrono::steady_clock::now();
    run();
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(300));
    EXPECT_EQ(work_.end_of(1).what, outcome::already_there);
    expect_one_copy_of_each();
}

TEST_F(SenderAsking, EndsWhereTheNotesMayNotBeRead) {
    options_.verify_window = std::chrono::milliseconds(60);
    far_->play({{test::say_and_close("")}});
    far_->otherwise(answer(400, R"({"message":"no"})"));
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::in_doubt);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("cannot be read"));
    expect_one_copy_of_each();
}

} // namespace
} // namespace noteload::delivery
