#include "noteload/ledger/log_book.hpp"

#include <utility>

namespace noteload::ledger {

namespace {

constexpr std::size_t wake_after = 256; // entries that gather before their 4 ms are over

/// Of an entry, against `log_book::room`.
std::size_t weight_of(const log_entry& entry) {
    return 1 + (entry.record.size() + entry.response.size()) / 1024;
}

} // namespace

log_book::log_book(std::unique_ptr<append_file> log, side_files beside, hooks call)
    : log_(std::move(log)), beside_(std::move(beside)), call_(std::move(call)) {}

void log_book::push(item i, bool hurry) {
    bool wake = hurry;
    const auto* entry = std::get_if<log_entry>(&i);
    const auto weight = entry != nullptr ? weight_of(*entry) : 1;
    {
        const std::scoped_lock hold(mutex_);
        if (failed_) {
            return;
        }
        const bool is_first = queue_.empty(); // of what gathers: when the others came is all one
        wake = wake || is_first || queue_.size() == wake_after;
        queue_.push_back(std::move(i));
        weight_ += weight;
        waiting_.store(weight_, std::memory_order_relaxed);
        ++pushed_;
        if (hurry) {
            when_.hurry_came(steady_clock::now());
        } else if (is_first) {
            when_.entry_came(steady_clock::now());
        }
    }
    if (wake) {
        work_.notify_one();
    }
}

void log_book::settle(log_entry entry) {
    push(std::move(entry), false);
}

void log_book::mark(const sending_mark& mark, bool more) {
    push(mark, !more);
}

void log_book::tell(log_event event) {
    push(std::move(event), false);
}

void log_book::tell(process_end end) {
    push(std::move(end), false);
}

void log_book::end(const row_counts& counts) {
    push(counts, false);
}

bool log_book::has_room() const {
    return waiting_.load(std::memory_order_relaxed) < room;
}

std::uint64_t log_book::hurry() {
    const std::scoped_lock hold(mutex_);
    return hurry_locked();
}

std::uint64_t log_book::hurry_locked() {
    hurried_ = true;
    when_.hurry_came(steady_clock::now());
    work_.notify_one();
    return pushed_;
}

result<bool> log_book::synced(std::uint64_t upto) const {
    const std::scoped_lock hold(mutex_);
    return synced_locked(upto);
}

result<bool> log_book::synced_locked(std::uint64_t upto) const {
    if (failed_) {
        return *failed_;
    }
    return synced_ >= upto;
}

std::optional<steady_clock::time_point> log_book::next_step() const {
    const std::scoped_lock hold(mutex_);
    return next_step_locked();
}

std::optional<steady_clock::time_point> log_book::next_step_locked() const {
    return failed_ ? std::nullopt : when_.wake_at();
}

bool log_book::step() {
    std::unique_lock hold(mutex_);
    const auto now = steady_clock::now();
    if (failed_) {
        return false;
    }
    if (unsynced_ >= most_unsynced) {
        hold.unlock();
        sync(false); // what `when_` waits for is still to come
        return true;
    }
    if (when_.must_write(now) || queue_.size() >= wake_after) {
        items_.swap(queue_);
        weight_ = 0;
        waiting_.store(0, std::memory_order_relaxed);
        when_.written(now);
        hold.unlock();
        write();
        items_.clear();
        return true;
    }
    if (when_.must_sync(now)) {
        const auto reached = pushed_ - queue_.size();
        const bool all_files = std::exchange(hurried_, false);
        when_.synced();
        hold.unlock();
        sync(all_files);
        if (all_files) {
            hold.lock();
            synced_ = reached;
            done_.notify_all();
        }
        return true;
    }
    return false;
}

void log_book::write() {
    lines_.clear();
    for (auto& i : items_) {
        if (auto* entry = std::get_if<log_entry>(&i)) {
            append_line(lines_, entry->row);
            beside_.add(entry->row, entry->record, entry->response);
        } else if (auto* mark = std::get_if<sending_mark>(&i)) {
            append_line(lines_, *mark);
            marks_.push_back(*mark);
        } else if (auto* event = std::get_if<log_event>(&i)) {
            append_line(lines_, *event);
        } else if (auto* end = std::get_if<process_end>(&i)) {
            append_line(lines_, *end);
        } else {
            append_line(lines_, std::get<row_counts>(i));
        }
    }
    auto done = log_->append(lines_);
    unsynced_ += lines_.size();
    if (done) {
        done = beside_.flush();
    }
    if (!done) {
        fail(done.error());
        return;
    }
    for (const auto& i : items_) {
        if (const auto* entry = std::get_if<log_entry>(&i)) {
            call_.written(entry->row);
        }
    }
}

void log_book::sync(bool side_files_too) {
    auto done = log_->sync();
    unsynced_ = 0;
    if (done && side_files_too) {
        done = beside_.sync();
    }
    if (!done) {
        fail(done.error());
        return;
    }
    for (const auto& mark : marks_) {
        call_.durable(mark);
    }
    marks_.clear();
}

void log_book::fail(const failure& why) {
    {
        const std::scoped_lock hold(mutex_);
        failed_ = why;
        queue_.clear();
        weight_ = 0;
        waiting_.store(0, std::memory_order_relaxed);
    }
    done_.notify_all();
    call_.failed(why);
}

} // namespace noteload::ledger
