#include "noteload/cli/arguments.hpp"

#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"
#include "option_texts.hpp"
#include "undo_arguments.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace noteload::cli {

namespace {

/// Options as text, until all are there; each is defined once, in the functions below.
struct texts {
    std::vector<std::string> files;
    std::string base_url = run::import_options{}.base_url;
    std::string mapping;
    std::string output;
    std::string token_file;
    std::string ca_file;
    std::string run_dir;
    std::string organization;
    std::string format = "auto";
    std::string encoding = "auto";
    std::string delimiter = "auto";
    std::string quote = "\"";
    std::string escape = "none";
    std::string skip_lines = "0";
    std::string columns;
    bool no_header = false;
    std::string max_record = "4MiB";
    std::string rate;
    std::string max_errors = "100";
    std::string timeout = "30s";
    std::string give_up_after = "4h";
    std::string grace = "30s";
    std::string in_doubt = "verify";
    std::string verify_window = "60s";
    std::string progress = "auto";
    std::string concurrency = "8";
    std::string reserve = "10%";
    std::string pace = "fast";
    std::string max_attempts = "10";
    std::string preview = "0";
    std::string skip = "0";
    std::string limit;
    std::optional<std::string> key; // given and empty is a mistake, not the absence of keys
    std::optional<std::string> history;
    std::string duplicate_keys = "refuse";
    bool responses = false;
    bool json = false;
    bool dry_run = false;
    bool spool = false;
    bool refused = false;
    std::string stop_at;
};

void add_dialect(CLI::App& to, texts& t) {
    to.add_option("--encoding", t.encoding,
                  "auto, or a name such as UTF-8, UTF-16LE, windows-1252, macintosh")
        ->capture_default_str()
        ->type_name("NAME");
    to.add_option("--delimiter", t.delimiter,
                  "auto, tab, or the character between columns (auto finds , ; tab and |)")
        ->capture_default_str()
        ->type_name("CHAR");
    to.add_option("--quote", t.quote, "the quote around cells: \" or '")
        ->capture_default_str()
        ->type_name("CHAR");
    to.add_option("--escape", t.escape,
                  "none, or backslash: \\\" inside quotes is a quote, \\\\ a backslash")
        ->capture_default_str();
    to.add_option("--skip-lines", t.skip_lines, "pass over the first N lines of each file")
        ->capture_default_str()
        ->type_name("N");
    to.add_flag("--no-header", t.no_header, "the first line is a row already; needs --columns");
    to.add_option("--columns", t.columns, "names of the columns without a header: a,b,c")
        ->type_name("NAMES");
}

void add_reading(CLI::App& to, texts& t) {
    to.add_option("FILE", t.files, "CSV or JSONL files; - is standard input")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("");
    to.add_option("--format", t.format, "auto, csv or jsonl; auto decides by name, then content")
        ->capture_default_str();
    add_dialect(to, t);
    to.add_option("--mapping", t.mapping, "how columns become fields; see the README")
        ->type_name("FILE");
    to.add_option("--max-record", t.max_record,
                  "a longer record is invalid (a quote that is never closed runs on); up to 8MiB")
        ->capture_default_str();
    to.add_option("--skip", t.skip, "pass over the first N records")->type_name("N");
    to.add_option("--limit", t.limit, "take N records only, as a trial")->type_name("N");
    to.add_option("--key", t.key, "the column whose values say which row is which: see --history")
        ->type_name("COLUMN");
    to.add_option("--history", t.history,
                  "with --key, skip rows that a run in this folder imported; import takes the "
                  "folder that holds the run's")
        ->type_name("DIR");
    to.add_option("--duplicate-keys", t.duplicate_keys,
                  "allow or refuse a further row with the same key")
        ->capture_default_str();
    to.add_option("--run-dir", t.run_dir, "the run's folder, instead of a new one")
        ->type_name("DIR");
    to.add_option("--base-url", t.base_url, "the server")->capture_default_str()->type_name("URL");
    to.add_option("--progress", t.progress, "auto, bar, plain or none")->capture_default_str();
    to.add_flag("--json", t.json, "the summary as JSON on standard output");
    to.add_option("--preview", t.preview, "show the first N requests as they would be sent")
        ->type_name("N");
}

void add_looking(CLI::App& to, texts& t) {
    to.add_option("FILE", t.files, "the export, CSV or JSONL")->type_name("");
    to.add_option("--format", t.format, "auto, csv or jsonl; auto decides by name, then content")
        ->capture_default_str();
    to.add_option("--output", t.output, "write there, into a new file, not to standard output")
        ->type_name("FILE");
}

void add_sending(CLI::App& to, texts& t) {
    to.add_option("--token-file", t.token_file,
                  "file with the API key (or set the environment's NOTELOAD_TOKEN)")
        ->type_name("FILE");
    to.add_option("--ca-file", t.ca_file,
                  "further certificate authorities to trust, PEM (for your own server)")
        ->type_name("FILE");
    to.add_option("--concurrency", t.concurrency,
                  "connections, each with one request at a time: 1 to 64, or auto, which grows "
                  "while the server keeps up")
        ->capture_default_str()
        ->type_name("N");
    to.add_option("--rate", t.rate, "at most so many requests: 5/s, 100/min, 1500/h")
        ->type_name("RATE");
    to.add_option("--reserve", t.reserve,
                  "what is left of the organisation's quota for others: requests a window, or 10% "
                  "of it")
        ->capture_default_str()
        ->type_name("N");
    to.add_option("--pace", t.pace,
                  "fast uses a window's quota as soon as it can and then waits; even spreads it")
        ->capture_default_str()
        ->type_name("WORD");
    to.add_option("--max-attempts", t.max_attempts,
                  "tries of a row whose request never gets through, while others do; 0: no end")
        ->capture_default_str()
        ->type_name("N");
    to.add_option("--max-errors", t.max_errors,
                  "stop when more rows are invalid or refused; 5% counts of those settled")
        ->capture_default_str()
        ->type_name("N");
    to.add_option("--timeout", t.timeout, "of one attempt: 500ms, 30s, 5m")
        ->capture_default_str()
        ->type_name("TIME");
    to.add_option("--give-up-after", t.give_up_after, "end without one good answer for so long")
        ->capture_default_str()
        ->type_name("TIME");
    to.add_option("--grace", t.grace, "for requests in flight when stopping")
        ->capture_default_str()
        ->type_name("TIME");
    to.add_option("--in-doubt", t.in_doubt,
                  "rows whose answer was lost: verify asks the server, hold leaves them to you, "
                  "resend sends them again (and may double them)")
        ->capture_default_str()
        ->type_name("WORD");
    to.add_option("--verify-window", t.verify_window,
                  "a note that the server does not show for so long is not there")
        ->capture_default_str()
        ->type_name("TIME");
    to.add_option("--stop-at", t.stop_at, "end by itself, to be resumed: 06:00, or 8h from now")
        ->type_name("TIME");
}

void add_starting(CLI::App& to, texts& t) {
    to.add_option("--organization", t.organization, "refuse a token of any other organisation")
        ->type_name("NAME");
    to.add_flag("--spool", t.spool,
                "copy standard input into the run folder first, so that the run can be resumed");
    to.add_flag("--responses", t.responses,
                "keep the server's answers in responses.jsonl (donors' data!)");
    to.add_flag("--dry-run", t.dry_run, "the same as `noteload check`: send nothing");
}

void add_resuming(CLI::App& to, texts& t) {
    to.add_option("RUN-DIR", t.files, "the folder of the run to go on with")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("");
    to.add_flag("--refused", t.refused, "try the rows again that the server refused");
    to.add_option("--limit", t.limit, "take N records more, as a trial")->type_name("N");
    to.add_option("--progress", t.progress, "auto, bar, plain or none")->capture_default_str();
    to.add_flag("--json", t.json, "the summary as JSON on standard output");
}

result<source::dialect_options> dialect_of(const texts& t) {
    source::dialect_options d;
    d.encoding = equal_without_case(t.encoding, "auto") ? "" : t.encoding;
    if (t.encoding.empty()) {
        return bad("--encoding", t.encoding, "auto or a name such as windows-1252 is expected");
    }
    if (t.delimiter.empty()) {
        return bad("--delimiter", t.delimiter, "auto, tab or a character is expected");
    }
    const bool tab = t.delimiter == "tab" || t.delimiter == "\\t";
    d.delimiter = tab ? "\t" : t.delimiter == "auto" ? "" : t.delimiter;
    if (t.quote != "\"" && t.quote != "'") {
        return bad("--quote", t.quote, "\" or ' is expected");
    }
    d.quote = t.quote[0];
    if (t.escape != "none" && t.escape != "backslash") {
        return bad("--escape", t.escape, "none or backslash is expected");
    }
    d.backslash = t.escape == "backslash";
    const auto lines = read_count(t.skip_lines);
    if (!lines) {
        return bad("--skip-lines", t.skip_lines, "a whole number from 0 is expected");
    }
    d.skip_lines = *lines;
    d.no_header = t.no_header;
    d.columns = t.columns;
    return d;
}

result<run::input_options> reading_of(const texts& t) {
    run::input_options o;
    if (t.format == "csv") {
        o.format = source::file_format::csv;
    } else if (t.format == "jsonl") {
        o.format = source::file_format::jsonl;
    } else if (t.format != "auto") {
        return bad("--format", t.format, "auto, csv or jsonl is expected");
    }
    const auto size = read_size(t.max_record);
    if (!size || *size == 0 || *size > 8u << 20) {
        return bad("--max-record", t.max_record,
                   "bytes are expected, such as 64KiB or 4MiB, at "
                   "most 8MiB");
    }
    o.max_record = *size;
    auto dialect = dialect_of(t);
    if (!dialect) {
        return dialect.error();
    }
    o.dialect = std::move(*dialect);
    return o;
}

/// How rows are known again.
struct key_options {
    std::string key;
    std::string history;
    run::duplicate_policy duplicates{};
};

result<key_options> keys_of(const texts& t) {
    const auto policy = run::duplicate_policy_from_word(t.duplicate_keys);
    if (!policy) {
        return bad("--duplicate-keys", t.duplicate_keys, "allow or refuse is expected");
    }
    if (t.key && trimmed(*t.key).empty()) {
        return bad("--key", *t.key, "the name of a column is expected");
    }
    if (t.history && t.history->empty()) {
        return bad("--history", "", "a folder is expected");
    }
    if (t.history && !t.key) {
        return bad("--history", *t.history, "name the column that tells rows apart with --key");
    }
    return key_options{std::string(trimmed(t.key.value_or(""))), t.history.value_or(""), *policy};
}

/// The options that are counts.
struct counts {
    std::uint64_t preview = 0;
    std::uint64_t skip = 0;
    std::optional<std::uint64_t> limit;
    int concurrency = 0;
    std::uint64_t max_attempts = 0;
};

result<counts> counts_of(const texts& t) {
    counts c;
    const auto preview = read_count(t.preview);
    const auto skip = read_count(t.skip);
    const auto concurrency = concurrency_of(t.concurrency);
    const auto max_attempts = read_count(t.max_attempts);
    if (!preview || !skip) {
        return bad(preview ? "--skip" : "--preview", preview ? t.skip : t.preview,
                   "a whole number from 0 is expected");
    }
    if (!t.limit.empty() && !(c.limit = read_count(t.limit))) {
        return bad("--limit", t.limit, "a whole number from 0 is expected");
    }
    if (!concurrency) {
        return concurrency.error();
    }
    if (!max_attempts || *max_attempts > 1'000'000) {
        return bad("--max-attempts", t.max_attempts, "a whole number from 0 is expected");
    }
    c.max_attempts = *max_attempts;
    c.preview = *preview;
    c.skip = *skip;
    c.concurrency = *concurrency;
    return c;
}

result<command> check_of(const texts& t) {
    check_command c;
    auto reading = reading_of(t);
    auto style = progress_of(t.progress);
    auto numbers = counts_of(t);
    auto keys = keys_of(t);
    if (!reading || !style || !numbers || !keys) {
        return !reading   ? reading.error()
               : !style   ? style.error()
               : !numbers ? numbers.error()
                          : keys.error();
    }
    c.options = {.paths = t.files,
                 .reading = *reading,
                 .mapping = t.mapping,
                 .base_url = t.base_url,
                 .run_dir = t.run_dir,
                 .preview = numbers->preview,
                 .skip = numbers->skip,
                 .limit = numbers->limit,
                 .key = keys->key,
                 .duplicate_keys = keys->duplicates,
                 .history = keys->history};
    c.progress = *style;
    c.json = t.json;
    return command(std::move(c));
}

std::optional<failure> take_times(const texts& t, run::import_options& o) {
    struct entry {
        std::string_view option;
        const std::string& text;
        std::chrono::milliseconds value{};
    };
    entry times[] = {{"--timeout", t.timeout},
                     {"--give-up-after", t.give_up_after},
                     {"--grace", t.grace},
                     {"--verify-window", t.verify_window}};
    for (auto& e : times) {
        const auto value = time_of(e.option, e.text);
        if (!value) {
            return value.error();
        }
        e.value = *value;
    }
    o.timeout = times[0].value;
    o.give_up_after = std::chrono::ceil<std::chrono::seconds>(times[1].value);
    o.grace = times[2].value;
    o.verify_window = times[3].value;
    return std::nullopt;
}

std::optional<failure> take_pacing(const texts& t, run::import_options& o) {
    if (!t.rate.empty()) {
        const auto rate = rate_of(t.rate);
        if (!rate) {
            return rate.error();
        }
        o.rate = *rate;
    }
    const auto reserve = read_reserve(t.reserve);
    if (!reserve) {
        return bad("--reserve", t.reserve,
                   "requests a window are expected, or per cent below 100 such as 10%");
    }
    o.reserve = *reserve;
    if (t.pace != "fast" && t.pace != "even") {
        return bad("--pace", t.pace, "fast or even is expected");
    }
    o.pace = t.pace == "even" ? delivery::pacing::even : delivery::pacing::fast;
    return std::nullopt;
}

result<command> import_of(const texts& t) {
    import_command c;
    auto& o = c.options;
    auto reading = reading_of(t);
    auto style = progress_of(t.progress);
    auto numbers = counts_of(t);
    auto keys = keys_of(t);
    if (!reading || !style || !numbers || !keys) {
        return !reading   ? reading.error()
               : !style   ? style.error()
               : !numbers ? numbers.error()
                          : keys.error();
    }
    if (auto wrong = take_times(t, o)) {
        return *wrong;
    }
    const auto errors = read_error_limit(t.max_errors);
    if (!errors) {
        return bad("--max-errors", t.max_errors, "a number is expected, or per cent such as 5%");
    }
    const auto policy = delivery::doubt_policy_from_word(t.in_doubt);
    if (!policy) {
        return bad("--in-doubt", t.in_doubt, "verify, hold or resend is expected");
    }
    if (auto wrong = take_pacing(t, o)) {
        return *wrong;
    }
    if (!t.stop_at.empty()) {
        o.stop_at = read_stop_time(t.stop_at);
        if (!o.stop_at) {
            return bad("--stop-at", t.stop_at,
                       "a time of day is expected, such as 06:00, or a time from now, such as 8h");
        }
    }
    o.paths = t.files;
    o.reading = *reading;
    o.mapping = t.mapping;
    o.base_url = t.base_url;
    o.spool = t.spool;
    o.ca_file = t.ca_file;
    o.run_dir = t.run_dir;
    o.organization = t.organization;
    o.key = keys->key;
    o.history = keys->history;
    o.duplicate_keys = keys->duplicates;
    o.concurrency = numbers->concurrency;
    o.max_attempts = static_cast<int>(numbers->max_attempts);
    o.max_errors = *errors;
    o.in_doubt = *policy;
    o.skip = numbers->skip;
    o.limit = numbers->limit;
    o.responses = t.responses;
    c.token_file = t.token_file;
    c.progress = *style;
    c.json = t.json;
    return command(std::move(c));
}

/// An option that `resume` may change, and how it goes from what was said today into the run's own.
struct amendment {
    const char* option;
    void (*take)(run::import_options& into, const run::import_options& from);
};
constexpr amendment amendments[] = {
    {"--ca-file", [](auto& into, const auto& from) { into.ca_file = from.ca_file; }},
    {"--concurrency", [](auto& into, const auto& from) { into.concurrency = from.concurrency; }},
    {"--rate", [](auto& into, const auto& from) { into.rate = from.rate; }},
    {"--reserve", [](auto& into, const auto& from) { into.reserve = from.reserve; }},
    {"--pace", [](auto& into, const auto& from) { into.pace = from.pace; }},
    {"--max-attempts", [](auto& into, const auto& from) { into.max_attempts = from.max_attempts; }},
    {"--max-errors", [](auto& into, const auto& from) { into.max_errors = from.max_errors; }},
    {"--timeout", [](auto& into, const auto& from) { into.timeout = from.timeout; }},
    {"--give-up-after",
     [](auto& into, const auto& from) { into.give_up_after = from.give_up_after; }},
    {"--grace", [](auto& into, const auto& from) { into.grace = from.grace; }},
    {"--in-doubt", [](auto& into, const auto& from) { into.in_doubt = from.in_doubt; }},
    {"--verify-window",
     [](auto& into, const auto& from) { into.verify_window = from.verify_window; }},
    {"--stop-at", [](auto& into, const auto& from) { into.stop_at = from.stop_at; }},
    {"--limit", [](auto& into, const auto& from) { into.limit = from.limit; }},
};

result<command> resume_of(const CLI::App& used, const texts& t) {
    if (t.files.size() != 1) {
        return failure{errc::usage,
                       "name the one run folder to go on with: noteload resume "
                       "noteload-runs/notes-20261124T035412Z"};
    }
    auto as_import = import_of(t);
    if (!as_import) {
        return as_import.error();
    }
    auto& said = std::get<import_command>(*as_import);
    std::vector<void (*)(run::import_options&, const run::import_options&)> changes;
    for (const auto& a : amendments) {
        if (used.count(a.option) > 0) {
            changes.push_back(a.take);
        }
    }
    resume_command c;
    c.options.folder = t.files.front();
    c.options.refused = t.refused;
    c.options.amend = [changes, from = said.options](run::import_options& into) {
        for (const auto& change : changes) {
            change(into, from);
        }
    };
    c.token_file = said.token_file;
    c.progress = said.progress;
    c.json = said.json;
    return command(std::move(c));
}

/// What CLI11 could not place: a mistyped option or command.
failure unknown(const CLI::App& app, const std::string& word) {
    const bool is_option = word.size() > 1 && word.front() == '-';
    std::vector<std::string> known;
    if (is_option) {
        for (const auto* option : app.get_options()) {
            known.push_back(option->get_name());
        }
    } else {
        for (const auto* sub : app.get_subcommands({})) {
            known.push_back(sub->get_name());
        }
    }
    // What stands behind `=` may be a secret that somebody thought to hand over this way.
    const auto name = word.substr(0, word.find('='));
    if (name.starts_with("--tok")) {
        return {errc::usage,
                "a token is never an argument, where others see it: put it into a file "
                "and name that with --token-file, or set NOTELOAD_TOKEN"};
    }
    const auto near = nearest(name, known);
    return {errc::usage,
            fmt::format("there is no {} {}{}", is_option ? "option" : "command", printable(name),
                        near ? fmt::format("; did you mean {}?", *near) : "")};
}

result<command> mapping_of(const CLI::App& used, const texts& t) {
    auto reading = reading_of(t);
    if (!reading) {
        return reading.error();
    }
    if (!used.remaining().empty()) {
        return unknown(used, used.remaining().front());
    }
    if (t.files.size() != 1) {
        return failure{errc::usage, "name the one export to look at: noteload mapping notes.csv"};
    }
    return command(mapping_command{t.files.front(), *reading, t.output});
}

result<command> chosen(const CLI::App& app, const CLI::App& check, const CLI::App& import,
                       const CLI::App& resume, const texts& t) {
    if (!check.parsed() && !import.parsed() && !resume.parsed()) {
        return app.remaining().empty()
                   ? failure{errc::usage,
                             "say what to do: noteload check FILE looks at a file, "
                             "noteload import FILE sends it; noteload --help tells all"}
                   : unknown(app, app.remaining().front());
    }
    const auto& used = check.parsed() ? check : resume.parsed() ? resume : import;
    if (!used.remaining().empty()) {
        return unknown(used, used.remaining().front());
    }
    if (resume.parsed()) {
        return resume_of(resume, t);
    }
    if (t.preview != "0" && !check.parsed() && !t.dry_run) {
        return bad("--preview", t.preview,
                   "only a dry run shows requests: noteload check, or import --dry-run");
    }
    if (t.files.empty()) {
        return failure{errc::usage, fmt::format("name the file to {}: noteload {} notes.csv",
                                                used.get_name(), used.get_name())};
    }
    return check.parsed() || t.dry_run ? check_of(t) : import_of(t);
}

} // namespace

