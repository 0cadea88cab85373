#include "noteload/run/logged_options.hpp"

#include <gmock/gmock.h>

namespace noteload::run {
namespace {

TEST(LoggedOptions, HoldHowTheFilesAreWritten) {
    import_options given;
    auto& d = given.reading.dialect;
    d.encoding = "cp1252";
    d.delimiter = "\t";
    d.quote = '\'';
    d.backslash = true;
    d.skip_lines = 3;
    d.no_header = true;
    d.columns = "contactId,\"a, b\"";
    import_options taken;
    take_logged_options(logged_options(given), taken);
    EXPECT_EQ(taken.reading.dialect, d);
}

TEST(LoggedOptions, LeaveTheUsualDialectOut) {
    EXPECT_FALSE(logged_options({}).contains("delimiter"));
    import_options taken;
    take_logged_options(logged_options({}), taken);
    EXPECT_EQ(taken.reading.dialect, source::dialect_options{});
}

} // namespace
} // namespace noteload::run
