#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "noteload/delivery/connection.hpp"

namespace noteload::delivery {

namespace ssl = boost::asio::ssl;

struct tls_trust::impl {
    ssl::context context{ssl::context::tls_client};
};

/// For people: what is wrong with the certificate by OpenSSL's verify result (not X509_V_OK).
[[nodiscard]] std::string certificate_words(long verify_result, const endpoint& to);

} // namespace noteload::delivery
