#include "noteload/sandbox/route.hpp"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace {

struct pattern {
    std::string_view method;
    std::array<std::string_view, 4> segments; ///< `#` a number, `*` anything, empty: the end
    operation op;
};

/// The first that fits is taken: fixed words stand before variable ones.
constexpr pattern patterns[] = {
    {"POST", {"api", "ContactNote"}, operation::create_note},
    {"GET", {"api", "ContactNote", "Types"}, operation::note_types},
    {"GET", {"api", "ContactNote", "QueryOptions"}, operation::note_query_options},
    {"POST", {"api", "ContactNote", "Query"}, operation::query_notes},
    {"GET", {"api", "ContactNote", "ByContact", "#"}, operation::notes_by_contact},
    {"GET", {"api", "ContactNote", "#"}, operation::get_note},
    {"PUT", {"api", "ContactNote", "#"}, operation::update_note},
    {"DELETE", {"api", "ContactNote", "#"}, operation::delete_note},
    {"GET", {"api", "Organization", "Current"}, operation::organization},
    {"GET", {"api", "Contact", "Find"}, operation::find_contact},
    {"POST", {"api", "Contact", "Query", "FullContact"}, operation::query_contacts},
    {"GET", {"api", "Contact", "#"}, operation::get_contact},
    {"GET", {"api", "Contact", "*", "*"}, operation::contact_by_reference},
    {"POST", {"Token"}, operation::token},
    {"GET", {"_sandbox", "notes"}, operation::sandbox_notes},
    {"GET", {"_sandbox", "stats"}, operation::sandbox_stats},
};

constexpr std::array<std::string_view, operations> words{
    "create_note",      "get_note",    "update_note",          "delete_note",
    "notes_by_contact", "query_notes", "note_query_options",   "note_types",
    "organization",     "get_contact", "contact_by_reference", "find_contact",
    "query_contacts",   "token",       "sandbox_notes",        "sandbox_stats",
    "wrong_method",     "unknown"};

std::optional<std::int64_t> as_number(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

bool fits(const pattern& known, const std::vector<std::string>& segments,
          std::vector<std::string>& variable) {
    variable.clear();
    const auto end = std::find(known.segments.begin(), known.segments.end(), std::string_view());
    if (static_cast<std::size_t>(end - known.segments.begin()) != segments.size()) {
        return false;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view want = known.segments[i];
        if (want == "*" || (want == "#" && as_number(segments[i]))) {
            variable.push_back(segments[i]);
        } else if (want == "#" || !equal_without_case(want, segments[i])) {
            return false;
        }
    }
    return true;
}

} // namespace

std::string_view to_word(operation op) noexcept {
    return words[static_cast<std::size_t>(op)];
}

std::string_view route::param(std::string_view name) const {
    for (const auto& [key, value] : params) {
        if (equal_without_case(key, name)) {
            return value;
        }
    }
    return {};
}

std::int64_t route::number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                           std::int64_t most) const {
    const auto value = as_number(param(name));
    return value ? std::clamp(*value, least, most) : otherwise;
}

std::optional<std::int64_t> route::id(std::size_t word) const {
    return word < words.size() ? as_number(words[word]) : std::nullopt;
}

route find_route(std::string_view method, std::string_view target) {
    route found;
    // The one that is asked a million times.
    if (method == "POST" && target == "/api/ContactNote") {
        found.op = operation::create_note;
        return found;
    }
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) {
        return found;
    }
    std::vector<std::string> segments;
    for (const auto& segment : url->segments()) {
        segments.push_back(segment);
    }
    if (!segments.empty() && segments.back().empty()) {
        segments.pop_back();
    }
    for (const auto& param : url->params()) {
        found.params.emplace_back(param.key, param.value);
    }
    for (const pattern& known : patterns) {
        if (!fits(known, segments, found.words)) {
            continue;
        }
        if (known.method == method) {
            found.op = known.op;
            return found;
        }
        found.op = operation::wrong_method;
    }
    return found;
}

} // namespace noteload::sandbox
