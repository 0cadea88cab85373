#include "sender_fixture.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using test::created;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// What other tests of the sender see on one thread, with channels on several.
class SenderThreads : public SenderTest {
protected:
    SenderThreads() { options_.threads = 3; }
};

TEST_F(SenderThreads, SendEachRowOnce) {
    work_.give_rows(300);
    run(7);
    EXPECT_EQ(work_.count(outcome::created), 300);
    EXPECT_THAT(copies(), SizeIs(300));
    expect_one_copy_of_each();
    EXPECT_LE(far_->most_at_once(), 7);
}

TEST_F(SenderThreads, TellWhatTheServerSaid) {
    far_->otherwise(answer(422, R"({"message":"no such type"})"));
    work_.give_rows(20);
    run(3);
    for (std::uint64_t row = 1; row <= 20; ++row) {
        EXPECT_EQ(work_.end_of(row).why.value().detail, "the server answered 422: no such type");
    }
}

TEST_F(SenderThreads, GiveUpWhatHasNoAnswerInTime) {
    far_->play({{test::never_answer()}});
    work_.give_rows(4);
    run(3, soon);
    EXPECT_EQ(work_.count(outcome::in_doubt), 1);
    EXPECT_EQ(work_.count(outcome::created), 3);
    expect_one_copy_of_each();
}

TEST_F(SenderThreads, AreCutTogether) {
    far_->otherwise(test::never_answer());
    far_->on_request([this](const std::string&) {
        later([this] {
            if (far_->most_at_once() == 3) {
                stop();
                sender_->cut();
            }
        });
    });
    work_.give_rows(10);
    run(3);
    EXPECT_EQ(work_.given(), 3u);
    EXPECT_EQ(work_.count(outcome::in_doubt), 3);
    EXPECT_THAT(work_.end_of(1).why.value().detail, HasSubstr("grace period"));
    expect_one_copy_of_each();
}

TEST_F(SenderThreads, MayBeMoreThanConnections) {
    options_.threads = 5;
    work_.give_rows(20);
    run(1);
    EXPECT_EQ(work_.count(outcome::created), 20);
    EXPECT_EQ(far_->most_at_once(), 1);
}

} // namespace
} // namespace noteload::delivery
