#include "noteload/cli/closing.hpp"

#include "noteload/cli/problem_words.hpp"
#include "noteload/cli/reject_words.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace noteload::cli {

namespace {

using std::chrono::system_clock;

// The vendor's pages name both; which one holds is read from the server's headers.
constexpr std::int64_t hourly_quotas[] = {1'500, 5'000};
constexpr std::size_t most_types = 12;
constexpr std::size_t most_contacts = 10;

template <class... Args>
void line(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
    out += '\n';
}

/// `2026-11-26 06:03 UTC`
std::string minute_text(system_clock::time_point t) {
    auto text = utc_text(t).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string values_text(const std::vector<run::counted_value>& values, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < values.size() && i < most; ++i) {
        out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", printable(values[i].value, 60),
                           with_thousands(values[i].rows));
    }
    return values.size() > most ? fmt::format("{}, and {} more", out, values.size() - most) : out;
}

void add_inputs(std::string& out, const run::check_result& r) {
    for (std::size_t i = 0; i < r.inputs.size(); ++i) {
        line(out, "Checked {}: {}", printable(r.inputs[i], 200), source::to_words(r.facts[i]));
    }
    if (!r.notes.used_columns.empty()) {
        line(out, "Columns that are read: {}", list_of(r.notes.used_columns));
    }
    if (!r.notes.missing_columns.empty() && r.summary.counts().read > 0) {
        line(out, "Columns that could be read, and are not there: {}",
             list_of(r.notes.missing_columns));
    }
    if (!r.unused_columns.empty()) {
        line(out, "Columns that no field takes: {}", list_of(r.unused_columns));
    }
}

void add_counts(std::string& out, const run::check_result& r) {
    const auto& n = r.summary.counts();
    line(out, "\n  {:>11}  {} read\n  {:>11}  would be sent\n  {:>11}  invalid",
         with_thousands(n.read), n.read == 1 ? "row" : "rows", with_thousands(r.to_send),
         with_thousands(n[outcome::invalid]));
    if (n[outcome::skipped] > 0) {
        line(out, "  {:>11}  imported by an earlier run", with_thousands(n[outcome::skipped]));
    }
}

/// Contacts that rows were refused for: each once.
void add_unknown_contacts(std::string& out, const run::check_result& r) {
    if (r.notes.unknown.empty()) {
        return;
    }
    line(out, "\nUnknown contacts, with their rows: {}",
         values_text(r.notes.unknown, most_contacts));
    if (r.notes.more_unknown > 0) {
        line(out, "  and further ones, of {}", counted(r.notes.more_unknown, "row"));
    }
}

void add_repeated(std::string& out, const run::check_result& r) {
    const auto& f = r.notes;
    if (f.repeated > 0) {
        line(out, "  {} the same note as an earlier row: {}",
             counted(f.repeated, "row") + (f.repeated == 1 ? " makes" : " make"),
             places(f.repeated_first, f.repeated, r.inputs));
    }
    if (f.remembered > 0) {
        line(out, "  (only the first {} were remembered to be compared with)",
             counted(f.remembered, "different note"));
    }
}

void add_notes(std::string& out, const run::check_result& r) {
    const auto& f = r.notes;
    line(out, "\nThe notes:");
    line(out, "  types: {}{}", values_text(f.types, most_types),
         f.other_types == 0 ? "" : fmt::format(", and others ({})", with_thousands(f.other_types)));
    if (!f.first_date.text.empty()) {
        line(out, "  dates: {} ({}) to {} ({})", f.first_date.text,
             places({f.first_date.at}, 1, r.inputs), f.last_date.text,
             places({f.last_date.at}, 1, r.inputs));
    }
    if (f.without_date > 0) {
        line(out, "  without a date: {}", counted(f.without_date, "row"));
    }
    line(out, "  contacts: {}{}", f.contacts_are_more ? "more than " : "",
         with_thousands(f.contacts));
    line(out, "  longest: {} ({})", counted(f.longest, "character"),
         places({f.longest_at}, 1, r.inputs));
    add_repeated(out, r);
}

void add_time(std::string& out, std::string_view with, std::chrono::seconds takes,
              system_clock::time_point now) {
    line(out, "  {}: {}, until {}", with, duration_text(takes), minute_text(now + takes));
}

void add_plan(std::string& out, const run::check_result& r, system_clock::time_point now) {
    const auto& p = r.plan;
    line(out, "\nThe job: {} with {} of JSON, the longest {}.", counted(p.requests(), "request"),
         bytes_text(r.body_bytes), bytes_text(r.longest_body));
    line(out, "  {} to begin, {}{}", p.looks,
         p.look_ups == 0 ? "" : counted(p.look_ups, "look-up") + " of contacts, ",
         counted(p.notes, "note"));
    const auto kept = p.reserve.is_percent ? fmt::format("{}%", p.reserve.amount)
                                           : with_thousands(p.reserve.amount);
    if (const auto takes = p.from_now()) {
        line(out, "  The server allows {} a window; {} {} left now, and in {} all are again.",
             counted(static_cast<std::uint64_t>(p.quota->limit), "request"),
             with_thousands(static_cast<std::uint64_t>(p.quota->remaining)),
             p.quota->remaining == 1 ? "is" : "are", duration_text(p.quota->until_reset));
        add_time(out, fmt::format("begun now, with {} of them kept for others", kept), *takes, now);
        return;
    }
    for (const auto quota : hourly_quotas) {
        add_time(out,
                 fmt::format("at {} requests an hour, {} of them kept for others",
                             with_thousands(static_cast<std::uint64_t>(quota)), kept),
                 p.at_hourly(quota), now);
    }
}

void add_server(std::string& out, const run::check_result& r) {
    if (r.server) {
        line(out,
             "\nAsked of the server: the organisation {} ({}), its {}, {}.\n"
             "Nothing was sent.",
             printable(r.server->organization), printable(r.server->time_zone),
             counted(r.server->types, "note type"), counted(r.server->contacts, "contact"));
        return;
    }
    line(out,
         "\nNot looked at without the server (--online asks it): note types, contacts, the\n"
         "organisation's time zone, the quota.");
    if (!r.not_looked_up.empty()) {
        line(out, "Contacts by {} are known to the server alone: none was looked up.",
             printable(r.not_looked_up, 60));
    }
}

} // namespace

std::string check_words(const run::check_result& r, system_clock::time_point now,
                        std::size_t width) {
    std::string out;
    add_inputs(out, r);
    add_counts(out, r);
    out += problem_words(r.summary, r.inputs, width);
    add_unknown_contacts(out, r);
    out += notice_words(r.noticed, r.inputs);
    if (r.to_send > 0) {
        add_notes(out, r);
        add_plan(out, r, now);
    }
    add_server(out, r);
    for (std::size_t i = 0; i < r.previews.size(); ++i) {
        line(out, "\nRequest {} as it would be sent:\n{}", i + 1, r.previews[i]);
    }
    if (const auto next = rejects_to_mend(r.folder, r.rejects, r.reject_options); !next.empty()) {
        line(out, "\nFolder: {}", r.folder);
        out += next;
    }
    return out;
}

} // namespace noteload::cli
