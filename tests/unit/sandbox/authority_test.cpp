#include "noteload/sandbox/authority.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "noteload/sandbox/data_dir.hpp"

namespace noteload::sandbox {
namespace {

using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

certificate_ptr certificate(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    return {PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), X509_free};
}

/// What OpenSSL says to `server` when only `authority` is trusted.
int verified(const std::string& authority, const std::string& server) {
    const auto root = certificate(authority);
    const auto leaf = certificate(server);
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(X509_STORE_new(),
                                                                          X509_STORE_free);
    X509_STORE_add_cert(trusted.get(), root.get());
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
        X509_STORE_CTX_new(), X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), trusted.get(), leaf.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

const std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};

TEST(Authority, SignsAServerThatVerifiesAgainstItAlone) {
    const identity authority = make_authority();
    const identity server = make_server_identity(authority, hosts, false);
    EXPECT_EQ(verified(authority.certificate, server.certificate), X509_V_OK);
    EXPECT_NE(verified(make_authority().certificate, server.certificate), X509_V_OK);
    EXPECT_TRUE(belong_together(server));
}

TEST(Authority, NamesItsHostsAndNoOthers) {
    const auto leaf = certificate(make_server_identity(make_authority(), hosts, false).certificate);
    EXPECT_EQ(X509_check_host(leaf.get(), "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
    EXPECT_EQ(X509_check_host(leaf.get(), "example.org", 0, 0, nullptr), 0);
}

TEST(Authority, MakesAnExpiredCertificateOnDemand) {
    const identity authority = make_authority();
    const identity server = make_server_identity(authority, hosts, true);
    EXPECT_EQ(verified(authority.certificate, server.certificate), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(Authority, TellsAStrangersKey) {
    identity mixed = make_authority();
    mixed.key = make_authority().key;
    EXPECT_FALSE(belong_together(mixed));
    EXPECT_FALSE(belong_together({"not", "PEM"}));
}

TEST(DataDir, ReusesItsAuthorityAndKeepsTheKeyPrivate) {
    const std::string path = testing::TempDir() + "noteload-dir-" + std::to_string(::getpid());
    std::filesystem::remove_all(path);
    const data_dir dir = data_dir::open(path).value();
    const identity first = dir.authority().value();
    EXPECT_EQ(dir.authority().value().certificate, first.certificate);
    struct stat about {};
    ASSERT_EQ(::stat((path + "/ca-key.pem").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0700U);
    ASSERT_TRUE(dir.write("ca-key.pem", make_authority().key, true));
    EXPECT_TRUE(dir.authority().has_error());
    std::filesystem::remove_all(path);
}

TEST(DataDir, SaysWhichFolderCannotBeMade) {
    const auto opened = data_dir::open("/proc/noteload");
    ASSERT_TRUE(opened.has_error());
    EXPECT_NE(opened.error().message.find("/proc/noteload"), std::string::npos);
}

} // namespace
} // namespace noteload::sandbox
