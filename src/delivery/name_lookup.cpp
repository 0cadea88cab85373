#include "name_lookup.hpp"

#include "noteload/delivery/timer.hpp"

#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace noteload::delivery {

namespace asio = boost::asio;

/// Of both threads: the one that looks holds it as long as it likes.
struct name_lookup::answer {
    std::mutex mutex;
    asio::io_context* wanted_on = nullptr; ///< with `mutex`; null: nobody waits
    addresses found;                       // with `mutex`
    error_code error = asio::error::operation_aborted;
    timer* waits = nullptr; ///< the network's thread alone

    void came(addresses all, const error_code& e, const std::shared_ptr<answer>& self) {
        const std::scoped_lock hold(mutex);
        found = std::move(all);
        error = e;
        if (wanted_on != nullptr) {
            asio::post(*wanted_on, [self] {
                if (self->waits != nullptr) {
                    self->waits->cancel();
                }
            });
        }
    }
};

name_lookup::addresses name_lookup::by_system(const std::string& host, const std::string& port,
                                              error_code& error) {
    asio::io_context nothing_runs;
    asio::ip::tcp::resolver resolver(nothing_runs);
    const auto all = resolver.resolve(host, port, error);
    return {all.begin(), all.end()};
}

task<name_lookup::error_code> name_lookup::find(std::string host, std::string port,
                                                addresses& into) {
    timer waits(on_, timer::time_point::max());
    const auto a = std::make_shared<answer>();
    a->waits = &waits;
    a->wanted_on = &on_;
    waiting_ = a;
    try {
        std::thread([a, by = by_, host = std::move(host), port = std::move(port)] {
            error_code error;
            auto all = by(host, port, error);
            a->came(std::move(all), error, a);
        }).detach();
    } catch (const std::system_error&) {
        waiting_.reset();
        co_return asio::error::no_memory;
    }
    error_code rung;
    co_await waits.async_wait(asio::redirect_error(use_task, rung));
    a->waits = nullptr;
    waiting_.reset();
    const std::scoped_lock hold(a->mutex);
    a->wanted_on = nullptr;
    into = std::move(a->found);
    co_return a->error;
}

void name_lookup::cancel() {
    if (const auto a = std::exchange(waiting_, nullptr)) {
        {
            const std::scoped_lock hold(a->mutex);
            a->wanted_on = nullptr;
        }
        if (a->waits != nullptr) {
            a->waits->cancel();
        }
    }
}

} // namespace noteload::delivery
