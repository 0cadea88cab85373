#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <cstring>
#include <vector>

#include "answer_parser.hpp"
#include "tls_stream.hpp"
#include "usual_answer.hpp"

namespace noteload::delivery {

/// What has been decrypted and not parsed yet, between a `tls_stream` and an `answer_parser`.
class plain_buffer {
public:
    using error_code = boost::system::error_code;

    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    void clear() noexcept { begin_ = end_ = 0; }

    /// Whether the parser took any of it. `error` is the parser's, but for its wanting more.
    bool feed(answer_parser& to, error_code& error) {
        if (size() == 0) {
            return false;
        }
        const auto n = to.put(boost::asio::const_buffer(bytes_.data() + begin_, size()), error);
        if (error == boost::beast::http::error::need_more) {
            error.clear();
        }
        begin_ += n;
        return n != 0;
    }

    /// Whether what is there begins with one of the `usual_answers`; it is taken.
    bool take_usual(answer& into, std::size_t longest_body) {
        const auto n = usual_.read({bytes_.data() + begin_, size()}, into, longest_body);
        begin_ += n;
        return n != 0;
    }

    /// Some more, if it is there; see `tls_stream::read`.
    [[nodiscard]] tls_stream::next fill(tls_stream& from, error_code& error) {
        if (begin_ != 0) {
            std::memmove(bytes_.data(), bytes_.data() + begin_, size());
            end_ -= begin_;
            begin_ = 0;
        }
        if (bytes_.size() - end_ < least_room) {
            if (bytes_.size() >= most) {
                error = boost::beast::http::error::buffer_overflow;
                return tls_stream::next::failed;
            }
            bytes_.resize(bytes_.size() * 2);
        }
        std::size_t n = 0;
        const auto what = from.read({bytes_.data() + end_, bytes_.size() - end_}, n, error);
        end_ += n;
        return what;
    }

private:
    static constexpr std::size_t least_room = 4 * 1024;
    static constexpr std::size_t most = 512 * 1024; // far more than what a parser leaves unread

    std::vector<char> bytes_ = std::vector<char>(tls_stream::record + least_room);
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    usual_answers usual_;
};

} // namespace noteload::delivery
