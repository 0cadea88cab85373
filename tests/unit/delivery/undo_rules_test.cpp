#include "noteload/delivery/undo_rules.hpp"

#include <gmock/gmock.h>

#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using kind = undo_step::kind;
using ::testing::HasSubstr;

const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));

attempt answered(int status, std::string body = "") {
    attempt a{.taken = handed::last_record, .what = trouble::none, .words = {}, .reply = {}};
    a.reply.status = status;
    a.reply.body = std::move(body);
    return a;
}

attempt broken(handed taken, trouble what) {
    return {.taken = taken, .what = what, .words = "broken", .reply = {}};
}

std::string note(const char* made, const char* changed, int id = 991) {
    return R"({"id":)" + std::to_string(id) + R"(,"contactId":17,"createDateTimeUtc":")" + made +
           R"(","modifiedDateTimeUtc":")" + changed + R"(","modifiedByUser":"Jo"})";
}

undo_step look(const attempt& a) {
    return judge_look(a, 991, now);
}

TEST(ChangedSinceMade, TakesMoreThanASecondBetweenTheTwoTimes) {
    struct {
        const char* made;
        const char* changed;
        std::optional<bool> expected;
    } const table[] = {
        {"2026-11-24T03:54:12", "2026-11-24T03:54:12", false},
        {"2026-11-24T03:54:12.1234567", "2026-11-24T03:54:12.9", false},
        {"2026-11-24T03:54:12", "2026-11-24T03:54:13", false},
        {"2026-11-24T03:54:12", "2026-11-24T03:54:13.0000001", true},
        {"2026-11-24T03:54:12.9999999", "2026-11-24T03:54:14", true},
        {"2026-11-24T03:54:12", "2027-01-01T00:00:00", true},
        {"2026-11-24T03:54:12", "2026-11-24T03:54:11", false}, // clocks are set back
        {"2026-11-24T03:54:12", "", false},                    // never
        {"", "", false},
        {"", "2026-11-24T03:54:12", std::nullopt},
        {"yesterday", "2026-11-24T03:54:12", std::nullopt},
        {"2026-11-24T03:54:12", "24.11.2026", std::nullopt},
        {"2026-11-24T03:54:12", "0001-01-01T00:00:00", std::nullopt},
        {"0001-01-01T00:00:00", "2026-11-24T03:54:12", std::nullopt},
        {"0001-01-01T00:00:00", "1899-12-30T00:00:00", std::nullopt},
    };
    for (const auto& t : table) {
        contact_note n;
        n.create_date_time_utc = t.made;
        n.modified_date_time_utc = t.changed;
        EXPECT_EQ(changed_since_made(n), t.expected) << t.made << " / " << t.changed;
    }
}

TEST(UndoLook, GoesOnWithANoteThatNobodyChanged) {
    EXPECT_EQ(look(answered(200, note("2026-11-24T03:54:12", "2026-11-24T03:54:12.5"))),
              (undo_step{.is = kind::go_on, .is_there = true}));
}

TEST(UndoLook, KeepsWhatWasChangedAndSaysByWhom) {
    const auto s = look(answered(200, note("2026-11-24T03:54:12", "2026-11-25T08:00:00")));
    EXPECT_EQ(s.is, kind::keep);
    EXPECT_EQ(s.why, reason::modified);
    EXPECT_EQ(s.contact_id, 17);
    EXPECT_THAT(s.words, HasSubstr("2026-11-25T08:00:00 UTC by Jo"));
}

TEST(UndoLook, KeepsWhatNobodyCanTellAbout) {
    const auto s = look(answered(200, note("?", "2026-11-25T08:00:00")));
    EXPECT_EQ(s.is, kind::keep);
    EXPECT_EQ(s.why, reason::unreadable_answer);
    EXPECT_EQ(s.contact_id, 17);
}

TEST(UndoLook, DoesNotTakeANoteForGoneBecauseReadsLag) {
    EXPECT_EQ(look(answered(404)).is, kind::go_on);
}

TEST(UndoLook, AsksAgainForWhatIsNotTheNote) {
    for (const auto* body : {"", "<html>", "{}", "{\"id\":0}"}) {
        EXPECT_EQ(look(answered(200, body)).is, kind::again) << body;
    }
    const auto other = note("2026-11-24T03:54:12", "2026-11-24T03:54:12", 992);
    EXPECT_EQ(look(answered(200, other)).is, kind::again);
}

