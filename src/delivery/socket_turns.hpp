#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "noteload/delivery/timer.hpp"

namespace noteload::delivery {

class socket_turns;

/// A socket whose coroutine waits for the other side, or for its turn to look. Asio would make two
/// or three calls to the kernel for each wait. But most answers come while others' requests are
/// sent: a coroutine waits for its turn to look, and only where several looks were in vain the
/// kernel is asked to tell.
///
/// On the thread of its `io_context`. One coroutine waits on it at a time; it must not end while
/// one does, unless the coroutine ends with it.
class turn_taker : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    template <class Begin>
    auto waiting(Begin begin) {
        return boost::asio::async_initiate<const boost::asio::deferred_t&, void()>(
            [this, begin](auto&& handler) {
                keep(std::forward<decltype(handler)>(handler));
                begin();
            },
            boost::asio::deferred);
    }

public:
    enum class side : std::uint8_t { read, write };

    explicit turn_taker(boost::asio::io_context& on);
    turn_taker(const turn_taker&) = delete;
    turn_taker& operator=(const turn_taker&) = delete;
    ~turn_taker() { drop_(*this); }

    /// Until all others that wait have had their turn.
    [[nodiscard]] auto turn() {
        return waiting([this] { begin_turn(); });
    }
    /// Until it is worth while to try again what the socket `fd` could not do at once. The socket
    /// is the same each time.
    [[nodiscard]] auto ready(int fd, side for_what) {
        return waiting([this, fd, for_what] { begin_wait(fd, for_what); });
    }
    /// Whoever waits tries again soon: the socket has been closed.
    void wake();
    /// By whoever runs the coroutine: it is to end.
    [[nodiscard]] bool was_cancelled() const noexcept { return was_cancelled_; }

private:
    friend class socket_turns;

    /// What goes on then lies here: a wait allocates nothing.
    template <class Handler>
    void keep(Handler handler) {
        static_assert(sizeof(Handler) <= sizeof(room_));
        if (auto slot = boost::asio::get_associated_cancellation_slot(handler);
            slot.is_connected()) {
            slot.assign([this](boost::asio::cancellation_type) {
                was_cancelled_ = true;
                wake();
            });
        }
        ::new (static_cast<void*>(room_)) Handler(std::move(handler));
        go_on_ = [](turn_taker& t) { take<Handler>(t)(); };
        drop_ = [](turn_taker& t) { static_cast<void>(take<Handler>(t)); };
    }
    template <class Handler>
    static Handler take(turn_taker& t) {
        auto* kept = std::launder(reinterpret_cast<Handler*>(t.room_));
        Handler handler(std::move(*kept));
        std::destroy_at(kept);
        t.go_on_ = t.drop_ = nothing;
        return handler;
    }
    static void nothing(turn_taker&) {}

    void begin_turn();
    void begin_wait(int fd, side for_what);

    using step = void (*)(turn_taker&);

    socket_turns& turns_;
    alignas(std::max_align_t) std::byte room_[64];
    step go_on_ = nothing;
    step drop_ = nothing;
    int fd_ = -1; ///< waited for
    side for_what_ = side::read;
    bool was_cancelled_ = false;
    bool is_known_ = false; ///< to the kernel's side of `turns_`
    int in_vain_ = 0;       ///< looks, one after the other
};

/// Those of one `io_context`: a service, which the context makes when it is first asked for.
class socket_turns final : public boost::asio::execution_context::service {
public:
    using key_type = socket_turns;
    static inline boost::asio::execution_context::id id;

    explicit socket_turns(boost::asio::io_context& on);

private:
    friend class turn_taker;
    using list = boost::intrusive::list<turn_taker, boost::intrusive::constant_time_size<false>>;

    void shutdown() noexcept override;

    void round();
    void go_to_sleep(turn_taker& t);
    void wake_ready();
    void wake(turn_taker& t);
    void plan();

    boost::asio::io_context& on_;
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> epoll_;
    timer pause_;
    list looking_;              ///< in the next round
    list in_vain_;              ///< in the round under way
    list asleep_;               ///< until the kernel tells
    bool is_round_ = false;     ///< under way
    bool is_round_due_ = false; ///< posted
    bool is_kernel_asked_ = false;
};

} // namespace noteload::delivery
