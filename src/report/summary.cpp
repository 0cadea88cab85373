#include "noteload/report/summary.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace noteload::report {

namespace json = boost::json;

namespace {

constexpr std::size_t most_doubtful = 1000;

constexpr std::array<std::string_view, outcome_count> meanings = {
    "notes made on the server",   "found on the server",
    "imported by an earlier run", "cannot be a note; nothing was sent",
    "the server said no",         "sent, and nobody knows whether it was acted on",
    "certainly not acted on",
};

} // namespace

std::string_view meaning_of(outcome o) noexcept {
    return meanings[static_cast<std::size_t>(o)];
}

void summary::add(const settled_row& row) {
    ++counts_[row.what];
    if (row.what == outcome::in_doubt && doubtful_.size() < most_doubtful) {
        doubtful_.push_back({row.at, row.faults.empty() ? fault() : row.faults.front()});
    }
    for (auto f = row.faults.begin(); f != row.faults.end(); ++f) {
        const bool counted = std::any_of(row.faults.begin(), f,
                                         [f](const fault& other) { return other.why == f->why; });
        if (counted) {
            continue;
        }
        auto& group = groups_[f->why];
        if (++group.rows == 1) {
            group.example = f->detail;
        }
        if (group.first.size() < reason_group::most_places) {
            group.first.push_back(row.at);
        }
    }
}

void summary::add(const row_counts& rows) {
    counts_.read += rows.read;
    for (std::size_t i = 0; i < outcome_count; ++i) {
        counts_.of[i] += rows.of[i];
    }
}

namespace {

json::object counts_json(const row_counts& counts) {
    json::object out{{"read", counts.read}};
    for (std::size_t i = 0; i < outcome_count; ++i) {
        out[to_word(static_cast<outcome>(i))] = counts.of[i];
    }
    return out;
}

json::array groups_json(const summary& s) {
    json::array out;
    for (const auto& [why, group] : s.groups()) {
        json::array places;
        for (const auto& at : group.first) {
            places.push_back(json::object{{"file", at.file}, {"row", at.row}, {"line", at.line}});
        }
        out.push_back(json::object{{"reason", to_word(why)},
                                   {"rows", group.rows},
                                   {"first", std::move(places)},
                                   {"example", group.example}});
    }
    return out;
}

json::object met_json(const run_facts& facts) {
    json::object out;
    for (const auto& [name, counter] : went_through_counters) {
        out[name] = facts.met.*counter;
    }
    out["untold_processes"] = facts.processes - std::min(facts.processes, facts.met.processes);
    json::object requests;
    for (const auto& [status, n] : facts.met.requests) {
        requests[std::to_string(status)] = n;
    }
    out["requests"] = std::move(requests);
    return out;
}

} // namespace

std::string summary_json(const summary& s, const run_facts& facts) {
    const auto seconds = std::chrono::duration<double>(facts.ended - facts.started).count();
    const auto sent = s.counts()[outcome::created] + s.counts()[outcome::already_there] +
                      s.counts()[outcome::refused] + s.counts()[outcome::in_doubt];
    json::object out{
        {"run", facts.run},
        {"organization", facts.organization},
        {"base_url", facts.base_url},
        {"inputs", json::array(facts.inputs.begin(), facts.inputs.end())},
        {"started", utc_text(facts.started)},
        {"ended", utc_text(facts.ended)},
        {"finished", facts.finished},
        {"exit_code", facts.exit_code},
        {"stopped_by", facts.stopped_by},
        {"counts", counts_json(s.counts())},
        {"reasons", groups_json(s)},
        {"went_through", met_json(facts)},
    };
    // Boost.JSON writes 0.07 as 7E-2, which is right and which nobody wants to read.
    auto text = json::serialize(out);
    text.pop_back();
    return fmt::format("{},\"seconds\":{:.3f},\"rows_per_second\":{:.1f}}}\n", text, seconds,
                       seconds > 0 ? static_cast<double>(sent) / seconds : 0.0);
}

} // namespace noteload::report
