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
        auto& p = *made->pieces_.emplace_back(std::make_unique<piece>());
        if (const auto& worker = plan->options.worker) {
            p.worker = worker();
        }
        if (p.worker && i >= how.threads) {
            continue; // each thread has a reader
        }
        auto from = how.open();
        if (!from) {
            return from.error();
        }
        record_feed feed(std::make_unique<input_buffer>(std::move(*from), how.size),
                         make_framer(*plan));
        made->idle_readers_.push_back(
            std::make_unique<chunk_reader>(std::move(feed), make_cutter(*plan)));
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
    p.read = read_from(p, p.begin, held);
    was_read_.notify_one();
}

/// The same, from a place on where a record begins. What was worked on needs its reader no more.
result<record_chunk*> parallel_chunks::read_from(piece& p, position where, held_lock& held) {
    if (!p.reader) {
        p.reader = std::move(idle_readers_.back());
        idle_readers_.pop_back();
    }
    held.unlock();
    auto made = p.read_from(where);
    held.lock();
    if (p.worker) {
        idle_readers_.push_back(std::move(p.reader));
    }
    return made;
}

result<record_chunk*> parallel_chunks::piece::read_from(position where) {
    if (!worker) {
        return reader->read(where.byte, where.line, end, beyond);
    }
    const auto done = reader->work_on(where.byte, where.line, end, beyond, *worker, worked_on);
    if (!done) {
        return done.error();
    }
    return &worked_on;
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
    held_lock held(mutex_);
    const auto again = read_from(p, {expected_->byte, expected_->line}, held);
    if (!again) {
        return again.error();
    }
    return *again;
}

} // namespace noteload::source
