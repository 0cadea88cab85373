#include "noteload/cli/undo_words.hpp"

#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace noteload::cli {

namespace json = boost::json;

namespace {

template <class... Args>
void line(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
    out += '\n';
}

std::string headline(const run::undo_result& r) {
    const auto took = duration_text(std::chrono::round<std::chrono::seconds>(r.ended - r.started));
    switch (r.how) {
        case run::ending::finished:
            return fmt::format("Finished in {}", took);
        case run::ending::interrupted:
            return fmt::format("Stopped by a signal after {}", took);
        default:
            return fmt::format("Stopped after {}", took);
    }
}

void add_counts(std::string& out, const undo_counts& counts) {
    constexpr std::array<std::string_view, undo_outcome_count> meanings = {
        "deleted",
        "not there any more",
        "changed since the import: still there",
        "the server does not delete them",
        "their turn did not come",
    };
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        const auto n = counts.of[i];
        if (n > 0 || i == 0) {
            line(out, "  {:<14} {:>11}  {}", to_word(static_cast<undo_outcome>(i)),
                 with_thousands(n), meanings[i]);
        }
    }
}

void add_still_there(std::string& out, const run::undo_result& r) {
    if (r.still_there.empty()) {
        return;
    }
    line(out, "\nStill there:");
    for (const auto& n : r.still_there) {
        line(out, "  note {}{} (row {}): {}: {}", n.note.note_id,
             n.contact_id == 0 ? "" : fmt::format(" of contact {}", n.contact_id), n.note.row,
             to_word(n.why->why), printable(n.why->detail, 160));
    }
    const auto all = r.counts[undo_outcome::kept] + r.counts[undo_outcome::refused];
    if (all > r.still_there.size()) {
        line(out, "  ... and {} more", with_thousands(all - r.still_there.size()));
    }
    line(out, "All of them: {}/kept.csv", r.plan.folder);
    if (r.counts[undo_outcome::kept] > 0) {
        line(out, "Look at them first: --force deletes them with what was changed.");
    }
}

/// `106 to 121, 130`
std::string row_words(const std::vector<run::row_range>& rows) {
    constexpr std::size_t most = 8;
    std::string out;
    for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
        out += fmt::format("{}{}", i == 0 ? "" : ", ", with_thousands(rows[i].first));
        if (rows[i].last > rows[i].first) {
            out += fmt::format(" to {}", with_thousands(rows[i].last));
        }
    }
    return out + (rows.size() > most ? " and others" : "");
}

std::string doubt_words(const run::undo_plan& p) {
    return fmt::format("{} of the run {} in doubt: {} may have notes that undo does not know.",
                       counted(p.in_doubt, "row"), p.in_doubt == 1 ? "is" : "are",
                       p.in_doubt == 1 ? "it" : "they");
}

/// What is left to a person where undo may not know all notes.
void add_doubts(std::string& out, const run::undo_result& r) {
    const auto& p = r.plan;
    if (p.in_doubt > 0 && p.looked_up) {
        line(out, "\n{} in doubt {} no notes any more, as you say.", counted(p.in_doubt, "row"),
             p.in_doubt == 1 ? "has" : "have");
    }
    if (!p.is_unsure()) {
        return;
    }
    line(out, "\n{}", doubt_words(p));
    if (!r.begun && !p.undone) {
        line(out, "To settle them:\n    noteload resume {}", shell_path(p.folder));
        return;
    }
    line(out, "Look in Virtuous for the notes of row{} {}, and delete those that are there.",
         p.in_doubt == 1 ? "" : "s", row_words(p.doubtful));
    line(out,
         "Then say so, and an import with --key sends these rows again:\n"
         "    noteload undo {} --looked-up",
         shell_path(p.folder));
}

} // namespace

