#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "noteload/cli/arguments.hpp"
#include "noteload/cli/exit_code.hpp"
#include "noteload/run/import.hpp"

namespace noteload::cli {

/// What a person sees of a run while it goes on: on a terminal a line that is drawn again, else a
/// plain line every few seconds. All of it on standard error.
class console final : public run::import_observer {
public:
    /// `token_file`: as the user named it, for the command that resumes; may be empty.
    explicit console(progress_style style, std::string token_file = {},
                     question_options questions = {});

    void asking(const std::string& base_url) override;
    [[nodiscard]] result<run::consent> confirm(const std::string& organization,
                                               const std::string& base_url) override;
    void looking_up(std::size_t done, std::size_t of, std::size_t unknown) override;
    void started(const run::import_start& s) override;
    void progress(const run::import_progress& p) override;
    void told(const ledger::log_event& e) override;
    void stopping(std::chrono::milliseconds grace) override;
    [[noreturn]] void quit(const std::string& folder) override;
    [[nodiscard]] int exit_code(const run::import_result& r) const override;

    /// The last words of a program that does not wait; then its end.
    [[noreturn]] void leave_at_once(std::string_view what_is_left, std::string_view go_on_with);

    /// The last line to print for a run that can go on.
    [[nodiscard]] std::string resuming(const std::string& folder) const;

    /// Rows read so far by a check.
    void checking(std::uint64_t rows);

    /// A line of progress, with what is waited for now; `last`: nothing comes after it.
    void show(std::string line, bool last);
    /// A line of its own, unless there is to be no progress.
    void say(const std::string& line) const;
    /// Takes the progress line away. Before anything else is printed.
    void clear();

private:
    using clock = std::chrono::steady_clock;

    void draw(const std::string& line, bool last);

    progress_style style_;
    std::string token_file_;
    question_options questions_;
    bool can_resume_ = true; // standard input cannot be
    bool drawn_ = false;
    clock::time_point next_plain_;
    std::string waiting_; // for what the run waits now; empty: nothing
};

/// ` 42%  12,345 rows  523/s  3 min left  created 12,300  invalid 45  8 in flight`
[[nodiscard]] std::string progress_line(const run::import_progress& p);

} // namespace noteload::cli
