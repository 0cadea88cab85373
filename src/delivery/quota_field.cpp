#include "noteload/delivery/quota_report.hpp"

#include <array>

namespace noteload::delivery {

namespace {

/// Of letters; nothing else becomes one that way.
constexpr char lower(char c) {
    return static_cast<char>(c | 0x20);
}

constexpr std::size_t longest_plain = 18; // ratelimitremaining

} // namespace

/// Every field of every answer is looked at: those of other families are told by their first
/// letter.
quota_field quota_field_of(std::string_view name) {
    constexpr std::string_view family = "ratelimit";
    if (!name.empty() && lower(name.front()) == 'x') {
        name.remove_prefix(1);
    }
    std::array<char, longest_plain> plain{};
    std::size_t size = 0;
    for (const char c : name) {
        if (c == '-') {
            continue;
        }
        const bool fits =
            size < longest_plain && (size >= family.size() || lower(c) == family[size]);
        if (!fits) {
            return quota_field::none;
        }
        plain[size++] = lower(c);
    }
    const std::string_view text(plain.data(), size);
    if (size < family.size()) {
        return quota_field::none;
    }
    const auto rest = text.substr(family.size());
    return rest == "limit"                    ? quota_field::limit
           : rest == "remaining"              ? quota_field::remaining
           : rest == "reset"                  ? quota_field::reset
           : rest.empty() || rest == "policy" ? quota_field::structured
                                              : quota_field::none;
}

} // namespace noteload::delivery
