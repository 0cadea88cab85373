#include "noteload/cli/closing.hpp"

#include "noteload/cli/problem_words.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <array>
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
    const auto took = std::chrono::round<std::chrono::seconds>(r.facts.ended - r.facts.started);
    const auto rows = with_thousands(r.summary.counts().read);
    switch (r.how) {
        case run::ending::finished:
            return fmt::format("Finished in {}: {} rows read", duration_text(took), rows);
        case run::ending::limited:
            return fmt::format("Stopped at --limit after {}: {} rows read", duration_text(took),
                               rows);
        case run::ending::max_errors:
            return fmt::format(
                "Stopped by --max-errors after {}: {} rows read. Mend what is "
                "wrong, or allow more",
                duration_text(took), rows);
        case run::ending::interrupted:
            return fmt::format("Stopped by a signal after {}: {} rows read", duration_text(took),
                               rows);
        case run::ending::failed:
            return fmt::format("Stopped after {}: {} rows read", duration_text(took), rows);
    }
    return {};
}

void add_counts(std::string& out, const run::import_result& r) {
    constexpr std::array<std::string_view, outcome_count> meanings = {
        "notes made on the server",   "found on the server",
        "imported by an earlier run", "cannot be a note; nothing was sent",
        "the server said no",         "sent, and nobody knows whether it was acted on",
        "certainly not acted on",
    };
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto n = r.summary.counts().of[i];
        if (n > 0 || i == 0) {
            line(out, "  {:<14} {:>11}  {}", to_word(static_cast<outcome>(i)), with_thousands(n),
                 meanings[i]);
        }
    }
}

void add_next_steps(std::string& out, const run::import_result& r) {
    line(out, "\nRun folder: {}", r.folder);
    std::string to_mend;
    std::string to_look_at;
    for (const auto& name : r.rejects) {
        auto& list = name.starts_with("in_doubt") ? to_look_at : to_mend;
        list += fmt::format("      {}/{}\n", r.folder, name);
    }
    if (!to_mend.empty()) {
        line(out,
             "Next: problems.csv there says what is wrong with each row. Mend and import again:");
        out += to_mend;
    }
    if (!to_look_at.empty()) {
        line(out,
             "Next: look these contacts up in Virtuous before anything of it is sent again, for\n"
             "      the notes may be there:");
        out += to_look_at;
    }
}

} // namespace

std::string closing_words(const run::import_result& r) {
    std::string out;
    line(out, "{}", headline(r));
    add_counts(out, r);
    out += problem_words(r.summary, r.facts.inputs);
    out += notice_words(r.noticed, r.facts.inputs);
    add_next_steps(out, r);
    return out;
}

} // namespace noteload::cli
