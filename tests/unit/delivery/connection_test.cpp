#include "noteload/delivery/connection.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>

#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "exchange_fixture.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using test::created;
using test::http;
using test::note_json;
using test::say;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Connection : public ExchangeTest {
protected:
    void play(std::vector<test::script> connections) {
        if (!far_) {
            serve();
        }
        far_->play(std::move(connections));
    }
    void connect(std::chrono::milliseconds timeout = long_enough) {
        near_ = std::make_unique<connection>(on_, *parse_base_url(far_->url()), trust_, timeout);
    }
    attempt exchange(std::string_view body = "{}") {
        if (!near_) {
            connect();
        }
        writer_.create_note(request_, body);
        attempt a;
        test::run_task(on_, near_->exchange(request_, a));
        return a;
    }
    void expect_answer(const attempt& a, long id) {
        EXPECT_EQ(a.what, trouble::none) << a.words;
        EXPECT_EQ(a.taken, handed::last_record);
        EXPECT_EQ(read_note_id(a.reply.body), id) << a.reply.body;
    }
    void expect_trouble(const attempt& a, trouble what, handed taken = handed::last_record) {
        EXPECT_EQ(a.what, what) << a.words;
        EXPECT_EQ(a.taken, taken) << a.words;
        EXPECT_NE(a.words, "");
    }

    /// How the next connection (or what is left of this one) ends, as the server's kernel tells:
    /// 0 in good order, ECONNRESET abruptly.
    test::action sees_the_end() {
        return {[this](test::peer& p, const std::string&) {
                    char byte = 0;
                    ssize_t n = 1;
                    while (n > 0) {
                        n = ::recv(p.fd(), &byte, 1, 0);
                    }
                    end_ = n == 0 ? 0 : errno;
                },
                test::action::reads::nothing};
    }
    int end_seen() {
        near_.reset();
        far_.reset(); // its threads have come to their end
        return end_;
    }

    std::atomic<int> end_ = -1;
    tls_trust trust_ = trust();
    request_writer writer_{*parse_base_url("https://localhost"), "key123"};
    std::string request_;
    std::unique_ptr<connection> near_;
};

TEST_F(Connection, SendsTheRequestAsItIsAndReadsTheWholeAnswer) {
    play({{answer(422, R"({"message":"no"})",
                  "Retry-After: 7\r\nLocation: /x\r\nDate: Tue, 24 Nov 2026 03:54:12 GMT\r\n")}});
    const auto a = exchange(R"({"contactId":1})");
    EXPECT_EQ(a.what, trouble::none);
    EXPECT_EQ(a.reply, (delivery::answer{.status = 422,
                                         .body = R"({"message":"no"})",
                                         .retry_after = "7",
                                         .location = "/x",
                                         .date = "Tue, 24 Nov 2026 03:54:12 GMT"}));
    EXPECT_THAT(far_->requests(), ElementsAre(request_));
}

