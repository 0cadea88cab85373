#include "../../../src/delivery/usual_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace noteload::delivery {
namespace {

constexpr std::size_t most = 1000;

std::string with(const std::string& fields, const std::string& body = R"({"id":991})") {
    return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

TEST(UsualAnswer, IsReadWithTheFieldsThatARuleLooksAt) {
    const auto bytes = with(
        "Server: nginx/1.22.1\r\nDate: Tue, 24 Nov 2026 03:54:12 GMT\r\nContent-Length: 10\r\n"
        "Connection: keep-alive\r\nX-RateLimit-Remaining: 5\r\nretry-after:  7 \r\n");
    answer a;
    EXPECT_EQ(usual_answers().read(bytes + "HTTP", a, most), bytes.size());
    answer expected;
    expected.status = 200;
    expected.body = R"({"id":991})";
    expected.date = "Tue, 24 Nov 2026 03:54:12 GMT";
    expected.retry_after = "7";
    expected.quota_fields = "r5\n";
    EXPECT_EQ(a, expected);
}

TEST(UsualAnswer, IsNoneUntilAllOfItIsThere) {
    const auto bytes = with("Content-Length: 10\r\n");
    answer a;
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        EXPECT_EQ(usual_answers().read(bytes.substr(0, n), a, most), 0u) << n;
        EXPECT_EQ(a, answer{}) << n;
    }
    EXPECT_EQ(usual_answers().read(bytes, a, most), bytes.size());
}

TEST(UsualAnswer, IsNoneThatSaysMoreOfItsTransfer) {
    for (const auto* fields :
         {"", "Content-Length: 10\r\nContent-Length: 10\r\n", "Content-Length: 1001\r\n",
          "Content-Length: x\r\n", "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: 10\r\nConnection: close\r\n", "Content-Length: 10\r\nUpgrade: h2c\r\n",
          "Content-Length: 10\r\nX-Folded: a\r\n b\r\n", "Content-Length: 10\r\nX Y: a\r\n",
          "Content-Length: 10\r\nX: \x01\r\n", "Content-Length: 10\nX: a\r\n"}) {
        answer a;
        EXPECT_EQ(usual_answers().read(with(fields, std::string(2000, ' ')), a, most), 0u)
            << fields;
        EXPECT_EQ(a, answer{}) << fields;
    }
}

TEST(UsualAnswer, IsNoneWithAStatusThatHasNoBody) {
    for (const auto* line :
         {"HTTP/1.1 100 Continue", "HTTP/1.1 204 None", "HTTP/1.1 304 Same", "HTTP/1.1 600 ?",
          "HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/2 200 OK"}) {
        answer a;
        const auto bytes = std::string(line) + "\r\nContent-Length: 0\r\n\r\n";
        EXPECT_EQ(usual_answers().read(bytes, a, most), 0u) << line;
    }
}

TEST(UsualAnswer, MeansTheSameWhateverCameBeforeIt) {
    const std::string limit = "X-RateLimit-Limit: 9\r\n";
    const std::string left = "X-RateLimit-Remaining: 5\r\n";
    const std::string length = "Content-Length: 10\r\n";
    const std::vector<std::string> all = {
        with(limit + left + length),
        with(limit + left + length), // every line is known
        with(limit + "X-RateLimit-Remaining: 4\r\n" + length),
        with(limit + "X-RateLimit-Remaining: 12\r\n" + length),
        with(length + left + limit),
        with(length),
        with(length + left),
        with(length + length), // not usual
        with("Connection: close\r\n" + length),
        with(length + left + "Date: Tue, 24 Nov 2026 03:54:12 GMT\r\n"),
        with(length + left + "Date: Tue, 24 Nov 2026 03:54:13 GMT\r\nRetry-After: 1\r\n"),
        "HTTP/1.1 429 Too Many\r\n" + length + left + "\r\n{\"id\":991}",
        "HTTP/1.1 4",
    };
    for (const auto& before : all) {
        for (const auto& bytes : all) {
            answer alone;
            const auto expected = usual_answers().read(bytes, alone, most);
            usual_answers reader;
            answer a;
            static_cast<void>(reader.read(before, a, most));
            a.clear();
            EXPECT_EQ(reader.read(bytes, a, most), expected) << before << bytes;
            EXPECT_EQ(a, alone) << before << bytes;
            a.clear();
            EXPECT_EQ(reader.read(bytes, a, most), expected) << before << bytes;
            EXPECT_EQ(a, alone) << before << bytes;
        }
    }
}

} // namespace
} // namespace noteload::delivery
