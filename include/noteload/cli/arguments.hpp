#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "noteload/cli/token.hpp"
#include "noteload/error.hpp"
#include "noteload/run/check.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/resume.hpp"
#include "noteload/run/undo.hpp"

namespace noteload::cli {

enum class progress_style : std::uint8_t { automatic, bar, plain, none };

/// What the user said about questions.
struct question_options {
    bool yes = false;      ///< the answer to all of them
    bool no_input = false; ///< what would be asked is an error
};

/// What else is done for those who do not watch.
struct reporting {
    progress_style progress = progress_style::automatic;
    bool json = false;        ///< the summary instead of the line with the result
    std::string metrics_file; ///< empty: none
    std::string on_finish;    ///< a shell's command; empty: none
};

/// `noteload import`
struct import_command {
    run::import_options options; ///< all but the token, which is read last
    token_places token;
    reporting report;
    question_options questions;
};

/// `noteload resume`
struct resume_command {
    run::resume_options options; ///< all but the token
    token_places token;
    reporting report;
};

/// `noteload check`, and `import --dry-run`
struct check_command {
    run::check_options options; ///< with `--online` all but the token, which is read last
    token_places token;
    progress_style progress = progress_style::automatic;
    bool json = false;
};

/// `noteload undo`
struct undo_command {
    run::undo_options options; ///< all but the token, which is read last
    token_places token;
    progress_style progress = progress_style::automatic;
    question_options questions;
    bool json = false;
    std::string typed; ///< the command line again: it goes on with an undo that was stopped
};

/// `noteload mapping`
struct mapping_command {
    std::string path;
    run::input_options reading;
    std::string output; ///< file; empty: standard output
};

/// `noteload report`
struct report_command {
    std::string folder;
};

/// `noteload login`
struct login_command {
    std::string base_url;
    std::string ca_file;
    std::string user; ///< empty: it is asked for
    question_options questions;
};

/// `--help` or `--version`: a text for standard output, and nothing else to do.
struct show_text {
    std::string text;
};

using command = std::variant<show_text, check_command, import_command, resume_command, undo_command,
                             mapping_command, report_command, login_command>;

/// The text of a config file, or why there is none.
using config_reader = std::function<result<std::string>(const std::string& path)>;
[[nodiscard]] result<std::string> read_config(const std::string& path);

/// The command line as a command, or what is wrong with it (`errc::usage`), with the nearest thing
/// that would be right. Reads no environment, and no file but the one that `--config` names.
[[nodiscard]] result<command> parse_arguments(const std::vector<std::string>& words,
                                              const config_reader& config = read_config);

/// For whoever mistyped `words`: the help of the command that they meant.
[[nodiscard]] std::string where_help_is(const std::vector<std::string>& words);

} // namespace noteload::cli
