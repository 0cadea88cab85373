#include "noteload/cli/arguments.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/run/logged_options.hpp"
#include "support/printers.hpp"

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using words = std::vector<std::string>;

import_command importing(words w) {
    w.insert(w.begin(), {"import", "notes.csv"});
    auto c = parse_arguments(w);
    EXPECT_TRUE(c) << c.error().message;
    return c ? std::get<import_command>(*c) : import_command{};
}

check_command checking(words w) {
    w.insert(w.begin(), {"check", "notes.csv"});
    auto c = parse_arguments(w);
    EXPECT_TRUE(c) << c.error().message;
    return c ? std::get<check_command>(*c) : check_command{};
}

std::string shown(const words& w) {
    auto c = parse_arguments(w);
    EXPECT_TRUE(c) << c.error().message;
    return c ? std::get<show_text>(*c).text : "";
}

std::string complaint(const words& w) {
    const auto c = parse_arguments(w);
    EXPECT_FALSE(c) << fmt::format("{}", fmt::join(w, " "));
    if (c) {
        return "";
    }
    EXPECT_EQ(c.error().code, errc::usage);
    return c.error().message;
}

TEST(Arguments, HaveTheDefaultsOfTheDesign) {
    const auto c = importing({});
    const auto& o = c.options;
    EXPECT_THAT(o.paths, ElementsAre("notes.csv"));
    EXPECT_EQ(o.base_url, "https://api.virtuoussoftware.com");
    EXPECT_EQ(o.concurrency, 8);
    EXPECT_EQ(o.rate.requests, 0u);
    EXPECT_EQ(o.max_errors, (run::error_limit{100, false}));
    EXPECT_EQ(o.timeout, 30s);
    EXPECT_EQ(o.give_up_after, 4h);
    EXPECT_EQ(o.grace, 30s);
    EXPECT_EQ(o.in_doubt, delivery::doubt_policy::verify);
    EXPECT_EQ(o.verify_window, 60s);
    EXPECT_EQ(o.reading.max_record, 4u << 20);
    EXPECT_EQ(o.reading.format, std::nullopt);
    EXPECT_EQ(o.limit, std::nullopt);
    EXPECT_EQ(o.skip, 0u);
    EXPECT_FALSE(o.responses);
    EXPECT_EQ(o.token, "");
    EXPECT_EQ(c.report.progress, progress_style::automatic);
    EXPECT_FALSE(c.report.json);
}

TEST(Arguments, TakeEachOption) {
    const auto c =
        importing({"more.jsonl",      "-",          "--base-url",      "https://localhost:1",
                   "--token-file",    "t",          "--ca-file",       "ca.pem",
                   "--format",        "jsonl",      "--run-dir",       "out",
                   "--concurrency",   "3",          "--rate",          "100/min",
                   "--max-errors",    "5%",         "--timeout",       "500ms",
                   "--give-up-after", "2h",         "--grace",         "0s",
                   "--max-record",    "64KiB",      "--organization",  "Good Works",
                   "--limit",         "10",         "--skip",          "5",
                   "--in-doubt",      "hold",       "--verify-window", "90s",
                   "--responses",     "--progress", "plain",           "--json"});
    const auto& o = c.options;
    EXPECT_THAT(o.paths, ElementsAre("notes.csv", "more.jsonl", "-"));
    EXPECT_EQ(o.base_url, "https://localhost:1");
    EXPECT_EQ(c.token.said, "t");
    EXPECT_EQ(o.ca_file, "ca.pem");
    EXPECT_EQ(o.reading.format, source::file_format::jsonl);
    EXPECT_EQ(o.run_dir, "out");
    EXPECT_EQ(o.concurrency, 3);
    EXPECT_EQ(o.rate, (delivery::rate{100, 60s}));
    EXPECT_EQ(o.max_errors, (run::error_limit{5, true}));
    EXPECT_EQ(o.timeout, 500ms);
    EXPECT_EQ(o.give_up_after, 2h);
    EXPECT_EQ(o.grace, 0ms);
    EXPECT_EQ(o.in_doubt, delivery::doubt_policy::hold);
    EXPECT_EQ(o.verify_window, 90s);
    EXPECT_EQ(o.reading.max_record, 65536u);
    EXPECT_EQ(o.organization, "Good Works");
    EXPECT_EQ(o.limit, 10u);
    EXPECT_EQ(o.skip, 5u);
    EXPECT_TRUE(o.responses);
    EXPECT_EQ(c.report.progress, progress_style::plain);
    EXPECT_TRUE(c.report.json);
}

