#include "noteload/cli/console.hpp"

#include "noteload/cli/closing.hpp"
#include "noteload/cli/confirm.hpp"
#include "noteload/cli/message.hpp"
#include "noteload/cli/problem_words.hpp"
#include "noteload/cli/state_folder.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace noteload::cli {

namespace {

constexpr auto plain_every = std::chrono::seconds(5);

void print_line(const std::string& line) {
    write_message(line + "\n");
}

progress_style decide(progress_style style) {
    if (style != progress_style::automatic) {
        return style;
    }
    // A bar is drawn over and over by sequences that a terminal without a name may not know.
    const char* terminal = std::getenv("TERM");
    const bool is_known =
        terminal != nullptr && *terminal != '\0' && std::string_view(terminal) != "dumb";
    return is_known && ::isatty(STDERR_FILENO) != 0 ? progress_style::bar : progress_style::plain;
}

/// By the bytes that this process has worked off; nothing as long as that tells little.
std::optional<std::chrono::seconds> time_left(const run::import_progress& p) {
    const auto elapsed = std::chrono::duration<double>(p.elapsed).count();
    if (!p.bytes || p.bytes_done <= p.bytes_before || p.bytes_done > *p.bytes || elapsed <= 2 ||
        p.rows.settled() == p.settled_before || p.last) {
        return std::nullopt;
    }
    const auto left = elapsed * static_cast<double>(*p.bytes - p.bytes_done) /
                      static_cast<double>(p.bytes_done - p.bytes_before);
    return std::chrono::seconds(static_cast<std::int64_t>(left));
}

} // namespace

std::string progress_line(const run::import_progress& p) {
    const auto elapsed = std::chrono::duration<double>(p.elapsed).count();
    const auto settled = p.rows.settled();
    std::string line;
    if (p.bytes && *p.bytes > 0) {
        line += fmt::format("{:3}%  ", p.bytes_done * 100 / *p.bytes);
    }
    line += counted(settled, "row");
    // What a narrow terminal cuts off comes last.
    if (elapsed > 0) {
        const auto rate = static_cast<double>(settled - p.settled_before) / elapsed;
        line += rate < 10 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {:.0f}/s", rate);
    }
    if (const auto left = time_left(p)) {
        line += fmt::format("  {} left", duration_text(*left));
    }
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto o = static_cast<outcome>(i);
        if (p.rows[o] > 0) {
            line += fmt::format("  {} {}", to_word(o), with_thousands(p.rows[o]));
        }
    }
    line += fmt::format("  {} in flight", p.in_flight);
    if (p.in_doubt > 0) {
        line += fmt::format("  {} asked about", with_thousands(p.in_doubt));
    }
    return line;
}

console::console(progress_style style, std::string token_file, question_options questions)
    : style_(decide(style)),
      token_file_(std::move(token_file)),
      questions_(questions),
      next_plain_(clock::now() + plain_every) {}

void console::clear() {
    if (drawn_) {
        write_message("\r\x1b[K");
        drawn_ = false;
    }
}

void console::draw(const std::string& line, bool last) {
    if (style_ == progress_style::bar) {
        write_message("\r" + line.substr(0, terminal_width(STDERR_FILENO) - 1) + "\x1b[K");
        drawn_ = true;
        return;
    }
    const auto now = clock::now();
    if (style_ == progress_style::plain && (last || now >= next_plain_)) {
        next_plain_ = now + plain_every;
        print_line(line);
    }
}

void console::say(const std::string& line) const {
    if (style_ != progress_style::none) {
        print_line(line);
    }
}

void console::asking(const std::string& base_url) {
    say(fmt::format("Asking {} for the organisation and its note types ...", base_url));
}

