#include "noteload/mapping/date_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::string_view known = "YymdeHIMSpfzbBaA";

/// Directives that stand for several.
std::string_view expansion(char what) {
    switch (what) {
        case 'D':
            return "%m/%d/%y";
        case 'F':
            return "%Y-%m-%d";
        case 'T':
            return "%H:%M:%S";
        case 'R':
            return "%H:%M";
        default:
            return {};
    }
}

failure wrong(std::string_view pattern, std::string_view why) {
    return {errc::usage, fmt::format("the format \"{}\" {}", printable(pattern), why)};
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

} // namespace

result<date_format> date_format::compile(std::string_view pattern) {
    date_format out;
    if (equal_without_case(pattern, "iso")) {
        return out;
    }
    std::string whole;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const auto several =
            pattern[i] == '%' && i + 1 < pattern.size() ? expansion(pattern[i + 1]) : "";
        whole += several.empty() ? pattern.substr(i, pattern[i] == '%' ? 2 : 1) : several;
        i += pattern[i] == '%' ? 1 : 0;
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const char c = whole[i];
        if (c != '%') {
            const step literal{.what = 0, .literal = is_blank(c) ? ' ' : c};
            // One stands for all blanks that are there: a second one would find none.
            if (!is_blank(c) || out.steps_.empty() || out.steps_.back() != literal) {
                out.steps_.push_back(literal);
            }
            continue;
        }
        const char what = ++i < whole.size() ? whole[i] : '\0';
        if (what == '%') {
            out.steps_.push_back({.what = 0, .literal = '%'});
        } else if (what != '\0' && known.find(what) != std::string_view::npos) {
            out.steps_.push_back({.what = what == 'e' ? 'd' : what, .literal = 0});
        } else {
            return wrong(pattern, fmt::format("has %{}, which stands for nothing. Known are %Y %y "
                                              "%m %d %b %a %H %I %M %S %p %f %z %D %F %T %R",
                                              what == '\0' ? "" : printable({&what, 1})));
        }
    }
    if (auto complaint = out.complain(pattern)) {
        return *complaint;
    }
    return out;
}

std::optional<failure> date_format::complain(std::string_view pattern) const {
    constexpr std::array<std::string_view, 7> once = {"Yy", "mbB", "d", "HI", "M", "S", "p"};
    for (const auto group : once) {
        const auto times = std::count_if(steps_.begin(), steps_.end(), [&](const step& s) {
            return s.what != 0 && group.find(s.what) != std::string_view::npos;
        });
        if (times > 1) {
            return wrong(pattern, fmt::format("names one thing twice (%{}): keep one", group[0]));
        }
    }
    if (!has('Y') && !has('y')) {
        return wrong(pattern, "has no year: write %Y, or %y for two digits");
    }
    if (has('d') && !has('m') && !has('b') && !has('B')) {
        return wrong(pattern, "has a day without a month: write %m or %b");
    }
    if (has('I') != has('p')) {
        return wrong(pattern,
                     "has one of %I and %p without the other: hours of half a day need "
                     "both, those of a whole day are %H");
    }
    const bool hours = has('H') || has('I');
    if ((has('M') || has('S') || has('f') || has('z')) && !hours) {
        return wrong(pattern, "has parts of a time without its hours: write %H, or %I with %p");
    }
    if (hours && !has('d')) {
        return wrong(pattern, "has a time without a day: write %d");
    }
    if ((has('S') && !has('M')) || (has('f') && !has('S'))) {
        return wrong(pattern, "leaves out a part between others, such as the minutes");
    }
    return std::nullopt;
}

bool date_format::has(char what) const noexcept {
    return std::any_of(steps_.begin(), steps_.end(),
                       [what](const step& s) { return s.what == what; });
}

bool date_format::is_whole() const noexcept {
    return is_iso() || has('d');
}

bool date_format::needs_pivot() const noexcept {
    return has('y');
}

std::optional<date_format> date_format::exchanged() const {
    if (!has('m') || !has('d')) {
        return std::nullopt;
    }
    auto out = *this;
    for (auto& s : out.steps_) {
        s.what = s.what == 'm' ? 'd' : s.what == 'd' ? 'm' : s.what;
    }
    return out;
}

} // namespace noteload::mapping
