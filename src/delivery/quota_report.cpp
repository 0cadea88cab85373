#include "noteload/delivery/quota_report.hpp"

#include "noteload/delivery/note_list.hpp"
#include "noteload/text.hpp"

#include <algorithm>
#include <charconv>

namespace noteload::delivery {

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr seconds longest_ahead = std::chrono::hours(24 * 40);
constexpr std::int64_t largest = 1'000'000'000'000'000; // far from what sums would overflow

/// The whole number at the front; what may follow it is a unit, a fraction or a parameter.
std::optional<std::int64_t> number(std::string_view text) {
    text = trimmed(text);
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    static_cast<void>(end);
    return error == std::errc() && n <= largest && n >= -largest ? std::optional(n) : std::nullopt;
}

/// Splits at `at` outside of quotes.
std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    bool quoted = false;
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && quoted) {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == at && !quoted) {
            parts.push_back(trimmed(text.substr(from, i - from)));
            from = i + 1;
        }
    }
    parts.push_back(trimmed(text.substr(from)));
    return parts;
}

/// The readings by name, made when first named.
class reader {
public:
    explicit reader(quota_report& into) : into_(into) {}

    void take(quota_field what, std::string_view value) {
        switch (what) {
            case quota_field::structured:
                structured(value);
                break;
            case quota_field::limit:
                limit(at(""), value);
                if (value.find(';') != std::string_view::npos) {
                    window_of_limit(value);
                }
                break;
            case quota_field::remaining:
                remaining(at(""), value);
                break;
            case quota_field::reset:
                reset(at(""), value);
                break;
            case quota_field::none:
                break;
        }
    }

private:
    quota_reading& at(std::string_view name) {
        for (auto& r : into_.readings) {
            if (r.name == name) {
                return r;
            }
        }
        into_.readings.emplace_back().name = name;
        return into_.readings.back();
    }
    /// `100, 100;w=60`
    void window_of_limit(std::string_view text) {
        for (const auto part : split(split(text, ',').back(), ';')) {
            if (part.starts_with("w=")) {
                window(at(""), part.substr(2));
            }
        }
    }
    void limit(quota_reading& r, std::string_view text) const {
        if (const auto n = number(text); n && *n > 0) {
            r.limit = n;
        }
    }
    void remaining(quota_reading& r, std::string_view text) const {
        if (const auto n = number(text)) {
            r.remaining = std::max<std::int64_t>(*n, 0);
        }
    }
    void window(quota_reading& r, std::string_view text) const {
        if (const auto n = number(text); n && *n > 0 && seconds(*n) <= longest_ahead) {
            r.window = seconds(*n);
        }
    }
    void reset(quota_reading& r, std::string_view text) const {
        auto at = moment(text);
        if (at && *at >= into_.date - std::chrono::hours(1) && *at <= into_.date + longest_ahead) {
            r.resets_at = at;
        }
    }

    /// `"name";q=100;w=60` and `"name";r=12;t=30`, and their older forms `100;w=60` and
    /// `limit=100, remaining=12, reset=30`.
    void structured(std::string_view text) {
        for (const auto item : split(text, ',')) {
            const auto parts = split(item, ';');
            const auto head = parts.front();
            const bool has_name = head.size() > 1 && head.front() == '"' && head.back() == '"';
            const bool is_pair = head.find('=') != std::string_view::npos && !has_name;
            const bool is_number = !head.empty() && head.front() >= '0' && head.front() <= '9';
            if (head.empty()) {
                continue;
            }
            auto& r = at(has_name               ? head.substr(1, head.size() - 2)
                         : is_pair || is_number ? std::string_view()
                                                : head);
            if (is_number) {
                limit(r, head);
            }
            for (std::size_t i = is_pair ? 0 : 1; i < parts.size(); ++i) {
                parameter(r, parts[i]);
            }
        }
    }

    void parameter(quota_reading& r, std::string_view text) const {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) {
            return;
        }
        const auto key = lower_case(trimmed(text.substr(0, equals)));
        const auto value = text.substr(equals + 1);
        if (key == "q" || key == "limit") {
            limit(r, value);
        } else if (key == "r" || key == "remaining") {
            remaining(r, value);
        } else if (key == "t" || key == "reset") {
            reset(r, value);
        } else if (key == "w") {
            window(r, value);
        }
    }

    /// Small numbers are seconds to go: rounded up by the server, as its `Date` is rounded down,
    /// so that their sum is the very second.
    [[nodiscard]] std::optional<sys_seconds> moment(std::string_view text) const {
        text = trimmed(text);
        if (text.find_first_not_of("0123456789") != std::string_view::npos) {
            if (const auto date = read_http_date(text)) {
                return std::chrono::floor<seconds>(*date);
            }
            if (const auto time = read_server_time(text)) {
                return std::chrono::ceil<seconds>(*time);
            }
        }
        const auto n = number(text);
        if (!n || *n < 0) {
            return std::nullopt;
        }
        if (*n < 1'000'000'000) {
            return into_.date + std::min(seconds(*n), longest_ahead * 2);
        }
        return sys_seconds(seconds(*n < 100'000'000'000 ? *n : (*n + 999) / 1000));
    }

    quota_report& into_;
};

} // namespace

quota_report read_quota(const answer& reply, std::optional<wall_clock::time_point> server_date,
                        wall_clock::time_point now) {
    quota_report report;
    report.refused = reply.status == 429;
    const auto date = server_date.value_or(now);
    report.date = std::chrono::floor<seconds>(date);
    report.retry_after = read_retry_after(reply.retry_after, date);
    reader into(report);
    for (std::string_view lines = reply.quota_fields; !lines.empty();) {
        const auto end = lines.find('\n');
        into.take(static_cast<quota_field>(lines.front()), lines.substr(1, end - 1));
        lines.remove_prefix(end + 1);
    }
    auto& all = report.readings;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const auto& r) { return !r.limit && !r.remaining; }),
              all.end());
    return report;
}

} // namespace noteload::delivery
