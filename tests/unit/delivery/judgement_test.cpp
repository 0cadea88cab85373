#include "noteload/delivery/judgement.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace noteload::delivery {
namespace {

using kind = verdict::kind;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Tue, 24 Nov 2026 03:54:12 GMT
const std::chrono::system_clock::time_point now{seconds(1795492452)};

attempt answered(int status, std::string body = "", std::string retry_after = "",
                 std::string date = "") {
    attempt a{
        .taken = handed::last_record, .what = trouble::none, .words = {}, .reply = {}, .took = {}};
    a.reply.status = status;
    a.reply.body = std::move(body);
    a.reply.retry_after = std::move(retry_after);
    a.reply.date = std::move(date);
    return a;
}

attempt troubled(trouble what, handed taken) {
    return {.taken = taken, .what = what, .words = "what happened", .reply = {}, .took = {}};
}

constexpr auto permission_message =
    R"({"message":"The current user does not have permissions to perform this action."})";
constexpr auto page = "<html><body>Forbidden</body></html>";

TEST(Judgement, TakesTheIdOfAnAnswerThatIsTooLong) {
    attempt a{
        .taken = handed::last_record, .what = trouble::too_long, .words = "too long", .reply = {}};
    a.reply.status = 200;
    a.reply.body = R"({"id":991,"note":"so much of it ha)";
    EXPECT_EQ(judge(a, {}).is, verdict::kind::created);
    EXPECT_EQ(judge(a, {}).note_id, 991);
    a.reply.body = " { \"id\" : 991 , ";
    EXPECT_EQ(judge(a, {}).note_id, 991);
    a.reply.body = R"({"note":"so much of it ha)";
    EXPECT_EQ(judge(a, {}).is, verdict::kind::in_doubt);
    a.reply.body = R"({"id":991)";
    EXPECT_EQ(judge(a, {}).is, verdict::kind::in_doubt) << "more digits may follow";
    a.reply.body = R"({"id":991,)";
    a.reply.status = 500;
    EXPECT_EQ(judge(a, {}).is, verdict::kind::in_doubt);
}

TEST(Judgement, OfAnAnswer) {
    struct {
        int status;
        std::string body;
        kind expected;
        reason why = reason::stopped;
    } const table[] = {
        {200, R"({"id":991,"contactId":7})", kind::created},
        {200, "", kind::in_doubt, reason::unreadable_answer},
        {200, "OK", kind::in_doubt, reason::unreadable_answer},
        {200, "{}", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":0})", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":-4})", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":"991"})", kind::created},
        {200, R"({"id":"99x"})", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":9.5})", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":null})", kind::in_doubt, reason::unreadable_answer},
        {200, R"([{"id":991}])", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"note":{"id":991}})", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":991)", kind::in_doubt, reason::unreadable_answer},
        {200, R"({"id":991,"note":"cut sho)", kind::in_doubt, reason::unreadable_answer},
        {100, "", kind::in_doubt, reason::unreadable_answer},
        {201, R"({"id":991})", kind::in_doubt, reason::unreadable_answer},
        {202, "", kind::in_doubt, reason::unreadable_answer},
        {204, "", kind::in_doubt, reason::unreadable_answer},
        {301, "", kind::stop},
        {302, "", kind::stop},
        {304, "", kind::stop},
        {307, "", kind::stop},
        {308, "", kind::stop},
        {400, R"({"message":"The argument cannot be null"})", kind::refused, reason::bad_request},
        {400, page, kind::refused, reason::bad_request},
        {400, permission_message, kind::stop},
        {401, R"({"message":"Authorization has been denied for this request."})", kind::stop},
        {401, "", kind::stop},
        {402, "", kind::refused, reason::other_client_error},
        {403, R"({"error":{"code":"FORBIDDEN","message":"no"}})", kind::stop},
        {403, "{}", kind::stop},
        {403, page, kind::firewall},
        {403, "", kind::firewall},
        {403, "{\"error\":", kind::firewall},
        {404, "", kind::refused, reason::not_found},
        {405, "", kind::refused, reason::other_client_error},
        {408, "", kind::in_doubt, reason::server_error},
        {409, "", kind::refused, reason::conflict},
        {413, page, kind::refused, reason::other_client_error},
        {415, "", kind::refused, reason::other_client_error},
        {422, R"({"error":{"code":"VALIDATION_FAILED","message":"m"}})", kind::refused,
         reason::unprocessable},
        {429, R"({"message":"Too many"})", kind::wait_and_send},
        {451, "", kind::refused, reason::other_client_error},
        {499, "", kind::refused, reason::other_client_error},
        {500, R"({"message":"An error has occurred."})", kind::in_doubt, reason::server_error},
        {500, R"({"id":991})", kind::in_doubt, reason::server_error},
        {502, page, kind::in_doubt, reason::server_error},
        {503, "", kind::in_doubt, reason::server_error},
        {504, "", kind::in_doubt, reason::server_error},
        {520, "", kind::in_doubt, reason::server_error},
        {599, "", kind::in_doubt, reason::server_error},
        {999, "", kind::in_doubt, reason::server_error},
    };
    for (const auto& row : table) {
        const auto v = judge(answered(row.status, row.body), now);
        EXPECT_EQ(v.is, row.expected) << row.status << ' ' << row.body << ": " << v;
        EXPECT_EQ(v.why, row.why) << row.status << ' ' << row.body << ": " << v;
        EXPECT_EQ(v.note_id, row.expected == kind::created ? 991 : 0);
        if (row.expected != kind::created) {
            EXPECT_THAT(v.words, Not(IsEmpty())) << row.status << ' ' << row.body;
        }
    }
}

