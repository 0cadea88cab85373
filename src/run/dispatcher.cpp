#include "noteload/run/dispatcher.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace noteload::run {

namespace {

// Where few rows are valid, marking ahead must not pull the whole input into memory.
constexpr std::size_t most_loaded = 64;

constexpr std::size_t cache_line = 64;
constexpr std::size_t most_fetched = 1024; // bytes of a body

} // namespace

dispatcher::dispatcher(boost::asio::io_context& on, batch_queue& from, ledger::log_book& log,
                       const options& o, hooks call)
    : queue_(from),
      log_(log),
      options_(o),
      call_(std::move(call)),
      changed_(on),
      rule_(o.concurrency) {}

const batch_row* dispatcher::at(const cursor& c) const {
    return c.batch < loaded_.size() ? &loaded_[c.batch]->rows[c.row] : nullptr;
}

/// The reader's thread wrote the rows a while ago: they are fetched from afar while those before
/// them are on their way.
void dispatcher::fetch_ahead() const {
    if (next_.batch >= loaded_.size()) {
        return;
    }
    const auto& b = *loaded_[next_.batch];
    if (next_.row + 1 < b.rows.size()) {
        const auto* row = reinterpret_cast<const char*>(&b.rows[next_.row + 1]);
        for (std::size_t i = 0; i < sizeof(batch_row); i += cache_line) {
            __builtin_prefetch(row + i);
        }
    }
    const auto body = b.body(b.rows[next_.row]);
    for (std::size_t i = 0; i < std::min(body.size(), most_fetched); i += cache_line) {
        __builtin_prefetch(body.data() + i);
    }
}

void dispatcher::advance(cursor& c) const {
    if (++c.row == loaded_[c.batch]->rows.size()) {
        ++c.batch;
        c.row = 0;
    }
}

bool dispatcher::is_marked(const cursor& c) const {
    return std::tie(c.batch, c.row) < std::tie(unmarked_.batch, unmarked_.row);
}

/// One more batch from the queue, if there is one.
bool dispatcher::pull() {
    std::unique_ptr<batch> came;
    switch (queue_.try_pop(came)) {
        case batch_queue::taken::item:
            loaded_.push_back(std::move(came));
            return true;
        case batch_queue::taken::finished:
            queue_done_ = true;
            return false;
        case batch_queue::taken::nothing_yet:
            return false;
    }
    return false;
}

/// Invalid and skipped rows are settled when their turn comes, so that --max-errors counts in the
/// input's order and not by how far the reader has run ahead. Nothing but the log holds them up: a
/// file may have millions of them one after the other.
void dispatcher::pass_invalid() {
    for (const auto* row = at(next_);
         row != nullptr && !row->is_valid() && !stopping_ && log_.has_room(); row = at(next_)) {
        settle_unsent(*loaded_[next_.batch], next_.row);
        passed(row->at);
        const bool marks_behind = unmarked_.batch == next_.batch && unmarked_.row == next_.row;
        advance(next_);
        if (marks_behind) {
            unmarked_ = next_;
        }
    }
    // Batches that are behind both cursors; parcels in flight keep theirs.
    while (next_.batch > 0) {
        loaded_.pop_front();
        --next_.batch;
        --unmarked_.batch;
    }
}

delivery::parcel dispatcher::parcel_of(const shared_batch& b, std::size_t row) {
    const auto& r = b->rows[row];
    return {.at = r.at, .contact_id = r.contact_id, .body = b->body(r), .keeps = b, .index = row};
}

void dispatcher::passed(const place& at) {
    counts_.file = at.file;
    counts_.bytes_done = at.byte + at.size;
}

delivery::parcel dispatcher::take() {
    auto p = parcel_of(loaded_[next_.batch], next_.row);
    passed(p.at);
    advance(next_);
    fetch_ahead();
    return p;
}

std::optional<delivery::parcel> dispatcher::next_at_once() {
    if (stopping_ || !log_.has_room()) {
        return std::nullopt;
    }
    do {
        pass_invalid();
    } while (at(next_) == nullptr && pull());
    const auto* row = at(next_);
    if (row == nullptr || stopping_ || !row->is_valid() || row->at.row > durable_) {
        return std::nullopt;
    }
    std::optional<delivery::parcel> p = take();
    mark_ahead(false);
    return p;
}

delivery::task<std::optional<delivery::parcel>> dispatcher::next() {
    for (;; now_ = steady_clock::now()) {
        if (auto p = next_at_once()) {
            co_return p;
        }
        if (stopping_) {
            co_return std::nullopt;
        }
        const auto* row = at(next_);
        if (!log_.has_room() || (row != nullptr && !row->is_valid())) {
            // The disk is slower than the network: look again soon. Rare, so polling will do.
            const auto soon = now_ + std::chrono::milliseconds(5);
            co_await changed_.wait(soon);
            continue;
        }
        if (row == nullptr && queue_done_) {
            co_return std::nullopt;
        }
        // Where the row has its mark, and that is not on disk yet, more rows gather meanwhile.
        mark_ahead(!is_marked(next_));
        co_await changed_.wait();
    }
}

void dispatcher::mark_ahead(bool somebody_waits) {
    auto most = rule_.allowance(now_);
    if (!somebody_waits && most < rule_.worth_a_mark(now_)) {
        return;
    }
    // A mark for each batch, and one sync for them all.
    std::optional<ledger::sending_mark> last;
    for (; most > 0; most = rule_.allowance(now_)) {
        if (at(unmarked_) == nullptr && (loaded_.size() >= most_loaded || !pull())) {
            break;
        }
        if (auto next = next_mark(most)) {
            if (last) {
                log_.mark(*last, true);
            }
            last = std::move(next);
        }
    }
    if (last) {
        log_.mark(*last);
        if (!timed_) {
            timed_ = {last->last, steady_clock::now()};
        }
    }
}

