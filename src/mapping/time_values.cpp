// Times spent in other units than minutes.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "noteload/mapping/field_values.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

std::optional<std::int64_t> whole(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    // from_chars alone would take a sign.
    const bool read = !text.empty() && std::all_of(text.begin(), text.end(), is_digit) &&
                      std::from_chars(text.data(), end, value).ec == std::errc{};
    return read && value <= max_minutes ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> bounded(std::int64_t minutes) noexcept {
    return minutes <= max_minutes ? std::optional(minutes) : std::nullopt;
}

std::string_view digits_of(const cell& c) noexcept {
    const bool plain = c.kind == cell_kind::text || c.kind == cell_kind::number;
    return plain ? trimmed(c.text) : std::string_view{};
}

} // namespace

std::optional<std::int64_t> read_hours(const cell& c) noexcept {
    const auto text = digits_of(c);
    const auto dot = text.find('.');
    const auto hours = whole(text.substr(0, dot));
    if (!hours || dot == std::string_view::npos) {
        return hours ? bounded(*hours * 60) : std::nullopt;
    }
    auto fraction = text.substr(dot + 1);
    while (fraction.size() > 1 && fraction.ends_with('0')) {
        fraction.remove_suffix(1);
    }
    const auto part = whole(fraction);
    std::int64_t unit = 1;
    for (std::size_t i = 0; i < fraction.size() && unit < 1'000'000'000; ++i) {
        unit *= 10;
    }
    if (!part || fraction.size() > 9 || *part * 60 % unit != 0) {
        return std::nullopt;
    }
    return bounded(*hours * 60 + *part * 60 / unit);
}

std::string why_no_hours(const cell& c) {
    return fmt::format("{} is not a number of hours that makes whole minutes, such as 1.5 or 0.25",
                       quoted(c));
}

std::optional<std::int64_t> read_hh_mm(const cell& c) noexcept {
    auto text = digits_of(c);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto hours = whole(text.substr(0, colon));
    text.remove_prefix(colon + 1);
    const auto minutes = whole(text.substr(0, 2));
    const bool ends = text.size() == 2 || (text.size() > 2 && text.substr(2) == ":00");
    if (!hours || !minutes || *minutes > 59 || !ends) {
        return std::nullopt;
    }
    return bounded(*hours * 60 + *minutes);
}

std::string why_no_hh_mm(const cell& c) {
    return fmt::format("{} is not hours and minutes, such as 1:30", quoted(c));
}

} // namespace noteload::mapping