TEST(Arguments, TakeTheKeyAndItsHistory) {
    const auto none = importing({}).options;
    EXPECT_EQ(none.key, "");
    EXPECT_EQ(none.history, "");
    EXPECT_EQ(none.duplicate_keys, run::duplicate_policy::refuse);
    const words given{"--key", " id ", "--history", "runs", "--duplicate-keys", "allow"};
    const auto import = importing(given).options;
    EXPECT_EQ(import.key, "id");
    EXPECT_EQ(import.history, "runs");
    EXPECT_EQ(import.duplicate_keys, run::duplicate_policy::allow);
    const auto check = checking(given).options;
    EXPECT_EQ(check.key, "id");
    EXPECT_EQ(check.history, "runs");
    EXPECT_EQ(check.duplicate_keys, run::duplicate_policy::allow);
    EXPECT_THAT(complaint({"import", "a.csv", "--history", "runs"}), HasSubstr("--key"));
}

TEST(Arguments, TakeHowTheQuotaIsUsed) {
    const auto usual = importing({}).options;
    EXPECT_EQ(usual.reserve, (delivery::quota_reserve{10, true}));
    EXPECT_EQ(usual.pace, delivery::pacing::fast);
    EXPECT_EQ(usual.max_attempts, 10);
    const auto o = importing({"--reserve", "200", "--pace", "even", "--max-attempts", "0",
                              "--concurrency", "auto"})
                       .options;
    EXPECT_EQ(o.reserve, (delivery::quota_reserve{200, false}));
    EXPECT_EQ(o.pace, delivery::pacing::even);
    EXPECT_EQ(o.max_attempts, 0);
    EXPECT_EQ(o.concurrency, 0);
    run::import_options again;
    run::take_logged_options(run::logged_options(o), again);
    EXPECT_EQ(again.reserve, o.reserve);
    EXPECT_EQ(again.pace, o.pace);
    EXPECT_EQ(again.max_attempts, o.max_attempts);
    EXPECT_EQ(again.concurrency, o.concurrency);
}

TEST(Arguments, TakeAnEqualsSignAndOptionsBeforeFiles) {
    auto c = parse_arguments({"import", "--concurrency=2", "--rate=5/s", "a.csv"});
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(std::get<import_command>(*c).options.concurrency, 2);
    EXPECT_THAT(std::get<import_command>(*c).options.paths, ElementsAre("a.csv"));
}

TEST(Arguments, MakeADryRunACheck) {
    const auto c = checking({"--preview", "3", "--limit", "0", "--json"});
    EXPECT_EQ(c.options.preview, 3u);
    EXPECT_EQ(c.options.limit, 0u);
    EXPECT_TRUE(c.json);
    auto dry = parse_arguments({"import", "--dry-run", "a.csv", "--preview", "1", "--rate", "5/s"});
    ASSERT_TRUE(dry) << dry.error().message;
    EXPECT_THAT(std::get<check_command>(*dry).options.paths, ElementsAre("a.csv"));
    EXPECT_EQ(std::get<check_command>(*dry).options.preview, 1u);
}

