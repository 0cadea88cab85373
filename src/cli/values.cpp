#include "noteload/cli/values.hpp"

#include "noteload/text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

namespace noteload::cli {

namespace {

/// A whole number at the front of `text`, which is cut off; nothing if there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return n;
}

std::optional<std::uint64_t> times(std::uint64_t n, std::uint64_t factor, std::uint64_t most) {
    return n > most / factor ? std::nullopt : std::optional(n * factor);
}

/// How many letters have to be changed, left out or put in to make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

} // namespace

std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
    constexpr std::uint64_t year = 366ull * 24 * 3600 * 1000;
    const auto n = take_number(text);
    const auto factor = text == "ms"  ? 1u
                        : text == "s" ? 1000u
                        : text == "m" ? 60'000u
                        : text == "h" ? 3'600'000u
                                      : 0u;
    if (!n || factor == 0) {
        return std::nullopt;
    }
    const auto ms = times(*n, factor, year);
    return ms ? std::optional(std::chrono::milliseconds(*ms)) : std::nullopt;
}

std::optional<run::stop_time> read_stop_time(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        const auto after = read_duration(text);
        return after && after->count() > 0 ? std::optional<run::stop_time>(*after) : std::nullopt;
    }
    const auto hour = read_count(text.substr(0, colon));
    const auto minute = read_count(text.substr(colon + 1));
    const bool shaped = colon > 0 && colon <= 2 && text.size() == colon + 3;
    if (!shaped || !hour || !minute || *hour > 23 || *minute > 59) {
        return std::nullopt;
    }
    return run::time_of_day{static_cast<int>(*hour), static_cast<int>(*minute)};
}

std::optional<delivery::rate> read_rate(std::string_view text) {
    const auto n = take_number(text);
    const auto seconds = text == "/s" ? 1 : text == "/min" ? 60 : text == "/h" ? 3600 : 0;
    if (!n || *n == 0 || *n > 1'000'000 || seconds == 0) {
        return std::nullopt;
    }
    return delivery::rate{static_cast<std::uint32_t>(*n), std::chrono::seconds(seconds)};
}

std::optional<delivery::quota_reserve> read_reserve(std::string_view text) {
    const auto n = take_number(text);
    if (!n || (text == "%" ? *n >= 100 : !text.empty()) || *n > 1'000'000'000) {
        return std::nullopt;
    }
    return delivery::quota_reserve{*n, text == "%"};
}

std::optional<run::error_limit> read_error_limit(std::string_view text) {
    const auto n = take_number(text);
    if (!n || (text != "" && (text != "%" || *n > 100))) {
        return std::nullopt;
    }
    return run::error_limit{*n, text == "%"};
}

std::optional<std::uint64_t> read_count(std::string_view text) {
    const auto n = take_number(text);
    return text.empty() ? n : std::nullopt;
}

std::optional<std::uint64_t> read_size(std::string_view text) {
    const auto n = take_number(text);
    const auto factor = text.empty()    ? 1u
                        : text == "KiB" ? 1u << 10
                        : text == "MiB" ? 1u << 20
                                        : 0u;
    if (!n || factor == 0) {
        return std::nullopt;
    }
    return times(*n, factor, std::numeric_limits<std::uint32_t>::max());
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& k : known) {
        const auto d = distance(word, k);
        if (d < least) {
            least = d;
            best = k;
        }
    }
    return best;
}

} // namespace noteload::cli
