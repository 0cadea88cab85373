#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "noteload/delivery/connection.hpp"
#include "noteload/delivery/server.hpp"
#include "support/run_task.hpp"
#include "support/scripted_server.hpp"
#include "support/temp_folder.hpp"

namespace noteload::delivery {

inline std::ostream& operator<<(std::ostream& out, handed h) {
    constexpr const char* words[] = {"nothing", "part", "last_record"};
    return out << words[static_cast<int>(h)];
}

inline std::ostream& operator<<(std::ostream& out, trouble t) {
    constexpr const char* words[] = {"none", "no_connection", "certificate", "timed_out",
                                     "lost", "cut_short",     "too_long"};
    return out << words[static_cast<int>(t)];
}

/// One authority, which the client trusts, and a server with a certificate of it.
class ExchangeTest : public ::testing::Test {
protected:
    // Where a timeout is wanted; a busy machine must have answered what is not to time out.
    static constexpr auto soon = std::chrono::milliseconds(500);
    static constexpr auto long_enough = std::chrono::seconds(20);

    // Its threads call into the test: they end while all of it is there.
    void TearDown() override { far_.reset(); }

    void serve(test::scripted_server::options o = {}) { serve_as(authority_.issue(), o); }
    void serve_as(const test::identity& who, test::scripted_server::options o = {}) {
        far_ = std::make_unique<test::scripted_server>(who, o);
    }

    [[nodiscard]] tls_trust trust() const {
        return *tls_trust::make(folder_.write("ca.pem", authority_.pem()));
    }
    [[nodiscard]] server server_at(const std::string& url,
                                   std::chrono::milliseconds timeout) const {
        const auto at = *parse_base_url(url);
        return {at, trust(), request_writer(at, "key123"), timeout};
    }

    test::temp_folder folder_;
    test::test_authority authority_;
    boost::asio::io_context on_{1};
    std::unique_ptr<test::scripted_server> far_;
};

} // namespace noteload::delivery
