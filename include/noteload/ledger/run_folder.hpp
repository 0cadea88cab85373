#pragma once

#include <memory>
#include <string>

#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/log_format.hpp"

namespace noteload::ledger {

/// A run's folder, held by this process alone: a lock in it says who has it. Released when the
/// object goes; a folder that this object made is removed again as long as no log was begun in it.
class run_folder {
public:
    /// Makes the folder (0700), or takes one that holds no log. Fails with `errc::run_folder` when
    /// another process has it, when it holds a log (the message says how to resume), or when it
    /// cannot be made or written.
    [[nodiscard]] static result<run_folder> make(disk& on, const std::string& named);

    /// Takes the folder of a run, to go on with it. Fails with `errc::run_folder` when another
    /// process has it or it holds no log.
    [[nodiscard]] static result<run_folder> take(disk& on, const std::string& named);

    /// Whether `take` finds a log there; the failure says that it does not.
    [[nodiscard]] static result<void> is_run(disk& on, const std::string& named);

    /// Whether a process has the run at `folder`.
    [[nodiscard]] static bool is_in_use(const std::string& folder);

    run_folder(run_folder&&) noexcept;
    run_folder& operator=(run_folder&&) noexcept;
    ~run_folder();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

    /// Makes `log.jsonl` appear with its header whole, by rename, with file, folder and parent
    /// folder synced: whoever sees the log sees the header. On failure there is no log.
    [[nodiscard]] result<std::unique_ptr<append_file>> begin_log(const log_header& header);

    /// The log, cut to its first `good_bytes`, to go on behind them, with the newline that the last
    /// line may lack.
    [[nodiscard]] result<std::unique_ptr<append_file>> reopen_log(std::uint64_t good_bytes,
                                                                  bool lacks_newline);

private:
    class lock;
    run_folder(disk& on, std::string path, bool made, std::unique_ptr<lock> held);

    disk* on_;
    std::string path_;
    bool made_; // by us, and nothing in it yet that must stay
    std::unique_ptr<lock> held_;
};

/// `notes-20261124T035412Z` for `…/notes.csv`: the input's stem and the start in UTC.
[[nodiscard]] std::string run_name(const std::string& first_input,
                                   std::chrono::system_clock::time_point started);

} // namespace noteload::ledger
