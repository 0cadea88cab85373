#include "noteload/cli/console.hpp"

#include "noteload/cli/problem_words.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace noteload::cli {

namespace {

constexpr auto plain_every = std::chrono::seconds(5);

void say(const std::string& line) {
    fmt::print(stderr, "{}\n", line);
}

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

progress_style decide(progress_style style) {
    if (style != progress_style::automatic) {
        return style;
    }
    return ::isatty(STDERR_FILENO) != 0 ? progress_style::bar : progress_style::plain;
}

} // namespace

std::string progress_line(const run::import_progress& p) {
    const auto elapsed = std::chrono::duration<double>(p.elapsed).count();
    const auto settled = p.rows.settled();
    std::string line;
    if (p.bytes && *p.bytes > 0) {
        line += fmt::format("{:3}%  ", p.bytes_done * 100 / *p.bytes);
    }
    line += fmt::format("{} rows", with_thousands(settled));
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto o = static_cast<outcome>(i);
        if (p.rows[o] > 0) {
            line += fmt::format("  {} {}", to_word(o), with_thousands(p.rows[o]));
        }
    }
    if (elapsed > 0) {
        const auto rate = static_cast<double>(settled) / elapsed;
        line += rate < 10 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {:.0f}/s", rate);
    }
    line += fmt::format("  {} in flight", p.in_flight);
    if (p.bytes && p.bytes_done > 0 && p.bytes_done <= *p.bytes && elapsed > 2) {
        const auto left = elapsed * static_cast<double>(*p.bytes - p.bytes_done) /
                          static_cast<double>(p.bytes_done);
        line += fmt::format("  {} left",
                            duration_text(std::chrono::seconds(static_cast<std::int64_t>(left))));
    }
    return line;
}

console::console(progress_style style)
    : style_(decide(style)), next_plain_(clock::now() + plain_every) {}

void console::clear() {
    if (drawn_) {
        fmt::print(stderr, "\r\x1b[K");
        drawn_ = false;
    }
}

void console::draw(const std::string& line, bool last) {
    if (style_ == progress_style::bar) {
        fmt::print(stderr, "\r{}\x1b[K", line.substr(0, terminal_width() - 1));
        std::fflush(stderr);
        drawn_ = true;
        return;
    }
    const auto now = clock::now();
    if (style_ == progress_style::plain && (last || now >= next_plain_)) {
        next_plain_ = now + plain_every;
        say(line);
    }
}

void console::asking(const std::string& base_url) {
    if (style_ != progress_style::none) {
        say(fmt::format("Asking {} for the organisation and its note types ...", base_url));
    }
}

void console::looking_up(std::size_t done, std::size_t of, std::size_t unknown) {
    const bool last = done == of;
    if (!last) {
        draw(fmt::format("Looking up contacts: {} of {}", with_thousands(done), with_thousands(of)),
             false);
    } else if (style_ != progress_style::none) {
        clear();
        say(fmt::format("Looked up {} contacts: {} {} not known to the server", with_thousands(of),
                        with_thousands(unknown), unknown == 1 ? "is" : "are"));
    }
}

void console::started(const run::import_start& s) {
    clear();
    say(fmt::format("Importing {}{} into \"{}\" at {} (time zone {})", list_of(s.inputs),
                    s.bytes ? fmt::format(" ({})", bytes_text(*s.bytes)) : "",
                    printable(s.organization), s.base_url, printable(s.time_zone)));
    say("Every note that is created fires this organisation's contactNoteCreate webhooks.");
    if (!s.unused_columns.empty()) {
        say(fmt::format("Columns that no field takes: {}", list_of(s.unused_columns)));
    }
    say(fmt::format("Run folder: {}", s.folder));
}

void console::progress(const run::import_progress& p) {
    auto line = progress_line(p);
    if (!waiting_.empty()) {
        line += "  (" + waiting_ + ")";
    }
    draw(line, p.last);
}

void console::told(const ledger::log_event& e) {
    if (e.what == "going_on") {
        waiting_.clear();
    } else if (e.what == "paused") {
        waiting_ = e.why == "quota" ? "waiting for the quota" : "the server is failing; probing it";
    }
    if (style_ == progress_style::none) {
        return;
    }
    clear();
    const auto what = e.what == "going_on" ? std::string("Going on")
                      : e.what == "paused" ? "Paused: " + printable(e.detail, 300)
                                           : e.what + ": " + printable(e.detail, 300);
    say(what);
}

void console::stopping(std::chrono::milliseconds grace) {
    clear();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(grace);
    say(fmt::format("Stopping: requests in flight get up to {}; once more to leave at once",
                    duration_text(seconds)));
}

void console::quit(const std::string& folder) {
    clear();
    say(fmt::format("Left at once; the run folder {} tells what is known", folder));
    std::_Exit(static_cast<int>(cli::exit_code::interrupted));
}

int console::exit_code(const run::import_result& r) const {
    return static_cast<int>(code_of(r));
}

void console::checking(std::uint64_t rows) {
    draw(fmt::format("{} rows read", with_thousands(rows)), false);
}

} // namespace noteload::cli
