#include "noteload/delivery/sender.hpp"

#include "sender_fixture.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using test::created;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Sender = SenderTest;

TEST_F(Sender, CreatesEveryNoteOnceOverKeptConnections) {
    work_.give_rows(200);
    run(4);
    EXPECT_EQ(work_.count(outcome::created), 200);
    EXPECT_THAT(copies(), SizeIs(200));
    expect_one_copy_of_each();
    EXPECT_LE(far_->connections(), 4);
    EXPECT_THAT(work_.told(), IsEmpty());
}

TEST_F(Sender, TellsWhatTheServerSaid) {
    far_->play({{created(991), answer(422, R"({"message":"no such type"})")}});
    work_.give_rows(2);
    run();
    const auto& good = work_.end_of(1);
    EXPECT_EQ(good.what, outcome::created);
    EXPECT_EQ(good.note_id, 991);
    EXPECT_EQ(good.why, std::nullopt);
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.attempts, 1);
    EXPECT_EQ(good.response, test::note_json(991));
    const auto& bad = work_.end_of(2);
    EXPECT_EQ(bad.what, outcome::refused);
    EXPECT_EQ(bad.why, (fault{reason::unprocessable, "the server answered 422: no such type"}));
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(bad.note_id, 0);
}

TEST_F(Sender, KeepsToItsConcurrencyAndUsesItAll) {
    far_->otherwise({[this](test::peer& p, const std::string&) {
        far_->wait_for_hands(5);
        p.say(test::http(200, test::note_json(1)));
    }});
    work_.give_rows(5);
    run(5);
    EXPECT_EQ(far_->most_at_once(), 5);
    EXPECT_EQ(work_.count(outcome::created), 5);
}

TEST_F(Sender, HasNoMoreInFlightThanItsConcurrency) {
    work_.give_rows(100);
    run(3);
    EXPECT_LE(far_->most_at_once(), 3);
    EXPECT_EQ(sender_->in_flight(), 0);
}

TEST_F(Sender, NeverSendsTwiceWhatMayHaveBeenActedOn) {
    const std::string page = "<html>Bad Gateway</html>";
    far_->play({
        {created(1), answer(200, "{\"no\":1}"), answer(500, page), answer(408, ""), created(5),
         test::reset_after_reading()},
        {test::say_and_close("")},
        {test::say_and_cut("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"id\":8")},
        {created(9), test::say_and_close("garbage\r\n\r\n")},
        {answer(200, std::string(2 << 20, ' '))},
        {answer(503, "", "Retry-After: 1\r\n"), created(13)},
    });
    work_.give_rows(13);
    run();
    EXPECT_THAT(copies(), SizeIs(13));
    expect_one_copy_of_each();
    EXPECT_EQ(work_.count(outcome::created), 4);
    EXPECT_EQ(work_.count(outcome::in_doubt), 9);
    struct {
        std::uint64_t row;
        reason why;
    } const table[] = {
        {2, reason::unreadable_answer},  {3, reason::server_error},
        {4, reason::server_error},       {6, reason::connection_lost},
        {7, reason::connection_lost},    {8, reason::unreadable_answer},
        {10, reason::unreadable_answer}, {11, reason::unreadable_answer},
        {12, reason::server_error},
    };
    for (const auto& t : table) {
        EXPECT_EQ(work_.end_of(t.row).why.value().why, t.why) << "row " << t.row;
        EXPECT_EQ(work_.end_of(t.row).attempts, 1) << "row " << t.row;
    }
}

TEST_F(Sender, IsInDoubtWhenNoAnswerComesInTime) {
    far_->play({{test::never_answer()}});
    work_.give_rows(2);
    run(1, soon);
    EXPECT_EQ(work_.end_of(1).why.value().why, reason::timeout);
    EXPECT_EQ(work_.end_of(2).what, outcome::created);
    expect_one_copy_of_each();
}

TEST_F(Sender, SendsAgainWhatNeverLeft) {
    far_->play({{test::close_instead_of_handshake()}, {test::speak_plain("hello?")}, {created(7)}});
    work_.give_rows(1);
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::created);
    EXPECT_EQ(work_.end_of(1).note_id, 7);
    EXPECT_EQ(work_.end_of(1).attempts, 3);
    expect_one_copy_of_each();
}

TEST_F(Sender, BeginsAnewWhereTheServerClosesAfterEachAnswer) {
    far_->otherwise(answer(200, test::note_json(3), "Connection: close\r\n"));
    work_.give_rows(20);
    run(2);
    EXPECT_EQ(work_.count(outcome::created), 20);
    EXPECT_EQ(far_->connections(), 20);
    expect_one_copy_of_each();
}

