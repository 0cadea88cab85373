#include "noteload/run/resume.hpp"

#include "noteload/ledger/recovery.hpp"
#include "noteload/run/doubtful_rows.hpp"
#include "noteload/run/import_session.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/look_up_contacts.hpp"
#include "noteload/run/open_history.hpp"
#include "noteload/run/preflight.hpp"
#include "noteload/run/retelling.hpp"
#include "noteload/run/stop_switch.hpp"
#include "noteload/run/told_facts.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace noteload::run {

namespace {

using ledger::recovered_run;

import_options options_of(const recovered_run& log, const std::string& folder,
                          const resume_options& r) {
    import_options o;
    take_logged_options(log.header.options, o);
    for (const auto& in : log.header.inputs) {
        o.paths.push_back(in.path);
    }
    o.base_url = log.header.base_url;
    o.organization = log.header.organization;
    o.run_dir = folder;
    o.limit.reset(); // it was a trial, and this is the rest
    if (r.amend) {
        r.amend(o);
    }
    return o;
}

bool anything_left(const recovered_run& log, const row_counts& counts, bool refused) {
    return !log.ended || counts[outcome::in_doubt] + counts[outcome::not_attempted] > 0 ||
           (refused && counts[outcome::refused] > 0);
}

/// What the run began with cannot be read any more. Of a new run that would be 2, which promises
/// that nothing was sent.
failure as_changed(const failure& why) {
    return {errc::changed,
            why.message + ". The run began with it: bring it back, and resume again"};
}

std::optional<failure> changed_input(const recovered_run& log,
                                     const std::vector<checked_input>& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& before = log.header.inputs[i];
        const auto& now = inputs[i].what;
        if (now.hash != before.hash || now.bytes != before.bytes) {
            return failure{
                errc::changed,
                fmt::format("{} is not the file that the run began with ({} bytes then, {} now): "
                            "restore it, or import the changed file as a new run",
                            now.name, before.bytes, now.bytes.value_or(0))};
        }
    }
    return std::nullopt;
}

std::optional<failure> was_undone(const ledger::run_folder& folder) {
    if (ledger::real_disk().exists(folder.file("undo.jsonl"))) {
        return failure{
            errc::changed,
            fmt::format("the run {} was undone: import its file as a new run", folder.path())};
    }
    return std::nullopt;
}

std::optional<failure> has_no_input(const ledger::run_folder& folder, const recovered_run& log) {
    if (std::any_of(log.header.inputs.begin(), log.header.inputs.end(),
                    [](const auto& in) { return in.path == "-"; })) {
        return failure{errc::changed,
                       fmt::format("the run {} read standard input, which is gone. Its log and "
                                   "reject files say what became of each row; --spool keeps a "
                                   "copy to resume from",
                                   folder.path())};
    }
    return std::nullopt;
}

/// A run in the making: what is looked at, in order, until something speaks against it.
class resuming {
public:
    resuming(const resume_options& r, import_observer& watch) : asked_(r), watch_(watch) {}

    import_result run() {
        for (const auto step :
             {&resuming::take_folder, &resuming::look_at_inputs, &resuming::look_at_server,
              &resuming::look_at_keys, &resuming::look_at_rows, &resuming::tell_facts}) {
            if (auto end = (this->*step)()) {
                return std::move(*end);
            }
        }
        return go_on();
    }

private:
    using early_end = std::optional<import_result>;

    early_end take_folder() {
        auto folder = ledger::run_folder::take(ledger::real_disk(), asked_.folder);
        if (!folder) {
            return not_begun(folder.error());
        }
        folder_.emplace(std::move(*folder));
        auto log = ledger::recover(folder_->file("log.jsonl"));
        if (!log) {
            return not_begun(log.error());
        }
        log_ = std::move(*log);
        if (auto good = ledger::check_end(folder_->file("log.jsonl"), log_); !good) {
            return not_begun(good.error());
        }
        options_ = options_of(log_, folder_->path(), asked_);
        if (auto why = was_undone(*folder_)) {
            return not_begun(*why);
        }
        if (!anything_left(log_, log_.rows.counts(), asked_.refused)) {
            return was_finished();
        }
        if (auto why = has_no_input(*folder_, log_)) {
            return not_begun(*why);
        }
        auto token = asked_.token();
        if (!token) {
            return not_begun(token.error());
        }
        options_.token = std::move(*token);
        options_.token_again = asked_.token;
        return std::nullopt;
    }

