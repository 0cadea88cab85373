#include "tls_trust_impl.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

namespace noteload::delivery {

namespace {

int impl_index() {
    static const int index =
        CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE, 0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

} // namespace

/// Asked by OpenSSL for who issued a certificate. To read the system's bundle, some 140
/// certificates in one file, costs more than all handshakes of a run: it is read when neither
/// --ca-file nor the system's folder, where each authority is found by its name, has the issuer.
int tls_trust::impl::find_issuer(X509** issuer, X509_STORE_CTX* checking, X509* of) {
    const int found = X509_STORE_CTX_get1_issuer(issuer, checking, of);
    auto* store = X509_STORE_CTX_get0_store(checking);
    auto* self = static_cast<impl*>(X509_STORE_get_ex_data(store, impl_index()));
    if (found != 0 || self == nullptr) {
        return found;
    }
    std::call_once(self->bundle,
                   [&] { SSL_CTX_set_default_verify_file(self->context.native_handle()); });
    return X509_STORE_CTX_get1_issuer(issuer, checking, of);
}

void tls_trust::impl::trust_the_system() {
    SSL_CTX_set_default_verify_dir(context.native_handle());
    auto* store = SSL_CTX_get_cert_store(context.native_handle());
    X509_STORE_set_ex_data(store, impl_index(), this);
    X509_STORE_set_get_issuer(store, &find_issuer);
}

tls_trust::tls_trust(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
tls_trust::tls_trust(tls_trust&&) noexcept = default;
tls_trust& tls_trust::operator=(tls_trust&&) noexcept = default;
tls_trust::~tls_trust() = default;

result<tls_trust> tls_trust::make(const std::string& ca_file) {
    auto made = std::make_unique<impl>();
    auto& context = made->context;
    context.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    made->trust_the_system();
    boost::system::error_code error;
    if (!ca_file.empty()) {
        context.load_verify_file(ca_file, error);
        if (error) {
            return failure{errc::usage,
                           fmt::format("--ca-file {}: no certificates could be read from it ({}); "
                                       "it must be a PEM file with `BEGIN CERTIFICATE` in it",
                                       printable(ca_file), error.message())};
        }
    }
    return tls_trust(std::move(made));
}

std::string certificate_words(long verify_result, const endpoint& to) {
    const auto what = [&]() -> std::string {
        switch (verify_result) {
            case X509_V_ERR_CERT_HAS_EXPIRED:
                return fmt::format(
                    "the certificate of {} has expired: its keeper must renew it "
                    "(or this machine's clock is wrong)",
                    to.authority());
            case X509_V_ERR_CERT_NOT_YET_VALID:
                return fmt::format(
                    "the certificate of {} is not valid yet: look at this "
                    "machine's clock",
                    to.authority());
            case X509_V_ERR_HOSTNAME_MISMATCH:
            case X509_V_ERR_IP_ADDRESS_MISMATCH:
                return fmt::format(
                    "the certificate that the server showed is not for the host "
                    "{}: check --base-url",
                    to.host);
            default:
                return fmt::format(
                    "the certificate of {} is not from an authority that this "
                    "machine trusts: if the server is your own, name its "
                    "authority's PEM file with --ca-file",
                    to.authority());
        }
    }();
    return fmt::format("{} ({}). Nothing was sent", what,
                       X509_verify_cert_error_string(verify_result));
}

} // namespace noteload::delivery
