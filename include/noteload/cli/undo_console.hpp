#pragma once

#include <string>

#include "noteload/cli/console.hpp"
#include "noteload/run/undo.hpp"

namespace noteload::cli {

/// What a person sees of an undo, and is asked.
class undo_console final : public run::undo_observer {
public:
    /// `yes`: it was said on the command line.
    undo_console(progress_style style, bool yes) : screen_(style), yes_(yes) {}

    void asking_whose(const std::string& base_url) override;
    [[nodiscard]] run::consent confirm(const run::undo_plan& p) override;
    void undoing(const run::undo_progress& p) override;
    void told(const ledger::log_event& e) override { screen_.told(e); }
    void stopping(std::chrono::milliseconds grace) override { screen_.stopping(grace); }
    [[noreturn]] void quit(const std::string& folder) override;

    /// Takes the progress line away. Before anything else is printed.
    void clear() { screen_.clear(); }

private:
    console screen_;
    bool yes_;
};

} // namespace noteload::cli