/// Of up to `most` valid rows of the batch at the cursor, beginning and ending with one.
std::optional<ledger::sending_mark> dispatcher::next_mark(std::size_t most) {
    const auto& b = *loaded_[unmarked_.batch];
    std::size_t first = b.rows.size();
    std::size_t last = first;
    std::size_t valid = 0;
    auto i = unmarked_.row;
    for (; i < b.rows.size() && valid < most; ++i) {
        // A resumed run leaves out rows that have their outcome: no mark may cover them again.
        if (valid > 0 && b.rows[i].at.row != b.rows[i - 1].at.row + 1) {
            break;
        }
        if (b.rows[i].is_valid()) {
            first = valid == 0 ? i : first;
            last = i;
            ++valid;
        }
    }
    if (i == b.rows.size()) {
        ++unmarked_.batch;
        unmarked_.row = 0;
    } else {
        unmarked_.row = i;
    }
    if (valid == 0) {
        return std::nullopt;
    }
    rule_.marked(valid);
    const auto& from = b.rows[first].at;
    return ledger::sending_mark{.first = from.row,
                                .last = b.rows[last].at.row,
                                .file = from.file,
                                .byte = from.byte,
                                .line = from.line,
                                .hash = ledger::mark_hash(b.span(first, last))};
}

void dispatcher::made_durable(const ledger::sending_mark& mark) {
    durable_ = std::max(durable_, mark.last);
    if (timed_ && timed_->row <= durable_) {
        rule_.durable_after(steady_clock::now() - timed_->asked);
        timed_.reset();
    }
    changed_.ring();
}

std::vector<delivery::parcel> dispatcher::doubtful() {
    std::vector<delivery::parcel> parcels;
    for (const auto& b : options_.doubtful) {
        for (std::size_t i = 0; i < b->rows.size(); ++i) {
            if (b->rows[i].is_valid()) {
                parcels.push_back(parcel_of(b, i));
                aside_.insert(b->rows[i].at.row);
            } else {
                settle_unsent(*b, i);
            }
        }
    }
    return parcels;
}

delivery::claims_elsewhere dispatcher::claimed_elsewhere(const std::vector<std::int64_t>& ids) {
    return options_.claimed ? options_.claimed(ids) : delivery::claims_elsewhere();
}

void dispatcher::set_aside(const delivery::parcel& p) {
    if (aside_.insert(p.at.row).second) {
        rule_.set_aside();
        changed_.ring();
    }
}

void dispatcher::settle(const delivery::parcel& p, delivery::delivered d) {
    const auto when = d.when ? *d.when : moment::now();
    now_ = std::max(now_, when.steady);
    if (aside_.empty() || aside_.erase(p.at.row) == 0) {
        rule_.settled(now_);
    }
    ledger::log_entry entry;
    entry.row.what = d.what;
    entry.row.note_id = d.note_id;
    entry.row.status = d.status;
    entry.row.attempts = d.attempts;
    entry.row.took = d.took;
    if (d.why) {
        entry.row.faults.push_back(std::move(*d.why));
    }
    entry.response = std::move(d.response);
    write_down(*static_cast<const batch*>(p.keeps.get()), p.index, std::move(entry), when.wall);
    changed_.ring();
}

/// A row that was never given out: invalid, skipped, or the run has ended before its turn.
void dispatcher::settle_unsent(const batch& b, std::size_t row) {
    ledger::log_entry entry;
    entry.row.what = b.rows[row].is_valid() ? outcome::not_attempted : b.rows[row].unsent;
    entry.row.faults = b.rows[row].faults;
    if (entry.row.faults.empty()) {
        entry.row.faults.push_back({reason::stopped, "the run ended before its turn"});
    }
    write_down(b, row, std::move(entry), wall_clock::now());
}

void dispatcher::write_down(const batch& b, std::size_t row, ledger::log_entry entry,
                            wall_clock::time_point when) {
    entry.row.at = b.rows[row].at;
    entry.row.key = b.rows[row].key;
    entry.row.when = when;
    const auto what = entry.row.what;
    if (has_reject(what)) {
        entry.record = b.record(row);
    }
    ++counts_.rows[what];
    counts_.last_row = std::max(counts_.last_row, entry.row.at.row);
    log_.settle(std::move(entry));
    if (what == outcome::invalid || what == outcome::refused) {
        const auto errors = counts_.rows[outcome::invalid] + counts_.rows[outcome::refused];
        if (!stopping_ && options_.errors.passed(errors, counts_.rows.settled())) {
            over_limit_ = true;
            stop();
            call_.halted(nullptr);
        }
    }
}

void dispatcher::tell(std::string_view what, std::string_view why, std::string detail) {
    const ledger::log_event event{.what = std::string(what),
                                  .why = std::string(why),
                                  .detail = std::move(detail),
                                  .when = wall_clock::now()};
    log_.tell(event);
    call_.told(event);
}

void dispatcher::halt(const failure& why) {
    stop();
    call_.halted(&why);
}

void dispatcher::stop() {
    stopping_ = true;
    changed_.ring();
}

void dispatcher::give_back_rest() {
    do {
        for (; at(next_) != nullptr; advance(next_)) {
            settle_unsent(*loaded_[next_.batch], next_.row);
        }
    } while (pull());
}

} // namespace noteload::run
