// Rows in doubt: the server is asked about them.

#include "sender_fixture.hpp"

#include <date/date.h>

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
        return answer(200, R"({"list":[{"id":5,"contactId":7,"createDateTimeUtc":")" +
                               date::format("%FT%T", made) +
                               R"(","type":"Call","note":"x","important":false,"isPrivate":false,)"
                               R"("noteDate":"1/2/2020"}],"total":1})");
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

TEST_F(SenderAsking, ReadsAPageAgainWhereTheServerFailsAtIt) {
    const auto now = std::chrono::system_clock::now();
    far_->play({{test::say_and_close("")}, {answer(503, ""), answer(503, ""), shows(now)}});
    work_.give(R"({"contactId":7,"type":"Call","note":"x"})");
    run();
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
