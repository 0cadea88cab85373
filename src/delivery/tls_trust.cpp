#include "tls_trust_impl.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

namespace noteload::delivery {

tls_trust::tls_trust(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
tls_trust::tls_trust(tls_trust&&) noexcept = default;
tls_trust& tls_trust::operator=(tls_trust&&) noexcept = default;
tls_trust::~tls_trust() = default;

result<tls_trust> tls_trust::make(const std::string& ca_file) {
    auto made = std::make_unique<impl>();
    auto& context = made->context;
    context.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    boost::system::error_code error;
    context.set_default_verify_paths(error);
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