TEST(Judgement, StopsForTheReasonThatTheAnswerNames) {
    struct {
        int status;
        std::string body;
        errc expected;
    } const table[] = {
        {401, "", errc::token},
        {403, "{}", errc::permission},
        {400, permission_message, errc::permission},
        {400, R"({"message":"THE CURRENT USER DOES NOT HAVE PERMISSIONS TO PERFORM THIS ACTION"})",
         errc::permission},
        {302, "", errc::protocol},
    };
    for (const auto& row : table) {
        const auto v = judge(answered(row.status, row.body), now);
        EXPECT_EQ(v.is, kind::stop) << row.status;
        EXPECT_EQ(v.stop, row.expected) << row.status;
    }
}

TEST(Judgement, OfTroubleLooksAtWhatTheKernelTook) {
    struct {
        trouble what;
        reason doubt; ///< once the last record was handed over
    } const troubles[] = {
        {trouble::no_connection, reason::connection_lost},
        {trouble::timed_out, reason::timeout},
        {trouble::lost, reason::connection_lost},
        {trouble::cut_short, reason::unreadable_answer},
        {trouble::too_long, reason::unreadable_answer},
    };
    for (const auto& t : troubles) {
        for (const auto taken : {handed::nothing, handed::part}) {
            const auto v = judge(troubled(t.what, taken), now);
            EXPECT_EQ(v.is, kind::send_again) << static_cast<int>(t.what);
            EXPECT_EQ(v.words, "what happened");
        }
        const auto v = judge(troubled(t.what, handed::last_record), now);
        EXPECT_EQ(v.is, kind::in_doubt) << static_cast<int>(t.what);
        EXPECT_EQ(v.why, t.doubt) << static_cast<int>(t.what);
        EXPECT_EQ(v.words, "what happened");
    }
}

TEST(Judgement, NeverResendsARequestThatMayHaveBeenActedOn) {
    for (int status = 100; status < 600; ++status) {
        const auto v = judge(answered(status), now);
        EXPECT_NE(v.is, kind::send_again) << status;
        EXPECT_EQ(v.is == kind::wait_and_send, status == 429) << status;
    }
    for (int what = 1; what <= static_cast<int>(trouble::too_long); ++what) {
        const auto v = judge(troubled(static_cast<trouble>(what), handed::last_record), now);
        EXPECT_NE(v.is, kind::send_again) << what;
        EXPECT_NE(v.is, kind::wait_and_send) << what;
    }
}