TEST_F(Connection, IsKeptForTheNextExchange) {
    play({{created(1), created(2), created(3)}});
    for (long id = 1; id <= 3; ++id) {
        expect_answer(exchange(), id);
    }
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, IsKeptUnderTls12AsWell) {
    serve({.newest_tls = TLS1_2_VERSION});
    play({{created(1), created(2)}});
    expect_answer(exchange(), 1);
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, TakesNewKeysBeforeAnAnswerAndGivesItsOwn) {
    const test::action with_new_keys{[](test::peer& p, const std::string&) {
        p.ask_for_new_keys();
        p.say(http(200, note_json(1)));
    }};
    play({{with_new_keys, created(2)}});
    expect_answer(exchange(), 1);
    expect_answer(exchange(std::string(100'000, ' ')), 2);
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, ReadsAnAnswerThatComesByteByByte) {
    const auto bytes = http(200, note_json(1), "Date: Tue, 24 Nov 2026 03:54:12 GMT\r\n");
    const test::action slowly{[bytes](test::peer& p, const std::string&) {
        for (const char c : bytes) {
            p.say(std::string_view(&c, 1));
        }
    }};
    play({{slowly, created(2)}});
    const auto a = exchange();
    expect_answer(a, 1);
    EXPECT_EQ(a.reply.date, "Tue, 24 Nov 2026 03:54:12 GMT");
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, ReadsALongHeadAndKeepsTheFirstOfEqualFields) {
    std::string fields = "Retry-After: 7\r\n";
    for (int i = 0; i < 1000; ++i) {
        fields += fmt::format("X-Filler-{}: {}\r\n", i, std::string(40, 'x'));
    }
    fields += "retry-after: 8\r\nX-RateLimit-Remaining: 5\r\nx-ratelimit-limit: 9\r\n";
    play({{answer(200, note_json(1), fields)}});
    const auto a = exchange();
    expect_answer(a, 1);
    EXPECT_EQ(a.reply.retry_after, "7");
    EXPECT_EQ(a.reply.quota_fields, "r5\nl9\n");
}

TEST_F(Connection, ReadsALongAnswer) {
    const auto body = note_json(1) + std::string(700'000, ' ');
    play({{answer(200, body), created(2)}});
    const auto a = exchange();
    expect_answer(a, 1);
    EXPECT_EQ(a.reply.body.size(), body.size());
    expect_answer(exchange(), 2);
}

TEST_F(Connection, ReadsAChunkedAnswer) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    play({{say(head + "5\r\n{\"id\"\r\n3;x=y\r\n:41\r\n1\r\n}\r\n0\r\n\r\n"), created(2)}});
    expect_answer(exchange(), 41);
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, ReadsAnAnswerThatEndsWithTheConnection) {
    play({{test::say_and_close("HTTP/1.0 200 OK\r\n\r\n" + note_json(6))}, {created(7)}});
    expect_answer(exchange(), 6);
    expect_answer(exchange(), 7);
    EXPECT_EQ(far_->connections(), 2);
}

TEST_F(Connection, BeginsAnewWhereTheServerSaysClose) {
    play({{answer(200, note_json(1), "Connection: close\r\n"), created(99)}, {created(2)}});
    expect_answer(exchange(), 1);
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->connections(), 2);
}

TEST_F(Connection, DoesNotUseOneThatTheServerHasClosedWhileIdle) {
    play({{test::say_and_close(http(200, note_json(1)))}, {created(2)}});
    expect_answer(exchange(), 1);
    const auto until = std::chrono::steady_clock::now() + test::patience;
    while (far_->still_open() > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->requests().size(), 2u);
}

TEST_F(Connection, PassesOverInformationalAnswers) {
    const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    play({{say("HTTP/1.1 100 Continue\r\n\r\n" + hints + http(200, note_json(1))), created(2)}});
    expect_answer(exchange(), 1);
    expect_answer(exchange(), 2);
}

TEST_F(Connection, TakesNoBytesBehindAnAnswerForTheNextOne) {
    play({{say(http(200, note_json(1)) + http(200, note_json(666))), created(667)}, {created(2)}});
    expect_answer(exchange("{\"n\":1}"), 1);
    expect_answer(exchange("{\"n\":2}"), 2);
    EXPECT_THAT(far_->bodies(), ElementsAre("{\"n\":1}", "{\"n\":2}"));
}

TEST_F(Connection, LosesTheAnswerWhenTheServerGoesAfterReading) {
    play({{test::reset_after_reading()}, {test::say_and_close("")}, {test::say_and_cut("")}});
    for (int i = 0; i < 3; ++i) {
        expect_trouble(exchange(), trouble::lost);
    }
    EXPECT_EQ(far_->requests().size(), 3u);
    expect_answer(exchange(), 1);
}

TEST_F(Connection, IsInTroubleWithAnAnswerThatIsCutAtAnyByte) {
    const auto whole = http(200, note_json(5));
    std::vector<test::script> connections;
    for (std::size_t n = 1; n < whole.size(); n += 7) {
        connections.push_back({test::say_and_close(whole.substr(0, n))});
        connections.push_back({test::say_and_cut(whole.substr(0, n))});
    }
    const auto count = connections.size();
    play(std::move(connections));
    for (std::size_t i = 0; i < count; ++i) {
        const auto a = exchange();
        expect_trouble(a, trouble::cut_short);
    }
    EXPECT_EQ(far_->requests().size(), count);
}

TEST_F(Connection, CannotReadWhatIsNoHttp) {
    play({{test::say_and_close("<html>hello</html>\r\n\r\n")},
          {test::say_and_close("SSH-2.0-x\r\n")},
          {say("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")}});
    for (int i = 0; i < 3; ++i) {
        expect_trouble(exchange(), trouble::cut_short);
    }
    expect_answer(exchange(), 1);
}

TEST_F(Connection, TakesNoAnswerOverItsLimit) {
    const auto limit = connection::longest_answer;
    play({{answer(200, std::string(limit, ' '))},
          {answer(200, std::string(limit + 1, ' '))},
          {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
               std::string(0x200000, ' '))},
          {say("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n")}});
    const auto full = exchange();
    EXPECT_EQ(full.what, trouble::none) << full.words;
    EXPECT_EQ(full.reply.body.size(), limit);
    connect();
    for (int i = 0; i < 3; ++i) {
        const auto a = exchange();
        expect_trouble(a, trouble::too_long);
        EXPECT_EQ(a.reply.body.size(), i < 2 ? limit : 0) << "what came first is kept";
    }
}

TEST_F(Connection, TimesOutWhenNoAnswerComes) {
    play({{test::never_answer()}, {created(2)}});
    connect(soon);
    const auto a = exchange();
    expect_trouble(a, trouble::timed_out);
    EXPECT_THAT(a.words, HasSubstr("no answer within 500 ms"));
    EXPECT_GE(a.took, soon);
    expect_answer(exchange(), 2);
}

TEST_F(Connection, TakesBackFromTheKernelWhatHasNotArrivedWhenItTimesOut) {
    // An orderly end would bring the request whenever the network is back: after it was sent again.
    play({{sees_the_end()}});
    connect(soon);
    expect_trouble(exchange(), trouble::timed_out);
    EXPECT_EQ(end_seen(), ECONNRESET);
}

TEST_F(Connection, EndsInGoodOrderWhereEverythingIsAnswered) {
    play({{created(1), sees_the_end()}});
    expect_answer(exchange(), 1);
    EXPECT_EQ(end_seen(), 0);
}

TEST_F(Connection, TimesOutInTheMiddleOfAnAnswer) {
    play({{{[](test::peer& p, const std::string&) {
        p.say("HTTP/1.1 200 OK\r\nContent-Le");
        p.wait_for_close();
    }}}});
    connect(soon);
    expect_trouble(exchange(), trouble::timed_out);
}

TEST_F(Connection, GivesEachExchangeItsOwnTime) {
    play({{created(1), test::never_answer()}, {test::never_answer()}, {created(4)}});
    connect(soon);
    expect_answer(exchange(), 1);
    expect_trouble(exchange(), trouble::timed_out);
    expect_trouble(exchange(), trouble::timed_out);
    expect_answer(exchange(), 4);
}

TEST_F(Connection, IsNoneWhenTheServerIsNotThere) {
    serve();
    far_->stop_listening();
    const auto a = exchange();
    expect_trouble(a, trouble::no_connection, handed::nothing);
    EXPECT_THAT(a.words, HasSubstr("cannot connect to 127.0.0.1"));
}

TEST_F(Connection, IsNoneWhenTheHandshakeFails) {
    play({{test::close_instead_of_handshake()},
          {test::speak_plain("HTTP/1.1 400 Bad Request\r\n\r\nspeak plainly")}});
    for (int i = 0; i < 2; ++i) {
        const auto a = exchange();
        expect_trouble(a, trouble::no_connection, handed::nothing);
        EXPECT_THAT(a.words, HasSubstr("no TLS connection"));
    }
    EXPECT_EQ(far_->requests().size(), 0u);
    expect_answer(exchange(), 1);
}

TEST_F(Connection, TimesOutInAHandshakeThatStalls) {
    play({{test::stall_handshake()}});
    connect(soon);
    const auto a = exchange();
    expect_trouble(a, trouble::no_connection, handed::nothing);
    EXPECT_THAT(a.words, HasSubstr("500 ms"));
}

TEST_F(Connection, IsInDoubtWhenTheServerGoesBeforeReading) {
    // The kernel took the request; what the server did with it nobody knows.
    play({{test::close_before_reading()}, {created(2)}});
    const auto a = exchange();
    EXPECT_EQ(a.what, trouble::lost) << a.words;
    expect_answer(exchange(), 2);
}

TEST_F(Connection, SaysThatALongRequestMayBeActedOnOnceItsLastRecordLeft) {
    // Five TLS records, all of which fit into the kernel's buffers.
    play({{test::reset_after(20'000)}});
    const auto a = exchange(std::string(70'000, 'x'));
    EXPECT_EQ(a.what, trouble::lost) << a.words;
    EXPECT_EQ(far_->requests().size(), 0u);
}

TEST_F(Connection, KnowsThatALongRequestWasNotReadWholeWhenItsEndNeverLeft) {
    serve({.newest_tls = TLS1_3_VERSION, .receive_buffer = 4096});
    play({{test::reset_after(20'000)}, {test::reset_after(100'000)}});
    for (int i = 0; i < 2; ++i) {
        const auto a = exchange(std::string(32 << 20, 'x'));
        expect_trouble(a, trouble::lost, handed::part);
    }
    EXPECT_EQ(far_->requests().size(), 0u);
}

TEST_F(Connection, TimesOutWhileTheServerDoesNotReadALongRequest) {
    serve({.newest_tls = TLS1_3_VERSION, .receive_buffer = 4096});
    play({{{[](test::peer& p, const std::string&) { p.wait_for_close_unread(); },
            test::action::reads::nothing}}});
    connect(soon);
    expect_trouble(exchange(std::string(32 << 20, 'x')), trouble::timed_out, handed::part);
}

TEST_F(Connection, SendsALongRequestWhole) {
    play({{created(1), created(2)}});
    const auto body = std::string(300'000, 'a') + std::string(16'384 * 4, 'b');
    expect_answer(exchange(body), 1);
    expect_answer(exchange(std::string(16'384, 'c')), 2);
    EXPECT_THAT(far_->bodies(), ElementsAre(body, std::string(16'384, 'c')));
}

TEST_F(Connection, CutEndsTheExchangeWithTheWordsGiven) {
    play({{test::never_answer()}, {created(2)}});
    far_->on_request([this](const std::string&) {
        boost::asio::post(on_, [this] { near_->cut("the grace period is over"); });
    });
    const auto a = exchange();
    expect_trouble(a, trouble::timed_out);
    EXPECT_EQ(a.words, "the grace period is over");
    far_->on_request(nullptr);
    expect_answer(exchange(), 2);
}

TEST_F(Connection, CutIsHarmlessWhenIdle) {
    play({{created(1), created(2)}});
    connect();
    near_->cut("x");
    expect_answer(exchange(), 1);
    near_->cut("x");
    expect_answer(exchange(), 2);
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(Connection, CutEndsAHandshakeToo) {
    play({{{[this](test::peer& p, const std::string&) {
                boost::asio::post(on_, [this] { near_->cut("enough"); });
                p.wait_for_close();
                p.close();
            },
            test::action::reads::before_handshake}}});
    const auto a = exchange();
    expect_trouble(a, trouble::no_connection, handed::nothing);
    EXPECT_EQ(a.words, "enough");
}

} // namespace
} // namespace noteload::delivery
