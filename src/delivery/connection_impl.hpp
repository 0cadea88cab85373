#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "answer_parser.hpp"
#include "name_lookup.hpp"
#include "noteload/delivery/connection.hpp"
#include "noteload/delivery/idle_watch.hpp"
#include "noteload/delivery/timer.hpp"
#include "plain_buffer.hpp"
#include "tls_stream.hpp"
#include "tls_trust_impl.hpp"

namespace noteload::delivery {

/// Exchanges are in connection.cpp, what comes before the first of them in connecting.cpp.
struct connection::impl : std::enable_shared_from_this<impl> {
    using clock = steady_clock;
    using error_code = boost::system::error_code;
    using next = tls_stream::next;

    /// An answer on its way.
    struct incoming {
        attempt& a;
        std::optional<answer_parser> parser{};
        bool was_usual = false; ///< read whole, without the parser
        int informational = 0;
        error_code error{};
    };

    impl(boost::asio::io_context& on, const endpoint& to, const tls_trust& trust,
         std::chrono::milliseconds timeout)
        : on_(on),
          to_(to),
          context_(trust.impl_->context),
          timeout_(timeout),
          watch_(on),
          names_(on) {}

    task<> exchange(std::string_view request, attempt& into);
    [[nodiscard]] next push(std::string_view& left, error_code& error);
    [[nodiscard]] next read(incoming& in);
    [[nodiscard]] handed taken_of(std::string_view request, std::string_view left) const;
    void received(incoming& in);
    void broken(attempt& a, handed taken, trouble what, std::string_view doing,
                const error_code& error);
    [[nodiscard]] bool usable(clock::duration idle);
    void close();
    void set_deadline(clock::time_point now);
    void watch();

    /// `into` tells of trouble, or of none.
    task<> connect(attempt& into);
    task<error_code> connect_to_one_of(const name_lookup::addresses& found);
    task<error_code> shake_hands();

    boost::asio::io_context& on_;
    const endpoint to_;
    boost::asio::ssl::context& context_;
    const std::chrono::milliseconds timeout_;
    std::optional<tls_stream> stream_;
    std::uint64_t before_record_ = 0; ///< the stream's `taken`, before the record under way
    plain_buffer plain_;
    bool had_answer_ = false; ///< on this connection
    idle_watch idle_watch_;
    clock::time_point idle_since_{};
    std::string cut_words_; ///< why the exchange under way was ended from outside

    // One timer for all exchanges: it sleeps until the deadline that stood when it was set and
    // then looks whether it has moved. Setting a timer for each request costs more than the rest
    // of the bookkeeping together.
    timer watch_;
    name_lookup names_;
    clock::time_point deadline_ = clock::time_point::max();
    bool watching_ = false;
    bool timed_out_ = false;
};

} // namespace noteload::delivery