TEST(Arguments, SayHowTheFilesAreWritten) {
    const auto dialect = [](const words& w) { return checking(w).options.reading.dialect; };
    EXPECT_EQ(dialect({}), source::dialect_options{});
    EXPECT_EQ(dialect({"--encoding", "auto", "--delimiter", "auto"}), source::dialect_options{});
    const auto d = dialect({"--encoding", "cp1252", "--delimiter", "tab", "--quote", "'",
                            "--escape", "backslash", "--skip-lines", "3", "--no-header",
                            "--columns", "contactId,\"a, b\""});
    EXPECT_EQ(d.encoding, "cp1252");
    EXPECT_EQ(d.delimiter, "\t");
    EXPECT_EQ(d.quote, '\'');
    EXPECT_TRUE(d.backslash);
    EXPECT_EQ(d.skip_lines, 3u);
    EXPECT_TRUE(d.no_header);
    EXPECT_EQ(d.columns, "contactId,\"a, b\"");
    EXPECT_EQ(dialect({"--delimiter", "\xC2\xA7"}).delimiter, "\xC2\xA7");
    EXPECT_EQ(importing({"--delimiter=;"}).options.reading.dialect.delimiter, ";");
}

TEST(Arguments, RefuseWrongValuesAndSayWhatIsExpected) {
    const struct {
        std::string option;
        std::string value;
    } table[] = {
        {"--concurrency", "0"},    {"--concurrency", "65"},  {"--concurrency", "-1"},
        {"--concurrency", "many"}, {"--rate", "5"},          {"--rate", "0/s"},
        {"--rate", "fast"},        {"--max-errors", "101%"}, {"--max-errors", "-1"},
        {"--timeout", "30"},       {"--timeout", "0s"},      {"--timeout", "soon"},
        {"--give-up-after", "0h"}, {"--grace", "5"},         {"--in-doubt", "ask"},
        {"--verify-window", "0s"}, {"--max-record", "0"},    {"--max-record", "9MiB"},
        {"--max-record", "4MB"},   {"--format", "xlsx"},     {"--progress", "loud"},
        {"--limit", "-1"},         {"--limit", "ten"},       {"--skip", "-1"},
        {"--skip", "1.5"},         {"--limit", ""},          {"--rate", ""},
        {"--preview", "2"},        {"--reserve", "100%"},    {"--reserve", "-1"},
        {"--reserve", "5/s"},      {"--pace", "slow"},       {"--max-attempts", "x"},
        {"--encoding", ""},        {"--delimiter", ""},      {"--quote", "`"},
        {"--escape", "^"},         {"--skip-lines", "-1"},   {"--key", ""},
        {"--key", "  "},           {"--history", ""},        {"--duplicate-keys", "forbid"},
    };
    for (const auto& row : table) {
        EXPECT_THAT(complaint({"import", "a.csv", row.option + "=" + row.value}),
                    HasSubstr(row.option))
            << row.option << ' ' << row.value;
    }
}

TEST(Arguments, RefuseAnEmptyValueOfEveryOption) {
    for (const auto* command : {"check", "import", "resume", "undo", "mapping", "login"}) {
        const auto help = shown({command, "--help"});
        std::size_t with_value = 0;
        for (std::size_t at = help.find("\n  --"); at != std::string::npos;
             at = help.find("\n  --", at + 1)) {
            const auto end = help.find_first_of(" \n", at + 3);
            const auto name = help.substr(at + 3, end - at - 3);
            const auto next = help.find_first_not_of(' ', end);
            if (next == std::string::npos || std::isupper(help[next]) == 0) {
                continue; // a flag
            }
            ++with_value;
            for (const auto& w : {words{name, ""}, words{name + "="}}) {
                words all{command};
                if (all[0] != "login") {
                    all.emplace_back("a.csv");
                }
                all.insert(all.end(), w.begin(), w.end());
                EXPECT_THAT(complaint(all), HasSubstr(name)) << command;
            }
        }
        EXPECT_GT(with_value, 1u) << command;
    }
    EXPECT_THAT(complaint({"import", "a.csv", "--organization", ""}),
                HasSubstr("--organization ''"));
    EXPECT_THAT(complaint({"import", "--organization=", "a.csv"}), HasSubstr("it is empty"));
    EXPECT_THAT(complaint({"import", "a.csv", "--organization", " "}), HasSubstr("it is empty"));
    EXPECT_EQ(importing({"--delimiter", " "}).options.reading.dialect.delimiter, " ");
}

