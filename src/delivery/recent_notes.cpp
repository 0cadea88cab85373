#include "noteload/delivery/recent_notes.hpp"

namespace noteload::delivery {

std::vector<std::int64_t> recent_notes::newest_of(std::int64_t contact_id, std::size_t n) const {
    std::vector<std::int64_t> newest;
    auto at = oldest_;
    for (auto left = ring_.size(); left > 0 && newest.size() < n; --left) {
        at = (at == 0 ? ring_.size() : at) - 1;
        if (ring_[at].contact_id == contact_id) {
            newest.push_back(ring_[at].note_id);
        }
    }
    return newest;
}

} // namespace noteload::delivery
