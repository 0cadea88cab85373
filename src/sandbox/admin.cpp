// The admin door of `front_desk`: what tests and curious people ask for.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "noteload/sandbox/front_desk.hpp"
#include "noteload/sandbox/note_json.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

const std::int64_t dumped_at_once = 500;

} // namespace

response front_desk::dump(const route& to) {
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    response answer;
    answer.content_type = "application/x-ndjson";
    std::int64_t last = store_.id_before(to.number("skip", 0, 0, all));
    std::int64_t left = to.number("take", all, 0, all);
    answer.more = [this, last, left](std::string& out) mutable {
        const auto notes = store_.after(last, std::min(left, dumped_at_once));
        for (const stored_note& note : notes) {
            append_raw_note(out, note);
            out += '\n';
            last = note.id;
        }
        left -= static_cast<std::int64_t>(notes.size());
        return !notes.empty();
    };
    return answer;
}

response front_desk::stats() {
    json::object requests;
    for (std::size_t i = 0; i < operations; ++i) {
        requests[to_word(static_cast<operation>(i))] = counts_.requests[i];
    }
    json::object faults;
    for (const fault_description& known : fault_descriptions()) {
        faults[known.name] = counts_.faults[static_cast<std::size_t>(known.kind)];
    }
    response answer;
    answer.body = json::serialize(json::object{{"notes", store_.count()},
                                               {"seed", trouble_.seed},
                                               {"requests", requests},
                                               {"faults", faults},
                                               {"unauthorized", counts_.unauthorized},
                                               {"over_quota", counts_.over_quota},
                                               {"late_notes", counts_.late_notes},
                                               {"store_failures", counts_.failures}});
    return answer;
}

} // namespace noteload::sandbox
