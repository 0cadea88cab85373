#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "noteload/source/chunk_reader.hpp"
#include "noteload/source/cut_finder.hpp"
#include "noteload/source/reading.hpp"

namespace noteload::source {

/// An input that several threads read at once, each a piece, with what one thread would make of it.
///
/// A piece begins where `cut_finder` guesses that a record does. Each is read one record further
/// than its end: where that is the first record of the next piece, the guess was right, because two
/// framers that begin a record at the same byte go on alike. Where it is not, the next piece is
/// read again from that record on, by whoever asks for it. Lines are counted from each piece's
/// beginning; the record that two pieces have in common tells how many stand before.
///
/// Memory: a few pieces that are being read or wait for their turn, which is when those before them
/// were taken; of pieces that were worked on, what came of that, and a reader for each thread.
/// `next` is for one thread, which reads pieces too while there is nothing to give; the
/// others are our own and end with this.
class parallel_chunks final : public chunk_supply {
public:
    struct position {
        std::uint64_t byte = 0;
        std::uint64_t line = 1;
    };

    [[nodiscard]] static result<std::unique_ptr<parallel_chunks>> start(
        std::shared_ptr<const reading_plan> plan, const piecewise& how, position where);
    ~parallel_chunks() override;

    result<const record_chunk*> next() override;
    bool ready() const override { return true; } // a file is

private:
    /// A stretch of the input, and who works on it.
    struct piece {
        /// Reads it from a place on where a record begins, and has it worked on.
        result<record_chunk*> read_from(position where);

        std::unique_ptr<chunk_reader> reader; ///< while it holds the records, or none
        std::unique_ptr<piece_worker> worker; ///< none where nobody asked for one
        record_chunk worked_on;
        position begin; ///< the line is right for the first piece only
        std::uint64_t end = 0;
        std::optional<result<record_chunk*>> read; ///< nothing: not yet
        std::optional<framed> beyond;              ///< the first record behind
    };

    parallel_chunks(std::shared_ptr<const reading_plan> plan, cut_finder finder, std::size_t size,
                    position where);

    using held_lock = std::unique_lock<std::mutex>;

    void work();
    [[nodiscard]] bool may_begin() const;
    [[nodiscard]] piece* begin_piece();
    void read(piece& p, held_lock& held);
    [[nodiscard]] result<record_chunk*> read_from(piece& p, position where, held_lock& held);
    [[nodiscard]] piece* wait_for_next();
    [[nodiscard]] result<const record_chunk*> confirmed(piece& p);
    [[nodiscard]] piece& at(std::uint64_t number) { return *pieces_[number % pieces_.size()]; }

    std::shared_ptr<const reading_plan> plan_;
    const std::size_t size_;
    record_chunk end_; ///< what `next` returns last
    bool is_first_ = true;
    std::optional<framed> expected_; ///< the record that the next piece begins with

    std::mutex mutex_; ///< of all that follows
    std::condition_variable may_begin_;
    std::condition_variable was_read_;
    cut_finder finder_;
    /// The one that was used last is taken first: its memory is in the cache of who did.
    std::vector<std::unique_ptr<chunk_reader>> idle_readers_;
    std::vector<std::unique_ptr<piece>> pieces_; ///< number n is in place n modulo their count
    std::uint64_t begun_ = 0;                    ///< pieces that a thread took
    std::uint64_t given_ = 0;                    ///< pieces that are done with
    bool is_taken_ = false;                      ///< `next` gave piece `given_`
    position next_begin_;
    bool all_begun_ = false;
    bool is_over_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace noteload::source
