#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/cli/arguments.hpp"

// Every option of the program, each defined once: what the command line, the help and a command's
// values are made from.

namespace noteload::cli {

/// The commands that have options. A set of them is these added up.
enum command_bit : unsigned {
    for_check = 1,
    for_import = 2,
    for_resume = 4,
    for_undo = 8,
    for_mapping = 16,
    for_login = 32,
    for_report = 64,
};

/// What the options said, as values.
struct settings {
    run::import_options run;
    std::uint64_t preview = 0; ///< requests that a dry run shows
    std::string output;
    std::string user;
    reporting report;
    bool dry_run = false;
    bool online = false;
    bool refused = false;
    bool force = false;
    bool looked_up = false;
    question_options questions;
};

/// Puts a value into `into`. Null, or what is expected instead of such a text; then `into` is as it
/// was. A flag's text is `true` or `false`.
using option_reader = const char* (*)(std::string_view text, settings& into);

/// More about an option; these add up.
enum option_trait : unsigned {
    of_the_run = 1, ///< `resume` and `undo` keep the run's own unless it is said anew
    is_path = 2,    ///< a file or folder: in a config file, looked for beside that
    is_sign = 4,    ///< its value may be a blank
};

/// Where the help shows it.
enum class option_group : std::uint8_t { reading, rows, server, pace, trouble, run, output };
[[nodiscard]] const char* title_of(option_group g) noexcept;

struct option_definition {
    std::string_view name; ///< with its dashes
    unsigned commands;     ///< that have it
    option_group group;
    const char* value;    ///< what the help calls its value; null: a flag
    const char* standard; ///< the value when nothing is said; null: none
    const char* help;
    option_reader read;
    unsigned traits = 0;
};

/// The one option that a config file cannot say.
inline constexpr std::string_view config_option = "--config";

/// The tables that `all_options` joins, each in a file of its own.
[[nodiscard]] std::span<const option_definition> reading_options() noexcept;
[[nodiscard]] std::span<const option_definition> sending_options() noexcept;
[[nodiscard]] std::span<const option_definition> running_options() noexcept;

/// In the order of the help.
[[nodiscard]] std::vector<const option_definition*> all_options();

/// An option that somebody gave a value.
struct said_option {
    const option_definition* what;
    std::string text;
    std::string place; ///< `nightly.toml:3`; empty: the command line
};

/// What was said, read into `into`, or what is wrong with it. No option takes an empty value.
[[nodiscard]] std::optional<failure> take(const said_option& said, settings& into);
/// The same for all, up to the first wrong one.
[[nodiscard]] std::optional<failure> take(std::span<const said_option> said, settings& into);

/// The values that the options of a command have when nothing is said.
[[nodiscard]] settings standard_settings(command_bit of);

/// A value that is not what is expected, in words.
[[nodiscard]] failure bad(const said_option& said, std::string_view expected);

/// Readers that the tables share.
template <auto Field>
const char* take_text(std::string_view text, settings& into) {
    into.run.*Field = text;
    return nullptr;
}
template <auto Field>
const char* take_flag(std::string_view text, settings& into) {
    if constexpr (requires { into.*Field; }) {
        into.*Field = text == "true";
    } else {
        into.run.*Field = text == "true";
    }
    return nullptr;
}
/// Puts what was read where it belongs; nothing was: says what is expected.
template <class Read, class To>
const char* put(Read&& value, To& to, const char* expected) {
    if (!value) {
        return expected;
    }
    to = std::move(*value);
    return nullptr;
}
inline constexpr const char* whole_number = "a whole number from 0 is expected";

} // namespace noteload::cli
