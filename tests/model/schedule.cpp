#include "schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "life.hpp"
#include "noteload/ledger/log_lines.hpp"

namespace noteload::model {

namespace {

constexpr int most_lives = 12;

struct last_outcome {
    outcome what{};
    std::int64_t note_id = 0;
    /// A note like it is older than the run, and nothing had shown that the server's times of notes
    /// are right.
    bool may_be_older = false;
};

void begin_log(world& w) {
    std::string header;
    append_line(header,
                ledger::log_header{
                    .run = "model",
                    .program = "noteload",
                    .inputs = {{"/notes.csv", 1, "xxh3:0"}},
                    .mapping_hash = "xxh3:0",
                    .organization = "Ours",
                    .base_url = "https://model.example",
                    .options = {},
                    .started = wall_clock::now(),
                    .server_started = std::chrono::floor<std::chrono::seconds>(w.server.wall())});
    static_cast<void>(w.disk.create("log"));
    w.disk.replace("log", header);
}

result<ledger::recovered_run> recovered(const world& w) {
    ledger::recovery log("log");
    auto done = log.feed(w.disk.written("log"));
    if (!done) {
        return done.error();
    }
    return log.finish();
}

/// What a kill leaves: all that was written, the last write perhaps cut short. What a power cut
/// leaves: all that was synced; of the rest a part, or a part garbled.
void crash(world& w, bool power_cut) {
    auto log = w.disk.written("log");
    const auto safe = w.disk.synced("log").size();
    if (power_cut) {
        const auto rest = static_cast<std::uint32_t>(log.size() - safe);
        log.resize(safe + between(w.chance, 0, rest));
        if (log.size() > safe && chance(w.chance, 30)) {
            // A hole to the end: a readable mark behind one is for recovery's own tests.
            const auto hole =
                safe + between(w.chance, 0, static_cast<std::uint32_t>(log.size() - safe - 1));
            std::fill(log.begin() + static_cast<std::ptrdiff_t>(hole), log.end(), '\0');
        }
    } else if (chance(w.chance, 20)) {
        const auto last_line = log.rfind('\n', log.size() - 2) + 1;
        log.resize(std::max<std::size_t>(
            safe,
            last_line + between(w.chance, 0, static_cast<std::uint32_t>(log.size() - last_line))));
    }
    w.disk.replace("log", log);
}

std::map<std::uint64_t, last_outcome> last_outcomes(const std::string& log, report& r) {
    std::map<std::uint64_t, last_outcome> last;
    for (std::size_t at = log.find('\n') + 1; at < log.size(); at = log.find('\n', at) + 1) {
        const auto line =
            ledger::read_line(std::string_view(log).substr(at, log.find('\n', at) - at));
        if (std::holds_alternative<std::monostate>(line)) {
            r.wrong.push_back("the log has a line that cannot be read");
        }
        const auto* row = std::get_if<ledger::row_line>(&line);
        if (row == nullptr) {
            continue;
        }
        const auto before = last.find(row->row);
        if (before != last.end() && ledger::is_final(before->second.what)) {
            r.wrong.push_back(fmt::format("row {} had the outcome {} and got another one", row->row,
                                          to_word(before->second.what)));
        }
        last[row->row] = {row->what, row->note_id,
                          row->detail.find("made before the run") != std::string_view::npos};
    }
    return last;
}

/// The promises, kind by kind of row: whose note is whose may be mixed up among twins, as long as
/// there is one for each.
void check_notes(const plan& p, const std::map<std::uint64_t, last_outcome>& last,
                 const std::vector<far_note>& notes, report& r) {
    struct tally {
        std::size_t notes = 0;
        std::size_t claimed = 0;
        std::size_t in_doubt = 0;
    };
    std::map<int, tally> kinds;
    std::map<std::int64_t, int> kind_of_note;
    for (const auto& n : notes) {
        if (n.row != 0) {
            const auto kind = p.rows[n.row - 1].kind;
            kind_of_note[n.id] = kind;
            ++kinds[kind].notes;
        }
    }
    std::set<std::int64_t> claimed;
    for (const auto& row : p.rows) {
        const auto at = last.find(row.row);
        if (at == last.end()) {
            r.wrong.push_back(fmt::format("row {} has no outcome", row.row));
            continue;
        }
        const auto& [what, id, may_be_older] = at->second;
        r.had_to_be_in_doubt += what == outcome::in_doubt && may_be_older ? 1 : 0;
        ++r.counts[what];
        ++r.counts.read;
        auto& kind = kinds[row.kind];
        kind.in_doubt += what == outcome::in_doubt ? 1 : 0;
        if (what == outcome::created || what == outcome::already_there) {
            ++kind.claimed;
            if (!claimed.insert(id).second) {
                r.wrong.push_back(
                    fmt::format("row {} has note {} that another row has", row.row, id));
            } else if (!kind_of_note.contains(id)) {
                r.wrong.push_back(fmt::format("row {} has note {} that is not ours", row.row, id));
            } else if (what == outcome::created && kind_of_note[id] != row.kind) {
                r.wrong.push_back(fmt::format("row {} created note {}, which is of kind {}",
                                              row.row, id, kind_of_note[id]));
            }
        }
    }
    for (const auto& [kind, t] : kinds) {
        if (t.claimed > t.notes) {
            r.wrong.push_back(fmt::format("rows of kind {} have {} notes, but {} claim one", kind,
                                          t.notes, t.claimed));
        }
        if (t.notes > t.claimed + t.in_doubt) {
            r.wrong.push_back(
                fmt::format("rows of kind {} have {} notes, but {} claim one and {} are "
                            "in doubt",
                            kind, t.notes, t.claimed, t.in_doubt));
        }
    }
}

void check_recovery(const world& w, const std::map<std::uint64_t, last_outcome>& last, report& r) {
    const auto run = recovered(w);
    if (!run || !run->ended || run->garbled()) {
        r.wrong.push_back("the finished log cannot be read back");
        return;
    }
    for (const auto& [row, end] : last) {
        if (run->rows.of(row) != end.what) {
            r.wrong.push_back(fmt::format("row {} is read back with another outcome", row));
        }
    }
    if (run->rows.counts() != r.counts) {
        r.wrong.push_back("the finished log is read back with other counts");
    }
}

} // namespace

report run_plan(const plan& p) {
    world w(p);
    report r;
    begin_log(w);
    bool lived_well = false;
    while (!lived_well && r.lives < most_lives && w.wrong.empty()) {
        auto from = recovered(w);
        if (!from) {
            r.wrong.push_back("the log cannot be recovered: " + from.error().message);
            return r;
        }
        const auto index = static_cast<std::size_t>(r.lives);
        const auto fated = index < p.lives.size() ? p.lives[index] : planned_end{};
        life now(w, std::move(*from), fated);
        const auto how = now.run();
        ++r.lives;
        r.steps += now.steps();
        r.finished = how == life::end::finished;
        r.as_planned = r.as_planned || (index == 0 && !r.finished);
        lived_well = r.finished && index >= p.lives.size();
        if (how == life::end::dead) {
            w.server.left_alone();
            const bool power_cut =
                fated.by == cause::power_cut || (fated.by == cause::disk && chance(w.chance, 50));
            crash(w, power_cut);
            const auto left = recovered(w);
            std::size_t open = 0;
            for (const auto& row : p.rows) {
                open += left && !row.body.empty() && left->is_doubtful(row.row) &&
                                !left->rows.of(row.row)
                            ? 1
                            : 0;
            }
            if (fated.by == cause::kill && p.prompt_log && open > now.most_doubtful()) {
                w.wrong.push_back(fmt::format("a kill left {} rows in doubt, {} are allowed", open,
                                              now.most_doubtful()));
            }
        }
        w.clock.move_to(steady_clock::now() + fated.downtime);
    }
    r.wrong.insert(r.wrong.end(), w.wrong.begin(), w.wrong.end());
    r.log = w.disk.written("log");
    r.story = w.server.story;
    if (lived_well) {
        // Whatever is still under way comes.
        w.clock.move_to(std::max(steady_clock::now(), w.server.quiet_at()));
        const auto last = last_outcomes(w.disk.written("log"), r);
        check_notes(p, last, w.server.notes(), r);
        check_recovery(w, last, r);
        if (p.settles_all && r.counts[outcome::in_doubt] > r.had_to_be_in_doubt) {
            r.wrong.push_back(fmt::format("{} rows are in doubt, and none had to be",
                                          r.counts[outcome::in_doubt]));
        }
    }
    return r;
}

} // namespace noteload::model
