#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

// Pages of all contacts: the cheap way to many references. Pure.

namespace noteload::delivery {

inline constexpr std::uint64_t contacts_a_page = 1000;

/// One contact of a page. Views into the page.
struct listed_contact {
    std::int64_t id = 0;
    std::int64_t merged_into = 0; ///< 0: it was not merged
    std::string_view source;      ///< of one of its references; without any it is listed once,
    std::string_view reference;   ///< and both are empty
};

/// Calls `with` for each reference of each contact; its contacts and the total that the server
/// tells. Nothing where the body is no page of contacts.
struct read_page {
    std::uint64_t contacts = 0;
    std::uint64_t total = 0;
};
[[nodiscard]] std::optional<read_page> read_contact_page(
    std::string_view body, const std::function<void(const listed_contact&)>& with);

/// Whether it is worth a request to learn how many contacts there are.
[[nodiscard]] constexpr bool may_page(std::uint64_t values) noexcept {
    return values > 20;
}
/// Whether the pages behind the first are fewer than the values that are still to be looked up.
[[nodiscard]] constexpr bool pages_are_fewer(std::uint64_t total, std::uint64_t values) noexcept {
    const auto pages = (total + contacts_a_page - 1) / contacts_a_page;
    return pages <= values; // one of them was read
}

} // namespace noteload::delivery
