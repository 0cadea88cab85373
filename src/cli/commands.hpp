#pragma once

#include <functional>
#include <string>
#include <vector>

#include "options.hpp"

// What was said to a command, made into that command, with what its options do to one another.

namespace noteload::cli {

/// A command line that was taken apart.
struct said_words {
    std::vector<std::string> files; ///< what is no option
    std::vector<said_option> options;

    /// An option as it was said last; null: nobody said it.
    [[nodiscard]] const said_option* find(std::string_view name) const noexcept;
};

[[nodiscard]] result<command> check_of(const said_words& said);
[[nodiscard]] result<command> import_of(const said_words& said);
[[nodiscard]] result<command> resume_of(const said_words& said);
/// `words`: the command line, which goes on with an undo that was stopped.
[[nodiscard]] result<command> undo_of(const said_words& said,
                                      const std::vector<std::string>& words);
[[nodiscard]] result<command> mapping_of(const said_words& said);
[[nodiscard]] result<command> report_of(const said_words& said);
[[nodiscard]] result<command> login_of(const said_words& said);

} // namespace noteload::cli
