#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace noteload::mapping {

/// The organisation's note types by display name.
class note_types {
public:
    /// `names` as the server spells them, blanks and all.
    explicit note_types(std::vector<std::string> names) : names_(std::move(names)) {}

    /// The organisation's own spelling of `name`, matched without regard to ASCII case and
    /// surrounding blanks; an exact match goes first where two names differ in case alone. Lives as
    /// long as this object, in place. Allocates nothing. Letters beyond ASCII match as they are.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    /// For people, of a name that `find` does not know: the type that was probably meant, or else
    /// the first dozen types.
    [[nodiscard]] std::string suggest(std::string_view name) const;

private:
    std::vector<std::string> names_;
};

/// The least number of bytes to insert, delete or replace that makes `b` of `a`, ASCII case
/// disregarded. Takes time in proportion to the product of their lengths.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

} // namespace noteload::mapping
