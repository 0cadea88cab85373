#include "noteload/report/met_words.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <vector>

namespace noteload::report {

namespace {

/// Connections that end with each answer, and not the few that were opened once or after a pause.
constexpr std::uint64_t many_connections = 100;

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", with_thousands(n), n == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ";
        out += parts[i];
    }
    return out;
}

std::string waits(const went_through& met) {
    const auto text = [](std::uint64_t ms) {
        return duration_text(std::chrono::ceil<std::chrono::seconds>(
            std::chrono::milliseconds(static_cast<std::int64_t>(ms))));
    };
    std::vector<std::string> parts;
    if (met.quota_pauses > 0) {
        parts.push_back(fmt::format("{} for the quota", text(met.quota_wait_ms)));
    }
    if (met.outages > 0) {
        parts.push_back(fmt::format("{} for the server, which failed", text(met.outage_ms)));
    }
    return parts.empty() ? "" : fmt::format("Waited {}.\n", joined(parts));
}

std::string failures(const went_through& met) {
    const auto failed = met.no_connection + met.timed_out + met.lost + met.failed_answers();
    std::vector<std::string> parts;
    const auto add = [&parts](std::uint64_t n, std::string_view one, std::string_view many) {
        if (n > 0) {
            parts.push_back(counted(n, one, many));
        }
    };
    add(met.no_connection, "found no connection", "found no connection");
    add(met.timed_out, "had no answer in time", "had no answer in time");
    add(met.lost, "lost its connection", "lost their connections");
    add(met.failed_answers(), "was answered with an error of the server's own",
        "were answered with an error of the server's own");
    std::string out;
    if (failed > 0) {
        out += fmt::format("Of {}, {}.\n",
                           counted(met.all_requests() + met.no_connection, "request", "requests"),
                           joined(parts));
    }
    if (met.sent_again > 0) {
        out += fmt::format("{} sent again.\n", counted(met.sent_again, "row was", "rows were"));
    }
    return out;
}

std::string others(const went_through& met) {
    std::string out;
    if (const auto found = met.requests.find(429); found != met.requests.end()) {
        out += fmt::format("{} for want of quota (429).\n",
                           counted(found->second, "request was refused", "requests were refused"));
    }
    if (met.slow_answers > 0) {
        out += fmt::format("{} longer than a second.\n",
                           counted(met.slow_answers, "answer took", "answers took"));
    }
    if (met.connections > many_connections && met.connections > met.all_requests() / 2) {
        out += fmt::format("The server closes its connections early: {} were opened.\n",
                           with_thousands(met.connections));
    }
    if (met.tokens_replaced > 0) {
        out += "The token was replaced, and the run went on with the new one.\n";
    }
    if (met.repeated_ids > 0) {
        out += fmt::format(
            "{} answered with the id of a note that another row had: look at the server whether "
            "each has its own.\n",
            counted(met.repeated_ids, "row was", "rows were"));
    }
    return out;
}

} // namespace

std::string met_words(const run_facts& run) {
    auto out = waits(run.met) + failures(run.met) + others(run.met);
    if (!out.empty() && run.processes > run.met.processes) {
        const auto untold = run.processes - run.met.processes;
        out += fmt::format("(Without what {} of this run met, which did not come to {} end.)\n",
                           counted(untold, "process", "processes"), untold == 1 ? "its" : "their");
    }
    return out;
}

} // namespace noteload::report
