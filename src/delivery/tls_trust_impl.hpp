#pragma once

#include <boost/asio/ssl/context.hpp>
#include <mutex>
#include <string>

#include "noteload/delivery/connection.hpp"

namespace noteload::delivery {

namespace ssl = boost::asio::ssl;

struct tls_trust::impl {
    void trust_the_system();
    static int find_issuer(X509** issuer, X509_STORE_CTX* checking, X509* of);

    ssl::context context{ssl::context::tls_client};
    std::once_flag bundle; ///< the system's one file with all authorities is read when needed
};

/// For people: what is wrong with the certificate by OpenSSL's verify result (not X509_V_OK).
[[nodiscard]] std::string certificate_words(long verify_result, const endpoint& to);

} // namespace noteload::delivery