    early_end was_finished() const {
        import_result r;
        r.how = ending::was_finished;
        r.folder = folder_->path();
        r.summary.add(log_.rows.counts());
        return r;
    }

    early_end look_at_inputs() {
        auto mapping = load_mapping(folder_->file("mapping.toml"));
        if (!mapping) {
            return not_begun(as_changed(mapping.error()));
        }
        mapping_ = std::move(*mapping);
        auto offline = make_mapper(mapping_, std::nullopt);
        if (!offline) {
            return not_begun(offline.error());
        }
        offline_.emplace(std::move(*offline));
        auto inputs = check_inputs(options_.paths, options_.reading, *offline_);
        if (!inputs) {
            return not_begun(as_changed(inputs.error()));
        }
        inputs_ = std::move(*inputs);
        if (auto changed = changed_input(log_, inputs_)) {
            return not_begun(*changed);
        }
        return std::nullopt;
    }

    early_end look_at_server() {
        auto server = server_of(options_);
        if (!server) {
            return not_begun(server.error());
        }
        server_.emplace(std::move(*server));
        if (auto end = run::look_at_server(*server_, asked_.state_folder, options_.organization,
                                           watch_, seen_)) {
            return end;
        }
        // A trial looked up the contacts of its own rows alone.
        if (!looked_up_by(mapping_.rules).empty() && log_.header.options.contains("limit")) {
            auto looked_up =
                look_up_contacts(options_, options_.reading, mapping_, *server_, *folder_, watch_);
            if (!looked_up) {
                return interrupted_before();
            }
            if (!*looked_up) {
                return not_begun(looked_up->error());
            }
            mapping_ = std::move(**looked_up);
        }
        if (needs_lookups(mapping_)) {
            return not_begun(
                {errc::changed, fmt::format("{} is gone: bring it back, or import the "
                                            "file as a new run",
                                            folder_->file(std::string(lookups_file)))});
        }
        auto mapper = make_mapper(mapping_, facts_of(seen_));
        if (!mapper) {
            return not_begun(mapper.error());
        }
        if (ledger::hash_text(ledger::mark_hash(mapper->to_toml())) != log_.header.mapping_hash) {
            return not_begun({errc::changed,
                              "the mapping is not the one that the run began with: "
                              "restore it, or import the file as a new run"});
        }
        mapper_.emplace(std::move(*mapper));
        look_at_told_facts();
        return std::nullopt;
    }

    /// Mappers as the run's processes had them; none where nobody knows all of them.
    void look_at_told_facts() {
        auto told = read_told_facts(folder_->file(std::string(told_facts_file)));
        if (!told) {
            return;
        }
        for (const auto& facts : *told) {
            auto mapper = make_mapper(mapping_, facts);
            if (!mapper) {
                earlier_.clear();
                return;
            }
            earlier_.push_back(std::move(*mapper));
            told_ += line_of(facts);
        }
    }

    /// Before this process sends by what the organisation says now.
    early_end tell_facts() {
        const auto now = line_of(facts_of(seen_));
        if (earlier_.empty() || ('\n' + told_).find('\n' + now) != std::string::npos) {
            return std::nullopt;
        }
        const auto done = ledger::write_whole(
            ledger::real_disk(), folder_->file(std::string(told_facts_file)), told_ + now);
        return done ? early_end() : not_begun(done.error());
    }

    /// Other runs may have imported rows of this file meanwhile; rows that this run has settled are
    /// known by their keys.
    early_end look_at_keys() {
        if (options_.key.empty()) {
            return std::nullopt;
        }
        auto opened = open_history(options_, log_.header, folder_->path());
        if (!opened) {
            return not_begun(opened.error());
        }
        history_.emplace(std::move(*opened));
        if (auto done = history_->keys.saw_all(folder_->file("log.jsonl"), log_); !done) {
            return not_begun(done.error());
        }
        return std::nullopt;
    }