std::string plan_words(const run::undo_plan& p) {
    std::string out;
    line(out, "Undoing {} deletes {} of \"{}\" at {}, for good.", printable(p.run, 200),
         counted(p.left(), "note"), printable(p.organization), p.base_url);
    if (p.gone > 0) {
        line(out, "{} of that run are gone already.", counted(p.gone, "note"));
    }
    line(out, "{}",
         p.force ? "Notes that somebody changed since are deleted, too."
                 : "Notes that somebody changed since are kept. It takes two requests a note.");
    if (p.is_unsure()) {
        line(out, "{}", doubt_words(p));
    } else if (p.in_doubt > 0) {
        line(out, "{} in doubt {} said to have no notes any more.", counted(p.in_doubt, "row"),
             p.in_doubt == 1 ? "is" : "are");
    }
    if (!p.undone && (p.is_unsure() || !p.finished)) {
        line(out, "{}A run that was undone cannot be resumed. To {} first:\n    noteload resume {}",
             p.finished ? "" : "The run did not reach its end. ",
             p.is_unsure() ? "settle them" : "finish it", shell_path(p.folder));
    }
    return out;
}

std::string undo_line(const run::undo_progress& p) {
    const auto elapsed = std::chrono::duration<double>(p.elapsed).count();
    const auto settled = p.counts.settled();
    const auto here = static_cast<double>(settled - p.before);
    std::string out;
    if (p.counts.notes > 0) {
        out += fmt::format("{:3}%  ", settled * 100 / p.counts.notes);
    }
    out += fmt::format("{} of {}", with_thousands(settled), counted(p.counts.notes, "note"));
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        if (p.counts.of[i] > 0) {
            out += fmt::format("  {} {}", to_word(static_cast<undo_outcome>(i)),
                               with_thousands(p.counts.of[i]));
        }
    }
    if (elapsed > 0) {
        const auto rate = here / elapsed;
        out += rate < 10 ? fmt::format("  {:.1f}/s", rate) : fmt::format("  {:.0f}/s", rate);
    }
    out += fmt::format("  {} in flight", p.in_flight);
    if (here > 0 && elapsed > 2) {
        const auto left = elapsed * static_cast<double>(p.counts.notes - settled) / here;
        out += fmt::format("  {} left",
                           duration_text(std::chrono::seconds(static_cast<std::int64_t>(left))));
    }
    return out;
}

std::string undo_words(const run::undo_result& r, const std::string& command) {
    std::string out;
    if (!r.begun) {
        if (r.how == run::ending::interrupted) {
            line(out, "Stopped by a signal: nothing was undone");
        } else if (r.how == run::ending::finished && r.counts.notes == 0) {
            line(out, "The run {} made no notes: there is nothing to undo",
                 printable(r.plan.run, 200));
        } else if (r.how == run::ending::finished) {
            line(out, "All {} of the run {} are gone already: there is nothing left to undo",
                 counted(r.counts.notes, "note"), printable(r.plan.run, 200));
        }
        if (r.how == run::ending::finished) {
            add_doubts(out, r);
        }
        return out;
    }
    line(out, "{}: {}", headline(r), counted(r.counts.notes, "note"));
    add_counts(out, r.counts);
    add_still_there(out, r);
    add_doubts(out, r);
    if (r.counts[undo_outcome::not_attempted] > 0) {
        line(out, "\nTo go on:\n    {}", command);
    }
    return out;
}

std::string undo_json(const run::undo_result& r, int exit_code) {
    json::object counts{{"notes", r.counts.notes}};
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        counts[to_word(static_cast<undo_outcome>(i))] = r.counts.of[i];
    }
    json::array still_there;
    for (const auto& n : r.still_there) {
        json::object one{{"note_id", n.note.note_id}, {"row", n.note.row}};
        if (n.contact_id != 0) {
            one["contact_id"] = n.contact_id;
        }
        one["outcome"] = to_word(n.what);
        one["reason"] = to_word(n.why->why);
        one["detail"] = n.why->detail;
        still_there.push_back(std::move(one));
    }
    const json::object out{
        {"run", r.plan.run},
        {"folder", r.plan.folder},
        {"organization", r.plan.organization},
        {"base_url", r.plan.base_url},
        {"started", utc_text(r.started)},
        {"ended", utc_text(r.ended)},
        {"finished", r.how == run::ending::finished},
        {"exit_code", exit_code},
        {"stopped_by", r.why ? r.why->message : ""},
        {"counts", std::move(counts)},
        {"in_doubt", r.plan.is_unsure() ? r.plan.in_doubt : 0},
        {"still_there", std::move(still_there)},
    };
    return json::serialize(out) + '\n';
}

std::string command_line(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) {
        out += out.empty() ? "" : " ";
        out += shell_word(word);
    }
    return out;
}

} // namespace noteload::cli
