#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "noteload/delivery/likeness.hpp"
#include "noteload/delivery/sender.hpp"

namespace noteload::model {

using std::chrono::milliseconds;
using random = std::mt19937;

/// Uniform, both ends included. The standard's distributions differ between libraries; a seed must
/// not.
inline std::uint32_t between(random& r, std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(r()) % (high - low + 1);
}
inline bool chance(random& r, int per_cent) {
    return static_cast<int>(between(r, 1, 100)) <= per_cent;
}

/// A row of the input. Its body ends in as many blanks as its number: so the server knows whose
/// request it got, while twins are the same to everyone who reads JSON.
struct planned_row {
    std::uint64_t row = 0;
    delivery::sent_note content;
    std::string body;   ///< empty: the row is invalid
    std::string record; ///< its bytes in the input
    int kind = 0; ///< equal for rows that are interchangeable: nobody can tell whose a note is
};

/// How the server behaves. Chances are per cent of requests.
struct server_habits {
    milliseconds latency{40};  ///< at most
    milliseconds read_lag{0};  ///< at most: a note is surely shown after it
    milliseconds late_note{0}; ///< at most: a note is made so long after its answer was lost
    milliseconds clock_ahead{0};
    int lost = 0;     ///< the request comes, the answer does not; half of them are acted on
    int broken = 0;   ///< an answer that says nothing: 5xx, 408, 200 without an id; likewise
    int hangs = 0;    ///< no answer within the timeout; likewise
    int no_way = 0;   ///< no connection, or it breaks before the request is whole
    int quota = 0;    ///< 429
    int refuses = 0;  ///< 400, 404, 422
    int forbids = 0;  ///< 403 without JSON
    int stops = 0;    ///< 401
    int bad_read = 0; ///< of reads: an error, a page that is none
    int text_shape = 0;
    int date_shape = 0;
    int page = 100;                       ///< rows a page at most
    bool bare_lists = false;              ///< pages without a total
    milliseconds outage_at{0}, outage{0}; ///< since the schedule's start
    int strangers = 0;                    ///< notes of other people, made now and then
    int old_notes = 0;                    ///< notes like ours, from before the run
};

enum class cause { none, kill, power_cut, signal, disk };

/// One life of the program: how it ends, unless it is done before.
struct planned_end {
    cause by = cause::none;
    int at_step = 0;          ///< of the schedule's steps; of the disk's for `disk`
    milliseconds downtime{0}; ///< until the next life
};

/// Everything that one seed decides.
struct plan {
    std::uint32_t seed = 0;
    std::vector<planned_row> rows;
    std::vector<std::size_t> batches; ///< rows of each
    delivery::sender_options options;
    milliseconds timeout{30'000};
    milliseconds grace{0};
    server_habits server;
    std::vector<planned_end> lives;
    bool prompt_log = true;   ///< the log's thread does what is due at once
    bool settles_all = false; ///< nothing in it can leave a row in doubt for good
};

[[nodiscard]] plan make_plan(std::uint32_t seed);
/// Rows and bodies from contents; an empty text makes an invalid row.
void set_rows(plan& p, std::vector<delivery::sent_note> contents);

std::ostream& operator<<(std::ostream& out, const plan& p);

} // namespace noteload::model
