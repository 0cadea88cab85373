#include "noteload/ledger/log_writer.hpp"

#include <utility>

namespace noteload::ledger {

namespace {

constexpr std::size_t wake_after = 256; // entries that gather before their 4 ms are over

using clock = std::chrono::steady_clock;

} // namespace

log_writer::log_writer(std::unique_ptr<append_file> log, side_files beside, hooks call)
    : log_(std::move(log)),
      beside_(std::move(beside)),
      call_(std::move(call)),
      thread_([this] { run(); }) {}

log_writer::~log_writer() {
    {
        const std::scoped_lock hold(mutex_);
        stopping_ = true;
        when_.hurry_came(clock::now());
    }
    work_.notify_one();
    thread_.join();
}

void log_writer::push(item i, bool hurry) {
    bool wake = hurry;
    {
        const std::scoped_lock hold(mutex_);
        if (failed_) {
            return;
        }
        wake = wake || queue_.empty() || queue_.size() == wake_after;
        queue_.push_back(std::move(i));
        ++pushed_;
        const auto now = clock::now();
        hurry ? when_.hurry_came(now) : when_.entry_came(now);
    }
    if (wake) {
        work_.notify_one();
    }
}

void log_writer::settle(log_entry entry) {
    push(std::move(entry), false);
}

void log_writer::mark(const sending_mark& mark) {
    push(mark, true);
}

void log_writer::tell(log_event event) {
    push(std::move(event), false);
}

bool log_writer::has_room() const {
    const std::scoped_lock hold(mutex_);
    return queue_.size() < room;
}

result<void> log_writer::flush() {
    std::unique_lock hold(mutex_);
    ++flushing_;
    when_.hurry_came(clock::now());
    work_.notify_one();
    const auto target = pushed_;
    done_.wait(hold, [&] { return (synced_ >= target && flushing_ == 0) || failed_; });
    if (failed_) {
        return *failed_;
    }
    return {};
}

result<void> log_writer::end(const row_counts& counts) {
    push(counts, false);
    return flush();
}

void log_writer::run() {
    std::vector<item> items;
    std::vector<sending_mark> marks; // written, not synced yet
    std::unique_lock hold(mutex_);
    for (;;) {
        const auto now = clock::now();
        if (failed_) {
            queue_.clear();
            done_.notify_all();
            work_.wait(hold, [this] { return stopping_; });
            return;
        }
        if (when_.must_write(now) || queue_.size() >= wake_after) {
            items.swap(queue_);
            when_.written(now);
            done_.notify_all();
            hold.unlock();
            write(items, marks);
            items.clear();
            hold.lock();
        } else if (when_.must_sync(now)) {
            const auto reached = pushed_ - queue_.size();
            const bool all_files = std::exchange(flushing_, 0) != 0 || stopping_;
            when_.synced();
            hold.unlock();
            sync(marks, all_files);
            hold.lock();
            synced_ = reached;
            done_.notify_all();
        } else if (stopping_) {
            return;
        } else if (const auto at = when_.wake_at()) {
            work_.wait_until(hold, *at);
        } else {
            work_.wait(hold);
        }
    }
}

void log_writer::write(std::vector<item>& items, std::vector<sending_mark>& marks) {
    lines_.clear();
    for (auto& i : items) {
        if (auto* entry = std::get_if<log_entry>(&i)) {
            append_line(lines_, entry->row);
            beside_.add(entry->row, entry->record, entry->response);
        } else if (auto* mark = std::get_if<sending_mark>(&i)) {
            append_line(lines_, *mark);
            marks.push_back(*mark);
        } else if (auto* event = std::get_if<log_event>(&i)) {
            append_line(lines_, *event);
        } else {
            append_line(lines_, std::get<row_counts>(i));
        }
    }
    auto done = log_->append(lines_);
    if (done) {
        done = beside_.flush();
    }
    if (!done) {
        fail(done.error());
        return;
    }
    for (const auto& i : items) {
        if (const auto* entry = std::get_if<log_entry>(&i)) {
            call_.written(entry->row);
        }
    }
}

void log_writer::sync(std::vector<sending_mark>& marks, bool side_files_too) {
    auto done = log_->sync();
    if (done && side_files_too) {
        done = beside_.sync();
    }
    if (!done) {
        fail(done.error());
        return;
    }
    for (const auto& mark : marks) {
        call_.durable(mark);
    }
    marks.clear();
}

void log_writer::fail(const failure& why) {
    {
        const std::scoped_lock hold(mutex_);
        failed_ = why;
    }
    call_.failed(why);
}

} // namespace noteload::ledger
