#include "noteload/report/html.hpp"

#include "noteload/report/met_words.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

namespace noteload::report {

namespace {

constexpr std::size_t longest_text = 300;

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 1em/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: 1em 0 }
th, td { text-align: left; vertical-align: top; padding: .2em 1em .2em 0;
  border-bottom: 1px solid #8884; overflow-wrap: anywhere }
.n { text-align: right }
</style>
)";

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : printable(text, longest_text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

template <class... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

/// `notes.csv:42`, as problems are found in an editor.
std::string place_of(const place& at, const run_facts& facts) {
    const auto path = at.file < facts.inputs.size() ? facts.inputs[at.file] : std::string();
    return escaped(
        fmt::format("{}:{}", path.substr(std::string_view(path).rfind('/') + 1), at.line));
}

void add_facts(std::string& out, const summary& s, const run_facts& facts) {
    const auto took = std::chrono::round<std::chrono::seconds>(facts.ended - facts.started);
    const auto row = [&out](std::string_view name, const std::string& value) {
        put(out, "<tr><th>{}<td>{}\n", name, value);
    };
    put(out, "<title>{0}</title></head><body>\n<h1>{0}</h1>\n<p>{1}\n<table>\n", escaped(facts.run),
        facts.finished ? "The run came to its end."
                       : "The run has not come to its end; <code>noteload resume</code> goes on.");
    if (!facts.stopped_by.empty()) {
        row("Stopped by", escaped(facts.stopped_by));
    }
    row("Organisation", escaped(facts.organization));
    row("Server", escaped(facts.base_url));
    for (const auto& in : facts.inputs) {
        row("Input", escaped(in == "-" ? "standard input" : in));
    }
    row("Began", utc_text(facts.started));
    row("Last word", fmt::format("{}, {} later", utc_text(facts.ended), duration_text(took)));
    row("Rows read", with_thousands(s.counts().read));
    out += "</table>\n";
}

void add_outcomes(std::string& out, const summary& s) {
    out += "<h2>What became of the rows</h2>\n<table>\n";
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto o = static_cast<outcome>(i);
        put(out, "<tr><th>{}<td class=n>{}<td>{}\n", to_word(o), with_thousands(s.counts()[o]),
            meaning_of(o));
    }
    out += "</table>\n";
}

void add_problems(std::string& out, const summary& s, const run_facts& facts) {
    if (s.groups().empty()) {
        return;
    }
    out +=
        "<h2>Problems</h2>\n<p>Every row with one is in problems.csv.\n"
        "<table>\n<tr><th>Reason<th>Rows<th>First at<th>Example\n";
    for (const auto& [why, group] : s.groups()) {
        std::string places;
        for (const auto& at : group.first) {
            places += (places.empty() ? "" : "<br>") + place_of(at, facts);
        }
        put(out, "<tr><td>{}<td class=n>{}<td>{}<td>{}\n", to_word(why), with_thousands(group.rows),
            places, escaped(group.example));
    }
    out += "</table>\n";
}

void add_doubts(std::string& out, const summary& s, const run_facts& facts) {
    if (s.doubtful().empty()) {
        return;
    }
    out +=
        "<h2>Rows in doubt</h2>\n<p>Nobody knows whether the server acted on these. "
        "<code>noteload resume</code> asks it again; what it cannot tell, a person must look up, "
        "for the notes may be there.\n"
        "<table>\n<tr><th>Row<th>At<th>Reason<th>What happened\n";
    for (const auto& d : s.doubtful()) {
        put(out, "<tr><td class=n>{}<td>{}<td>{}<td>{}\n", d.at.row, place_of(d.at, facts),
            to_word(d.why.why), escaped(d.why.detail));
    }
    out += "</table>\n";
    if (const auto all = s.counts()[outcome::in_doubt]; all > s.doubtful().size()) {
        put(out, "<p>And {} more: see problems.csv.\n", with_thousands(all - s.doubtful().size()));
    }
}

void add_way(std::string& out, const run_facts& facts) {
    const auto words = met_words(facts);
    if (words.empty()) {
        return;
    }
    out += "<h2>What the run went through</h2>\n<ul>\n";
    for (std::string_view left = words; !left.empty();) {
        const auto line = left.substr(0, left.find('\n'));
        put(out, "<li>{}\n", line);
        left.remove_prefix(std::min(left.size(), line.size() + 1));
    }
    out += "</ul>\n";
}

} // namespace

std::string report_html(const summary& s, const run_facts& facts) {
    std::string out(head);
    add_facts(out, s, facts);
    add_outcomes(out, s);
    add_way(out, facts);
    add_problems(out, s, facts);
    add_doubts(out, s, facts);
    return out + "</body></html>\n";
}

} // namespace noteload::report
