#include "noteload/cli/undo_console.hpp"

#include "noteload/cli/confirm.hpp"
#include "noteload/cli/message.hpp"
#include "noteload/cli/undo_words.hpp"
#include "noteload/shell_word.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace noteload::cli {

void undo_console::asking_whose(const std::string& base_url) {
    screen_.say(fmt::format("Asking {} for the organisation ...", base_url));
}

run::consent undo_console::confirm(const run::undo_plan& p) {
    write_message(plan_words(p));
    return yes_ ? run::consent::yes : ask("Type yes to go on:");
}

void undo_console::quit(const std::string& folder) {
    screen_.leave_at_once(
        "notes whose requests were in flight may be gone or not; undo looks again",
        fmt::format("Go on with: noteload undo {}\n", shell_path(folder)));
}

void undo_console::undoing(const run::undo_progress& p) {
    screen_.show(undo_line(p), p.last);
}

} // namespace noteload::cli
