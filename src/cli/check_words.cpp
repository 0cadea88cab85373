#include "noteload/cli/closing.hpp"

#include "noteload/cli/problem_words.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace noteload::cli {

namespace {

namespace json = boost::json;

// The vendor's pages name both; which one holds is read from the server's headers in a run.
constexpr std::uint64_t hourly_quotas[] = {1'500, 5'000};

template <class Place>
json::array places_of(const std::vector<Place>& first) {
    json::array out;
    for (const auto& at : first) {
        out.push_back(json::object{{"file", at.file}, {"row", at.row}, {"line", at.line}});
    }
    return out;
}

std::string time_at(std::uint64_t requests, std::uint64_t per_hour) {
    return duration_text(std::chrono::seconds(requests * 3600 / per_hour));
}

} // namespace

std::string check_words(const run::check_result& r) {
    const auto invalid = r.summary.counts()[outcome::invalid];
    std::string out;
    for (std::size_t i = 0; i < r.inputs.size(); ++i) {
        out += fmt::format("Checked {}: {}\n", printable(r.inputs[i], 200),
                           source::to_words(r.facts[i]));
    }
    if (!r.unused_columns.empty()) {
        out += fmt::format("Columns that no field takes: {}\n", list_of(r.unused_columns));
    }
    out += fmt::format("\n  {:>11}  rows read\n  {:>11}  would be sent\n  {:>11}  invalid\n",
                       with_thousands(r.summary.counts().read), with_thousands(r.to_send),
                       with_thousands(invalid));
    if (const auto skipped = r.summary.counts()[outcome::skipped]; skipped > 0) {
        out += fmt::format("  {:>11}  imported by an earlier run\n", with_thousands(skipped));
    }
    out += problem_words(r.summary, r.inputs);
    out += notice_words(r.noticed, r.inputs);
    if (r.to_send > 0) {
        out += fmt::format("\nThe job: {} requests with {} of JSON, the longest {}.\n",
                           with_thousands(r.to_send), bytes_text(r.body_bytes),
                           bytes_text(r.longest_body));
        for (const auto quota : hourly_quotas) {
            out += fmt::format("  at {} requests an hour: {}\n", with_thousands(quota),
                               time_at(r.to_send, quota));
        }
    }
    out +=
        "\nNot looked at without the server: note types, contacts, the organisation's time "
        "zone.\n";
    if (!r.not_looked_up.empty()) {
        out += fmt::format("Contacts by {} are known to the server alone: none was looked up.\n",
                           printable(r.not_looked_up, 60));
    }
    for (std::size_t i = 0; i < r.previews.size(); ++i) {
        out += fmt::format("\nRequest {} as it would be sent:\n{}\n", i + 1, r.previews[i]);
    }
    return out;
}

std::string check_json(const run::check_result& r) {
    json::array reasons;
    for (const auto& [why, group] : r.summary.groups()) {
        reasons.push_back(json::object{{"reason", to_word(why)},
                                       {"rows", group.rows},
                                       {"first", places_of(group.first)},
                                       {"example", group.example}});
    }
    json::array noticed;
    for (const auto& n : r.noticed) {
        noticed.push_back(json::object{
            {"notice", n.word}, {"rows", n.rows}, {"first", places_of(n.first)}, {"text", n.text}});
    }
    json::object hours;
    for (const auto quota : hourly_quotas) {
        hours[std::to_string(quota)] = static_cast<double>(r.to_send) / static_cast<double>(quota);
    }
    json::array read_as;
    for (const auto& f : r.facts) {
        read_as.push_back(json::object{
            {"format", source::to_word(f.format)},
            {"packed", source::to_word(f.packed)},
            {"encoding", f.encoding.name},
            {"encoding_told", source::to_words(f.encoding.how)},
            {"delimiter", f.delimiter},
        });
    }
    json::object out{
        {"inputs", json::array(r.inputs.begin(), r.inputs.end())},
        {"read_as", std::move(read_as)},
        {"read", r.summary.counts().read},
        {"would_be_sent", r.to_send},
        {"invalid", r.summary.counts()[outcome::invalid]},
        {"skipped", r.summary.counts()[outcome::skipped]},
        {"body_bytes", r.body_bytes},
        {"hours_at_requests_an_hour", std::move(hours)},
        {"unused_columns", json::array(r.unused_columns.begin(), r.unused_columns.end())},
        {"reasons", std::move(reasons)},
        {"mapping", std::move(noticed)},
        {"previews", json::array(r.previews.begin(), r.previews.end())},
    };
    return json::serialize(out) + '\n';
}

} // namespace noteload::cli
