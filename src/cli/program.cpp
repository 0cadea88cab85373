#include "noteload/cli/program.hpp"

#include "noteload/cli/arguments.hpp"
#include "noteload/cli/closing.hpp"
#include "noteload/cli/confirm.hpp"
#include "noteload/cli/console.hpp"
#include "noteload/cli/exit_code.hpp"
#include "noteload/cli/token.hpp"
#include "noteload/cli/undo_console.hpp"
#include "noteload/cli/undo_words.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace noteload::cli {

namespace {

int give_up(const failure& why) {
    fmt::print(stderr, "noteload: {}\n", why.message);
    return static_cast<int>(code_of(why.code));
}

/// Standard output is what the command was for: losing it is not `ok`.
int print(const std::string& text, int code) {
    const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) == 0 && whole) {
        return code;
    }
    return give_up({errc::disk, "standard output could not be written"});
}

std::string read_whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

int perform(const show_text& c) {
    return print(c.text, 0);
}

int perform(const check_command& c) {
    console screen(c.progress);
    const auto found =
        run::run_check(c.options, [&](std::uint64_t rows) { screen.checking(rows); });
    screen.clear();
    if (!found) {
        return give_up(found.error());
    }
    return print(c.json ? check_json(*found) : check_words(*found),
                 static_cast<int>(code_of(found->summary.counts())));
}

/// The end of an import or a resumed one. Its last line is the command that goes on with it.
int close(const run::import_result& r, console& screen, bool json) {
    screen.clear();
    if (!r.folder.empty()) {
        fmt::print(stderr, "{}", closing_words(r));
    } else if (r.how == run::ending::interrupted) {
        fmt::print(stderr, "Stopped by a signal: nothing was sent\n");
    }
    if (r.why) {
        fmt::print(stderr, "noteload: {}\n", r.why->message);
    }
    if (is_resumable(r)) {
        fmt::print(stderr, "{}", screen.resuming(r.folder));
    }
    const int code = static_cast<int>(code_of(r));
    if (!json || r.folder.empty()) {
        return code;
    }
    return print(r.how == run::ending::was_finished ? read_whole(r.folder + "/summary.json")
                                                    : report::summary_json(r.summary, r.facts),
                 code);
}

int perform(import_command c) {
    auto token = read_token(c.token_file);
    if (!token) {
        return give_up(token.error());
    }
    c.options.token = std::move(*token);
    console screen(c.progress, c.token_file);
    return close(run::run_import(c.options, screen), screen, c.json);
}

int perform(resume_command c) {
    c.options.token = [file = c.token_file] { return read_token(file); };
    console screen(c.progress, c.token_file);
    return close(run::run_resume(c.options, screen), screen, c.json);
}

int perform(undo_command c) {
    if (!c.yes && !can_ask()) {
        return give_up({errc::usage,
                        "undo asks before it deletes, and there is no terminal to ask on: say "
                        "--yes if it shall not ask. Nothing was undone"});
    }
    auto token = read_token(c.token_file);
    if (!token) {
        return give_up(token.error());
    }
    c.options.token = std::move(*token);
    undo_console screen(c.progress, c.yes);
    const auto r = run::run_undo(c.options, screen);
    screen.clear();
    if (r.why) {
        fmt::print(stderr, "noteload: {}\n", r.why->message);
    }
    fmt::print(stderr, "{}", undo_words(r, c.typed));
    const int code = static_cast<int>(code_of(r));
    return c.json && r.plan.notes > 0 ? print(undo_json(r, code), code) : code;
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
    auto c = parse_arguments(words);
    if (!c) {
        const int code = give_up(c.error());
        fmt::print(stderr, "Try `noteload --help`, or `noteload import --help`.\n");
        return code;
    }
    return std::visit([](auto&& chosen) { return perform(std::move(chosen)); }, std::move(*c));
}

} // namespace noteload::cli
