#pragma once

#include <chrono>
#include <span>
#include <string>

namespace noteload::sandbox {

/// A certificate and its private key, both PEM.
struct identity {
    std::string certificate;
    std::string key;
};

/// Makes a certificate authority of our own, valid for ten years. EC P-256. Throws
/// `std::runtime_error` when OpenSSL cannot.
[[nodiscard]] identity make_authority();

/// A server certificate signed by `authority` for `hosts` (names or addresses, one at least).
/// `expired`: it ended yesterday.
[[nodiscard]] identity make_server_identity(const identity& authority,
                                            std::span<const std::string> hosts, bool expired);

/// Whether the key is the certificate's own: false also for what is not PEM.
[[nodiscard]] bool belong_together(const identity& who);

} // namespace noteload::sandbox
