#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace noteload::run {

/// The one crossing between the reader's thread and the network's: a queue with a limit on what its
/// items weigh together. One producer, which waits; one consumer, which does not, but is told.
///
/// Two ends, and the difference matters: `finish` delivers everything and then ends; `cancel` ends
/// the producer at once, and what is queued is still delivered, because every record that was read
/// must get an outcome. (`asio::experimental::channel::close` drops what is buffered.)
template <class T>
class bounded_queue {
public:
    enum class taken { item, nothing_yet, finished };

    /// `ready` is called on the producer's thread after something came or the end was reached.
    bounded_queue(std::size_t limit, std::function<void()> ready)
        : limit_(limit), ready_(std::move(ready)) {}

    /// Waits for room; an item heavier than the whole limit goes in alone. False, and the item is
    /// still the caller's, when the queue was cancelled.
    bool push(T& item, std::size_t weight) {
        {
            std::unique_lock hold(mutex_);
            room_.wait(hold,
                       [&] { return cancelled_ || items_.empty() || weight_ + weight <= limit_; });
            if (cancelled_) {
                return false;
            }
            items_.emplace_back(std::move(item), weight);
            weight_ += weight;
        }
        ready_();
        return true;
    }

    /// The producer is done.
    void finish() {
        {
            const std::scoped_lock hold(mutex_);
            finished_ = true;
        }
        ready_();
    }

    /// The consumer wants no more; wakes a waiting producer.
    void cancel() {
        {
            const std::scoped_lock hold(mutex_);
            cancelled_ = true;
        }
        room_.notify_all();
    }

    taken try_pop(T& into) {
        {
            const std::scoped_lock hold(mutex_);
            if (items_.empty()) {
                return finished_ ? taken::finished : taken::nothing_yet;
            }
            into = std::move(items_.front().first);
            weight_ -= items_.front().second;
            items_.pop_front();
        }
        room_.notify_one();
        return taken::item;
    }

private:
    std::mutex mutex_;
    std::condition_variable room_;
    std::deque<std::pair<T, std::size_t>> items_;
    const std::size_t limit_;
    std::size_t weight_ = 0;
    bool finished_ = false;
    bool cancelled_ = false;
    std::function<void()> ready_;
};

} // namespace noteload::run