TEST_F(Sender, ObeysTheQuotaAndDoesNotCountIt) {
    const auto spent = answer(429, R"({"message":"quota"})", "Retry-After: 1\r\n");
    far_->play({{spent, created(1)}});
    work_.give_rows(1);
    const auto began = std::chrono::steady_clock::now();
    run();
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
    EXPECT_EQ(work_.end_of(1).what, outcome::created);
    EXPECT_EQ(work_.end_of(1).attempts, 1);
    EXPECT_THAT(work_.told(), ElementsAre("paused quota", "going_on quota"));
}

TEST_F(Sender, WaitsForTheNextWindowBeforeTheServerHasToSayNo) {
    const auto left = [](int n) {
        return answer(200, test::note_json(10 - n),
                      "RateLimit-Policy: \"org\";q=10;w=2\r\n"
                      "RateLimit: \"org\";r=" +
                          std::to_string(n) + ";t=1\r\n");
    };
    far_->play({{left(3), left(2), left(9)}});
    options_.reserve = {2, false};
    work_.give_rows(3);
    const auto began = std::chrono::steady_clock::now();
    run();
    EXPECT_EQ(work_.count(outcome::created), 3);
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
    EXPECT_THAT(work_.told(), ElementsAre("paused quota", "going_on quota"));
}

TEST_F(Sender, KnowsTheQuotaFromTheAnswersBefore) {
    quota_heard before;
    before.left = before.came = steady_clock::now();
    before.said.date = std::chrono::floor<std::chrono::seconds>(wall_clock::now());
    before.said.readings = {{.name = "",
                             .limit = 10,
                             .remaining = 1,
                             .resets_at = before.said.date + std::chrono::seconds(1),
                             .window = {}}};
    options_.heard = {before};
    work_.give_rows(1);
    run();
    EXPECT_EQ(work_.count(outcome::created), 1);
    EXPECT_THAT(work_.told(), ElementsAre("paused quota", "going_on quota"));
}

TEST_F(Sender, GivesARowBackWhoseTriesAreUsedUp) {
    far_->play({{test::close_instead_of_handshake()},
                {test::close_instead_of_handshake()},
                {test::close_instead_of_handshake()},
                {created(2)}});
    options_.max_attempts = 3;
    work_.give_rows(2);
    run();
    EXPECT_EQ(work_.end_of(1).what, outcome::not_attempted);
    EXPECT_EQ(work_.end_of(1).why.value().why, reason::out_of_tries);
    EXPECT_EQ(work_.end_of(1).attempts, 3);
    EXPECT_EQ(work_.end_of(2).what, outcome::created);
    EXPECT_EQ(work_.halted(), std::nullopt);
}

TEST_F(Sender, BeginsWithFourWhereItFindsItsConcurrency) {
    far_->otherwise({[this](test::peer& p, const std::string&) {
        far_->wait_for_hands(4);
        p.say(test::http(200, test::note_json(1)));
    }});
    work_.give_rows(4);
    run(0);
    EXPECT_EQ(far_->most_at_once(), 4);
    EXPECT_EQ(work_.count(outcome::created), 4);
}

TEST_F(Sender, DoesNotStormAServerThatAsksToRetryAfterNoTime) {
    far_->otherwise(answer(429, "", "Retry-After: 0\r\n"));
    work_.give_rows(1);
    int answers = 0;
    far_->on_request([&](const std::string&) {
        if (++answers == 10) {
            later([this] { stop(); });
        }
    });
    // Ten answers in less than a second are a storm.
    const auto began = std::chrono::steady_clock::now();
    boost::asio::steady_timer guard(on_, std::chrono::seconds(2));
    guard.async_wait([this](const boost::system::error_code& e) { e ? void() : stop(); });
    run();
    far_->on_request(nullptr);
    EXPECT_TRUE(answers < 10 || std::chrono::steady_clock::now() - began > std::chrono::seconds(1))
        << answers << " requests";
}

TEST_F(Sender, HoldsToTheRate) {
    options_.limit = {20, std::chrono::seconds(1)};
    work_.give_rows(9);
    const auto began = std::chrono::steady_clock::now();
    run(4);
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(400));
    EXPECT_EQ(work_.count(outcome::created), 9);
}

