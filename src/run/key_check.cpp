#include "noteload/run/key_check.hpp"

#include "noteload/ledger/log_lines.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

namespace noteload::run {

namespace {

constexpr std::string_view policies[] = {"refuse", "allow"};

fault in_doubt(const ledger::keyed_run& by) {
    const auto name = printable(by.name, 200);
    if (by.undone) {
        return {reason::key_in_doubt,
                fmt::format("the run {} was undone, and did not know whether it had made the note: "
                            "look for it in Virtuous and delete it if it is there. When all its "
                            "rows in doubt are looked up, say noteload undo {} --looked-up, and "
                            "import this row again",
                            name, shell_path(by.folder))};
    }
    return {reason::key_in_doubt,
            by.folder.empty()
                ? fmt::format("the run {} does not know whether it made the note, and its folder "
                              "is gone: put it back and settle it with noteload resume",
                              name)
                : fmt::format("the run {} does not know whether it made the note: settle that with "
                              "noteload resume {}, then import this row again",
                              name, shell_path(by.folder))};
}

} // namespace

std::string_view to_word(duplicate_policy p) noexcept {
    return policies[static_cast<std::size_t>(p)];
}

std::optional<duplicate_policy> duplicate_policy_from_word(std::string_view word) noexcept {
    for (const auto p : {duplicate_policy::refuse, duplicate_policy::allow}) {
        if (to_word(p) == word) {
            return p;
        }
    }
    return std::nullopt;
}

void key_check::saw(std::string_view key, std::uint64_t row) {
    if (!key.empty()) {
        known_.table.saw(ledger::hash_of_key(key), row);
    }
}

result<void> key_check::saw_all(const std::string& log_path, const ledger::recovered_run& run) {
    return ledger::for_each_last(log_path, run, [this](const ledger::row_line& row) {
        saw(ledger::unescaped(row.key), row.row);
    });
}

outcome key_check::judge(const record& r, mapping::mapped_note& note) {
    if (r.cells.empty()) {
        return outcome::invalid;
    }
    if (note.key.empty()) {
        note.faults.push_back({reason::missing_key,
                               "the key column is empty: without a key nobody "
                               "can tell whether the row was imported"});
        return outcome::invalid;
    }
    const auto before = known_.table.saw(ledger::hash_of_key(note.key), r.at.row);
    const bool is_second = before.row != 0 && before.row < r.at.row;
    if (is_second && duplicates_ == duplicate_policy::refuse) {
        // Even where the key is imported: what this row says never was.
        note.faults.push_back(
            {reason::duplicate_key,
             fmt::format("row {} has the same key, {}", before.row, printable(note.key, 60))});
        return outcome::invalid;
    }
    if (before.run != 0 && before.in_doubt) {
        note.faults.push_back(in_doubt(known_.run(before.run)));
        return outcome::invalid;
    }
    if (before.run != 0) {
        note.faults.assign({fault{
            reason::already_imported,
            fmt::format("the run {} has this key", printable(known_.run(before.run).name, 200))}});
        return outcome::skipped;
    }
    return outcome::invalid;
}

} // namespace noteload::run
