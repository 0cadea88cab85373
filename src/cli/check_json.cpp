// What a check found, for a program. The names are public: the README tells them.

#include "noteload/cli/advice.hpp"
#include "noteload/cli/closing.hpp"
#include "noteload/cli/reject_words.hpp"
#include "noteload/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace noteload::cli {

namespace {

namespace json = boost::json;
using std::chrono::system_clock;

constexpr std::int64_t hourly_quotas[] = {1'500, 5'000}; // see check_words.cpp

json::object place_json(const place& at) {
    return {{"file", at.file}, {"row", at.row}, {"line", at.line}};
}

json::array places_json(const std::vector<place>& first) {
    json::array out;
    for (const auto& at : first) {
        out.push_back(place_json(at));
    }
    return out;
}

json::array texts_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

json::array values_json(const std::vector<run::counted_value>& values, std::string_view name) {
    json::array out;
    for (const auto& v : values) {
        out.push_back(json::object{{name, valid_utf8(v.value)}, {"rows", v.rows}});
    }
    return out;
}

json::array reasons_json(const report::summary& s) {
    json::array out;
    for (const auto& [why, group] : s.groups()) {
        out.push_back(json::object{{"reason", to_word(why)},
                                   {"rows", group.rows},
                                   {"first", places_json(group.first)},
                                   {"example", group.example},
                                   {"what_to_do", advice_on(why)}});
    }
    return out;
}

json::value quote_json(const source::reading_facts& f) {
    return f.format == source::file_format::csv ? json::value(std::string(1, f.csv.dialect.quote))
                                                : json::value();
}

json::array read_as_json(const std::vector<source::reading_facts>& facts) {
    json::array out;
    for (const auto& f : facts) {
        json::array ends;
        for (const auto& [there, word] :
             {std::pair{f.csv.ends.lf, "lf"}, std::pair{f.csv.ends.cr_lf, "cr_lf"},
              std::pair{f.csv.ends.cr, "cr"}}) {
            if (there) {
                ends.push_back(word);
            }
        }
        out.push_back(json::object{{"format", source::to_word(f.format)},
                                   {"packed", source::to_word(f.packed)},
                                   {"encoding", f.encoding.name},
                                   {"encoding_told", source::to_words(f.encoding.how)},
                                   {"delimiter", f.delimiter},
                                   {"quote", quote_json(f)},
                                   {"line_ends", std::move(ends)}});
    }
    return out;
}

json::value date_json(const run::placed_text& date) {
    return date.text.empty() ? json::value()
                             : json::object{{"date", date.text}, {"at", place_json(date.at)}};
}

json::object notes_json(const run::note_facts& f) {
    return {{"longest", f.longest},
            {"longest_at", f.longest == 0 ? json::value() : json::value(place_json(f.longest_at))},
            {"types", values_json(f.types, "type")},
            {"other_types", f.other_types},
            {"first_date", date_json(f.first_date)},
            {"last_date", date_json(f.last_date)},
            {"without_date", f.without_date},
            {"contacts", f.contacts},
            {"contacts_are_more", f.contacts_are_more},
            {"repeated", f.repeated},
            {"repeated_first", places_json(f.repeated_first)},
            {"remembered", f.remembered == 0 ? json::value() : json::value(f.remembered)}};
}

json::object plan_json(const run::import_plan& p, system_clock::time_point now) {
    json::object hours;
    for (const auto quota : hourly_quotas) {
        hours[std::to_string(quota)] = static_cast<double>(p.at_hourly(quota).count()) / 3600;
    }
    json::object out{{"requests", p.requests()}, {"look_ups", p.look_ups},
                     {"notes", p.notes},         {"hours_at_requests_an_hour", std::move(hours)},
                     {"quota", nullptr},         {"hours", nullptr},
                     {"ends", nullptr}};
    if (const auto takes = p.from_now()) {
        out["quota"] = json::object{{"limit", p.quota->limit},
                                    {"remaining", p.quota->remaining},
                                    {"resets_in_seconds", p.quota->until_reset.count()}};
        out["hours"] = static_cast<double>(takes->count()) / 3600;
        out["ends"] = utc_text(now + *takes);
    }
    return out;
}

json::value server_json(const run::check_result& r) {
    if (!r.server) {
        return nullptr;
    }
    return json::object{{"organization", valid_utf8(r.server->organization)},
                        {"time_zone", valid_utf8(r.server->time_zone)},
                        {"types", r.server->types},
                        {"contacts", r.server->contacts}};
}

json::array rejects_json(const run::check_result& r) {
    json::array out;
    for (const auto& name : r.rejects) {
        out.push_back(
            json::object{{"path", r.folder + "/" + name},
                         {"options", trimmed(options_of_reject(name, r.reject_options))}});
    }
    return out;
}

} // namespace

std::string check_json(const run::check_result& r, system_clock::time_point now) {
    json::array noticed;
    for (const auto& n : r.noticed) {
        noticed.push_back(json::object{{"notice", n.word},
                                       {"rows", n.rows},
                                       {"first", places_json(n.first)},
                                       {"text", n.text}});
    }
    const auto& counts = r.summary.counts();
    json::object out{
        {"inputs", texts_json(r.inputs)},
        {"read_as", read_as_json(r.facts)},
        {"columns", json::object{{"used", texts_json(r.notes.used_columns)},
                                 {"missing", texts_json(r.notes.missing_columns)},
                                 {"unused", texts_json(r.unused_columns)}}},
        {"read", counts.read},
        {"would_be_sent", r.to_send},
        {"invalid", counts[outcome::invalid]},
        {"skipped", counts[outcome::skipped]},
        {"reasons", reasons_json(r.summary)},
        {"unknown_contacts", values_json(r.notes.unknown, "contact")},
        {"more_unknown_contact_rows", r.notes.more_unknown},
        {"mapping", std::move(noticed)},
        {"notes", notes_json(r.notes)},
        {"body_bytes", r.body_bytes},
        {"longest_body", r.longest_body},
        {"plan", plan_json(r.plan, now)},
        {"server", server_json(r)},
        {"rejects", rejects_json(r)},
        {"previews", texts_json(r.previews)},
    };
    return json::serialize(out) + '\n';
}

} // namespace noteload::cli
