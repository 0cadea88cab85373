#include "noteload/cli/metrics.hpp"

#include "noteload/version.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <iterator>

namespace noteload::cli {

namespace {

using std::chrono::system_clock;

constexpr std::string_view last_success_name = "noteload_last_success_timestamp_seconds";

double seconds_of(std::chrono::nanoseconds d) {
    return std::chrono::duration<double>(d).count();
}

double unix_seconds(system_clock::time_point t) {
    return seconds_of(t.time_since_epoch());
}

/// One metric after the other, each with its help and type before its samples.
class writer {
public:
    void metric(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                       type);
    }
    void sample(double value) { fmt::format_to(std::back_inserter(text), "{} {}\n", name_, value); }
    /// The labels' values are fixed words and numbers: nothing in them is to be escaped.
    template <class Label>
    void sample(std::string_view label, const Label& is, double value) {
        fmt::format_to(std::back_inserter(text), "{}{{{}=\"{}\"}} {}\n", name_, label, is, value);
    }
    void gauge(std::string_view name, std::string_view help, double value) {
        metric(name, "gauge", help);
        sample(value);
    }

    std::string text;

private:
    std::string_view name_;
};

void add_rows(writer& w, const row_counts& rows) {
    w.gauge("noteload_rows_read", "Records of the run that were read.",
            static_cast<double>(rows.read));
    w.metric("noteload_rows", "gauge", "Rows of the run by their outcome, so far.");
    for (std::size_t i = 0; i < outcome_count; ++i) {
        w.sample("outcome", to_word(static_cast<outcome>(i)), static_cast<double>(rows.of[i]));
    }
}

void add_traffic(writer& w, const run::import_progress& p) {
    if (!p.traffic.met.requests.empty()) {
        w.metric("noteload_requests", "gauge",
                 "Requests of this process by the status of their answer; 0: none came.");
    }
    for (const auto& [status, n] : p.traffic.met.requests) {
        w.sample("status", status, static_cast<double>(n));
    }
    w.metric("noteload_waited_seconds", "gauge", "How long this process waited, by the reason.");
    for (const std::string why : {"quota", "server_failing"}) {
        const auto waited = p.waited.find(why);
        w.sample("reason", why, waited == p.waited.end() ? 0 : seconds_of(waited->second));
    }
    if (const auto& q = p.traffic.quota) {
        w.gauge("noteload_quota_limit", "Requests that the organisation has in a window.",
                static_cast<double>(q->limit));
        w.gauge("noteload_quota_remaining", "Requests left of the window, by the last answer.",
                static_cast<double>(q->remaining));
        w.gauge("noteload_quota_reserve", "Requests of a window that are left for others.",
                static_cast<double>(q->reserve));
        w.gauge("noteload_quota_resets_timestamp_seconds",
                "When the window ends, by the server's clock.",
                static_cast<double>(q->resets_at.time_since_epoch().count()));
    }
}

} // namespace

std::string metrics_text(const metrics& m) {
    writer w;
    w.metric("noteload_info", "gauge", "The program.");
    w.sample("version", version, 1);
    add_rows(w, m.at.rows);
    add_traffic(w, m.at);
    w.gauge("noteload_in_flight", "Requests that wait for their answer.", m.at.in_flight);
    w.gauge("noteload_asked_about", "Rows in doubt that the server is being asked about.",
            static_cast<double>(m.at.in_doubt));
    w.gauge("noteload_running", "1 while the run goes on, 0 when it has ended.",
            m.exit_code ? 0 : 1);
    if (m.exit_code) {
        w.gauge("noteload_exit_code", "How the run ended; see the README.", *m.exit_code);
    }
    w.gauge("noteload_started_timestamp_seconds", "When this process began.",
            unix_seconds(m.started));
    w.gauge("noteload_duration_seconds", "How long this process took, so far.",
            seconds_of(m.now - m.started));
    if (const auto success = m.exit_code == 0 ? m.now : m.last_success) {
        w.gauge(last_success_name, "When the last run ended with exit code 0.",
                unix_seconds(*success));
    }
    return std::move(w.text);
}

std::optional<system_clock::time_point> last_success_of(std::string_view text) {
    const auto wanted = "\n" + std::string(last_success_name) + " ";
    const auto at = text.find(wanted);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    double seconds = 0;
    const auto* from = text.data() + at + wanted.size();
    const auto [end, error] = std::from_chars(from, text.data() + text.size(), seconds);
    // Anything else is no time that a run of ours could have written.
    if (error != std::errc() || !(seconds > 0 && seconds < 1e11)) {
        return std::nullopt;
    }
    return system_clock::time_point(
        std::chrono::round<system_clock::duration>(std::chrono::duration<double>(seconds)));
}

bool write_metrics(const std::string& path, const std::string& text) {
    // Collectors read `*.prom` alone.
    const auto beside = fmt::format("{}.{}.tmp", path, ::getpid());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const bool whole =
        ::write(fd, text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
        ::fchmod(fd, 0644) == 0;
    const bool done = ::close(fd) == 0 && whole && std::rename(beside.c_str(), path.c_str()) == 0;
    if (!done) {
        ::unlink(beside.c_str());
    }
    return done;
}

} // namespace noteload::cli
