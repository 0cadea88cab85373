#include "noteload/cli/arguments.hpp"

#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"

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
    std::string max_record = "4MiB";
    std::string rate;
    std::string max_errors = "100";
    std::string timeout = "30s";
    std::string give_up_after = "4h";
    std::string grace = "30s";
    std::string progress = "auto";
    std::string concurrency = "8";
    std::string preview = "0";
    std::string skip = "0";
    std::string limit;
    bool responses = false;
    bool json = false;
    bool dry_run = false;
};

void add_reading(CLI::App& to, texts& t) {
    to.add_option("FILE", t.files, "CSV or JSONL files; - is standard input")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("");
    to.add_option("--format", t.format, "auto, csv or jsonl; auto decides by name, then content")
        ->capture_default_str();
    to.add_option("--mapping", t.mapping, "how columns become fields; see the README")
        ->type_name("FILE");
    to.add_option("--max-record", t.max_record,
                  "a longer record is invalid (a quote that is never closed runs on); up to 8MiB")
        ->capture_default_str();
    to.add_option("--skip", t.skip, "pass over the first N records")->type_name("N");
    to.add_option("--limit", t.limit, "take N records only, as a trial")->type_name("N");
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
    to.add_option("--organization", t.organization, "refuse a token of any other organisation")
        ->type_name("NAME");
    to.add_option("--concurrency", t.concurrency, "connections, each with one request at a time")
        ->capture_default_str()
        ->type_name("N");
    to.add_option("--rate", t.rate, "at most so many requests: 5/s, 100/min, 1500/h")
        ->type_name("RATE");
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
    to.add_flag("--responses", t.responses,
                "keep the server's answers in responses.jsonl (donors' data!)");
    to.add_flag("--dry-run", t.dry_run, "the same as `noteload check`: send nothing");
}

failure bad(std::string_view option, std::string_view value, std::string_view expected) {
    return {errc::usage, fmt::format("{} {}: {}", option, printable(value), expected)};
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
    return o;
}

result<progress_style> style_of(const texts& t) {
    constexpr std::string_view words[] = {"auto", "bar", "plain", "none"};
    const auto* found = std::find(std::begin(words), std::end(words), t.progress);
    if (found == std::end(words)) {
        return bad("--progress", t.progress, "auto, bar, plain or none is expected");
    }
    return static_cast<progress_style>(found - std::begin(words));
}

/// The options that are counts.
struct counts {
    std::uint64_t preview = 0;
    std::uint64_t skip = 0;
    std::optional<std::uint64_t> limit;
    std::uint64_t concurrency = 0;
};

result<counts> counts_of(const texts& t) {
    counts c;
    const auto preview = read_count(t.preview);
    const auto skip = read_count(t.skip);
    const auto concurrency = read_count(t.concurrency);
    if (!preview || !skip) {
        return bad(preview ? "--skip" : "--preview", preview ? t.skip : t.preview,
                   "a whole number from 0 is expected");
    }
    if (!t.limit.empty() && !(c.limit = read_count(t.limit))) {
        return bad("--limit", t.limit, "a whole number from 0 is expected");
    }
    if (!concurrency || *concurrency < 1 || *concurrency > 64) {
        return bad("--concurrency", t.concurrency, "1 to 64 is expected");
    }
    c.preview = *preview;
    c.skip = *skip;
    c.concurrency = *concurrency;
    return c;
}

result<command> check_of(const texts& t) {
    check_command c;
    auto reading = reading_of(t);
    auto style = style_of(t);
    auto numbers = counts_of(t);
    if (!reading || !style || !numbers) {
        return !reading ? reading.error() : !style ? style.error() : numbers.error();
    }
    c.options = {.paths = t.files,
                 .reading = *reading,
                 .mapping = t.mapping,
                 .base_url = t.base_url,
                 .run_dir = t.run_dir,
                 .preview = numbers->preview,
                 .skip = numbers->skip,
                 .limit = numbers->limit};
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
    entry times[] = {
        {"--timeout", t.timeout}, {"--give-up-after", t.give_up_after}, {"--grace", t.grace}};
    for (auto& e : times) {
        const auto value = read_duration(e.text);
        if (!value || (value->count() == 0 && e.option != "--grace")) {
            return bad(e.option, e.text, "a time is expected, such as 500ms, 30s, 5m or 2h");
        }
        e.value = *value;
    }
    o.timeout = times[0].value;
    o.give_up_after = std::chrono::ceil<std::chrono::seconds>(times[1].value);
    o.grace = times[2].value;
    return std::nullopt;
}

result<command> import_of(const texts& t) {
    import_command c;
    auto& o = c.options;
    auto reading = reading_of(t);
    auto style = style_of(t);
    auto numbers = counts_of(t);
    if (!reading || !style || !numbers) {
        return !reading ? reading.error() : !style ? style.error() : numbers.error();
    }
    if (auto wrong = take_times(t, o)) {
        return *wrong;
    }
    const auto errors = read_error_limit(t.max_errors);
    if (!errors) {
        return bad("--max-errors", t.max_errors, "a number is expected, or per cent such as 5%");
    }
    if (!t.rate.empty()) {
        const auto rate = read_rate(t.rate);
        if (!rate) {
            return bad("--rate", t.rate, "requests in a time are expected: 5/s, 100/min, 1500/h");
        }
        o.rate = *rate;
    }
    o.paths = t.files;
    o.reading = *reading;
    o.mapping = t.mapping;
    o.base_url = t.base_url;
    o.ca_file = t.ca_file;
    o.run_dir = t.run_dir;
    o.organization = t.organization;
    o.concurrency = static_cast<int>(numbers->concurrency);
    o.max_errors = *errors;
    o.skip = numbers->skip;
    o.limit = numbers->limit;
    o.responses = t.responses;
    c.token_file = t.token_file;
    c.progress = *style;
    c.json = t.json;
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
                       const texts& t) {
    if (!check.parsed() && !import.parsed()) {
        return app.remaining().empty()
                   ? failure{errc::usage,
                             "say what to do: noteload check FILE looks at a file, "
                             "noteload import FILE sends it; noteload --help tells all"}
                   : unknown(app, app.remaining().front());
    }
    const auto& used = check.parsed() ? check : import;
    if (!used.remaining().empty()) {
        return unknown(used, used.remaining().front());
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
    auto* draft = app.add_subcommand("mapping", "look at an export, write a first mapping file");
    draft->allow_extras();
    add_looking(*draft, t);
    try {
        // CLI11 takes the words from the back.
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        const auto* sub = check->parsed()    ? check
                          : import->parsed() ? import
                          : draft->parsed()  ? draft
                                             : &app;
        return command(show_text{sub->help(sub == &app ? "" : "noteload")});
    } catch (const CLI::CallForVersion& e) {
        return command(show_text{std::string(e.what()) + "\n"});
    } catch (const CLI::ParseError& e) {
        return failure{errc::usage, e.what()};
    }
    return draft->parsed() ? mapping_of(*draft, t) : chosen(app, *check, *import, t);
}

} // namespace noteload::cli
