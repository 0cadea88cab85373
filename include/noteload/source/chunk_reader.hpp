#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "noteload/error.hpp"
#include "noteload/source/record_chunk.hpp"
#include "noteload/source/record_cutter.hpp"
#include "noteload/source/record_feed.hpp"

namespace noteload::source {

/// Where the records of an input come from, chunk by chunk, in order.
class chunk_supply {
public:
    virtual ~chunk_supply() = default;

    /// The next records, valid until the next call; none at the input's end.
    [[nodiscard]] virtual result<const record_chunk*> next() = 0;

    /// Whether `next` would return without waiting for more input.
    [[nodiscard]] virtual bool ready() const = 0;
};

/// Frames and cuts what a feed gives: from one end to the other (`next`), or piece by piece, each
/// piece wherever it is told to. One thread at a time.
class chunk_reader final : public chunk_supply {
public:
    chunk_reader(record_feed feed, std::unique_ptr<record_cutter> cutter)
        : feed_(std::move(feed)), cutter_(std::move(cutter)) {}

    result<const record_chunk*> next() override;
    bool ready() const override { return feed_.at_end(); }

    /// The records that begin from byte `begin` of the input on, where one may begin and which is
    /// on `line`, and before byte `end`; until the next call. `beyond` becomes the first record
    /// that begins later, or nothing where there is none: for that one reads on over the end.
    [[nodiscard]] result<record_chunk*> read(std::uint64_t begin, std::uint64_t line,
                                             std::uint64_t end, std::optional<framed>& beyond);

    /// The same, and has the worker take the records, some at a time, while they and their text are
    /// in the processor's cache. `into` outlasts what is read next.
    [[nodiscard]] result<void> work_on(std::uint64_t begin, std::uint64_t line, std::uint64_t end,
                                       std::optional<framed>& beyond, piece_worker& worker,
                                       record_chunk& into);

private:
    result<std::span<const framed>> find(std::uint64_t begin, std::uint64_t line, std::uint64_t end,
                                         std::optional<framed>& beyond);
    result<record_chunk*> cut(std::span<const framed> found);

    record_feed feed_;
    std::unique_ptr<record_cutter> cutter_;
    record_chunk chunk_;
};

} // namespace noteload::source
