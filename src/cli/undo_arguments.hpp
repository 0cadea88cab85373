#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "noteload/cli/arguments.hpp"

namespace noteload::cli {

/// The options of `noteload undo` as text. Empty: as the run had it.
struct undo_texts {
    std::string run_dir;
    std::string token_file;
    std::string ca_file;
    std::string organization;
    std::string concurrency;
    std::string rate;
    std::string timeout;
    std::string give_up_after;
    std::string grace;
    std::string progress = "auto";
    bool force = false;
    bool yes = false;
    bool json = false;
};

/// Adds the subcommand; `t` must outlive the parsing.
CLI::App* add_undo(CLI::App& to, undo_texts& t);

/// `words`: the command line.
[[nodiscard]] result<command> undo_of(const undo_texts& t, const std::vector<std::string>& words);

} // namespace noteload::cli
