#include "noteload/cli/exit_code.hpp"

#include <gtest/gtest.h>

namespace noteload::cli {
namespace {

row_counts counts(std::initializer_list<outcome> rows) {
    row_counts c;
    for (const auto o : rows) {
        ++c.read;
        ++c[o];
    }
    return c;
}

TEST(ExitCode, OfRowsIsTheWorstOfThem) {
    EXPECT_EQ(code_of(counts({})), exit_code::ok) << "a header without rows";
    EXPECT_EQ(code_of(counts({outcome::created, outcome::already_there, outcome::skipped})),
              exit_code::ok);
    EXPECT_EQ(code_of(counts({outcome::created, outcome::invalid})), exit_code::some_bad);
    EXPECT_EQ(code_of(counts({outcome::created, outcome::refused})), exit_code::some_bad);
    EXPECT_EQ(code_of(counts({outcome::in_doubt})), exit_code::in_doubt);
    EXPECT_EQ(code_of(counts({outcome::invalid, outcome::in_doubt, outcome::refused})),
              exit_code::in_doubt);
}

TEST(ExitCode, OfAFailureBeforeTheFirstRow) {
    for (const auto why : {errc::usage, errc::input, errc::run_folder, errc::no_token}) {
        EXPECT_EQ(code_of(why), exit_code::usage) << static_cast<int>(why);
    }
    for (const auto why :
         {errc::token, errc::permission, errc::organization, errc::certificate, errc::unreachable,
          errc::protocol, errc::disk, errc::changed, errc::bug}) {
        EXPECT_EQ(code_of(why), exit_code::stopped) << static_cast<int>(why);
    }
    EXPECT_EQ(code_of(errc::interrupted), exit_code::interrupted);
}

TEST(ExitCode, OfARunKeepsThePrecedence) {
    using run::ending;
    const std::initializer_list<outcome> worst = {outcome::created, outcome::invalid,
                                                  outcome::in_doubt, outcome::not_attempted};
    const struct {
        ending how;
        std::initializer_list<outcome> rows;
        exit_code expected;
    } table[] = {
        {ending::finished, {outcome::created}, exit_code::ok},
        {ending::finished, {outcome::refused}, exit_code::some_bad},
        {ending::finished, {outcome::refused, outcome::in_doubt}, exit_code::in_doubt},
        {ending::limited, {outcome::created}, exit_code::ok},
        {ending::limited, {outcome::invalid}, exit_code::some_bad},
        {ending::max_errors, worst, exit_code::max_errors},
        {ending::interrupted, worst, exit_code::interrupted},
        {ending::interrupted, {outcome::created}, exit_code::interrupted},
        {ending::failed, worst, exit_code::stopped},
        {ending::failed, {}, exit_code::stopped},
    };
    for (const auto& row : table) {
        run::import_result r;
        r.how = row.how;
        r.folder = "/runs/notes";
        if (row.how == ending::failed) {
            r.why = failure{errc::token, ""};
        }
        for (const auto o : row.rows) {
            settled_row settled;
            settled.what = o;
            r.summary.add(settled);
        }
        EXPECT_EQ(code_of(r), row.expected) << static_cast<int>(row.how);
    }
}

TEST(ExitCode, PromisesThatNothingWasSentOnlyBeforeARun) {
    run::import_result r;
    r.how = run::ending::failed;
    r.why = failure{errc::input, ""};
    EXPECT_EQ(code_of(r), exit_code::usage);
    r.folder = "/runs/notes";
    EXPECT_EQ(code_of(r), exit_code::stopped);
    r.folder = "";
    r.why = failure{errc::disk, ""};
    EXPECT_EQ(code_of(r), exit_code::stopped);
}

TEST(ExitCode, HasTheNumbersOfTheTable) {
    EXPECT_EQ(static_cast<int>(exit_code::ok), 0);
    EXPECT_EQ(static_cast<int>(exit_code::some_bad), 1);
    EXPECT_EQ(static_cast<int>(exit_code::usage), 2);
    EXPECT_EQ(static_cast<int>(exit_code::max_errors), 3);
    EXPECT_EQ(static_cast<int>(exit_code::in_doubt), 4);
    EXPECT_EQ(static_cast<int>(exit_code::interrupted), 5);
    EXPECT_EQ(static_cast<int>(exit_code::stopped), 6);
}

} // namespace
} // namespace noteload::cli
