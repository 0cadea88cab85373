#include "option_texts.hpp"

#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace noteload::cli {

failure bad(std::string_view option, std::string_view value, std::string_view expected) {
    return {errc::usage, fmt::format("{} {}: {}", option, printable(value), expected)};
}

result<progress_style> progress_of(const std::string& text) {
    constexpr std::string_view words[] = {"auto", "bar", "plain", "none"};
    const auto* found = std::find(std::begin(words), std::end(words), text);
    if (found == std::end(words)) {
        return bad("--progress", text, "auto, bar, plain or none is expected");
    }
    return static_cast<progress_style>(found - std::begin(words));
}

result<int> concurrency_of(const std::string& text) {
    if (text == "auto") {
        return 0;
    }
    const auto n = read_count(text);
    if (!n || *n < 1 || *n > 64) {
        return bad("--concurrency", text, "1 to 64 is expected, or auto");
    }
    return static_cast<int>(*n);
}

result<delivery::rate> rate_of(const std::string& text) {
    const auto rate = read_rate(text);
    if (!rate) {
        return bad("--rate", text, "requests in a time are expected: 5/s, 100/min, 1500/h");
    }
    return *rate;
}

result<std::chrono::milliseconds> time_of(std::string_view option, const std::string& text) {
    const auto value = read_duration(text);
    if (!value || (value->count() == 0 && option != "--grace")) {
        return bad(option, text, "a time is expected, such as 500ms, 30s, 5m or 2h");
    }
    return *value;
}

} // namespace noteload::cli