result<command> parse_arguments(const std::vector<std::string>& words) {
    CLI::App app("Loads contact notes from CSV and JSONL files into Virtuous CRM.", "noteload");
    app.allow_extras();
    // An option that is given twice means its last value, as with most tools.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.set_version_flag("--version", fmt::format("noteload {}", version));
    app.footer(
        "Exit codes: 0 every row is settled well; 1 some rows invalid or refused; 2 usage or "
        "input;\n3 stopped by --max-errors; 4 some rows in doubt; 5 interrupted; 6 stopped "
        "(token, server, disk).");
    texts t;
    auto* check = app.add_subcommand("check", "read and validate everything, send nothing");
    auto* import = app.add_subcommand("import", "send every row as a note");
    for (auto* sub : {check, import}) {
        sub->allow_extras();
        add_reading(*sub, t);
    }
    add_sending(*import, t);
    add_starting(*import, t);
    auto* resume = app.add_subcommand("resume", "go on where a run stopped, and settle its doubts");
    resume->allow_extras();
    add_resuming(*resume, t);
    add_sending(*resume, t);
    undo_texts u;
    auto* undo = add_undo(app, u);
    undo->allow_extras();
    auto* draft = app.add_subcommand("mapping", "look at an export, write a first mapping file");
    draft->allow_extras();
    add_looking(*draft, t);
    try {
        // CLI11 takes the words from the back.
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        const auto* sub = check->parsed()    ? check
                          : import->parsed() ? import
                          : resume->parsed() ? resume
                          : undo->parsed()   ? undo
                          : draft->parsed()  ? draft
                                             : &app;
        return command(show_text{sub->help(sub == &app ? "" : "noteload")});
    } catch (const CLI::CallForVersion& e) {
        return command(show_text{std::string(e.what()) + "\n"});
    } catch (const CLI::ParseError& e) {
        return failure{errc::usage, e.what()};
    }
    if (undo->parsed()) {
        return undo->remaining().empty() ? undo_of(u, words)
                                         : unknown(*undo, undo->remaining().front());
    }
    return draft->parsed() ? mapping_of(*draft, t) : chosen(app, *check, *import, *resume, t);
}

} // namespace noteload::cli
