#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace noteload {

/// What stopped the program: one list for all stages. It decides (the exit code comes from it, see
/// `cli/exit_code.hpp`); the message of a `failure` explains. A row that is wrong is none of these:
/// it is data and ends in an outcome.
enum class errc {
    usage = 1,    ///< the command line or a configuration file; nothing was sent
    input,        ///< an input that cannot be read at all; nothing was sent
    run_folder,   ///< a run folder in use, with a log already, or that cannot be made
    no_token,     ///< no token was given; nothing was sent
    token,        ///< the server does not accept the token (401)
    permission,   ///< the token may not do this (403, or 400 with the permission message)
    organization, ///< not the organisation that was named, or one that is not enabled
    certificate,  ///< the server's certificate could not be verified
    unreachable,  ///< no connection, or no good answer for too long
    protocol,     ///< an answer that no rule knows: a redirect, a page that is not the API's
    disk,         ///< writing or syncing failed: nothing more may be sent
    changed,      ///< an input, mapping or log that is not what the run was started with
    interrupted,  ///< by a signal, before anything was sent
    bug,          ///< an invariant of ours does not hold
};

/// A reason to stop, told to a person: what, where, and what to do.
struct failure {
    errc code{};
    std::string message;

    friend bool operator==(const failure&, const failure&) = default;
};

template <class T>
using result = boost::system::result<T, failure>;

/// Found by `result::value()` when there is none: a caller that did not look first.
[[noreturn]] inline void throw_exception_from_error(const failure& f,
                                                    const boost::source_location&) {
    throw std::logic_error("unexamined failure: " + f.message);
}

} // namespace noteload
