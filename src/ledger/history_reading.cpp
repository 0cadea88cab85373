#include "history_reading.hpp"

#include "noteload/ledger/key_index.hpp"
#include "noteload/ledger/log_keys.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace noteload::ledger {

namespace {

namespace fs = std::filesystem;

/// A run of the space that is asked for.
struct earlier_run {
    std::string started;
    keyed_run run;
    std::string index;              // its file
    std::uint64_t keys = 0;         // how many
    std::optional<run_keys> unread; // where the index could not be written
};

/// One reading of a history: first every index is made right, then all are added up, so that room
/// is reserved once and no log's keys are held beside the table.
class reading {
public:
    reading(disk& on, const std::string& folder, bool may_write, const key_space& of,
            const log_header* own)
        : on_(on),
          folder_(folder),
          may_write_(may_write),
          space_(of),
          own_(own == nullptr ? "" : index_name(*own)) {}

    result<known_keys> run() {
        auto done = look_at_folders();
        if (done) {
            done = look_at_indexes();
        }
        return done ? add_up() : result<known_keys>(done.error());
    }

private:
    /// The run folders that lie in the history.
    result<void> look_at_folders() {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder_, error)) {
            auto header = header_in(entry.path().string());
            if (!header) {
                return header.error();
            }
            if (!*header || key_column_of(**header).empty()) {
                continue;
            }
            if (auto done = take_folder(entry.path().string(), **header); !done) {
                return done;
            }
        }
        if (error) {
            return failure{errc::run_folder, fmt::format("the history {} cannot be read: {}",
                                                         folder_, error.message())};
        }
        return {};
    }

    result<void> take_folder(const std::string& folder, const log_header& header) {
        const auto name = index_name(header);
        has_folder_.insert(name);
        if (name == own_ ||
            !space_.has(header.base_url, header.organization, key_column_of(header))) {
            return {};
        }
        const bool undone = was_undone(folder);
        if (!undone && !has_ended(folder)) {
            return failure{errc::run_folder,
                           fmt::format("the run {} has not come to its end, or is going on right "
                                       "now: some of its keys have no outcome yet, so nothing was "
                                       "sent. End it first: noteload resume {}",
                                       printable(header.run, 200), shell_path(folder))};
        }
        earlier_run s{.started = utc_text(header.started),
                      .run = {header.run, folder, undone},
                      .index = indexes_of(folder_) + "/" + name,
                      .keys = 0,
                      .unread = std::nullopt};
        const auto found = read_index(s.index);
        const auto sizes = sizes_of(folder);
        if (found && found->is_whole && !(undone && found->header.open) &&
            sizes == log_sizes{found->header.log_bytes, found->header.undo_bytes}) {
            s.keys = found->header.imported + found->header.in_doubt;
            runs_.push_back(std::move(s));
            return {};
        }
        return make_again(std::move(s));
    }

    result<void> make_again(earlier_run s) {
        auto made = keys_of(s.run.folder);
        if (!made) {
            return failure{errc::run_folder,
                           made.error().message +
                               ". Restore it; or, if none of its rows is among those to import, "
                               "move its folder and " +
                               s.index + " away"};
        }
        if (s.run.undone && made->index.open) {
            return failure{
                errc::run_folder,
                fmt::format("the run {} was undone while rows of it were in doubt: they may have "
                            "notes, and nobody knows their keys, so nothing was sent. noteload "
                            "undo {} says which rows; look for their notes in Virtuous, delete "
                            "those that are there, and say so: noteload undo {} --looked-up",
                            printable(s.run.name, 200), shell_path(s.run.folder),
                            shell_path(s.run.folder))};
        }
        s.keys = made->index.imported + made->index.in_doubt;
        // Keys that cannot be written down are made again the next time.
        if (!may_write_ || !write_index(on_, s.index, made->index, made->keys)) {
            s.unread = std::move(made->keys);
        }
        runs_.push_back(std::move(s));
        return {};
    }

    /// Indexes of runs whose folder lies elsewhere, or nowhere.
    result<void> look_at_indexes() {
        std::error_code error; // no folder: no indexes
        for (const auto& entry : fs::directory_iterator(indexes_of(folder_), error)) {
            const auto name = entry.path().filename().string();
            if (entry.path().extension() != ".keys" || name == own_ || has_folder_.contains(name)) {
                continue;
            }
            if (auto done = take_index(entry.path().string(), name); !done) {
                return done;
            }
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            return failure{errc::run_folder, fmt::format("{} cannot be read: {}",
                                                         indexes_of(folder_), error.message())};
        }
        return {};
    }

    result<void> take_index(const std::string& path, const std::string& name) {
        const auto found = read_index(path);
        if (!found) {
            return failure{errc::run_folder, found.error().message + what_damage_means(path)};
        }
        const auto& h = found->header;
        if (!space_.has(h.base_url, h.organization, h.column)) {
            return {};
        }
        auto elsewhere = header_in(h.folder);
        if (!elsewhere) {
            return elsewhere.error();
        }
        if (*elsewhere && index_name(**elsewhere) == name) {
            return take_folder(h.folder, **elsewhere);
        }
        if (!found->is_whole) {
            return failure{errc::run_folder,
                           fmt::format("{} is damaged{}", path, what_damage_means(path))};
        }
        if (h.open) {
            return failure{
                errc::run_folder,
                fmt::format("the folder {} is gone, and its run had not come to its end: it may "
                            "have sent rows whose keys nobody knows, so nothing was sent. Put the "
                            "folder back and end the run by `noteload resume`; or, once you have "
                            "looked for its notes in Virtuous, remove {}",
                            printable(h.folder, 300), path)};
        }
        auto& s = runs_.emplace_back();
        s.started = h.started;
        s.run.name = h.run;
        s.index = path;
        s.keys = h.imported + h.in_doubt;
        return {};
    }

    static std::string what_damage_means(const std::string& path) {
        return ", and the folder of its run is not there to make it again: nobody can tell which "
               "keys that run imported, so nothing was sent. Restore either of them; or, if none "
               "of that run's rows is among those to import, remove " +
               path;
    }

    result<known_keys> add_up() {
        std::sort(runs_.begin(), runs_.end(),
                  [](const earlier_run& a, const earlier_run& b) { return a.started < b.started; });
        known_keys known;
        std::uint64_t keys = 0;
        for (const auto& s : runs_) {
            keys += s.keys;
        }
        known.table.reserve(keys);
        for (auto& s : runs_) {
            known.runs.push_back(std::move(s.run));
            const auto number = static_cast<std::uint32_t>(known.runs.size());
            if (!s.unread) {
                if (auto done = add_index(s.index, known.table, number); !done) {
                    return done.error();
                }
                continue;
            }
            for (const auto& key : s.unread->imported) {
                known.table.add_imported(key, number);
            }
            for (const auto& key : s.unread->in_doubt) {
                known.table.add_in_doubt(key, number);
            }
            s.unread.reset();
        }
        return known;
    }

    disk& on_;
    const std::string& folder_;
    bool may_write_;
    const key_space& space_;
    std::string own_;                  // the name of its index
    std::set<std::string> has_folder_; // names of indexes
    std::vector<earlier_run> runs_;
};

} // namespace

std::string indexes_of(const std::string& history) {
    return history + "/.noteload-keys";
}

result<known_keys> read_history(disk& on, const std::string& folder, bool may_write,
                                const key_space& of, const log_header* own) {
    return reading(on, folder, may_write, of, own).run();
}

} // namespace noteload::ledger
