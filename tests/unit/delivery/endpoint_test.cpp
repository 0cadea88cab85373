#include "noteload/delivery/endpoint.hpp"

#include <gmock/gmock.h>

#include <string>

#include "support/printers.hpp"

namespace noteload::delivery {

static void PrintTo(const endpoint& e, std::ostream* out) {
    *out << e.host << " port " << e.port << " path `" << e.path << "` url " << e.url;
}

namespace {

using ::testing::HasSubstr;

TEST(Endpoint, TakesAUrlApart) {
    struct {
        std::string url;
        endpoint expected;
        std::string authority;
    } const table[] = {
        {std::string(default_base_url),
         {"api.virtuoussoftware.com", "443", "", "https://api.virtuoussoftware.com"},
         "api.virtuoussoftware.com"},
        {" HTTPS://API.Example.org/ ",
         {"api.example.org", "443", "", "https://api.example.org"},
         "api.example.org"},
        {"https://localhost:8443",
         {"localhost", "8443", "", "https://localhost:8443"},
         "localhost:8443"},
        {"https://a:443", {"a", "443", "", "https://a"}, "a"},
        {"https://a:", {"a", "443", "", "https://a"}, "a"},
        {"https://a/proxy/v1//", {"a", "443", "/proxy/v1", "https://a/proxy/v1"}, "a"},
        {"https://a/with%20blank", {"a", "443", "/with%20blank", "https://a/with%20blank"}, "a"},
        {"https://127.0.0.1:1", {"127.0.0.1", "1", "", "https://127.0.0.1:1"}, "127.0.0.1:1"},
        {"https://[::1]:8443/x", {"::1", "8443", "/x", "https://[::1]:8443/x"}, "[::1]:8443"},
        {"https://[::1]", {"::1", "443", "", "https://[::1]"}, "[::1]"},
    };
    for (const auto& row : table) {
        const auto got = parse_base_url(row.url);
        ASSERT_TRUE(got) << row.url << ": " << got.error().message;
        EXPECT_EQ(*got, row.expected);
        EXPECT_EQ(got->authority(), row.authority);
    }
}

TEST(Endpoint, TakesOnlyHttpsAndNothingElseBeside) {
    for (const auto* url :
         {"", "api.virtuoussoftware.com", "http://a", "ftp://a", "https://", "https:///x",
          "https://user@a", "https://user:secret@a", "https://a?x=1", "https://a#x", "https://a b",
          "https://a:b", "https://a\r\nX: y", "//a", "https:a", "\xFF"}) {
        const auto got = parse_base_url(url);
        ASSERT_FALSE(got) << url;
        EXPECT_EQ(got.error().code, errc::usage) << url;
        EXPECT_THAT(got.error().message, HasSubstr("--base-url"));
    }
}

TEST(Endpoint, RefusesAPortThatThereIsNot) {
    for (const auto* url : {"https://a:99999", "https://a:0", "https://a:65536"}) {
        EXPECT_FALSE(parse_base_url(url)) << url;
    }
    EXPECT_TRUE(parse_base_url("https://a:65535"));
}

TEST(Endpoint, LetsNoLineEndIntoTheHostField) {
    const auto got = parse_base_url("https://a%0D%0AX-Evil%3A%20y/");
    if (got) {
        EXPECT_EQ(got->authority().find_first_of("\r\n \t"), std::string::npos);
    }
}

} // namespace
} // namespace noteload::delivery
