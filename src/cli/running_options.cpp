// Options that say what a run is like, what is left of it, and what is shown.

#include "noteload/cli/values.hpp"
#include "options.hpp"

#include <algorithm>
#include <iterator>

namespace noteload::cli {

namespace {

using run::import_options;

const char* take_stop_at(std::string_view text, settings& into) {
    return put(read_stop_time(text), into.run.stop_at,
               "a time of day is expected, such as 06:00, or a time from now, such as 8h");
}

const char* take_progress(std::string_view text, settings& into) {
    constexpr std::string_view words[] = {"auto", "bar", "plain", "none"};
    const auto* found = std::find(std::begin(words), std::end(words), text);
    if (found == std::end(words)) {
        return "auto, bar, plain or none is expected";
    }
    into.report.progress = static_cast<progress_style>(found - std::begin(words));
    return nullptr;
}

constexpr auto run_group = option_group::run;
constexpr auto output = option_group::output;
constexpr unsigned all = for_check | for_import | for_resume | for_undo;

constexpr option_definition table[] = {
    {config_option, all | for_mapping | for_login, run_group, "FILE", nullptr,
     "options from a TOML file, such as concurrency = 4; those of the command line win",
     [](auto text, auto&) { return text.empty() ? "a file is expected" : nullptr; }},
    {"--run-dir", for_check | for_import, run_group, "DIR", nullptr,
     "the run's folder, instead of a new one", take_text<&import_options::run_dir>, is_path},
    {"--stop-at", for_import | for_resume, run_group, "TIME", nullptr,
     "end by itself, to be resumed: 06:00, or 8h from now", take_stop_at},
    {"--spool", for_import, run_group, nullptr, nullptr,
     "copy standard input into the run folder first, so that the run can be resumed",
     take_flag<&import_options::spool>},
    {"--responses", for_import, run_group, nullptr, nullptr,
     "keep the server's answers in responses.jsonl (donors' data!)",
     take_flag<&import_options::responses>},
    {"--dry-run", for_import, run_group, nullptr, nullptr,
     "the same as `noteload check`: send nothing", take_flag<&settings::dry_run>},
    {"--online", for_check, run_group, nullptr, nullptr,
     "ask the server, too, by reads alone: token, organisation, note types, contacts, quota",
     take_flag<&settings::online>},
    {"--force", for_undo, run_group, nullptr, nullptr,
     "delete notes that somebody changed since, too", take_flag<&settings::force>},
    {"--looked-up", for_undo, run_group, nullptr, nullptr,
     "the notes of rows in doubt were looked for in Virtuous, and are gone",
     take_flag<&settings::looked_up>},
    {"--yes", for_import | for_undo, run_group, nullptr, nullptr,
     "do not ask whether this is the organisation, or before deleting",
     [](auto text, auto& into) {
         into.questions.yes = text == "true";
         return static_cast<const char*>(nullptr);
     }},
    {"--no-input", for_import | for_resume | for_undo | for_login, run_group, nullptr, nullptr,
     "ask nothing: what would be asked is an error",
     [](auto text, auto& into) {
         into.questions.no_input = text == "true";
         return static_cast<const char*>(nullptr);
     }},
    {"--output", for_mapping, output, "FILE", nullptr,
     "write there, into a new file, not to standard output",
     [](auto text, auto& into) {
         into.output = text;
         return static_cast<const char*>(nullptr);
     },
     is_path},
    {"--preview", for_check | for_import, output, "N", nullptr,
     "show the first N requests as they would be sent",
     [](auto text, auto& into) { return put(read_count(text), into.preview, whole_number); }},
    {"--progress", all, output, "WORD", "auto", "auto, bar, plain or none", take_progress},
    {"--json", all, output, nullptr, nullptr, "the summary as JSON on standard output",
     [](auto text, auto& into) {
         into.report.json = text == "true";
         return static_cast<const char*>(nullptr);
     }},
    {"--metrics-file", for_import | for_resume, output, "FILE", nullptr,
     "how the run goes, for Prometheus' node exporter: a .prom file in its textfile folder",
     [](auto text, auto& into) {
         into.report.metrics_file = text;
         return static_cast<const char*>(nullptr);
     },
     is_path},
    {"--on-finish", for_import | for_resume, output, "COMMAND", nullptr,
     "a shell's command to run at the end, with NOTELOAD_EXIT_CODE and more in its environment",
     [](auto text, auto& into) {
         into.report.on_finish = text;
         return static_cast<const char*>(nullptr);
     }},
};

} // namespace

std::span<const option_definition> running_options() noexcept {
    return table;
}

} // namespace noteload::cli
