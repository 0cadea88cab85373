#include "noteload/sandbox/fault_plan.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <ostream>
#include <utility>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace {

constexpr std::array<fault_description, fault_kinds> descriptions{{
    {fault_kind::drop_before, "drop-before", "not made", "the connection is closed, no answer"},
    {fault_kind::drop_after, "drop-after", "made", "the connection is closed, no answer"},
    {fault_kind::late, "late", "made later",
     "the connection is closed, no answer; the note is made --late-ms afterwards"},
    {fault_kind::cut_answer, "cut-answer", "made", "the answer ends somewhere in its middle"},
    {fault_kind::hang, "hang", "by a coin", "no answer, the connection stays open"},
    {fault_kind::hang_before, "hang-before", "not made", "no answer, the connection stays open"},
    {fault_kind::hang_after, "hang-after", "made", "no answer, the connection stays open"},
    {fault_kind::error500_before, "error500-before", "not made", "500 with a JSON message"},
    {fault_kind::error500_after, "error500-after", "made", "500 with a JSON message"},
    {fault_kind::html502, "html502", "not made", "502 with a proxy's HTML page"},
    {fault_kind::plain503, "plain503", "not made", "503 in plain text, without Retry-After"},
    {fault_kind::retry503, "retry503", "not made", "503 with Retry-After: --retry-after"},
    {fault_kind::timeout408, "timeout408", "not made", "408 without a body"},
    {fault_kind::too_many, "too-many", "not made",
     "429 with Retry-After: --retry-after, whatever the quota"},
    {fault_kind::html403, "html403", "not made", "403 with a firewall's HTML page"},
    {fault_kind::permission400, "permission400", "not made", "400 with the permission message"},
    {fault_kind::redirect302, "redirect302", "not made", "302 to a login page"},
    {fault_kind::not_json, "not-json", "made", "200 with a body that is not JSON"},
    {fault_kind::no_id, "no-id", "made", "200 with JSON that has no id"},
    {fault_kind::slow, "slow", "as usual", "the answer comes --slow-ms later"},
    {fault_kind::close, "close", "as usual", "answered with Connection: close, then closed"},
    {fault_kind::chunked, "chunked", "as usual", "answered in chunks, without Content-Length"},
}};

bool travels(fault_kind kind) {
    return kind == fault_kind::slow || kind == fault_kind::close || kind == fault_kind::chunked;
}

/// splitmix64's finisher: neighbouring inputs give unrelated outputs.
std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

double uniform(std::uint64_t seed, std::uint64_t number, std::uint64_t purpose) {
    const std::uint64_t bits = mixed(mixed(mixed(seed) ^ number) ^ purpose);
    return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

bool by_place(const fault_rule& rule, std::uint64_t number) {
    return rule.first != 0 && rule.first <= number && number <= rule.last;
}

void apply(fault_verdict& verdict, fault_kind kind) {
    switch (kind) {
        case fault_kind::slow:
            verdict.slow = true;
            return;
        case fault_kind::close:
            verdict.close = true;
            return;
        case fault_kind::chunked:
            verdict.chunked = true;
            return;
        default:
            verdict.fault = kind;
    }
}

failure bad_rule(std::string_view text, std::string_view why) {
    return {errc::usage,
            fmt::format("--fault {}: {}. Write NAME=PROBABILITY (drop-after=0.05), NAME=#N "
                        "(drop-after=#3), NAME=#N-M or NAME=#N-; `--fault help` lists the names.",
                        printable(text), why)};
}

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number > 0;
}

bool read_places(std::string_view text, fault_rule& rule) {
    const auto dash = text.find('-');
    if (!read_number(text.substr(0, dash), rule.first)) {
        return false;
    }
    rule.last = rule.first;
    if (dash == std::string_view::npos) {
        return true;
    }
    const std::string_view last = text.substr(dash + 1);
    if (last.empty()) {
        rule.last = std::numeric_limits<std::uint64_t>::max();
        return true;
    }
    return read_number(last, rule.last) && rule.first <= rule.last;
}

} // namespace

const std::array<fault_description, fault_kinds>& fault_descriptions() noexcept {
    return descriptions;
}

std::string_view to_word(fault_kind kind) noexcept {
    return descriptions[static_cast<std::size_t>(kind)].name;
}

std::ostream& operator<<(std::ostream& out, fault_kind kind) {
    return out << to_word(kind);
}

result<fault_rule> parse_fault_rule(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
        return bad_rule(text, "it does not say when");
    }
    const std::string_view name = text.substr(0, equals);
    const std::string_view when = text.substr(equals + 1);
    for (const fault_description& known : descriptions) {
        if (known.name != name) {
            continue;
        }
        fault_rule rule{known.kind};
        if (when.starts_with('#')) {
            if (!read_places(when.substr(1), rule)) {
                return bad_rule(text, "the requests are counted from 1");
            }
            return rule;
        }
        const char* end = when.data() + when.size();
        const auto read = std::from_chars(when.data(), end, rule.probability);
        // Written so that NaN is refused too.
        if (read.ec != std::errc{} || read.ptr != end ||
            !(rule.probability >= 0 && rule.probability <= 1)) {
            return bad_rule(text, "a probability is a number from 0 to 1");
        }
        return rule;
    }
    return bad_rule(text, "there is no such fault");
}

fault_plan::fault_plan(std::uint64_t seed, std::vector<fault_rule> rules)
    : seed_(seed), rules_(std::move(rules)) {}

fault_verdict fault_plan::decide(std::uint64_t number) const {
    fault_verdict verdict;
    if (rules_.empty()) {
        return verdict;
    }
    verdict.spread = uniform(seed_, number, 1);
    for (const fault_rule& rule : rules_) {
        if (by_place(rule, number) && (travels(rule.kind) || !verdict.fault)) {
            apply(verdict, rule.kind);
        }
    }
    // One draw for all exclusive faults: their probabilities lie side by side in [0, 1).
    double draw = uniform(seed_, number, 2);
    const bool placed = verdict.fault.has_value();
    for (const fault_rule& rule : rules_) {
        if (rule.first != 0) {
            continue;
        }
        if (travels(rule.kind)) {
            const auto purpose = 100U + static_cast<std::uint64_t>(rule.kind);
            if (uniform(seed_, number, purpose) < rule.probability) {
                apply(verdict, rule.kind);
            }
            continue;
        }
        if (!placed && !verdict.fault && draw < rule.probability) {
            verdict.fault = rule.kind;
        }
        draw -= rule.probability;
    }
    if (verdict.fault == fault_kind::hang) {
        verdict.fault =
            uniform(seed_, number, 3) < 0.5 ? fault_kind::hang_before : fault_kind::hang_after;
    }
    return verdict;
}

double fault_plan::total() const {
    double sum = 0;
    for (const fault_rule& rule : rules_) {
        if (!travels(rule.kind)) {
            sum += rule.probability;
        }
    }
    return sum;
}

} // namespace noteload::sandbox
