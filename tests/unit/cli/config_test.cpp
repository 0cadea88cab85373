#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/cli/arguments.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using words = std::vector<std::string>;

result<command> parse(words w, const std::string& toml) {
    w.insert(w.end(), {"--config", "jobs/nightly.toml"});
    return parse_arguments(w, [&toml](const std::string& path) {
        EXPECT_EQ(path, "jobs/nightly.toml");
        return result<std::string>(toml);
    });
}

import_command importing(const std::string& toml, words w = {}) {
    w.insert(w.begin(), {"import", "a.csv"});
    auto c = parse(w, toml);
    EXPECT_TRUE(c) << c.error().message;
    return c ? std::get<import_command>(*c) : import_command{};
}

std::string complaint(const std::string& toml, words w = {"import", "a.csv"}) {
    const auto c = parse(std::move(w), toml);
    EXPECT_FALSE(c) << toml;
    if (c) {
        return "";
    }
    EXPECT_EQ(c.error().code, errc::usage);
    return c.error().message;
}

TEST(Config, SaysWhatFlagsSay) {
    const auto c = importing(R"(
        # every night
        organization = "Our Foundation"
        concurrency = 4
        rate = "5/s"
        max-errors = "5%"
        stop-at = "06:00"
        key = "id"
        delimiter = ";"
        spool = true
        json = true
        limit = 0
    )");
    EXPECT_EQ(c.options.organization, "Our Foundation");
    EXPECT_EQ(c.options.concurrency, 4);
    EXPECT_EQ(c.options.rate, (delivery::rate{5, 1s}));
    EXPECT_EQ(c.options.max_errors, (run::error_limit{5, true}));
    EXPECT_TRUE(c.options.stop_at);
    EXPECT_EQ(c.options.key, "id");
    EXPECT_EQ(c.options.reading.dialect.delimiter, ";");
    EXPECT_TRUE(c.options.spool);
    EXPECT_TRUE(c.report.json);
    EXPECT_EQ(c.options.limit, 0u);
    EXPECT_EQ(c.options.timeout, 30s) << "what it does not say stays";
    EXPECT_EQ(importing("").options.concurrency, 8);
}

TEST(Config, LosesToTheCommandLine) {
    const auto c = importing("concurrency = 4\njson = true\ntimeout = \"1s\"",
                             {"--concurrency", "5", "--json=false"});
    EXPECT_EQ(c.options.concurrency, 5);
    EXPECT_FALSE(c.report.json);
    EXPECT_EQ(c.options.timeout, 1s);
}

TEST(Config, NamesFilesBesideItself) {
    const auto c = importing(
        "mapping = \"m.toml\"\nca-file = '/etc/ca.pem'\nhistory = \"../runs\"\n"
        "key = \"id\"");
    EXPECT_EQ(c.options.mapping, "jobs/m.toml");
    EXPECT_EQ(c.options.ca_file, "/etc/ca.pem");
    EXPECT_EQ(c.options.history, "runs");
    EXPECT_EQ(importing("mapping = 'm.toml'", {"--mapping", "n.toml"}).options.mapping, "n.toml");
}

TEST(Config, ServesSeveralCommands) {
    const std::string toml = "spool = true\nrefused = true\nforce = true\nrate = \"5/s\"";
    EXPECT_TRUE(importing(toml).options.spool);
    auto c = parse({"resume", "run"}, toml);
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_TRUE(std::get<resume_command>(*c).options.refused);
    run::import_options o;
    std::get<resume_command>(*c).options.amend(o);
    EXPECT_EQ(o.rate, (delivery::rate{5, 1s}));
    EXPECT_FALSE(o.spool);
}

TEST(Config, SaysWhereAWrongKeyOrValueStands) {
    EXPECT_THAT(complaint("\nratee = \"5/s\""),
                AllOf(HasSubstr("jobs/nightly.toml:2"), HasSubstr("did you mean rate?")));
    EXPECT_THAT(complaint("max_errors = 5"), HasSubstr("did you mean max-errors?"));
    EXPECT_THAT(complaint("rate = 5"),
                AllOf(HasSubstr("nightly.toml:1: rate 5: "), HasSubstr("1500/h")));
    EXPECT_THAT(complaint("rate = \"fast\""), HasSubstr("1500/h"));
    EXPECT_THAT(complaint("spool = \"yes\""), HasSubstr("true or false"));
    EXPECT_THAT(complaint("\norganization = \"\""),
                AllOf(HasSubstr("nightly.toml:2: organization ''"), HasSubstr("it is empty")));
    EXPECT_THAT(complaint("token-file = ''"), HasSubstr("it is empty"));
    EXPECT_THAT(complaint("timeout = 1.5"), HasSubstr("a text in quotes"));
    EXPECT_THAT(complaint("[rate]\nx = 1"), HasSubstr("a text in quotes"));
    EXPECT_THAT(complaint("rate = 5/s"), AllOf(HasSubstr("nightly.toml:1"), HasSubstr("TOML")));
    EXPECT_THAT(complaint("config = \"other.toml\""), HasSubstr("no key config"));
    EXPECT_THAT(complaint("history = \"runs\""),
                AllOf(HasSubstr("nightly.toml:1"), HasSubstr("--key")));
    EXPECT_THAT(complaint(std::string(2 << 20, '#')), HasSubstr("1 MiB"));
}

TEST(Config, SaysAllThatIsWrongFromTheTop) {
    const auto said = complaint("timeout = \"x\"\ngrace = \"y\"\nab = 1");
    EXPECT_LT(said.find(":1: timeout"), said.find(":2: grace"));
    EXPECT_LT(said.find(":2: grace"), said.find(":3: there is no key ab"));
}

TEST(Config, IsWrongAlsoWhereTheCommandLineWins) {
    EXPECT_THAT(complaint("rate = 5", {"import", "a.csv", "--rate", "5/s"}), HasSubstr(":1: rate"));
}

TEST(Config, NeverHoldsTheToken) {
    for (const auto* toml : {"token = \"s3cr3t\"", "tokn = \"s3cr3t\""}) {
        EXPECT_THAT(complaint(toml), AllOf(HasSubstr("token-file"), Not(HasSubstr("s3cr3t"))));
    }
    const auto places = importing("token-file = \"token\"", {"--token-file", "other"}).token;
    EXPECT_EQ(places.in_config, "jobs/token");
    EXPECT_EQ(places.said, "other");
}

TEST(Config, ThatCannotBeReadIsSaid) {
    const test::temp_folder folder;
    for (const auto& path : {folder / "gone.toml", folder.path()}) {
        const auto c = parse_arguments({"import", "a.csv", "--config", path});
        ASSERT_FALSE(c);
        EXPECT_EQ(c.error().code, errc::usage);
        EXPECT_THAT(c.error().message, HasSubstr("--config " + path));
    }
    const auto path = folder.write("good.toml", "concurrency = 2");
    const auto c = parse_arguments({"import", "a.csv", "--config", path});
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(std::get<import_command>(*c).options.concurrency, 2);
}

} // namespace
} // namespace noteload::cli
