#include "noteload/source/unpacking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "unpackers.hpp"

namespace noteload::source {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view damage = "is damaged: it cannot be unpacked further";

class unpacking_source final : public byte_source {
public:
    unpacking_source(packing how, std::unique_ptr<byte_source> from, std::string name)
        : how_(how), from_(std::move(from)), name_(std::move(name)), unpacker_(make_unpacker(how)) {
        buffer_.resize(std::size_t{128} * 1024);
    }

    result<std::size_t> read(char* into, std::size_t size) override {
        for (;;) {
            if (damaged_) {
                return failed(damage);
            }
            if (in_.empty() && !ended_) {
                if (const auto filled = fill(); !filled) {
                    return filled.error();
                }
            }
            if (!in_member_) {
                in_.remove_prefix(std::min(in_.find_first_not_of('\0'), in_.size())); // padding
                if (in_.empty() && ended_) {
                    return std::size_t{0};
                }
                if (in_.empty()) {
                    continue;
                }
                if (!unpacker_->restart()) {
                    return failed("cannot be unpacked: there is not enough memory");
                }
                in_member_ = true;
            }
            // Also without input: what did not fit last time may wait in there.
            const auto did = unpacker_->unpack(in_.data(), in_.size(), into, size);
            in_.remove_prefix(did.taken);
            in_member_ = did.now != unpacker::state::member_ended;
            damaged_ |= did.now == unpacker::state::damaged;
            if (damaged_ && did.given == 0) {
                return failed(damage);
            }
            if (did.given > 0) {
                given_ += did.given;
                return did.given;
            }
            if (ended_ && in_.empty() && in_member_) {
                cut_ = true;
                return std::size_t{0};
            }
        }
    }

    result<void> seek(std::uint64_t byte) override {
        if (byte < given_ || cut_ || damaged_) {
            if (const auto gone = from_->seek(0); !gone) {
                return gone.error();
            }
            in_ = {};
            given_ = 0;
            ended_ = cut_ = in_member_ = damaged_ = false;
        }
        std::vector<char> passed(buffer_.size());
        while (given_ < byte) {
            const auto want = std::min<std::uint64_t>(byte - given_, passed.size());
            const auto got = read(passed.data(), static_cast<std::size_t>(want));
            if (!got) {
                return got.error();
            }
            if (*got == 0) {
                return {};
            }
        }
        return {};
    }

    bool soon() override { return !in_.empty() || ended_ || from_->soon(); }
    bool was_cut() const override { return cut_; }

private:
    result<void> fill() {
        const auto got = from_->read(buffer_.data(), buffer_.size());
        if (!got) {
            return got.error();
        }
        in_ = {buffer_.data(), *got};
        ended_ = *got == 0;
        return {};
    }

    failure failed(std::string_view what) const {
        return {errc::input, fmt::format("{}: {} ({}), behind its first {} bytes of text", name_,
                                         what, to_word(how_), given_)};
    }

    packing how_;
    std::unique_ptr<byte_source> from_;
    std::string name_;
    std::unique_ptr<unpacker> unpacker_;
    std::vector<char> buffer_;
    std::string_view in_; ///< of `buffer_`, what is still to be unpacked
    std::uint64_t given_ = 0;
    bool ended_ = false;     ///< of the packed data
    bool in_member_ = false; ///< between its first byte and its last
    bool cut_ = false;
    bool damaged_ = false;
};

} // namespace

std::string_view to_word(packing p) noexcept {
    constexpr std::string_view words[] = {"none", "gzip", "zstd", "bzip2"};
    return words[static_cast<std::size_t>(p)];
}

packing packing_of(std::string_view first) noexcept {
    if (first.starts_with("\x1F\x8B\x08"sv)) {
        return packing::gzip;
    }
    if (first.starts_with("\x28\xB5\x2F\xFD"sv)) {
        return packing::zstd;
    }
    // The block's or the empty stream's mark behind the level: text may start with "BZh".
    if (first.starts_with("BZh"sv) && first.size() > 4 &&
        (first.substr(4).starts_with("1AY&SY"sv) ||
         first.substr(4).starts_with("\x17\x72\x45\x38\x50\x90"sv))) {
        return packing::bzip2;
    }
    return packing::none;
}

std::unique_ptr<byte_source> unpack(packing how, std::unique_ptr<byte_source> from,
                                    std::string name) {
    if (how == packing::none) {
        return from;
    }
    return std::make_unique<unpacking_source>(how, std::move(from), std::move(name));
}

} // namespace noteload::source
