#include "noteload/run/log_in.hpp"

#include "noteload/ledger/log_lines.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/preflight.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <fstream>

namespace noteload::run {

result<std::optional<delivery::oauth_tokens>> ask_for_tokens(const log_in_server& where,
                                                             const std::string& form) {
    import_options o;
    o.base_url = where.base_url;
    o.ca_file = where.ca_file;
    const auto server = server_of(o);
    if (!server) {
        return server.error();
    }
    using answer = result<std::optional<delivery::oauth_tokens>>;
    boost::asio::io_context on(1);
    answer got = failure{errc::bug, "no answer to the log-in"};
    const auto done = [&got](const std::exception_ptr& e, answer given) {
        if (e) {
            std::rethrow_exception(e);
        }
        got = std::move(given);
    };
    boost::asio::co_spawn(on, delivery::ask_for_tokens(on, *server, form), done);
    on.run();
    return got;
}

std::string base_url_of_run(const std::string& folder) {
    std::ifstream in(folder + "/log.jsonl", std::ios::binary);
    std::string line;
    std::getline(in, line);
    const auto header = ledger::read_header(line, folder);
    return header ? header->base_url : std::string();
}

} // namespace noteload::run
