#include "noteload/delivery/quota_report.hpp"

namespace noteload::delivery {

namespace {

/// Of letters; nothing else becomes one that way.
constexpr char lower(char c) {
    return static_cast<char>(c | 0x20);
}

/// Whether `name` goes on with `plain`, but for capitals and hyphens; it is behind us then.
bool passed(std::string_view& name, std::string_view plain) {
    std::size_t at = 0;
    for (const char c : plain) {
        while (at < name.size() && name[at] == '-') {
            ++at;
        }
        if (at == name.size() || lower(name[at]) != c) {
            return false;
        }
        ++at;
    }
    name.remove_prefix(at);
    return true;
}

/// The same, of all that there is.
bool is(std::string_view name, std::string_view plain) {
    return passed(name, plain) && name.find_first_not_of('-') == std::string_view::npos;
}

} // namespace

/// Every field of every answer is looked at: those of other families are told by their first
/// letter.
quota_field quota_field_of(std::string_view name) {
    if (!name.empty() && lower(name.front()) == 'x') {
        name.remove_prefix(1);
    }
    if (!passed(name, "ratelimit")) {
        return quota_field::none;
    }
    return is(name, "limit")                    ? quota_field::limit
           : is(name, "remaining")              ? quota_field::remaining
           : is(name, "reset")                  ? quota_field::reset
           : is(name, "") || is(name, "policy") ? quota_field::structured
                                                : quota_field::none;
}

} // namespace noteload::delivery
