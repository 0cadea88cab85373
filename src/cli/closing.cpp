#include "noteload/cli/closing.hpp"

#include "noteload/cli/problem_words.hpp"
#include "noteload/cli/reject_words.hpp"
#include "noteload/report/met_words.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>

namespace noteload::cli {

namespace {

template <class... Args>
void line(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
    out += '\n';
}

std::string headline(const run::import_result& r) {
    const auto took = std::chrono::round<std::chrono::seconds>(r.took);
    const auto rows = counted(r.summary.counts().read, "row");
    switch (r.how) {
        case run::ending::finished:
            return fmt::format("Finished in {}: {} read", duration_text(took), rows);
        case run::ending::limited:
            return fmt::format("Stopped at --limit after {}: {} read", duration_text(took), rows);
        case run::ending::max_errors:
            return fmt::format(
                "Stopped by --max-errors after {}: {} read. Mend what is "
                "wrong, or allow more",
                duration_text(took), rows);
        case run::ending::interrupted:
            return fmt::format("Stopped as asked after {}: {} read", duration_text(took), rows);
        case run::ending::was_finished:
            return fmt::format("This run is finished, and there is nothing left to do: {} {} read",
                               rows, r.summary.counts().read == 1 ? "was" : "were");
        case run::ending::failed:
            return fmt::format("Stopped after {}: {} read", duration_text(took), rows);
    }
    return {};
}

void add_counts(std::string& out, const run::import_result& r) {
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto n = r.summary.counts().of[i];
        if (n > 0 || i == 0) {
            const auto o = static_cast<outcome>(i);
            line(out, "  {:<14} {:>11}  {}", to_word(o), with_thousands(n), report::meaning_of(o));
        }
    }
}

void add_untold(std::string& out, const run::import_result& r, std::size_t width) {
    const auto& u = r.untold;
    if (u.rows() == 0) {
        return;
    }
    std::string what = "they were not sent";
    if (u.not_attempted == 0) {
        what = "they may be on the server";
    } else if (u.in_doubt > 0) {
        what = fmt::format("{} of them may be on the server, the others were not sent",
                           with_thousands(u.in_doubt));
    }
    out += '\n';
    out += wrapped(fmt::format("No outcome of {} could be written to the log: {}.",
                               counted(u.rows(), "row"), what),
                   0, width);
}

void add_next_steps(std::string& out, const run::import_result& r) {
    line(out, "\nRun folder: {}", r.folder);
    out += rejects_to_mend(r.folder, r.rejects, r.reject_options);
    std::string to_look_at;
    for (const auto& name : r.rejects) {
        if (name.starts_with("in_doubt")) {
            to_look_at += fmt::format("      {}/{}\n", r.folder, name);
        }
    }
    if (!to_look_at.empty()) {
        line(out,
             "Next: resume asks the server about these rows again. What it cannot tell, a\n"
             "      person must look up in Virtuous, for the notes may be there:");
        out += to_look_at;
    }
}

} // namespace

bool is_resumable(const run::import_result& r) {
    const bool at_its_end = r.how == run::ending::finished || r.how == run::ending::was_finished;
    const auto& n = r.summary.counts();
    const bool is_open = n[outcome::in_doubt] + n[outcome::not_attempted] > 0;
    return !r.folder.empty() && (!at_its_end || is_open);
}

std::string how_to_resume(const std::string& folder, const std::string& token_file,
                          bool can_resume) {
    if (!can_resume) {
        return fmt::format(
            "This run read standard input and cannot be resumed; its folder {} says "
            "what became of each row\n",
            folder);
    }
    return fmt::format("Go on with: noteload resume {}{}\n", shell_path(folder),
                       token_file.empty() ? "" : " --token-file " + shell_path(token_file));
}

std::string result_line(const run::import_result& r, int exit_code) {
    const bool at_its_end = r.how == run::ending::finished || r.how == run::ending::was_finished;
    const auto& counts = r.summary.counts();
    auto out = fmt::format("{}: {}, {} read", printable(r.folder, 400),
                           at_its_end ? "finished" : "stopped", counts.read);
    for (std::size_t i = 0; i < outcome_count; ++i) {
        if (counts.of[i] > 0) {
            out += fmt::format(", {} {}", counts.of[i], to_word(static_cast<outcome>(i)));
        }
    }
    return out + fmt::format(", exit code {}", exit_code);
}

std::string closing_words(const run::import_result& r, std::size_t width) {
    std::string out;
    line(out, "{}", headline(r));
    const auto met = report::met_words(r.facts);
    for (std::string_view left = met; !left.empty();) {
        const auto sentence = left.substr(0, left.find('\n'));
        out += wrapped(sentence, 0, width);
        left.remove_prefix(sentence.size() + 1);
    }
    add_counts(out, r);
    add_untold(out, r, width);
    out += problem_words(r.summary, r.facts.inputs, width);
    out += notice_words(r.noticed, r.facts.inputs);
    add_next_steps(out, r);
    return out;
}

} // namespace noteload::cli
