#include "noteload/mapping/contact_book.hpp"

#include <functional>

namespace noteload::mapping {

namespace {

constexpr std::size_t first_slots = 64;

/// Grows by a quarter instead of to the double, so that little is held in vain.
template <class Container>
void make_room(Container& c, std::size_t more) {
    if (c.capacity() < c.size() + more) {
        c.reserve(c.size() + more + c.size() / 4);
    }
}

} // namespace

std::string_view contact_book::former(std::size_t i) const {
    const auto end = i + 1 < entries_.size() ? entries_[i + 1].at : text_.size();
    return std::string_view(text_).substr(entries_[i].at, end - entries_[i].at);
}

std::size_t contact_book::slot_of(std::string_view id) const {
    auto slot = std::hash<std::string_view>{}(id) & (slots_.size() - 1);
    while (slots_[slot] != 0 && former(slots_[slot] - 1) != id) {
        slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
}

void contact_book::grow() {
    slots_.assign(slots_.empty() ? first_slots : slots_.size() * 2, 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        slots_[slot_of(former(i))] = static_cast<std::uint32_t>(i + 1);
    }
}

contact_book::added contact_book::add(std::string_view id, std::int64_t contact) {
    // At most seven of eight slots are taken.
    if (entries_.size() + 1 > slots_.size() / 8 * 7) {
        grow();
    }
    const auto slot = slot_of(id);
    if (slots_[slot] != 0) {
        return entries_[slots_[slot] - 1].contact == contact ? added::again : added::contradicts;
    }
    make_room(entries_, 1);
    make_room(text_, id.size());
    entries_.push_back({text_.size(), contact});
    text_ += id;
    slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    return added::yes;
}

std::optional<std::size_t> contact_book::index_of(std::string_view former) const {
    const auto slot = slots_.empty() ? 0 : slots_[slot_of(former)];
    return slot == 0 ? std::nullopt : std::optional<std::size_t>(slot - 1);
}

std::optional<std::int64_t> contact_book::find(std::string_view id) const {
    const auto at = index_of(id);
    const auto contact = at ? entries_[*at].contact : 0;
    return contact == 0 ? std::nullopt : std::optional(contact);
}

std::size_t contact_book::memory() const noexcept {
    return text_.capacity() + entries_.capacity() * sizeof(entry) +
           slots_.capacity() * sizeof(std::uint32_t);
}

} // namespace noteload::mapping