TEST(Arguments, RefuseAnEmptyNameOfAFile) {
    for (const auto* command : {"check", "import", "resume", "undo", "mapping", "report"}) {
        EXPECT_THAT(complaint({command, ""}), HasSubstr("ame the")) << command;
    }
    EXPECT_NE(complaint({"import", "a.csv", ""}), "");
}

TEST(Arguments, SuggestWhatWasProbablyMeant) {
    EXPECT_THAT(complaint({"import", "a.csv", "--concurency", "4"}),
                AllOf(HasSubstr("--concurency"), HasSubstr("did you mean --concurrency?")));
    EXPECT_THAT(complaint({"import", "a.csv", "--ratee=5/s"}), HasSubstr("did you mean --rate?"));
    EXPECT_THAT(complaint({"imprt", "a.csv"}), HasSubstr("did you mean import?"));
    EXPECT_THAT(complaint({"check", "a.csv", "--previw", "1"}),
                HasSubstr("did you mean --preview?"));
    EXPECT_THAT(complaint({"frobnicate"}),
                AllOf(HasSubstr("frobnicate"), Not(HasSubstr("did you"))));
}

TEST(Arguments, SayWhatIsMissing) {
    EXPECT_THAT(complaint({}), HasSubstr("noteload import FILE"));
    EXPECT_THAT(complaint({"import"}), HasSubstr("noteload import notes.csv"));
    EXPECT_THAT(complaint({"check"}), HasSubstr("noteload check notes.csv"));
    EXPECT_NE(complaint({"import", "a.csv", "--rate"}), "");
}

TEST(Arguments, SayWhatAnOptionLacksInPlainWords) {
    EXPECT_EQ(complaint({"check", "a.csv", "--delimiter"}),
              "--delimiter lacks its CHAR: auto, tab, or the character between columns (auto finds "
              ", ; tab and |)");
    EXPECT_EQ(complaint({"login", "--user"}),
              "--user lacks its NAME: whose password it is; asked for if not said");
    EXPECT_EQ(complaint({"check", "a.csv", "--json=perhaps"}),
              "--json is true or false, and true where it stands by itself");
}

TEST(Arguments, HelpIsACommandToo) {
    EXPECT_EQ(shown({"help"}), shown({"--help"}));
    EXPECT_EQ(shown({"help", "help"}), shown({"--help"}));
    EXPECT_EQ(shown({"help", "import"}), shown({"import", "--help"}));
    EXPECT_EQ(complaint({"help", "imprt"}), "there is no command imprt; did you mean import?");
}

TEST(Arguments, SayWhichWordIsTooMuch) {
    EXPECT_EQ(complaint({"login", "ann"}), "noteload login takes options alone: ann is too much");
}

TEST(Arguments, NeverTakeAToken) {
    for (const auto& w :
         {words{"import", "a.csv", "--token", "s3cr3t"}, words{"import", "a.csv", "--token=s3cr3t"},
          words{"import", "--tokn=s3cr3t", "a.csv"}}) {
        EXPECT_THAT(complaint(w), AllOf(HasSubstr("--token-file"), Not(HasSubstr("s3cr3t"))));
    }
}

