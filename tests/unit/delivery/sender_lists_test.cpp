// Rows in doubt: what a list of notes may be believed to show, and not to show.

#include "sender_asking_fixture.hpp"

#include <atomic>

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::HasSubstr;

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
