#include "noteload/delivery/network_threads.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <string>
#include <thread>
#include <utility>

namespace noteload::delivery {

namespace asio = boost::asio;

namespace {

/// A channel that lives on another thread. Everything of it happens there, its end included.
class far_channel final : public channel {
public:
    far_channel(asio::io_context& on, std::unique_ptr<channel> there)
        : on_(on), there_(std::move(there)) {}
    far_channel(const far_channel&) = delete;
    far_channel& operator=(const far_channel&) = delete;
    ~far_channel() override {
        asio::post(on_, [there = std::move(there_)]() mutable { there.reset(); });
    }

    /// Goes over there, and comes back to the thread of whoever waits.
    task<> exchange(std::string_view request, attempt& into) override {
        co_await asio::co_spawn(on_, there_->exchange(request, into), use_task);
    }

    void cut(std::string_view words) override {
        asio::post(on_, [to = there_.get(), text = std::string(words)] { to->cut(text); });
    }

private:
    asio::io_context& on_;
    std::unique_ptr<channel> there_;
};

} // namespace

struct network_threads::thread {
    // Its sockets are its own; `post` is for every thread.
    asio::io_context on{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    asio::executor_work_guard<asio::io_context::executor_type> until_the_end =
        asio::make_work_guard(on);
    std::thread runs{[this] { on.run(); }};
};

network_threads::network_threads(int count) {
    for (int i = 1; i < count; ++i) {
        others_.push_back(std::make_unique<thread>());
    }
}

network_threads::~network_threads() {
    for (auto& t : others_) {
        t->until_the_end.reset();
        t->runs.join();
    }
}

std::unique_ptr<channel> network_threads::open(asio::io_context& home, const server& s) {
    const auto turn = std::exchange(next_, next_ == others_.size() ? 0 : next_ + 1);
    if (turn == others_.size()) {
        return s.open(home);
    }
    auto& on = others_[turn]->on;
    return std::make_unique<far_channel>(on, s.open(on));
}

} // namespace noteload::delivery
