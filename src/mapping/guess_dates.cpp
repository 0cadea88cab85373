#include "noteload/mapping/guess_dates.hpp"

#include <algorithm>
#include <array>

#include "noteload/mapping/date_format.hpp"

namespace noteload::mapping {

namespace {

/// Month before day where both fit: the systems that are known are American ones.
constexpr std::array<std::string_view, 24> usual = {"iso",
                                                    "%m/%d/%Y",
                                                    "%d/%m/%Y",
                                                    "%m/%d/%Y %I:%M %p",
                                                    "%d/%m/%Y %I:%M %p",
                                                    "%m/%d/%Y %H:%M",
                                                    "%d/%m/%Y %H:%M",
                                                    "%m/%d/%Y %H:%M:%S",
                                                    "%d/%m/%Y %H:%M:%S",
                                                    "%m/%d/%Y %I:%M:%S %p",
                                                    "%m/%d/%y",
                                                    "%d/%m/%y",
                                                    "%m/%d/%y %H:%M",
                                                    "%d/%m/%y %H:%M",
                                                    "%m-%d-%Y",
                                                    "%d-%m-%Y",
                                                    "%d.%m.%Y",
                                                    "%d.%m.%Y %H:%M",
                                                    "%Y/%m/%d",
                                                    "%Y%m%d",
                                                    "%b %d, %Y",
                                                    "%b %d, %Y %I:%M %p",
                                                    "%d %b %Y",
                                                    "%d-%b-%Y"};
constexpr int some_pivot = 1950;

struct candidate {
    std::string_view pattern;
    date_format format;
};

std::vector<candidate> candidates() {
    std::vector<candidate> out;
    for (const auto pattern : usual) {
        out.push_back({pattern, date_format::compile(pattern).value()});
    }
    return out;
}

std::uint64_t fitting(const date_format& f, const std::vector<std::string>& values) {
    return static_cast<std::uint64_t>(
        std::count_if(values.begin(), values.end(), [&](const std::string& v) {
            return f.match(v, some_pivot).problem == date_problem::none;
        }));
}

} // namespace

guessed_formats guess_formats(const std::vector<std::string>& values) {
    guessed_formats out;
    const auto all = candidates();
    auto left = values;
    std::vector<date_format> taken;
    while (!left.empty()) {
        const candidate* best = nullptr;
        std::uint64_t most = 0;
        for (const auto& c : all) {
            // Two formats that differ in day and month alone would make every date a guess.
            const auto other = c.format.exchanged();
            const bool contradicts = std::any_of(taken.begin(), taken.end(),
                                                 [&](const date_format& t) { return other == t; });
            if (const auto n = contradicts ? 0 : fitting(c.format, left); n > most) {
                most = n;
                best = &c;
            }
        }
        if (best == nullptr) {
            break;
        }
        if (const auto other = best->format.exchanged();
            other && out.as_well.empty() && fitting(*other, left) == most) {
            const auto same = [&](const candidate& c) { return c.format == *other; };
            const auto found = std::find_if(all.begin(), all.end(), same);
            out.as_well = found == all.end() ? "" : found->pattern;
        }
        out.formats.emplace_back(best->pattern);
        out.covered += most;
        out.needs_pivot = out.needs_pivot || best->format.needs_pivot();
        taken.push_back(best->format);
        std::erase_if(left, [&](const std::string& v) {
            return best->format.match(v, some_pivot).problem == date_problem::none;
        });
    }
    return out;
}

} // namespace noteload::mapping