    early_end look_at_rows() {
        auto doubtful = read_doubtful(log_, inputs_, options_.reading,
                                      {.mapper = *mapper_,
                                       .earlier = earlier_,
                                       .offline = *offline_,
                                       .keys = history_ ? &history_->keys : nullptr});
        if (!doubtful) {
            return not_begun(doubtful.error());
        }
        doubtful_ = std::move(*doubtful);
        for (const auto& b : doubtful_) {
            for (const auto& row : b->rows) {
                asked_for_.insert(row.at.row);
            }
        }
        auto files = side_files_of(*folder_, shapes_of(inputs_), options_.responses);
        files.clear_rejects();
        auto before = retell(
            folder_->file("log.jsonl"), log_, told_inputs(inputs_, options_.reading),
            [this](std::uint64_t row, outcome last) { return rests(row, last); }, files);
        if (!before) {
            return not_begun(before.error());
        }
        before_ = std::move(*before);
        beside_.emplace(std::move(files));
        return std::nullopt;
    }

    /// Nothing is done about the row in this process.
    [[nodiscard]] bool rests(std::uint64_t row, outcome last) const {
        const bool again = asked_.refused && last == outcome::refused;
        return ledger::is_final(last) && !again && !asked_for_.contains(row);
    }

    [[nodiscard]] walk_start where_to_read() const {
        auto at = log_.go_on;
        if (asked_.refused && log_.first_refused.row != 0 && log_.first_refused.row < at.row) {
            at = log_.first_refused;
        }
        return {.at = at, .leave_out = [this](std::uint64_t row) {
                    const auto last = log_.rows.of(row);
                    return asked_for_.contains(row) || (last && rests(row, *last));
                }};
    }

    [[nodiscard]] std::string words() const {
        return fmt::format("{} {} settled, {} in doubt {} asked for, reading goes on at row {}",
                           counted(before_.counts().settled(), "row"),
                           before_.counts().settled() == 1 ? "is" : "are", asked_for_.size(),
                           asked_for_.size() == 1 ? "is" : "are",
                           with_thousands(where_to_read().at.row));
    }

    /// Empty: nothing was cut off.
    [[nodiscard]] std::string cut_off_words() const {
        if (!log_.garbled()) {
            return {};
        }
        return fmt::format(
            "the log's end was torn, as a crash leaves it: {} bytes from line {} on "
            "could not be read and were cut off. What they may have told is asked "
            "for again",
            with_thousands(log_.garbled_bytes), log_.good_lines + 1);
    }

    import_result go_on() {
        auto log = folder_->reopen_log(log_.good_bytes, log_.lacks_newline);
        if (!log) {
            return not_begun(log.error());
        }
        std::optional<key_check> keys;
        if (history_) {
            keys = std::move(history_->keys);
            history_.reset(); // others may read it: they see this run
        }
        watch_.started(start_of(*folder_, *server_, seen_, inputs_, *mapper_));
        const stop_switch stop;
        auto text = words();
        const bool told_all = before_.counts().settled() == log_.rows.counts().settled();
        auto start = where_to_read();
        import_session session({.options = options_,
                                .server = *server_,
                                .folder = *folder_,
                                .stop = stop,
                                .watch = watch_,
                                .header = log_.header,
                                .log = std::move(*log),
                                .beside = std::move(*beside_),
                                .inputs = std::move(inputs_),
                                .mapper = std::move(*mapper_),
                                .keys = std::move(keys),
                                .heard = std::move(seen_.heard),
                                .resumed = true,
                                .before = std::move(before_),
                                .met = log_.met,
                                .processes = log_.processes + 1,
                                .told_all = told_all,
                                .start = std::move(start),
                                .doubtful = std::move(doubtful_),
                                .claimed = std::move(log_.note_ids),
                                .words = std::move(text),
                                .cut_off = cut_off_words(),
                                .last_told = log_.rows.last()});
        return session.run();
    }

    const resume_options& asked_;
    import_observer& watch_;
    std::optional<ledger::run_folder> folder_;
    recovered_run log_;
    import_options options_;
    std::vector<checked_input> inputs_;
    loaded_mapping mapping_;
    std::optional<mapping::note_mapper> offline_;
    std::optional<mapping::note_mapper> mapper_;
    std::vector<mapping::note_mapper> earlier_; // by what earlier processes were told
    std::string told_;                          // the lines of that
    std::optional<delivery::server> server_;
    delivery::first_look seen_;
    std::vector<std::shared_ptr<const batch>> doubtful_;
    std::unordered_set<std::uint64_t> asked_for_; // rows of doubtful_
    std::optional<ledger::side_files> beside_;
    std::optional<opened_history> history_;
    report::summary before_;
};

} // namespace

import_result run_resume(const resume_options& options, import_observer& watch) {
    return resuming(options, watch).run();
}

} // namespace noteload::run
