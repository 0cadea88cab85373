#include "options.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

namespace noteload::cli {

const char* title_of(option_group g) noexcept {
    switch (g) {
        case option_group::reading:
            return "How the files are written";
        case option_group::rows:
            return "Which rows";
        case option_group::server:
            return "The server";
        case option_group::pace:
            return "How fast";
        case option_group::trouble:
            return "When something goes wrong";
        case option_group::run:
            return "The run";
        case option_group::output:
            return "What is shown";
    }
    return "Options";
}

std::vector<const option_definition*> all_options() {
    std::vector<const option_definition*> all;
    for (const auto part : {reading_options(), sending_options(), running_options()}) {
        for (const auto& o : part) {
            all.push_back(&o);
        }
    }
    return all;
}

failure bad(const said_option& said, std::string_view expected) {
    const auto where = said.place.empty() ? said.place : said.place + ": ";
    const auto name = said.place.empty() ? said.what->name : said.what->name.substr(2);
    const auto text = trimmed(said.text).empty() ? fmt::format("'{}'", printable(said.text))
                                                 : printable(said.text);
    return {errc::usage, fmt::format("{}{} {}: {}", where, name, text, expected)};
}

std::optional<failure> take(const said_option& said, settings& into) {
    if (const auto* expected = said.what->read(said.text, into)) {
        return bad(said, expected);
    }
    // A script's variable that is not set. To take it for "not said" could be to fill another
    // organisation.
    const bool may_be_blank = (said.what->traits & is_sign) != 0;
    if (said.what->value != nullptr && trimmed(said.text).empty() && !may_be_blank) {
        return bad(said, "it is empty: give it a value, or leave the option out");
    }
    return std::nullopt;
}

std::optional<failure> take(std::span<const said_option> said, settings& into) {
    for (const auto& s : said) {
        if (auto wrong = take(s, into)) {
            return wrong;
        }
    }
    return std::nullopt;
}

settings standard_settings(command_bit of) {
    settings s;
    for (const auto* o : all_options()) {
        if (o->standard != nullptr && (o->commands & of) != 0) {
            o->read(o->standard, s);
        }
    }
    return s;
}

} // namespace noteload::cli
