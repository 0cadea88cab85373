#include <gmock/gmock.h>

#include <cstdlib>
#include <string>

#include "exchange_fixture.hpp"

namespace noteload::delivery {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TlsTrust : public ExchangeTest {
protected:
    attempt exchange(std::string_view host = "127.0.0.1") {
        const auto at = *parse_base_url(far_->url(host));
        const auto trusted = trust();
        connection near(on_, at, trusted, long_enough);
        attempt a;
        test::run_task(on_, near.exchange("GET / HTTP/1.1\r\n\r\n", a));
        return a;
    }
    void expect_refused(const attempt& a, const std::string& words) {
        EXPECT_EQ(a.what, trouble::certificate) << a.words;
        EXPECT_EQ(a.taken, handed::nothing);
        EXPECT_THAT(a.words, HasSubstr(words));
        EXPECT_EQ(far_->requests().size(), 0u) << "the token must not travel";
    }
};

TEST_F(TlsTrust, TakesACertificateForTheNameOrTheAddress) {
    serve();
    for (const auto* host : {"localhost", "127.0.0.1"}) {
        const auto a = exchange(host);
        EXPECT_EQ(a.what, trouble::none) << a.words;
    }
}

TEST_F(TlsTrust, RefusesACertificateForAnotherHost) {
    serve_as(authority_.issue("DNS:other.example"));
    expect_refused(exchange("localhost"), "is not for the host localhost");
    expect_refused(exchange("127.0.0.1"), "is not for the host 127.0.0.1");
}

TEST_F(TlsTrust, TakesNoNameForAnAddress) {
    serve_as(authority_.issue("DNS:127.0.0.1,IP:127.0.0.2"));
    expect_refused(exchange("127.0.0.1"), "is not for the host 127.0.0.1");
}

TEST_F(TlsTrust, RefusesACertificateThatHasExpired) {
    serve_as(authority_.issue("IP:127.0.0.1", -7200, -3600));
    expect_refused(exchange(), "has expired");
}

TEST_F(TlsTrust, RefusesACertificateThatIsNotValidYet) {
    serve_as(authority_.issue("IP:127.0.0.1", 3600, 7200));
    expect_refused(exchange(), "is not valid yet");
}

TEST_F(TlsTrust, RefusesAnAuthorityThatIsNotKnown) {
    serve_as(test::test_authority().issue());
    expect_refused(exchange(), "--ca-file");
}

TEST_F(TlsTrust, TrustsTheSystemsAuthorities) {
    const auto bundle = folder_.write("bundle.pem", authority_.pem());
    ::setenv("SSL_CERT_FILE", bundle.c_str(), 1);
    ::setenv("SSL_CERT_DIR", folder_.path().c_str(), 1);
    const auto trusted = *tls_trust::make("");
    serve();
    for (int i = 0; i < 2; ++i) {
        connection near(on_, *parse_base_url(far_->url()), trusted, long_enough);
        attempt a;
        test::run_task(on_, near.exchange("GET / HTTP/1.1\r\n\r\n", a));
        EXPECT_EQ(a.what, trouble::none) << a.words;
    }
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
}

TEST_F(TlsTrust, RefusesWhatIsOlderThanTls12) {
    serve({.newest_tls = TLS1_1_VERSION});
    const auto a = exchange();
    EXPECT_EQ(a.what, trouble::no_connection) << a.words;
    EXPECT_EQ(a.taken, handed::nothing);
}

TEST_F(TlsTrust, SaysWhichCaFileCannotBeRead) {
    for (const auto& path : {folder_ / "missing.pem", folder_.write("empty.pem", ""),
                             folder_.write("no.pem", "not a certificate"), folder_.path()}) {
        const auto made = tls_trust::make(path);
        ASSERT_FALSE(made) << path;
        EXPECT_EQ(made.error().code, errc::usage);
        EXPECT_THAT(made.error().message, HasSubstr("--ca-file"));
    }
    EXPECT_TRUE(tls_trust::make(""));
}

} // namespace
} // namespace noteload::delivery
