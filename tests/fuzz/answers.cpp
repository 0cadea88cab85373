// Answers: what is read in one look, whatever came before it, is read by Beast's parser alike, to
// the same byte, and leaves the connection usable.

#include <boost/beast/http/error.hpp>
#include <string>

#include "../../src/delivery/answer_parser.hpp"
#include "../../src/delivery/usual_answer.hpp"
#include "pieces_of.hpp"

using namespace noteload::delivery;
using noteload::source::test::choices;
using noteload::source::test::demand;

namespace {

constexpr std::size_t longest_body = 1000;

constexpr const char* status_lines[] = {
    "HTTP/1.1 200 OK\r\n",      "HTTP/1.1 201 \r\n",  "HTTP/1.1 429 Too Many Requests\r\n",
    "HTTP/1.1 204 None\r\n",    "HTTP/1.1 304 \r\n",  "HTTP/1.1 100 Continue\r\n",
    "HTTP/1.0 200 OK\r\n",      "HTTP/1.1 600 ?\r\n", "HTTP/1.1 200\r\n",
    "HTTP/1.1 999 \x80\xFF\r\n"};

constexpr const char* fields[] = {"Content-Length: 12\r\n",
                                  "content-length:7 \r\n",
                                  "Content-Length: 0012\r\n",
                                  "Content-Length: +1\r\n",
                                  "Content-Length: 7, 7\r\n",
                                  "Content-Length: 99999999999999999999\r\n",
                                  "Transfer-Encoding: chunked\r\n",
                                  "Connection: keep-alive\r\n",
                                  "Connection: Keep-Alive\r\n",
                                  "Connection: close\r\n",
                                  "Connection: keep-alive, close\r\n",
                                  "Connection:\r\n",
                                  "Proxy-Connection: close\r\n",
                                  "Upgrade: h2c\r\n",
                                  "Date: Tue, 24 Nov 2026 03:54:12 GMT\r\n",
                                  "date:  never  \r\n",
                                  "Retry-After: 7\r\n",
                                  "Location: /\r\n",
                                  "X-RateLimit-Remaining: 5\r\n",
                                  "ratelimit: \"a\";r=1;t=2\r\n",
                                  "X-Odd: \ta\tb\t\r\n",
                                  "X-Folded: a\r\n b\r\n",
                                  "X-Bare: a\nb\r\n",
                                  "No Token: a\r\n",
                                  "X-Spaced : a\r\n",
                                  ": a\r\n",
                                  "X-Zero: \x01\r\n",
                                  "no colon\r\n"};

template <std::size_t N>
const char* one_of(const char* const (&all)[N], choices& choose) {
    return all[choose.next(N)];
}

std::string head_of_pieces(choices& choose) {
    std::string out = one_of(status_lines, choose);
    for (auto n = choose.next(6); n > 0; --n) {
        out += one_of(fields, choose);
    }
    return out + "\r\n";
}

/// As it came, or put together of pieces.
std::string bytes_of(choices& choose) {
    const bool as_it_came = choose.next(2) == 0;
    return (as_it_came ? "" : head_of_pieces(choose)) + choose.rest();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices choose(data, size);
    usual_answers reader;
    answer quick;
    for (auto n = choose.next(3); n > 0; --n) { // lines that the reader knows then
        static_cast<void>(reader.read(head_of_pieces(choose), quick, longest_body));
        quick.clear();
    }
    const auto bytes = bytes_of(choose);
    const auto n = reader.read(bytes, quick, longest_body);
    if (n == 0) {
        demand(quick == answer{}, "of what is not usual nothing stays");
        return 0;
    }
    answer slow;
    answer_parser parser(slow);
    parser.body_limit(longest_body);
    parser.header_limit(64 * 1024);
    boost::beast::error_code error;
    const auto taken = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    demand(!error && parser.is_done(), "what is usual is a whole answer");
    demand(parser.keep_alive(), "and its connection can be used again");
    demand(taken == n, "it ends at the same byte");
    demand(quick == slow, "and says the same");
    return 0;
}
