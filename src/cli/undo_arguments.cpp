#include "undo_arguments.hpp"

#include "noteload/cli/undo_words.hpp"
#include "option_texts.hpp"

namespace noteload::cli {

CLI::App* add_undo(CLI::App& to, undo_texts& t) {
    auto* sub = to.add_subcommand("undo", "delete the notes that a run made");
    sub->add_option("RUN-DIR", t.run_dir, "the run's folder")->type_name("");
    sub->add_option("--token-file", t.token_file,
                    "file with the API key (or set the environment's NOTELOAD_TOKEN)")
        ->type_name("FILE");
    sub->add_option("--organization", t.organization, "refuse the run of any other organisation")
        ->type_name("NAME");
    sub->add_flag("--force", t.force, "delete notes that somebody changed since, too");
    sub->add_flag("--yes", t.yes, "do not ask before deleting");
    sub->add_option("--progress", t.progress, "auto, bar, plain or none")->capture_default_str();
    sub->add_flag("--json", t.json, "the summary as JSON on standard output");
    sub->add_option("--ca-file", t.ca_file,
                    "further certificate authorities to trust, PEM (the run's)")
        ->type_name("FILE");
    sub->add_option("--concurrency", t.concurrency,
                    "connections, each with one request at a time (the run's)")
        ->type_name("N");
    sub->add_option("--rate", t.rate, "at most so many requests: 5/s, 100/min, 1500/h (the run's)")
        ->type_name("RATE");
    sub->add_option("--timeout", t.timeout, "of one attempt (the run's)")->type_name("TIME");
    sub->add_option("--give-up-after", t.give_up_after,
                    "end without one good answer for so long (the run's)")
        ->type_name("TIME");
    sub->add_option("--grace", t.grace, "for requests in flight when stopping (the run's)")
        ->type_name("TIME");
    return sub;
}

namespace {

/// Sets what was given, or tells what is wrong with it.
class taker {
public:
    template <class To, class Read>
    void operator()(const std::string& text, To& into, Read read) {
        if (text.empty() || wrong) {
            return;
        }
        auto value = read(text);
        if (value) {
            into = std::move(*value);
        } else {
            wrong = value.error();
        }
    }

    std::optional<failure> wrong;
};

} // namespace

result<command> undo_of(const undo_texts& t, const std::vector<std::string>& words) {
    undo_command c;
    auto& o = c.options;
    if (t.run_dir.empty()) {
        return failure{errc::usage, "name the run's folder: noteload undo noteload-runs/NAME"};
    }
    const auto time = [](std::string_view option) {
        return [option](const std::string& text) { return time_of(option, text); };
    };
    taker take;
    take(t.progress, c.progress, progress_of);
    take(t.concurrency, o.concurrency, concurrency_of);
    take(t.rate, o.rate, rate_of);
    take(t.timeout, o.timeout, time("--timeout"));
    std::optional<std::chrono::milliseconds> give_up_after;
    take(t.give_up_after, give_up_after, time("--give-up-after"));
    take(t.grace, o.grace, time("--grace"));
    if (take.wrong) {
        return *take.wrong;
    }
    if (give_up_after) {
        o.give_up_after = std::chrono::ceil<std::chrono::seconds>(*give_up_after);
    }
    if (!t.ca_file.empty()) {
        o.ca_file = t.ca_file;
    }
    o.run_dir = t.run_dir;
    o.organization = t.organization;
    o.force = t.force;
    c.token_file = t.token_file;
    c.yes = t.yes;
    c.json = t.json;
    c.typed = "noteload " + command_line(words);
    return command(std::move(c));
}

} // namespace noteload::cli
