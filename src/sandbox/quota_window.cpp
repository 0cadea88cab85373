#include "noteload/sandbox/quota_window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace {

std::chrono::seconds to_go(moment resets_at, moment now) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(resets_at - now);
    return std::max(left, std::chrono::seconds(1));
}

} // namespace

result<rate_header_style> parse_rate_header_style(std::string_view word) {
    if (word == "classic") {
        return rate_header_style::classic;
    }
    if (word == "dashed") {
        return rate_header_style::dashed;
    }
    if (word == "none") {
        return rate_header_style::none;
    }
    if (word == "modern") {
        return rate_header_style::modern;
    }
    return failure{errc::usage, fmt::format("--rate-header-style {}: there is no such style. Take "
                                            "classic, dashed, modern or none.",
                                            printable(word))};
}

quota_window::quota_window(std::uint64_t limit, std::chrono::seconds length)
    : limit_(limit), length_(std::max(length, std::chrono::seconds(1))) {}

void quota_window::roll(moment now) {
    if (!open_) {
        open_ = true;
        // Whole seconds, so that the Unix time in the header is the very end.
        opened_ = std::chrono::floor<std::chrono::seconds>(now);
        return;
    }
    if (now >= opened_ + length_) {
        opened_ += ((now - opened_) / length_) * length_;
        used_ = 0;
    }
}

quota_verdict quota_window::look(moment now) {
    if (limit_ == 0) {
        return {};
    }
    roll(now);
    return {true, limit_, limit_ - used_, opened_ + length_, std::chrono::seconds(0)};
}

quota_verdict quota_window::take(moment now) {
    quota_verdict verdict = look(now);
    if (limit_ == 0) {
        return verdict;
    }
    if (used_ == limit_) {
        verdict.allowed = false;
        verdict.retry_after = to_go(verdict.resets_at, now);
        return verdict;
    }
    ++used_;
    --verdict.remaining;
    return verdict;
}

void append_rate_headers(std::vector<std::pair<std::string, std::string>>& headers,
                         const quota_verdict& verdict, rate_header_style style,
                         std::chrono::seconds length, moment now) {
    if (verdict.limit == 0 || style == rate_header_style::none) {
        return;
    }
    if (style == rate_header_style::modern) {
        headers.emplace_back("RateLimit-Policy", fmt::format("\"organization\";q={};w={}",
                                                             verdict.limit, length.count()));
        headers.emplace_back("RateLimit",
                             fmt::format("\"organization\";r={};t={}", verdict.remaining,
                                         to_go(verdict.resets_at, now).count()));
        return;
    }
    const std::string prefix =
        style == rate_header_style::classic ? "X-RateLimit-" : "X-Rate-Limit-";
    const auto reset =
        std::chrono::floor<std::chrono::seconds>(verdict.resets_at).time_since_epoch().count();
    headers.emplace_back(prefix + "Limit", std::to_string(verdict.limit));
    headers.emplace_back(prefix + "Remaining", std::to_string(verdict.remaining));
    headers.emplace_back(prefix + "Reset", std::to_string(reset));
}

} // namespace noteload::sandbox
