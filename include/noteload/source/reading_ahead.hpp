#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "noteload/source/byte_source.hpp"

namespace noteload::source {

/// Reads what is below it on a thread of its own, some blocks ahead of who reads here: for a source
/// that takes time of its own (unpacking). The same bytes, the same failure behind them. Not over a
/// pipe, whose thread could wait in `read` when this one is to end.
class reading_ahead final : public byte_source {
public:
    static constexpr std::size_t default_block = 256 * 1024;

    explicit reading_ahead(std::unique_ptr<byte_source> from,
                           std::size_t block_size = default_block);
    ~reading_ahead() override;

    result<std::size_t> read(char* into, std::size_t size) override;
    result<void> seek(std::uint64_t byte) override;
    bool was_cut() const override { return from_->was_cut(); } // after the end the thread is, too

private:
    /// What one read gave: bytes, none at the end, or a failure.
    struct block {
        std::string bytes;
        result<std::size_t> size = std::size_t{0};
    };

    void start();
    void stop();
    void work();

    std::unique_ptr<byte_source> from_; // the thread's, while there is one
    std::array<block, 4> blocks_;       // number n is in place n modulo their count
    std::size_t at_ = 0;                // of the block that is given, the next byte

    std::mutex mutex_; // of all that follows
    std::condition_variable changed_;
    std::uint64_t filled_ = 0;
    std::uint64_t given_ = 0;
    bool is_over_ = false;
    std::jthread thread_;
};

} // namespace noteload::source
