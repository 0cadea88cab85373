#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace noteload::test {

/// A certificate with its key.
struct identity {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
};

/// A certificate authority of one test, made at run time: no key lies in the repository, and
/// nothing expires while nobody looks.
class test_authority {
public:
    test_authority() {
        self_ = begin("noteload test authority", -3600, 24 * 3600);
        extend(self_, NID_basic_constraints, "critical,CA:TRUE");
        extend(self_, NID_key_usage, "critical,keyCertSign");
        sign(self_, self_);
    }

    /// For `names` in OpenSSL's spelling, valid in seconds from now.
    [[nodiscard]] identity issue(const char* names = "DNS:localhost,IP:127.0.0.1",
                                 long from = -3600, long until = 24 * 3600) const {
        auto made = begin("noteload test server", from, until);
        extend(made, NID_subject_alt_name, names);
        sign(made, self_);
        return made;
    }

    [[nodiscard]] std::string pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
        PEM_write_bio_X509(out.get(), self_.certificate.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(out.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }

private:
    static void must(bool good) {
        if (!good) {
            throw std::runtime_error("OpenSSL could not make a certificate");
        }
    }

    static identity begin(const char* name, long from, long until) {
        identity made{{X509_new(), &X509_free}, {EVP_EC_gen("P-256"), &EVP_PKEY_free}};
        auto* x = made.certificate.get();
        static long serial = 1;
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(x), from);
        X509_gmtime_adj(X509_getm_notAfter(x), until);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
        must(X509_set_pubkey(x, made.key.get()) == 1);
        return made;
    }

    static void extend(const identity& to, int what, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, to.certificate.get(), to.certificate.get(), nullptr, nullptr, 0);
        auto* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
        must(extension != nullptr);
        X509_add_ext(to.certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    static void sign(const identity& what, const identity& by) {
        X509_set_issuer_name(what.certificate.get(), X509_get_subject_name(by.certificate.get()));
        must(X509_sign(what.certificate.get(), by.key.get(), EVP_sha256()) > 0);
    }

    identity self_;
};

} // namespace noteload::test
