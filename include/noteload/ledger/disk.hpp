#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "noteload/error.hpp"

namespace noteload::ledger {

/// A file that only grows. Errors are `errc::disk` and final: after a failed write or sync nobody
/// knows what the disk holds, so nothing is tried again.
class append_file {
public:
    virtual ~append_file() = default;

    /// All of `bytes`, or a failure (then a part may have been written).
    [[nodiscard]] virtual result<void> append(std::string_view bytes) = 0;
    /// Data and size are on the disk when this returns.
    [[nodiscard]] virtual result<void> sync() = 0;
};

/// The few things that a run folder needs of a file system, so that tests can fail each of them.
/// Files are made 0600 and folders 0700. Failures name the path; refusals (permissions, a file in
/// the way) are `errc::run_folder`, everything else `errc::disk`.
class disk {
public:
    virtual ~disk() = default;

    /// Makes a file that is not there yet.
    [[nodiscard]] virtual result<std::unique_ptr<append_file>> create(const std::string& path) = 0;
    /// Opens a file that is there, cut to its first `size` bytes, to go on behind them.
    [[nodiscard]] virtual result<std::unique_ptr<append_file>> reopen(const std::string& path,
                                                                      std::uint64_t size) = 0;
    /// Bytes of the whole lines at a file's beginning: what follows is a line that a crash tore.
    [[nodiscard]] virtual result<std::uint64_t> whole_lines(const std::string& path) = 0;
    /// With its parents, which keep the usual permissions; true if it was not there before.
    [[nodiscard]] virtual result<bool> make_folder(const std::string& path) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    [[nodiscard]] virtual result<void> rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual result<void> sync_folder(const std::string& path) = 0;
    /// A file or an empty folder; quiet when there is none.
    virtual void remove(const std::string& path) = 0;
};

/// The machine's file system.
[[nodiscard]] disk& real_disk();

/// Makes a file appear with its first bytes whole, by rename, with file and folder synced, and
/// leaves it open to go on behind them. Replaces what was there.
[[nodiscard]] result<std::unique_ptr<append_file>> begin_whole(disk& on, const std::string& path,
                                                               std::string_view first_bytes);

/// Writes a whole file so that it is either the old one or the new one: a temporary name, sync,
/// rename, and the folder's sync. Replaces what was there.
[[nodiscard]] result<void> write_whole(disk& on, const std::string& path, std::string_view bytes);

/// Without those behind its name: `run/` is `run`.
[[nodiscard]] std::string without_slashes(std::string path);
/// The folder that holds `path`.
[[nodiscard]] std::string folder_of(const std::string& path);

} // namespace noteload::ledger
