#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/key_table.hpp"
#include "noteload/ledger/log_format.hpp"

/// The keys of one run, in a file that outlives the run's folder:
///
///     index  = header "\n" hash(header) "\n" keys keys hash(both keys) "\n"
///     header = {"noteload_keys":1,"run":…,"folder":…,"base_url":…,"organization":…,"key":…,
///               "started":…,"open":…,"log_bytes":B,"undo_bytes":U,"imported":I,"in_doubt":D}
///     keys   = 16 bytes each: high and low half of the hash, little-endian, sorted
///     hash   = "xxh3:" and 16 hex digits
///
/// First come the keys that the run imported, then those in doubt that it did not import. B and U
/// are the sizes of the log and the undo log that it was made from: with other sizes there, it is
/// made again. An open one was written before the run's first note, and has no keys. Hashes alone
/// are kept, so the file holds nothing of a donor; the downside is that no key can be listed.
namespace noteload::ledger {

inline constexpr int key_index_version = 1;

struct key_index {
    std::string run;    ///< as in the log's header, like the next four
    std::string folder; ///< absolute, where it was last
    std::string base_url;
    std::string organization;
    std::string column;
    std::string started; ///< as the log's header writes it
    bool open = true;    ///< the run may have sent rows that this file does not know
    std::uint64_t log_bytes = 0;
    std::uint64_t undo_bytes = 0;
    std::uint64_t imported = 0; ///< keys
    std::uint64_t in_doubt = 0; ///< keys

    friend bool operator==(const key_index&, const key_index&) = default;
};

/// The keys of a run: each kind sorted, and no key twice.
struct run_keys {
    std::vector<key_hash> imported;
    std::vector<key_hash> in_doubt;
};

/// The key column that the run was started with; empty: none.
[[nodiscard]] std::string key_column_of(const log_header& header);

/// `notes-20261124T035412Z.20261124T035412345Z.keys`: two runs in folders of the same name, one
/// after the other, are two runs.
[[nodiscard]] std::string index_name(const log_header& header);

/// Without sizes and keys.
[[nodiscard]] key_index index_of(const log_header& header, const std::string& folder);

/// Replaces the file, whole or not at all (`write_whole`); the counts of `what` are set from
/// `keys`.
[[nodiscard]] result<void> write_index(disk& on, const std::string& path, key_index what,
                                       const run_keys& keys);

/// An index file as it was found.
struct found_index {
    key_index header;
    bool is_whole = false; ///< its keys are as they were written
};

/// Reads and verifies the file. `errc::run_folder` where not even its header can be relied on, or
/// it is of a version that this program does not know.
[[nodiscard]] result<found_index> read_index(const std::string& path);

/// Adds the keys of a whole index to the table, as those of the run (from 1).
[[nodiscard]] result<void> add_index(const std::string& path, key_table& to, std::uint32_t run);

} // namespace noteload::ledger
