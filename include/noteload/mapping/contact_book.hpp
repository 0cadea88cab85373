#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/contact_resolver.hpp"

namespace noteload::mapping {

/// Former ids and the contacts that they are now. Takes 20 to 30 bytes a contact, and the id's own
/// with a quarter more at most: 64 where ids are no longer than 27 bytes. The ids themselves are
/// kept, not hashes of them, for two ids with one hash would send a note to a stranger.
class contact_book final : public contact_resolver {
public:
    enum class added : std::uint8_t {
        yes,
        again,       ///< was there, with the same contact
        contradicts, ///< was there, with another contact; the first stays
    };
    /// `former` as it stands in the rows, trimmed; compared byte for byte. Contact 0 stands for one
    /// that is not known (yet).
    added add(std::string_view former, std::int64_t contact);

    [[nodiscard]] std::optional<std::int64_t> find(std::string_view former) const override;
    /// Its number, whatever its contact.
    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view former) const;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] std::size_t memory() const noexcept; ///< bytes held

    /// The entries by their number, in the order in which they were added.
    [[nodiscard]] std::string_view former(std::size_t i) const;
    [[nodiscard]] std::int64_t contact(std::size_t i) const { return entries_[i].contact; }
    void set(std::size_t i, std::int64_t contact) { entries_[i].contact = contact; }

private:
    struct entry {
        std::uint64_t at; ///< in `text_`; its bytes end where the next entry's begin
        std::int64_t contact;
    };

    [[nodiscard]] std::size_t slot_of(std::string_view id) const;
    void grow();

    std::string text_;
    std::vector<entry> entries_;
    std::vector<std::uint32_t> slots_; // 1 + index of an entry; 0: free. A power of two of them
};

} // namespace noteload::mapping
