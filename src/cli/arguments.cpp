#include "noteload/cli/arguments.hpp"

#include "commands.hpp"
#include "config_file.hpp"
#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace noteload::cli {

namespace {

struct command_definition {
    const char* name;
    const char* help;
    const char* files; ///< what the help calls the words that are no options; null: there are none
    const char* files_help;
    command_bit bit;
};

constexpr command_definition commands[] = {
    {"check", "read and validate everything, send nothing", "FILE",
     "CSV or JSONL files; - is standard input", for_check},
    {"import", "send every row as a note", "FILE", "CSV or JSONL files; - is standard input",
     for_import},
    {"resume", "go on where a run stopped, and settle its doubts", "RUN-DIR",
     "the folder of the run to go on with", for_resume},
    {"undo", "delete the notes that a run made", "RUN-DIR", "the run's folder", for_undo},
    {"report", "write a run's report.html again, from its log", "RUN-DIR", "the run's folder",
     for_report},
    {"mapping", "look at an export, write a first mapping file", "FILE", "the export, CSV or JSONL",
     for_mapping},
    {"login", "get and keep OAuth tokens, for organisations without API keys", nullptr, nullptr,
     for_login},
};

/// A command as CLI11 knows it, and what it was given.
class subcommand {
public:
    subcommand(CLI::App& app, const command_definition& what)
        : what_(what), app_(app.add_subcommand(what.name, what.help)) {
        app_->allow_extras();
        if (what.files != nullptr) {
            app_->add_option(what.files, files_, what.files_help)
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                ->type_name("");
        }
        for (const auto* o : all_options()) {
            if ((o->commands & what.bit) != 0) {
                add(*o);
            }
        }
    }
    subcommand(subcommand&&) = delete; // CLI11 keeps the address of files_

    [[nodiscard]] const command_definition& what() const noexcept { return what_; }
    [[nodiscard]] const CLI::App& app() const noexcept { return *app_; }

    /// Throws `CLI::ParseError` for a flag that is neither true nor false.
    [[nodiscard]] said_words said() const {
        said_words s{files_, {}};
        for (const auto& [definition, option] : options_) {
            if (option->count() > 0) {
                s.options.push_back({definition,
                                     definition->value != nullptr
                                         ? option->as<std::string>()
                                         : (option->as<bool>() ? "true" : "false"),
                                     {}});
            }
        }
        return s;
    }

private:
    void add(const option_definition& o) {
        const std::string name(o.name);
        const std::string help(o.help);
        const bool kept =
            (o.traits & of_the_run) != 0 && (what_.bit & (for_resume | for_undo)) != 0;
        auto* option = o.value == nullptr ? app_->add_flag(name, help)
                                          : app_->add_option(
                                                name, [](const auto&) { return true; }, help);
        if (o.value != nullptr) {
            option->type_name(o.value);
        }
        if (o.value != nullptr && o.standard != nullptr && !kept) {
            option->default_str(o.standard);
        }
        option->group(kept ? "As the run was started, unless said anew" : title_of(o.group));
        options_.emplace_back(&o, option);
    }