result<run::consent> console::confirm(const std::string& organization,
                                      const std::string& base_url) {
    const confirmed_organizations known(state_folder());
    if (questions_.yes || known.holds(base_url, organization)) {
        return run::consent::yes;
    }
    if (questions_.no_input) {
        return failure{
            errc::usage,
            fmt::format("the token's organisation is \"{}\", which nobody has confirmed, "
                        "and --no-input asks nobody: name it with --organization, or "
                        "say --yes. Nothing was sent",
                        printable(organization))};
    }
    if (!can_ask()) {
        return run::consent::yes;
    }
    clear();
    const auto said = ask(fmt::format(
        "The notes go into \"{}\" at {}.\nType yes to go on:", printable(organization), base_url));
    if (said == run::consent::yes) {
        known.add(base_url, organization);
    }
    return said;
}

void console::looking_up(std::size_t done, std::size_t of, std::size_t unknown) {
    const bool last = done == of;
    if (!last) {
        draw(fmt::format("Looking up contacts: {} of {}", with_thousands(done), with_thousands(of)),
             false);
    } else if (style_ != progress_style::none) {
        clear();
        say(fmt::format("Looked up {}: {} {} not known to the server", counted(of, "contact"),
                        with_thousands(unknown), unknown == 1 ? "is" : "are"));
    }
}

void console::started(const run::import_start& s) {
    clear();
    print_line(fmt::format("Importing {}{}", list_of(s.inputs),
                           s.bytes ? fmt::format(" ({})", bytes_text(*s.bytes)) : ""));
    print_line(fmt::format("into \"{}\" (time zone {}) at {}", printable(s.organization),
                           printable(s.time_zone), s.base_url));
    for (std::size_t i = 0; i < s.facts.size(); ++i) {
        print_line(fmt::format("{} is read as {}", printable(s.inputs[i], 200),
                               source::to_words(s.facts[i])));
    }
    print_line("Every note that is created fires this organisation's contactNoteCreate webhooks.");
    if (!s.unused_columns.empty()) {
        print_line(fmt::format("Columns that no field takes: {}", list_of(s.unused_columns)));
    }
    print_line(fmt::format("Run folder: {}", s.folder));
    can_resume_ = s.can_resume;
    if (!can_resume_) {
        print_line(
            "Standard input cannot be read again, so this run could not be resumed; --spool "
            "keeps a copy.");
    }
}

void console::progress(const run::import_progress& p) {
    show(progress_line(p), p.last);
}

void console::show(std::string line, bool last) {
    if (!waiting_.empty()) {
        line.insert(0, waiting_ + ": ");
    }
    draw(line, last);
}

void console::told(const ledger::log_event& e) {
    if (e.what == "going_on") {
        waiting_.clear();
    } else if (e.what == "paused") {
        waiting_ = e.why == "quota" ? "waiting for quota" : "the server fails";
    }
    clear();
    const auto what = e.what == "going_on"
                          ? "Going on" + (e.detail.empty() ? "" : ": " + printable(e.detail, 300))
                      : e.what == "resumed" ? "Resumed: " + e.detail
                      : e.what == "token_replaced"
                          ? "Going on with another token: " + printable(e.detail, 300)
                      : e.what == "cut_off" ? "Cut off: " + printable(e.detail, 300)
                      : e.what == "paused"  ? "Paused: " + printable(e.detail, 300)
                                            : e.what + ": " + printable(e.detail, 300);
    say(what);
}

void console::stopping(std::chrono::milliseconds grace) {
    clear();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(grace);
    waiting_ = "stopping";
    print_line(fmt::format("Stopping: requests in flight get up to {}; once more to leave at once",
                           duration_text(seconds)));
}

void console::quit(const std::string& folder) {
    leave_at_once("rows that were in flight are in doubt until the run is resumed",
                  resuming(folder));
}

void console::leave_at_once(std::string_view what_is_left, std::string_view go_on_with) {
    clear();
    print_line(fmt::format("Left at once: {}", what_is_left));
    write_message(std::string(go_on_with));
    std::_Exit(static_cast<int>(cli::exit_code::interrupted));
}

int console::exit_code(const run::import_result& r) const {
    return static_cast<int>(code_of(r));
}

std::string console::resuming(const std::string& folder) const {
    return how_to_resume(folder, token_file_, can_resume_);
}

void console::checking(std::uint64_t rows) {
    draw(counted(rows, "row") + " read", false);
}

} // namespace noteload::cli