TEST(Arguments, ShowNoControlCharacters) {
    EXPECT_THAT(complaint({"import", "a.csv", "--x\x1b[31m"}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(complaint({"import", "a.csv", "--rate", "\x1b[31m"}), Not(HasSubstr("\x1b")));
}

TEST(Arguments, CheckAsksTheServerOnlyWhenItIsTold) {
    EXPECT_FALSE(checking({"--rate", "5/s"}).options.online);
    const auto c = checking({"--online", "--organization", "Us", "--token-file", "t", "--reserve",
                             "7", "--limit", "3"});
    ASSERT_TRUE(c.options.online);
    EXPECT_EQ(c.options.online->organization, "Us");
    EXPECT_EQ(c.options.online->limit, 3U);
    EXPECT_THAT(c.options.online->paths, ElementsAre("notes.csv"));
    EXPECT_EQ(c.options.reserve.amount, 7U);
    EXPECT_EQ(c.token.said, "t");
}

TEST(Arguments, HelpNamesEveryOptionOfItsCommand) {
    const auto all = shown({"--help"});
    EXPECT_THAT(all, AllOf(HasSubstr("check"), HasSubstr("import"), HasSubstr("Exit codes")));
    const auto import = shown({"import", "--help"});
    for (const auto* option :
         {"--base-url",    "--token-file",    "--ca-file",      "--format",  "--run-dir",
          "--concurrency", "--rate",          "--max-errors",   "--timeout", "--give-up-after",
          "--grace",       "--max-record",    "--organization", "--limit",   "--skip",
          "--responses",   "--progress",      "--json",         "--dry-run", "--preview",
          "--in-doubt",    "--verify-window", "--key",          "--history", "--duplicate-keys"}) {
        EXPECT_THAT(import, HasSubstr(option));
    }
    EXPECT_THAT(shown({"check", "--help"}),
                AllOf(HasSubstr("--preview"), HasSubstr("--online"), Not(HasSubstr("--in-doubt"))));
    EXPECT_THAT(shown({"--version"}), HasSubstr("noteload 0."));
}

TEST(Arguments, LetResumeChangeOnlyWhatIsSaid) {
    run::import_options of_the_run;
    of_the_run.concurrency = 3;
    of_the_run.in_doubt = delivery::doubt_policy::hold;
    auto c = parse_arguments({"resume", "r", "--rate", "5/s", "--limit=7", "--token-file", "t"});
    ASSERT_TRUE(c) << c.error().message;
    const auto& resume = std::get<resume_command>(*c);
    EXPECT_EQ(resume.options.folder, "r");
    EXPECT_EQ(resume.token.said, "t");
    resume.options.amend(of_the_run);
    EXPECT_EQ(of_the_run.concurrency, 3);
    EXPECT_EQ(of_the_run.in_doubt, delivery::doubt_policy::hold);
    EXPECT_EQ(of_the_run.rate, (delivery::rate{5, 1s}));
    EXPECT_EQ(of_the_run.limit, 7u);
    EXPECT_THAT(shown({"resume", "--help"}), Not(HasSubstr("=8")));
}

TEST(Arguments, SayWhereTheHelpOfTheCommandIs) {
    EXPECT_THAT(where_help_is({"resume", "r", "--limt", "7"}), HasSubstr("noteload resume --help"));
    EXPECT_THAT(where_help_is({"imprt", "a.csv"}), HasSubstr("`noteload --help`"));
}

TEST(Arguments, NameAMappingFile) {
    EXPECT_EQ(importing({"--mapping", "m.toml"}).options.mapping, "m.toml");
    EXPECT_EQ(checking({"--mapping=m.toml"}).options.mapping, "m.toml");
    EXPECT_EQ(importing({}).options.mapping, "");
}

TEST(Arguments, AskForADraftedMapping) {
    const auto c =
        parse_arguments({"mapping", "notes.csv", "--format", "csv", "--output", "m.toml"});
    ASSERT_TRUE(c) << c.error().message;
    const auto& m = std::get<mapping_command>(*c);
    EXPECT_EQ(m.path, "notes.csv");
    EXPECT_EQ(m.output, "m.toml");
    EXPECT_EQ(m.reading.format, source::file_format::csv);
    EXPECT_THAT(complaint({"mapping"}), HasSubstr("noteload mapping notes.csv"));
    EXPECT_THAT(complaint({"mapping", "a.csv", "b.csv"}), HasSubstr("the one export"));
    EXPECT_THAT(complaint({"mapping", "a.csv", "--outptu", "m"}), HasSubstr("--output"));
    EXPECT_THAT(shown({"mapping", "--help"}), HasSubstr("--output"));
}

} // namespace
} // namespace noteload::cli
