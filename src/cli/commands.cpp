#include "commands.hpp"

#include "noteload/cli/undo_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::cli {

namespace {

result<settings> settings_of(command_bit which, const said_words& said) {
    auto s = standard_settings(which);
    if (auto wrong = take(said.options, s)) {
        return *wrong;
    }
    s.run.paths = said.files;
    return s;
}

/// What both a dry run and a real one need.
std::optional<failure> wrong_rows(const char* verb, const said_words& said) {
    if (said.files.empty()) {
        return failure{errc::usage,
                       fmt::format("name the file to {}: noteload {} notes.csv", verb, verb)};
    }
    if (std::find(said.files.begin(), said.files.end(), "") != said.files.end()) {
        return failure{errc::usage,
                       fmt::format("the name of a file to {} is empty: ''. Name the file", verb)};
    }
    const auto* history = said.find("--history");
    if (history != nullptr && said.find("--key") == nullptr) {
        return bad(*history, "name the column that tells rows apart with --key");
    }
    return std::nullopt;
}

check_command checking(settings s) {
    check_command c;
    const auto online = s.online ? std::optional(s.run) : std::nullopt;
    c.options = {.paths = std::move(s.run.paths),
                 .reading = std::move(s.run.reading),
                 .mapping = std::move(s.run.mapping),
                 .base_url = std::move(s.run.base_url),
                 .run_dir = std::move(s.run.run_dir),
                 .preview = s.preview,
                 .skip = s.run.skip,
                 .limit = s.run.limit,
                 .key = std::move(s.run.key),
                 .duplicate_keys = s.run.duplicate_keys,
                 .history = std::move(s.run.history),
                 .reserve = s.run.reserve,
                 .rate = s.run.rate,
                 .online = online};
    c.progress = s.report.progress;
    c.json = s.report.json;
    return c;
}

token_places token_of(const said_words& said) {
    token_places t;
    for (const auto& o : said.options) {
        if (o.what->name == "--token-file") {
            (o.place.empty() ? t.said : t.in_config) = o.text;
        }
    }
    return t;
}

/// The options that change a run, to be said again to the options that it was started with.
std::function<void(run::import_options&)> amendments(const said_words& said) {
    return [options = said.options](run::import_options& into) {
        settings s;
        s.run = std::move(into);
        // They were read before, so nothing is wrong with them.
        static_cast<void>(take(options, s));
        into = std::move(s.run);
    };
}

} // namespace

const said_option* said_words::find(std::string_view name) const noexcept {
    const said_option* last = nullptr;
    for (const auto& o : options) {
        last = o.what->name == name ? &o : last;
    }
    return last;
}

result<command> check_of(const said_words& said) {
    if (auto wrong = wrong_rows("check", said)) {
        return *wrong;
    }
    auto s = settings_of(for_check, said);
    if (!s) {
        return s.error();
    }
    auto c = checking(std::move(*s));
    c.token = token_of(said);
    return command(std::move(c));
}

result<command> import_of(const said_words& said) {
    const auto* dry = said.find("--dry-run");
    const bool is_dry = dry != nullptr && dry->text == "true";
    if (const auto* p = said.find("--preview"); p != nullptr && p->text != "0" && !is_dry) {
        return bad(*p, "only a dry run shows requests: noteload check, or import --dry-run");
    }
    if (auto wrong = wrong_rows("import", said)) {
        return *wrong;
    }
    auto s = settings_of(for_import, said);
    if (!s) {
        return s.error();
    }
    if (s->dry_run) {
        return command(checking(std::move(*s)));
    }
    import_command c;
    c.options = std::move(s->run);
    c.token = token_of(said);
    c.report = s->report;
    c.questions = s->questions;
    return command(std::move(c));
}

result<command> resume_of(const said_words& said) {
    if (said.files.size() != 1 || said.files.front().empty()) {
        return failure{errc::usage,
                       "name the one run folder to go on with: noteload resume "
                       "noteload-runs/notes-20261124T035412Z"};
    }
    const auto s = settings_of(for_resume, said);
    if (!s) {
        return s.error();
    }
    resume_command c;
    c.options.folder = said.files.front();
    c.options.refused = s->refused;
    c.options.amend = amendments(said);
    c.token = token_of(said);
    c.report = s->report;
    return command(std::move(c));
}

result<command> undo_of(const said_words& said, const std::vector<std::string>& words) {
    if (said.files.size() != 1 || said.files.front().empty()) {
        return failure{errc::usage, "name the run's folder: noteload undo noteload-runs/NAME"};
    }
    const auto s = settings_of(for_undo, said);
    if (!s) {
        return s.error();
    }
    undo_command c;
    c.options.run_dir = said.files.front();
    c.options.organization = s->run.organization;
    c.options.force = s->force;
    c.options.looked_up = s->looked_up;
    c.options.amend = amendments(said);
    c.token = token_of(said);
    c.progress = s->report.progress;
    c.questions = s->questions;
    c.json = s->report.json;
    c.typed = "noteload " + command_line(words);
    return command(std::move(c));
}

result<command> mapping_of(const said_words& said) {
    if (said.files.size() != 1 || said.files.front().empty()) {
        return failure{errc::usage, "name the one export to look at: noteload mapping notes.csv"};
    }
    auto s = settings_of(for_mapping, said);
    if (!s) {
        return s.error();
    }
    return command(mapping_command{said.files.front(), std::move(s->run.reading), s->output});
}

result<command> report_of(const said_words& said) {
    if (said.files.size() != 1 || said.files.front().empty()) {
        return failure{errc::usage, "name the run's folder: noteload report noteload-runs/NAME"};
    }
    return command(report_command{said.files.front()});
}

result<command> login_of(const said_words& said) {
    auto s = settings_of(for_login, said);
    if (!s) {
        return s.error();
    }
    return command(login_command{std::move(s->run.base_url), std::move(s->run.ca_file),
                                 std::move(s->user), s->questions});
}

} // namespace noteload::cli
