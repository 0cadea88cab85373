#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "noteload/delivery/answer.hpp"
#include "noteload/delivery/connection.hpp"
#include "noteload/delivery/quota_report.hpp"
#include "noteload/delivery/request.hpp"

namespace noteload::delivery {

/// Where the token is read; it does not wait long.
using token_reader = std::function<result<std::string>()>;

/// How to reach the API, and as whom.
struct server {
    endpoint at;
    tls_trust trust;
    request_writer requests;
    std::chrono::milliseconds timeout; ///< of one attempt
    /// Another way to it than a `connection`: how tests put a server of their own there.
    std::function<std::unique_ptr<channel>(boost::asio::io_context&)> opens{};
    /// Reads the token again, which may have been replaced since; empty: it cannot have been.
    token_reader token_again{};
    /// What other processes that send there tell of the quota; empty: there are none.
    std::string budget_file{};

    /// A channel to it; the server must outlive it.
    [[nodiscard]] std::unique_ptr<channel> open(boost::asio::io_context& on) const {
        return opens ? opens(on) : std::make_unique<connection>(on, at, trust, timeout);
    }
};

/// What is asked before the first note.
struct first_look {
    organization who;
    std::vector<std::string> types;
    std::chrono::system_clock::time_point server_time; ///< the server's `Date`, or our clock
    std::vector<quota_heard> heard;                    ///< what the answers tell of the quota
};

/// Reads the organisation and its note types. A server that does not answer is tried again a few
/// times; then, or at once where trying again is useless (token, permission, certificate), it
/// fails with what a person can do about it.
[[nodiscard]] task<result<first_look>> look_first(boost::asio::io_context& on, const server& s);

/// Reads the organisation alone, in the same way.
[[nodiscard]] task<result<organization>> ask_organization(boost::asio::io_context& on,
                                                          const server& s);

} // namespace noteload::delivery
