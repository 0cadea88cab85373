#pragma once

#include <algorithm>
#include <string_view>

#include "noteload/delivery/answer.hpp"
#include "noteload/delivery/quota_report.hpp"

namespace noteload::delivery {

/// A field that some rule looks at: one of these, or a `quota_field` by its letter.
enum class kept_field : char { none = 0, date = 'D', retry_after = 'A', location = 'L' };

/// Of an answer's header the fields that some rule looks at, on their way into the answer. Of
/// fields that come twice the first counts; those about quota are all kept.
class kept_fields {
public:
    /// The answer must be empty and outlive it.
    explicit kept_fields(answer& into) : into_(into) {}

    [[nodiscard]] static kept_field field_of(std::string_view name);
    /// `value` without blanks around it.
    void take(kept_field what, std::string_view value);

private:
    void keep(unsigned bit, std::string& where, std::string_view value);

    answer& into_;
    unsigned kept_ = 0; // a bit for each field that has come
};

/// Whether the texts are the same but for capitals; `lower` has none.
[[nodiscard]] inline bool is_same_field(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

} // namespace noteload::delivery
