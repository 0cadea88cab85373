#include "noteload/source/parallel_chunks.hpp"

#include <limits>
#include <utility>

namespace noteload::source {

namespace {

constexpr std::uint64_t input_end = std::numeric_limits<std::uint64_t>::max();

/// Besides those that are being read: one that is looked at, and one that waits for its turn.
constexpr std::size_t pieces_ahead = 2;

} // namespace

parallel_chunks::parallel_chunks(std::shared_ptr<const reading_plan> plan, cut_finder finder,
                                 std::size_t size, position where)
    : plan_(std::move(plan)), size_(size), finder_(std::move(finder)), next_begin_(where) {}

result<std::unique_ptr<parallel_chunks>> parallel_chunks::start(
    std::shared_ptr<const reading_plan> plan, const piecewise& how, position where) {
    auto for_cuts = how.open();
    if (!for_cuts) {
        return for_cuts.error();
    }
    cut_finder finder(std::move(*for_cuts), *plan);
    std::unique_ptr<parallel_chunks> made(
        new parallel_chunks(plan, std::move(finder), how.size, where));
    for (std::size_t i = 0; i < how.threads + pieces_ahead; ++i) {
        auto from = how.open();
        if (!from) {
            return from.error();
        }
        record_feed feed(std::make_unique<input_buffer>(std::move(*from), how.size),
                         make_framer(*plan));
        const auto& worker = plan->options.worker;
        made->pieces_.push_back(
            std::make_unique<piece>(chunk_reader(std::move(feed), make_cutter(*plan)),
                                    worker ? worker() : std::unique_ptr<piece_worker>()));
    }
    for (std::size_t i = 1; i < how.threads; ++i) {
        made->threads_.emplace_back([p = made.get()] { p->work(); });
    }
    return made;
}

parallel_chunks::~parallel_chunks() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    may_begin_.notify_all();
    threads_.clear();
}

void parallel_chunks::work() {
    held_lock held(mutex_);
    for (;;) {
        may_begin_.wait(held, [this] { return is_over_ || all_begun_ || may_begin(); });
        piece* const p = is_over_ || all_begun_ ? nullptr : begin_piece();
        if (p == nullptr) {
            return;
        }
        read(*p, held);
    }
}

bool parallel_chunks::may_begin() const {
    return !all_begun_ && begun_ - given_ < pieces_.size();
}

/// The mutex is held before and behind it, and not while it reads.
void parallel_chunks::read(piece& p, held_lock& held) {
    held.unlock();
    auto made = p.read_from(p.begin.byte, p.begin.line);
    held.lock();
    p.read = std::move(made);
    was_read_.notify_one();
}

result<record_chunk*> parallel_chunks::piece::read_from(std::uint64_t byte, std::uint64_t line) {
    const auto made = reader.read(byte, line, end, beyond);
    if (made && worker) {
        record_chunk& chunk = **made;
        worker->begin();
        for (std::size_t i = 0; i < chunk.records.size(); ++i) {
            worker->take(chunk.at(i, i + 1));
        }
        chunk.worker = worker.get();
    }
    return made;
}

/// Takes the next piece, where it may; nothing where it cannot be found.
parallel_chunks::piece* parallel_chunks::begin_piece() {
    piece& p = at(begun_++);
    p.begin = std::exchange(next_begin_, {});
    p.read.reset();
    const auto cut = finder_.find(p.begin.byte + size_);
    all_begun_ = !cut || !*cut;
    if (all_begun_) {
        may_begin_.notify_all();
    }
    if (!cut) {
        p.read = cut.error();
        was_read_.notify_one();
        return nullptr;
    }
    p.end = cut->value_or(input_end);
    next_begin_.byte = p.end; // lines are counted from there
    return &p;
}

/// The piece behind the one that was waited for last, which is done with.
parallel_chunks::piece* parallel_chunks::wait_for_next() {
    held_lock held(mutex_);
    if (is_taken_) {
        ++given_;
        may_begin_.notify_one();
    }
    const auto is_there = [this] {
        return given_ < begun_ ? at(given_).read.has_value() : all_begun_;
    };
    while (!is_there()) {
        if (!may_begin()) {
            was_read_.wait(held);
        } else if (piece* const p = begin_piece()) {
            read(*p, held);
        }
    }
    is_taken_ = given_ < begun_;
    return is_taken_ ? &at(given_) : nullptr;
}

result<const record_chunk*> parallel_chunks::next() {
    while (is_first_ || expected_) {
        piece* const p = wait_for_next();
        if (p == nullptr) {
            break;
        }
        if (expected_ && expected_->byte >= p->end) {
            continue; // a record that began before it reaches over all of it
        }
        const auto read = confirmed(*p);
        if (!read) {
            return read.error();
        }
        is_first_ = false;
        expected_ = p->beyond;
        if (expected_) {
            expected_->line += (*read)->lines_before;
        }
        end_.next_byte = (*read)->next_byte;
        if (!(*read)->records.empty()) {
            return *read;
        }
    }
    return &end_;
}

/// What the piece holds: what was read, where it begins with the record that is expected.
result<const record_chunk*> parallel_chunks::confirmed(piece& p) {
    auto& read = *p.read;
    if (!read) {
        return read.error();
    }
    if (!expected_) {
        return *read; // the first piece: where it begins is known
    }
    record_chunk& chunk = **read;
    if (!chunk.records.empty() && chunk.records.front().found.byte == expected_->byte) {
        chunk.lines_before = expected_->line - chunk.records.front().found.line;
        return &chunk;
    }
    const auto again = p.read_from(expected_->byte, expected_->line);
    if (!again) {
        return again.error();
    }
    return *again;
}

} // namespace noteload::source
