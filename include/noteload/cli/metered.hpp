#pragma once

#include <chrono>
#include <string>

#include "noteload/cli/metrics.hpp"
#include "noteload/run/import.hpp"

namespace noteload::cli {

/// An observer that keeps the metrics file up to date, and hands everything on to another one.
class metered final : public run::import_observer {
public:
    /// `file` empty: it writes nothing. `next` must outlive it.
    metered(std::string file, run::import_observer& next);

    void asking(const std::string& base_url) override { next_.asking(base_url); }
    [[nodiscard]] result<run::consent> confirm(const std::string& organization,
                                               const std::string& base_url) override {
        return next_.confirm(organization, base_url);
    }
    void looking_up(std::size_t done, std::size_t of, std::size_t unknown) override {
        next_.looking_up(done, of, unknown);
    }
    void started(const run::import_start& s) override { next_.started(s); }
    void progress(const run::import_progress& p) override;
    void told(const ledger::log_event& e) override { next_.told(e); }
    void stopping(std::chrono::milliseconds grace) override { next_.stopping(grace); }
    [[noreturn]] void quit(const std::string& folder) override;
    [[nodiscard]] int exit_code(const run::import_result& r) const override {
        return next_.exit_code(r);
    }

    /// The last writing; also of a run that did not begin. False: the file could not be written,
    /// now or the last time that it was tried.
    [[nodiscard]] bool finish(const run::import_result& r, int exit_code);

private:
    void write();

    std::string file_;
    run::import_observer& next_;
    metrics metrics_;
    bool written_ = true;
    std::chrono::steady_clock::time_point next_write_{};
};

} // namespace noteload::cli
