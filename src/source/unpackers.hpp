#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "noteload/source/unpacking.hpp"

namespace noteload::source {

/// One library's decoder, a step at a time.
class unpacker {
public:
    enum class state : std::uint8_t { going, member_ended, damaged };
    struct step {
        std::size_t taken = 0; ///< bytes of the input
        std::size_t given = 0; ///< bytes of the output
        state now = state::going;
    };

    virtual ~unpacker() = default;

    /// A new member begins. False where there is no memory.
    virtual bool restart() = 0;
    virtual step unpack(const char* in, std::size_t in_size, char* out, std::size_t out_size) = 0;
};

std::unique_ptr<unpacker> make_unpacker(packing how);

} // namespace noteload::source
