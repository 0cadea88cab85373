#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "noteload/mapping/note_mapper.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/bounded_queue.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/key_check.hpp"

namespace noteload::run {

using batch_queue = bounded_queue<std::unique_ptr<batch>>;

/// Bytes of batches that may wait between the reader and the network.
inline constexpr std::size_t queue_limit = 4 << 20;

/// Adds the row at the end: its record, and its request's body or its faults, with which it ends as
/// `unsent`.
void append_row(batch& to, const record& r, const mapping::mapped_note& note,
                outcome unsent = outcome::invalid);

/// The reader's thread: records are read, mapped, made into request bodies and handed over in
/// batches. A batch goes as soon as the input makes us wait, so rows that trickle in are sent as
/// they come.
class row_reader {
public:
    struct options {
        std::uint64_t skip = 0; ///< records passed over at the start, not counted as read
        std::optional<std::uint64_t> limit; ///< records read at most
    };

    /// `keys`: with a key column only.
    row_reader(std::vector<checked_input> inputs, const input_options& reading,
               mapping::note_mapper mapper, options o, walk_start start, batch_queue& into,
               std::optional<key_check> keys = std::nullopt)
        : mapper_(std::move(mapper)),
          walk_(std::move(inputs), reading, mapper_.columns(), std::move(start)),
          options_(o),
          queue_(into),
          keys_(std::move(keys)) {}

    /// The thread's body; ends at the input's end, the limit, a failure, or when the queue is
    /// cancelled. Always finishes the queue.
    void run();

    /// Records framed and handed over. From any thread.
    [[nodiscard]] std::uint64_t read() const noexcept { return read_; }
    /// After `run`: why it ended early; and whether the limit left rows behind.
    [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }
    [[nodiscard]] bool limited() const noexcept { return limited_; }
    /// After `run` came to the input's end: the number of its last row.
    [[nodiscard]] std::uint64_t last_row() const noexcept { return walk_.rows(); }
    /// After `run`: what the mapping changed.
    [[nodiscard]] const mapping::notices& noticed() const noexcept { return mapper_.noticed(); }

private:
    bool hand_over(std::unique_ptr<batch>& b);

    mapping::note_mapper mapper_;
    record_walk walk_; // reads the mapper's columns
    options options_;
    batch_queue& queue_;
    std::optional<key_check> keys_; // until the reading is over
    std::atomic<std::uint64_t> read_ = 0;
    std::optional<failure> failed_;
    bool limited_ = false;
};

} // namespace noteload::run
