#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace noteload::mapping {

/// Who knows the contact behind a former id, a reference or an address. `run/` hands one to the
/// mapper: a `contact_book` of a file, or what the server answered.
class contact_resolver {
public:
    virtual ~contact_resolver() = default;

    /// The Virtuous id of what stands in the row, trimmed and not empty; nothing: it is unknown.
    /// Allocates nothing; from any thread.
    [[nodiscard]] virtual std::optional<std::int64_t> find(std::string_view value) const = 0;
};

} // namespace noteload::mapping