TEST(UndoDelete, IsDoneWithEverySuccess) {
    for (const int status : {200, 202, 204}) {
        EXPECT_EQ(judge_delete(answered(status), now).is, kind::undone) << status;
    }
}

TEST(UndoDelete, CountsANoteThatIsNotThereAsGone) {
    EXPECT_EQ(judge_delete(answered(404), now).is, kind::gone);
    EXPECT_EQ(judge_delete(answered(410, " "), now).is, kind::gone);
    EXPECT_EQ(judge_delete(answered(404, R"({"message":"no such note"})"), now).is, kind::gone);
}

TEST(UndoSecondLook, TellsWhetherANoteIsGone) {
    const auto same = note("2026-11-24T03:54:12", "2026-11-24T03:54:12");
    const auto changed = note("2026-11-24T03:54:12", "2026-11-25T03:54:12");
    EXPECT_TRUE(look(answered(200, same)).is_there);
    EXPECT_FALSE(look(answered(404)).is_there);
    for (const auto& body : {same, changed}) {
        const auto s = judge_second_look(answered(200, body), 991, now);
        EXPECT_EQ(s.is, kind::still_there);
        EXPECT_EQ(s.why, reason::not_found);
        EXPECT_THAT(s.words, HasSubstr("404"));
    }
    EXPECT_EQ(judge_second_look(answered(404), 991, now).is, kind::gone);
    EXPECT_EQ(judge_second_look(answered(200, "<html>"), 991, now).is, kind::again);
    EXPECT_EQ(judge_second_look(answered(503), 991, now).is, kind::again);
    EXPECT_EQ(judge_second_look(answered(401), 991, now).is, kind::stop);
}

TEST(UndoDelete, DoesNotTakeAPagesWordForIt) {
    const auto s = judge_delete(answered(404, "<html>No such site</html>"), now);
    EXPECT_EQ(s.is, kind::refused);
    EXPECT_EQ(s.why, reason::not_found);
}

TEST(UndoDelete, MaySimplyBeAskedAgain) {
    struct {
        attempt a;
        reason why;
    } const table[] = {
        {answered(500), reason::server_error},
        {answered(408), reason::server_error},
        {answered(503, "<html>"), reason::server_error},
        {broken(handed::last_record, trouble::timed_out), reason::timeout},
        {broken(handed::last_record, trouble::lost), reason::connection_lost},
        {broken(handed::last_record, trouble::cut_short), reason::unreadable_answer},
        {broken(handed::nothing, trouble::no_connection), reason::connection_lost},
        {broken(handed::part, trouble::lost), reason::connection_lost},
    };
    for (const auto& t : table) {
        for (const auto& s : {judge_delete(t.a, now), look(t.a)}) {
            EXPECT_EQ(s.is, kind::again) << t.a.reply.status;
            EXPECT_EQ(s.why, t.why) << t.a.reply.status;
        }
    }
}

TEST(UndoDelete, IsRefusedWithTheServersWords) {
    const auto s = judge_delete(answered(409, R"({"message":"it is locked"})"), now);
    EXPECT_EQ(s.is, kind::refused);
    EXPECT_EQ(s.why, reason::conflict);
    EXPECT_THAT(s.words, HasSubstr("it is locked"));
}

TEST(UndoDelete, WaitsForQuotaAsTold) {
    auto a = answered(429);
    a.reply.retry_after = "17";
    const auto s = judge_delete(a, now);
    EXPECT_EQ(s.is, kind::wait_and_again);
    EXPECT_EQ(s.wait, std::chrono::seconds(17));
}

TEST(UndoDelete, StopsForWhatIsNotTheNotesFault) {
    const auto* denied =
        R"({"message":"The current user does not have permissions to perform this action."})";
    EXPECT_EQ(judge_delete(answered(401), now).stop, errc::token);
    EXPECT_EQ(judge_delete(answered(302), now).stop, errc::protocol);
    EXPECT_EQ(judge_delete(answered(403, "<html>"), now).stop, errc::permission);
    EXPECT_EQ(judge_delete(broken(handed::nothing, trouble::certificate), now).stop,
              errc::certificate);
    const auto s = judge_delete(answered(400, denied), now);
    EXPECT_EQ(s.is, kind::stop);
    EXPECT_EQ(s.stop, errc::permission);
    EXPECT_THAT(s.words, HasSubstr("permission to delete"));
}

} // namespace
} // namespace noteload::delivery
