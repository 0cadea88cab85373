#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <utility>

namespace noteload::delivery {

/// A TCP socket below TLS that counts the bytes the kernel took. Only down here can one tell a
/// request whose last TLS record never left from one that may have been acted on: above, TLS has
/// swallowed the bytes either way.
class counting_socket {
public:
    using next_layer_type =
        boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                         boost::asio::io_context::executor_type>;
    using lowest_layer_type = next_layer_type::lowest_layer_type;
    using executor_type = next_layer_type::executor_type;

    explicit counting_socket(boost::asio::io_context& on) : socket_(on) {}

    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

    executor_type get_executor() noexcept { return socket_.get_executor(); }
    next_layer_type& next_layer() noexcept { return socket_; }
    lowest_layer_type& lowest_layer() noexcept { return socket_.lowest_layer(); }
    const lowest_layer_type& lowest_layer() const noexcept { return socket_.lowest_layer(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& into, Token&& token) {
        return socket_.async_read_some(into, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& from, Token&& token) {
        return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
            write_op<Buffers>{*this, from}, token, socket_);
    }

private:
    template <class Buffers>
    struct write_op {
        counting_socket& owner;
        Buffers from;

        template <class Self>
        void operator()(Self& self) {
            owner.socket_.async_write_some(from, std::move(self));
        }
        template <class Self>
        void operator()(Self& self, boost::system::error_code error, std::size_t n) {
            owner.taken_ += n;
            self.complete(error, n);
        }
    };

    next_layer_type socket_;
    std::uint64_t taken_ = 0;
};

} // namespace noteload::delivery