TEST(Judgement, StopsAtACertificateThatCannotBeVerified) {
    const auto v = judge(troubled(trouble::certificate, handed::nothing), now);
    EXPECT_EQ(v.is, kind::stop);
    EXPECT_EQ(v.stop, errc::certificate);
    EXPECT_EQ(v.words, "what happened");
}

TEST(Judgement, WaitsAsTheServerSays) {
    struct {
        std::string retry_after;
        std::string date;
        std::optional<seconds> expected;
    } const table[] = {
        {"847", "", seconds(847)},
        {"0", "", seconds(0)},
        {" 30 ", "", seconds(30)},
        {"", "", std::nullopt},
        {"soon", "", std::nullopt},
        {"-5", "", std::nullopt},
        {"1.5", "", std::nullopt},
        {"Tue, 24 Nov 2026 03:55:12 GMT", "", seconds(60)},
        {"Tue, 24 Nov 2026 03:50:00 GMT", "", seconds(0)},
        // By the server's clock where it says what it is.
        {"Tue, 24 Nov 2026 05:00:10 GMT", "Tue, 24 Nov 2026 05:00:00 GMT", seconds(10)},
        {"Tue, 24 Nov 2026 03:55:12 GMT", "yesterday", seconds(60)},
    };
    for (const auto& row : table) {
        const auto v = judge(answered(429, "", row.retry_after, row.date), now);
        EXPECT_EQ(v.is, kind::wait_and_send);
        EXPECT_EQ(v.wait, row.expected) << row.retry_after << " at " << row.date;
    }
}

TEST(Judgement, TellsTheServersWordsAndNoControlCharacters) {
    const auto v = judge(answered(422, R"({"message":"bad \u001b[31m type"})"), now);
    EXPECT_EQ(v.words, "the server answered 422: bad ?[31m type");
    EXPECT_EQ(judge(answered(404), now).words, "the server answered 404");
}

TEST(Judgement, ShowsWhereARedirectPoints) {
    auto a = answered(302);
    a.reply.location = "https://login.example/\x07";
    EXPECT_THAT(judge(a, now).words, HasSubstr("https://login.example/?"));
}

TEST(JudgementOfARead, AsksAgainWhereANoteWouldBeInDoubt) {
    struct {
        attempt tried;
        kind expected;
        errc stop = errc::bug;
    } const table[] = {
        {answered(200, "no matter what"), kind::created},
        {answered(200), kind::created},
        {answered(500), kind::send_again},
        {answered(503, page), kind::send_again},
        {answered(408), kind::send_again},
        {answered(204), kind::send_again},
        {answered(404), kind::refused},
        {answered(429, "", "5"), kind::wait_and_send},
        {answered(401), kind::stop, errc::token},
        {answered(403, "{}"), kind::stop, errc::permission},
        {answered(403, page), kind::stop, errc::protocol},
        {answered(301), kind::stop, errc::protocol},
        {troubled(trouble::timed_out, handed::last_record), kind::send_again},
        {troubled(trouble::lost, handed::last_record), kind::send_again},
        {troubled(trouble::cut_short, handed::last_record), kind::send_again},
        {troubled(trouble::no_connection, handed::nothing), kind::send_again},
        {troubled(trouble::certificate, handed::nothing), kind::stop, errc::certificate},
    };
    for (const auto& row : table) {
        const auto v = judge_read(row.tried, now);
        EXPECT_EQ(v.is, row.expected) << row.tried.reply.status << ": " << v;
        EXPECT_EQ(v.stop, row.stop) << row.tried.reply.status << ": " << v;
    }
}

} // namespace
} // namespace noteload::delivery