    const command_definition& what_;
    CLI::App* app_;
    std::vector<std::string> files_;
    std::vector<std::pair<const option_definition*, const CLI::Option*>> options_;
};

failure no_such(const char* kind, const std::string& name, const std::vector<std::string>& known) {
    const auto near = nearest(name, known);
    return {errc::usage, fmt::format("there is no {} {}{}", kind, printable(name),
                                     near ? fmt::format("; did you mean {}?", *near) : "")};
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
    return no_such(is_option ? "option" : "command", name, known);
}

/// What CLI11 could not read: an option without its value, or a flag with one. Its own words hold
/// the option's name, and are not for people.
failure misread(const CLI::ParseError& e) {
    const std::string words = e.what();
    const auto at = std::min(words.find("--"), words.size());
    const auto name = words.substr(at, words.find_first_of(":= ", at) - at);
    for (const auto* o : all_options()) {
        if (o->name == name) {
            return {
                errc::usage,
                o->value == nullptr
                    ? fmt::format("{} is true or false, and true where it stands by itself", name)
                    : fmt::format("{} lacks its {}: {}", name, o->value, o->help)};
        }
    }
    return {errc::usage, words};
}

/// `--organization=` without more, as a script's variable that is not set leaves it: CLI11 would
/// take the next word for the value.
std::optional<failure> cut_off_value(const std::vector<std::string>& words) {
    for (const auto& word : words) {
        for (const auto* o : all_options()) {
            if (o->value != nullptr && word.size() == o->name.size() + 1 && word.back() == '=' &&
                word.starts_with(o->name)) {
                settings scratch;
                return take({o, "", {}}, scratch);
            }
        }
    }
    return std::nullopt;
}

/// `help import` is asked where other programs have it.
result<std::vector<std::string>> without_help_word(std::vector<std::string> words) {
    if (words.empty() || words.front() != "help") {
        return words;
    }
    if (words.size() == 1 || words[1] == "help") {
        return std::vector<std::string>{"--help"};
    }
    std::vector<std::string> names;
    for (const auto& c : commands) {
        names.emplace_back(c.name);
    }
    if (std::find(names.begin(), names.end(), words[1]) == names.end()) {
        return no_such("command", words[1], names);
    }
    return std::vector<std::string>{words[1], "--help"};
}

/// Puts what the config file says before what the command line says, which wins.
std::optional<failure> add_config(said_words& said, command_bit command_of_it,
                                  const config_reader& read) {
    const auto* config = said.find(config_option);
    if (config == nullptr) {
        return std::nullopt;
    }
    const auto text = config->text.empty() ? result<std::string>(bad(*config, "a file is expected"))
                                           : read(config->text);
    if (!text) {
        return text.error();
    }
    auto first = parse_config(*text, config->text);
    if (!first) {
        return first.error();
    }
    // One file may serve several commands.
    std::erase_if(
        *first, [command_of_it](const auto& o) { return (o.what->commands & command_of_it) == 0; });
    said.options.insert(said.options.begin(), first->begin(), first->end());
    return std::nullopt;
}

result<command> command_of(const subcommand& used, const std::vector<std::string>& words,
                           const config_reader& config) {
    if (const auto left = used.app().remaining(); !left.empty()) {
        const bool is_word = !left.front().starts_with('-');
        return is_word ? failure{errc::usage,
                                 fmt::format("noteload {} takes options alone: {} is too much",
                                             used.what().name, printable(left.front()))}
                       : unknown(used.app(), left.front());
    }
    auto said = used.said();
    if (auto wrong = add_config(said, used.what().bit, config)) {
        return *wrong;
    }
    switch (used.what().bit) {
        case for_check:
            return check_of(said);
        case for_import:
            return import_of(said);
        case for_resume:
            return resume_of(said);
        case for_undo:
            return undo_of(said, words);
        case for_mapping:
            return mapping_of(said);
        case for_report:
            return report_of(said);
        case for_login:
            return login_of(said);
    }
    return failure{errc::bug, "a command without a meaning"};
}

void dress(CLI::App& app) {
    app.allow_extras();
    // An option that is given twice means its last value, as with most tools.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.set_version_flag("--version", fmt::format("noteload {}", version));
    app.footer(
        "Exit codes: 0 every row is settled well; 1 some rows invalid or refused; 2 usage or "
        "input;\n3 stopped by --max-errors; 4 some rows in doubt; 5 interrupted; 6 stopped "
        "(token, server, disk).");
}

} // namespace

result<command> parse_arguments(const std::vector<std::string>& typed,
                                const config_reader& config) {
    const auto asked = without_help_word(typed);
    if (!asked) {
        return asked.error();
    }
    const auto& words = *asked;
    if (auto wrong = cut_off_value(words)) {
        return *wrong;
    }
    CLI::App app("Loads contact notes from CSV and JSONL files into Virtuous CRM.", "noteload");
    dress(app);
    std::vector<std::unique_ptr<subcommand>> known;
    for (const auto& c : commands) {
        known.push_back(std::make_unique<subcommand>(app, c));
    }
    const auto used = [&known] {
        const auto found = std::find_if(known.begin(), known.end(),
                                        [](const auto& sub) { return sub->app().parsed(); });
        return found == known.end() ? nullptr : found->get();
    };
    try {
        // CLI11 takes the words from the back.
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
        if (const auto* sub = used()) {
            return command_of(*sub, words, config);
        }
    } catch (const CLI::CallForHelp&) {
        const auto* sub = used();
        return command(show_text{sub != nullptr ? sub->app().help("noteload") : app.help()});
    } catch (const CLI::CallForVersion& e) {
        return command(show_text{std::string(e.what()) + "\n"});
    } catch (const CLI::ParseError& e) {
        return misread(e);
    }
    if (!app.remaining().empty()) {
        return unknown(app, app.remaining().front());
    }
    return failure{errc::usage,
                   "say what to do: noteload check FILE looks at a file, "
                   "noteload import FILE sends it; noteload --help tells all"};
}

std::string where_help_is(const std::vector<std::string>& words) {
    for (const auto& word : words) {
        for (const auto& c : commands) {
            if (word == c.name) {
                return fmt::format("Try `noteload {} --help`.", c.name);
            }
        }
    }
    return "Try `noteload --help`, or `noteload import --help`.";
}

} // namespace noteload::cli
