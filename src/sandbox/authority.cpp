#include "noteload/sandbox/authority.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace noteload::sandbox {

namespace {

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freed<BIO_free_all>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>>;
using octets_ptr = std::unique_ptr<ASN1_OCTET_STRING, freed<ASN1_OCTET_STRING_free>>;
using number_ptr = std::unique_ptr<BIGNUM, freed<BN_free>>;

constexpr long day = 86'400;

void check(bool good, const char* what) {
    if (!good) {
        const char* why = ERR_reason_error_string(ERR_peek_last_error());
        throw std::runtime_error(std::string("OpenSSL: ") + what + ": " +
                                 (why == nullptr ? "unknown reason" : why));
    }
}

template <class Write>
std::string to_pem(Write write) {
    const bio_ptr out(BIO_new(BIO_s_mem()));
    check(out && write(out.get()) == 1, "writing PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

bio_ptr reader(const std::string& pem) {
    return bio_ptr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

certificate_ptr read_certificate(const std::string& pem) {
    return certificate_ptr(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}

key_ptr read_key(const std::string& pem) {
    return key_ptr(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr));
}

identity as_pem(X509* certificate, EVP_PKEY* key) {
    return {to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); }),
            to_pem([&](BIO* out) {
                return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

void add_extension(X509* certificate, X509* issuer, int which, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

std::string random_serial(X509* certificate) {
    const number_ptr number(BN_new());
    check(number && BN_rand(number.get(), 63, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
          "a serial number");
    char* hex = BN_bn2hex(number.get());
    check(hex != nullptr, "a serial number");
    std::string text(hex);
    OPENSSL_free(hex);
    return text;
}

void set_name(X509_NAME* name, const std::string& text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    // A common name has 64 characters at most; the host names are in the alternative names.
    const int size = static_cast<int>(text.size() > 64 ? 64 : text.size());
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, size, -1, 0) == 1, "a name");
}

/// Version 3, valid from `from` to `to` (seconds from now), holding `key`.
certificate_ptr blank(EVP_PKEY* key, long from, long to) {
    certificate_ptr made(X509_new());
    check(made && X509_set_version(made.get(), 2) == 1 && X509_set_pubkey(made.get(), key) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(made.get()), from) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(made.get()), to) != nullptr,
          "a certificate");
    return made;
}

std::string alternative_names(std::span<const std::string> hosts) {
    std::string all;
    for (const std::string& host : hosts) {
        const octets_ptr address(a2i_IPADDRESS(host.c_str()));
        all += all.empty() ? "" : ",";
        all += (address ? "IP:" : "DNS:") + host;
    }
    ERR_clear_error();
    return all;
}

} // namespace

identity make_authority() {
    const key_ptr key(EVP_EC_gen("P-256"));
    check(key != nullptr, "making a key");
    const certificate_ptr made = blank(key.get(), -day, 3650 * day);
    // The serial in the name: two authorities of two folders must not look alike.
    set_name(X509_get_subject_name(made.get()),
             "noteload-sandbox authority " + random_serial(made.get()));
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash");
    check(X509_sign(made.get(), key.get(), EVP_sha256()) != 0, "signing");
    return as_pem(made.get(), key.get());
}

identity make_server_identity(const identity& authority, std::span<const std::string> hosts,
                              bool expired) {
    const certificate_ptr issuer = read_certificate(authority.certificate);
    const key_ptr issuer_key = read_key(authority.key);
    check(issuer && issuer_key, "reading the certificate authority");
    const key_ptr key(EVP_EC_gen("P-256"));
    check(key != nullptr, "making a key");
    const certificate_ptr made =
        expired ? blank(key.get(), -10 * day, -day) : blank(key.get(), -day, 365 * day);
    random_serial(made.get());
    set_name(X509_get_subject_name(made.get()), hosts.front());
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get()));
    add_extension(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(made.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
    add_extension(made.get(), issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(made.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
    add_extension(made.get(), issuer.get(), NID_subject_alt_name, alternative_names(hosts));
    check(X509_sign(made.get(), issuer_key.get(), EVP_sha256()) != 0, "signing");
    return as_pem(made.get(), key.get());
}

bool belong_together(const identity& who) {
    const certificate_ptr certificate = read_certificate(who.certificate);
    const key_ptr key = read_key(who.key);
    ERR_clear_error();
    const bool match =
        certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return match;
}

} // namespace noteload::sandbox
