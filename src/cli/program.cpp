#include "noteload/cli/program.hpp"

#include "noteload/cli/arguments.hpp"
#include "noteload/cli/closing.hpp"
#include "noteload/cli/confirm.hpp"
#include "noteload/cli/console.hpp"
#include "noteload/cli/exit_code.hpp"
#include "noteload/cli/login.hpp"
#include "noteload/cli/message.hpp"
#include "noteload/cli/metered.hpp"
#include "noteload/cli/on_finish.hpp"
#include "noteload/cli/state_folder.hpp"
#include "noteload/cli/token.hpp"
#include "noteload/cli/undo_console.hpp"
#include "noteload/cli/undo_words.hpp"
#include "noteload/report/from_log.hpp"
#include "noteload/run/draft_mapping.hpp"
#include "noteload/run/log_in.hpp"
#include "noteload/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace noteload::cli {

namespace {

int give_up(const failure& why) {
    write_message(fmt::format("noteload: {}\n", why.message));
    return static_cast<int>(code_of(why.code));
}

bool is_printed(const std::string& text) {
    const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return std::fflush(stdout) == 0 && whole;
}

/// Standard output is what the command was for: losing it is not `ok`.
int print(const std::string& text, int code) {
    return is_printed(text) ? code : give_up({errc::disk, "standard output could not be written"});
}

std::string read_whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Before anything else is done with it.
result<std::string> first_token(const token_places& places) {
    write_message(exposed_token(places));
    return read_token(places);
}

int perform(const show_text& c) {
    return print(c.text, 0);
}

int perform(check_command c) {
    console screen(c.progress);
    if (c.options.online) {
        auto token = first_token(c.token);
        if (!token) {
            return give_up(token.error());
        }
        c.options.online->token = std::move(*token);
    }
    const auto found = run::run_check(
        c.options, {.rows = [&](std::uint64_t rows) { screen.checking(rows); },
                    .looking_up = [&](auto done, auto of,
                                      auto unknown) { screen.looking_up(done, of, unknown); }});
    screen.clear();
    if (!found) {
        return give_up(found.error());
    }
    const auto now = std::chrono::system_clock::now();
    return print(c.json ? check_json(*found, now)
                        : check_words(*found, now, terminal_width(STDOUT_FILENO) - 1),
                 static_cast<int>(code_of(found->summary.counts())));
}

std::map<std::string, std::string> told_to_command(const run::import_result& r, int code) {
    std::map<std::string, std::string> out = {
        {"NOTELOAD_RUN_DIR", r.folder},
        {"NOTELOAD_EXIT_CODE", std::to_string(code)},
        {"NOTELOAD_RESULT", r.folder.empty() ? "nothing was sent" : result_line(r, code)},
        {"NOTELOAD_STOPPED_BY", r.why ? r.why->message : ""}};
    return out;
}

/// The notes were what the command was for: an exit code that tells of them stays as summary.json
/// has it, and who closed standard output does not miss the line.
void print_result(const run::import_result& r, bool json, int code) {
    const auto file = r.folder + "/summary.json";
    if (!json) {
        static_cast<void>(is_printed(result_line(r, code) + "\n"));
    } else if (!is_printed(r.how == run::ending::was_finished
                               ? read_whole(file)
                               : report::summary_json(r.summary, r.facts))) {
        write_message(
            fmt::format("noteload: standard output could not be written; the same "
                        "stands in {}\n",
                        printable(file, 400)));
    }
}

/// The end of an import or a resumed one. Its last line is the command that goes on with it.
int close(const run::import_result& r, console& screen, metered& watch, const reporting& report) {
    screen.clear();
    if (!r.folder.empty()) {
        write_message(closing_words(r, terminal_width(STDERR_FILENO) - 1));
    } else if (r.how == run::ending::interrupted) {
        write_message("Stopped by a signal: nothing was sent\n");
    }
    if (r.why) {
        write_message(fmt::format("noteload: {}\n", r.why->message));
    }
    const int code = static_cast<int>(code_of(r));
    if (!r.folder.empty()) {
        print_result(r, report.json, code);
    }
    if (!watch.finish(r, code)) {
        write_message(fmt::format("noteload: --metrics-file {}: it could not be written\n",
                                  printable(report.metrics_file, 200)));
    }
    if (!report.on_finish.empty()) {
        if (const auto done = run_on_finish(report.on_finish, told_to_command(r, code)); !done) {
            write_message(fmt::format("noteload: {}\n", done.error().message));
        }
    }
    if (is_resumable(r)) {
        write_message(screen.resuming(r.folder));
    }
    return code;
}

int perform(const mapping_command& c) {
    std::error_code ignored;
    if (!c.output.empty() && std::filesystem::exists(c.output, ignored)) {
        return give_up({errc::usage, c.output + ": is there already; name a new file"});
    }
    const auto drafted = run::draft_mapping(c.path, c.reading);
    if (!drafted) {
        return give_up(drafted.error());
    }
    write_message(drafted->system.empty() ? "This export is not known: fill in the skeleton\n"
                                          : "An export of " + drafted->system + "\n");
    if (c.output.empty()) {
        return print(drafted->toml, 0);
    }
    const auto done = run::write_mapping(c.output, drafted->toml);
    return done ? 0 : give_up(done.error());
}

int perform(import_command c) {
    console screen(c.report.progress, token_file_to_tell(c.token), c.questions);
    metered watch(c.report.metrics_file, screen);
    if (const auto where = delivery::parse_base_url(c.options.base_url)) {
        c.token.base_url = where->url;
    }
    auto token = first_token(c.token);
    if (!token) {
        run::import_result r;
        r.how = run::ending::failed;
        r.why = token.error();
        return close(r, screen, watch, c.report);
    }
    c.options.token = std::move(*token);
    c.options.token_again = [places = c.token] { return read_token(places); };
    c.options.state_folder = state_folder();
    return close(run::run_import(c.options, watch), screen, watch, c.report);
}

int perform(resume_command c) {
    c.token.base_url = run::base_url_of_run(c.options.folder);
    write_message(exposed_token(c.token));
    c.options.token = [places = c.token] { return read_token(places); };
    c.options.state_folder = state_folder();
    console screen(c.report.progress, token_file_to_tell(c.token));
    metered watch(c.report.metrics_file, screen);
    return close(run::run_resume(c.options, watch), screen, watch, c.report);
}

int perform(const report_command& c) {
    const auto written = report::write_report(c.folder);
    return written ? print(*written + "\n", 0) : give_up(written.error());
}

int perform(const login_command& c) {
    const auto kept = log_in(c);
    if (!kept) {
        return give_up(kept.error());
    }
    write_message(
        fmt::format("Logged in. The tokens are kept in {}, and refreshed when it is time: "
                    "nothing else names them\n",
                    printable(*kept, 300)));
    return 0;
}

int perform(undo_command c) {
    if (const auto there = run::is_run(c.options.run_dir); !there) {
        return give_up(there.error());
    }
    if (!c.questions.yes && (c.questions.no_input || !can_ask())) {
        return give_up(
            {errc::usage, fmt::format("undo asks before it deletes, and {}: say --yes if it shall "
                                      "not ask. Nothing was undone",
                                      c.questions.no_input ? "--no-input asks nobody"
                                                           : "there is no terminal to ask on")});
    }
    c.token.base_url = run::base_url_of_run(c.options.run_dir);
    auto token = first_token(c.token);
    if (!token) {
        return give_up(token.error());
    }
    c.options.token = std::move(*token);
    c.options.token_again = [places = c.token] { return read_token(places); };
    c.options.state_folder = state_folder();
    undo_console screen(c.progress, c.questions.yes);
    const auto r = run::run_undo(c.options, screen);
    screen.clear();
    if (r.why) {
        write_message(fmt::format("noteload: {}\n", r.why->message));
    }
    write_message(undo_words(r, c.typed));
    const int code = static_cast<int>(code_of(r));
    return c.json && r.plan.notes + r.plan.in_doubt > 0 ? print(undo_json(r, code), code) : code;
}

/// A standard stream that the caller closed would be the number of the next file or socket that is
/// opened, and messages would go into it.
void hold_standard_streams() {
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = ::open("/dev/null", O_RDWR);
    }
    if (fd > STDERR_FILENO) {
        ::close(fd);
    }
}

} // namespace

int run_program(const std::vector<std::string>& words) {
    // Donors' data: what we make is the owner's alone. And a closed pipe is an error to look at,
    // not a death in the middle of a run.
    hold_standard_streams();
    ::umask(S_IRWXG | S_IRWXO);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // the same for a limit on files' sizes
    auto c = parse_arguments(words);
    if (!c) {
        const int code = give_up(c.error());
        write_message(where_help_is(words) + "\n");
        return code;
    }
    return std::visit([](auto&& chosen) { return perform(std::move(chosen)); }, std::move(*c));
}

} // namespace noteload::cli
