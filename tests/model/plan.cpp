#include "plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>

#include "noteload/delivery/request.hpp"

namespace noteload::model {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Twins and near twins: blanks, tags and entities differ, one begins with another.
constexpr std::array texts = {
    "Called about the gala",           "Called  about the gala ",
    "Called about the <b>gala</b>",    "Called about the gala and about the silent auction in May",
    "Thanks & regards, 5 < 6",         "First line\nsecond line\n\nlast line",
    "Gr\u00FC\u00DFe aus Z\u00FCrich", "Met at the office",
};

delivery::sent_note random_note(random& r, std::uint32_t contacts, std::uint32_t variety) {
    delivery::sent_note n;
    n.contact_id = static_cast<std::int64_t>(100 + between(r, 1, contacts));
    n.type = chance(r, 80) ? "Call" : "Email";
    n.note = texts[between(r, 0, variety - 1)];
    // The second and third are each other's with month and day exchanged.
    constexpr std::array dates = {"", "2019-03-04", "2019-04-03", "2019-12-25"};
    n.note_date_time = dates[chance(r, 60) ? 0 : between(r, 0, 3)];
    n.important = chance(r, 5);
    return n;
}

server_habits random_habits(random& r) {
    server_habits h;
    h.latency = milliseconds(between(r, 0, 1) == 0 ? 40 : 2000);
    // All of it within the verify window, as the promise wants it.
    h.read_lag = milliseconds(chance(r, 60) ? between(r, 0, 29'000) : 0);
    h.late_note = milliseconds(chance(r, 60) ? between(r, 0, 29'000) : 0);
    h.clock_ahead =
        chance(r, 50) ? milliseconds(0) : milliseconds(between(r, 0, 1'200'000)) - minutes(10);
    const auto often = [&r](int share, std::uint32_t most) {
        return chance(r, share) ? static_cast<int>(between(r, 1, most)) : 0;
    };
    h.lost = often(60, 40);
    h.broken = often(50, 30);
    h.hangs = often(30, 15);
    h.no_way = often(30, 30);
    h.quota = often(30, 20);
    h.refuses = often(20, 10);
    h.forbids = often(10, 8);
    h.stops = often(5, 3);
    h.bad_read = often(40, 20);
    h.text_shape = static_cast<int>(between(r, 0, 5));
    h.date_shape = static_cast<int>(between(r, 0, 3));
    h.page = chance(r, 50) ? 100 : static_cast<int>(between(r, 3, 6));
    h.bare_lists = chance(r, 15);
    if (chance(r, 20)) {
        h.outage_at = milliseconds(between(r, 0, 60'000));
        h.outage = milliseconds(between(r, 1'000, 300'000));
    }
    h.strangers = often(15, 3);
    h.old_notes = often(30, 4);
    return h;
}

/// Whose a twin's note is, is then of no importance, and nothing is left to a person.
bool twins_are_interchangeable(const plan& p) {
    std::map<std::uint64_t, int> kinds; // by twin_hash
    return std::all_of(p.rows.begin(), p.rows.end(), [&](const planned_row& row) {
        return row.body.empty() ||
               kinds.emplace(twin_hash(row.content), row.kind).first->second == row.kind;
    });
}

std::vector<planned_end> random_lives(random& r) {
    std::vector<planned_end> lives;
    for (auto n = chance(r, 30) ? 0u : between(r, 1, 3); n > 0; --n) {
        planned_end e;
        e.by = static_cast<cause>(between(r, 1, 4));
        e.at_step = static_cast<int>(e.by == cause::disk ? between(r, 1, 60)
                                     : chance(r, 50)     ? between(r, 1, 150)
                                                         : between(r, 1, 1500));
        e.downtime = milliseconds(chance(r, 50) ? between(r, 0, 1'000) : between(r, 0, 200'000));
        lives.push_back(e);
    }
    return lives;
}

} // namespace

void set_rows(plan& p, std::vector<delivery::sent_note> contents) {
    p.rows.clear();
    for (auto& content : contents) {
        planned_row row;
        row.row = p.rows.size() + 1;
        row.record = fmt::format("record {}", row.row);
        row.kind = static_cast<int>(row.row);
        if (!content.note.empty()) {
            note_request n;
            n.contact_id = content.contact_id;
            n.type = content.type;
            n.note = content.note;
            n.note_date_time = content.note_date_time;
            n.important = content.important;
            delivery::append_note_body(row.body, n);
            row.body.append(row.row, ' ');
        }
        row.content = std::move(content);
        for (const auto& other : p.rows) {
            if (!row.body.empty() && !other.body.empty() &&
                interchangeable(other.content, row.content)) {
                row.kind = other.kind;
                break;
            }
        }
        p.rows.push_back(std::move(row));
    }
}

plan make_plan(std::uint32_t seed) {
    random r(seed);
    plan p;
    p.seed = seed;
    std::vector<delivery::sent_note> contents;
    const auto contacts = between(r, 1, 4);
    const auto variety = between(r, 1, texts.size());
    const int invalid = chance(r, 30) ? 15 : 0;
    for (auto n = between(r, 1, chance(r, 70) ? 12 : 40); n > 0; --n) {
        contents.push_back(chance(r, invalid) ? delivery::sent_note{}
                                              : random_note(r, contacts, variety));
    }
    set_rows(p, std::move(contents));
    for (std::size_t left = p.rows.size(); left > 0;) {
        p.batches.push_back(std::min<std::size_t>(left, between(r, 1, 10)));
        left -= p.batches.back();
    }
    p.options.concurrency = static_cast<int>(between(r, 1, 8));
    p.options.in_doubt =
        chance(r, 90) ? delivery::doubt_policy::verify : delivery::doubt_policy::hold;
    p.options.limit = {chance(r, 20) ? between(r, 1, 20) : 0, seconds(1)};
    p.options.give_up_after = chance(r, 10) ? seconds(100) : seconds(14'400);
    p.options.seed = r();
    p.grace = milliseconds(chance(r, 50) ? 30'000 : between(r, 0, 1000));
    p.server = random_habits(r);
    p.lives = random_lives(r);
    p.prompt_log = chance(r, 60);
    p.settles_all = p.options.in_doubt == delivery::doubt_policy::verify &&
                    p.server.strangers == 0 && twins_are_interchangeable(p);
    return p;
}

std::ostream& operator<<(std::ostream& out, const plan& p) {
    const auto& h = p.server;
    out << fmt::format(
        "seed {}: {} rows, concurrency {}, {} in doubt, grace {} ms\n"
        "server: latency {} lag {} late {} clock {:+} ms; lost {} broken {} hangs {} no_way {} "
        "quota {} refuses {} forbids {} stops {} bad_read {}; text {} date {} page {} bare {}; "
        "outage {}+{}; strangers {} old {}\n",
        p.seed, p.rows.size(), p.options.concurrency, to_word(p.options.in_doubt), p.grace.count(),
        h.latency.count(), h.read_lag.count(), h.late_note.count(), h.clock_ahead.count(), h.lost,
        h.broken, h.hangs, h.no_way, h.quota, h.refuses, h.forbids, h.stops, h.bad_read,
        h.text_shape, h.date_shape, h.page, h.bare_lists, h.outage_at.count(), h.outage.count(),
        h.strangers, h.old_notes);
    constexpr std::array causes = {"none", "kill", "power cut", "signal", "disk"};
    for (const auto& e : p.lives) {
        out << fmt::format("life ends by {} at {}, down {} ms\n",
                           causes[static_cast<std::size_t>(e.by)], e.at_step, e.downtime.count());
    }
    for (const auto& row : p.rows) {
        out << "row " << row.row << " kind " << row.kind << ": " << row.content << '\n';
    }
    return out;
}

} // namespace noteload::model