TEST_F(Sender, StopsTheRunForWhatIsNoRowsFault) {
    struct {
        test::action what;
        errc expected;
    } const table[] = {
        {answer(401, ""), errc::token},
        {answer(403, "{}"), errc::permission},
        {answer(
             400,
             R"({"message":"The current user does not have permissions to perform this action."})"),
         errc::permission},
        {answer(302, "", "Location: https://elsewhere.example/\r\n"), errc::protocol},
    };
    for (const auto& row : table) {
        serve();
        far_->play({{created(1), row.what}});
        work_ = fake_work();
        work_.give_rows(10);
        run();
        ASSERT_TRUE(work_.halted());
        EXPECT_EQ(work_.halted()->code, row.expected);
        EXPECT_EQ(work_.given(), 2u);
        EXPECT_EQ(work_.end_of(2).what, outcome::not_attempted);
        EXPECT_EQ(work_.end_of(2).why.value().why, reason::stopped);
        expect_one_copy_of_each();
    }
}

/// Answers 401 to what does not carry the token.
test::action door_of(const std::string& token) {
    return {[token](test::peer& p, const std::string& request) {
        const bool good = request.find("Bearer " + token + "\r\n") != std::string::npos;
        p.say(good ? test::http(200, test::note_json(1)) : test::http(401, ""));
    }};
}

TEST_F(Sender, ReadsTheTokenAgainOnceWhenItIsRefused) {
    far_->otherwise(door_of("rotated"));
    int readings = 0;
    token_again_ = [&readings]() -> result<std::string> {
        ++readings;
        return std::string("rotated");
    };
    work_.give_rows(50);
    run(4);
    EXPECT_FALSE(work_.halted());
    EXPECT_EQ(work_.count(outcome::created), 50);
    EXPECT_EQ(work_.end_of(50).attempts, 1);
    EXPECT_EQ(readings, 1) << "what was in flight with the old token needs no other reading";
    EXPECT_THAT(work_.told(), ElementsAre(StartsWith("token_replaced")));
}

TEST_F(Sender, StopsWhereTheTokenIsStillTheOneThatWasRefused) {
    for (const result<std::string>& again :
         {result<std::string>("key123"), result<std::string>("rotated"),
          result<std::string>(failure{errc::no_token, "gone"})}) {
        serve();
        far_->otherwise(answer(401, ""));
        token_again_ = [&again] { return again; };
        work_ = fake_work();
        work_.give_rows(10);
        run(2);
        ASSERT_TRUE(work_.halted());
        EXPECT_EQ(work_.halted()->code, errc::token);
        EXPECT_EQ(work_.count(outcome::created), 0);
        EXPECT_LE(far_->requests().size(), 4u);
    }
}

TEST_F(Sender, StopsTheRunAtACertificate) {
    serve_as(authority_.issue("DNS:other.example"));
    work_.give_rows(10);
    run(4);
    ASSERT_TRUE(work_.halted());
    EXPECT_EQ(work_.halted()->code, errc::certificate);
    EXPECT_EQ(work_.count(outcome::not_attempted), static_cast<int>(work_.given()));
    EXPECT_THAT(far_->requests(), IsEmpty());
}

TEST_F(Sender, LetsWhatIsInFlightGoOnWhenItStopsOfItself) {
    // Row 1 is answered only once row 2's 401 has halted the run.
    far_->otherwise({[this](test::peer& p, const std::string& request) {
        far_->wait_for_hands(2);
        const bool first = test::body_of(request) == "{\"row\":1}";
        p.say(first ? test::http(200, test::note_json(1)) : test::http(401, ""));
    }});
    work_.give_rows(10);
    run(2);
    EXPECT_EQ(work_.halted()->code, errc::token);
    EXPECT_EQ(work_.end_of(1).what, outcome::created);
    EXPECT_EQ(work_.end_of(2).what, outcome::not_attempted);
    expect_one_copy_of_each();
}

TEST_F(Sender, DoesNotTryForEverARowWhoseRequestTheServerWillNotTakeWhole) {
    // As a proxy does with a body over its limit: it answers from the head and closes.
    serve({.newest_tls = TLS1_3_VERSION, .receive_buffer = 4096});
    far_->otherwise(test::answer_early(test::http(413, "too large", "Connection: close\r\n")));
    work_.give(std::string(16 << 20, 'x'));
    boost::asio::steady_timer guard(on_, std::chrono::seconds(4));
    bool gave_up = false;
    guard.async_wait([&](const boost::system::error_code& e) {
        gave_up = !e;
        e ? void() : stop();
    });
    work_.on_settle = [&](std::uint64_t) { guard.cancel(); };
    run();
    EXPECT_FALSE(gave_up) << "still trying after " << work_.end_of(1).attempts << " attempts";
    EXPECT_EQ(work_.end_of(1).what, outcome::refused);
}

} // namespace
} // namespace noteload::delivery
