#include "noteload/source/beyond_ascii.hpp"

#include <algorithm>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "noteload/source/encoding.hpp"

namespace noteload::source {

namespace {

constexpr std::size_t piece_size = std::size_t{256} << 10;

/// In the next `most` bytes.
std::string find(byte_source& in, std::uint64_t most, const std::stop_token& stop) {
    std::string piece(piece_size, '\0');
    std::size_t have = 0;
    std::uint64_t seen = 0;
    for (bool at_end = false; !at_end && seen < most && !stop.stop_requested();) {
        const auto got = in.read(piece.data() + have, piece.size() - have);
        if (!got) {
            return {};
        }
        at_end = *got == 0;
        have += *got;
        seen += *got;
        const bool ascii = is_ascii(std::string_view(piece).substr(0, have));
        if (!ascii && have == piece.size()) {
            break;
        }
        have = ascii ? 0 : have;
    }
    piece.resize(have);
    return piece;
}

} // namespace

std::string find_beyond_ascii(byte_source& from, byte_source* also, std::uint64_t bytes) {
    const std::uint64_t most = std::min(bytes, most_looked_through);
    const std::uint64_t half = most / 2;
    if (also == nullptr) {
        return find(from, most_looked_through, {});
    }
    std::string behind;
    std::jthread other([&](const std::stop_token& stop) {
        if (also->seek(half)) {
            behind = find(*also, most_looked_through - half, stop);
        }
    });
    auto found = find(from, half, {});
    if (!found.empty()) {
        return found; // what is left of the thread is stopped
    }
    other.join();
    return behind;
}

} // namespace noteload::source
