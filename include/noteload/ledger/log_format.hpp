#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "noteload/outcome.hpp"
#include "noteload/went_through.hpp"

/// The log's lines. A log is UTF-8, one JSON object a line, each ended by a newline:
///
///     log     = header *( mark / row / event / met ) [ end ]
///     header  = {"noteload_log":1,"run":…,"program":…,"inputs":[…],"mapping_hash":…,
///                "organization":…,"base_url":…,"options":{…},"started":…,"server_started":…}
///     mark    = {"sending":[FIRST,LAST],"file":F,"byte":B,"line":N,"hash":"xxh3:…"}
///     row     = {"row":R,"file":F,"line":N,["byte":B,"size":Z,]["key":K,]"outcome":O,
///                ["note_id":I,]["status":S,]"attempts":A,"ms":M,
///                ["reason":W,["reasons":[W,…],]"detail":D,]"at":T}
///     event   = {"event":E,…,"at":T}
///     met     = {"went_through":{"processes":1,…,"requests":{"200":N,…}},"at":T}
///     end     = {"end":{"read":…,"created":…,…}}
///
/// A path or option that is no UTF-8 has its bytes in hex beside it, as `path_bytes`. A mark is on
/// disk before the first request of rows FIRST to LAST leaves; B and N are where row
/// FIRST stands, and the hash is of the bytes of records FIRST to LAST, each followed by one
/// newline. Byte and size are where the record of an invalid, refused or doubtful row stands, so
/// that the reject files can be made again. A row's last outcome counts. The downside of one line a
/// row: 150 bytes each.
namespace noteload::ledger {

inline constexpr int log_version = 1;

struct logged_input {
    std::string path;        ///< absolute, or `-`
    std::uint64_t bytes = 0; ///< 0 for standard input
    std::string hash;        ///< empty for standard input

    friend bool operator==(const logged_input&, const logged_input&) = default;
};

using option_value = std::variant<bool, std::int64_t, std::string>;

struct log_header {
    std::string run;     ///< the folder's name
    std::string program; ///< `noteload 0.1.0`
    std::vector<logged_input> inputs;
    std::string mapping_hash;
    std::string organization;
    std::string base_url;
    std::map<std::string, option_value> options; ///< all that a resumed run needs but the token
    std::chrono::system_clock::time_point started;
    std::chrono::system_clock::time_point server_started; ///< the server's own clock

    friend bool operator==(const log_header&, const log_header&) = default;
};

/// The requests of rows `first` to `last` may leave.
struct sending_mark {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t file = 0;
    std::uint64_t byte = 0;
    std::uint64_t line = 0;
    std::uint64_t hash = 0; ///< `mark_hash`

    friend bool operator==(const sending_mark&, const sending_mark&) = default;
};

struct log_event {
    std::string what; ///< a fixed word: `paused`, `going_on`, `stopped`
    std::string why;  ///< a fixed word; may be empty
    std::string detail;
    std::chrono::system_clock::time_point when;

    friend bool operator==(const log_event&, const log_event&) = default;
};

/// What a process of the run went through, told at its end; one that was killed has none.
struct process_end {
    went_through met;
    std::chrono::system_clock::time_point when;

    friend bool operator==(const process_end&, const process_end&) = default;
};

/// XXH3 of records' bytes, each followed by one newline.
[[nodiscard]] std::uint64_t mark_hash(std::string_view records) noexcept;
/// `xxh3:` and 16 hex digits.
[[nodiscard]] std::string hash_text(std::uint64_t hash);

/// The details of all faults in one text for a person: the log's and problems.csv's `detail`.
[[nodiscard]] std::string all_details(const std::vector<fault>& faults);

void append_line(std::string& out, const log_header& header);
void append_line(std::string& out, const sending_mark& mark);
void append_line(std::string& out, const settled_row& row);
void append_line(std::string& out, const log_event& event);
void append_line(std::string& out, const process_end& end);
void append_line(std::string& out, const row_counts& end);

} // namespace noteload::ledger
