#include "noteload/cli/problem_words.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace noteload::cli {

namespace {

std::string short_name(const std::string& path) {
    return path == "-" ? "standard input" : std::filesystem::path(path).filename().string();
}

std::string places(const report::reason_group& group, const std::vector<std::string>& inputs) {
    std::string text;
    for (const auto& at : group.first) {
        text += fmt::format("{}{}:{}", text.empty() ? "" : ", ",
                            printable(short_name(inputs[at.file])), at.line);
    }
    return group.rows > group.first.size() ? text + ", ..." : text;
}

} // namespace

std::string problem_words(const report::summary& s, const std::vector<std::string>& inputs) {
    std::string out;
    for (const auto& [why, group] : s.groups()) {
        if (why == reason::stopped || why == reason::already_imported) {
            continue; // no problems: the counts say it
        }
        if (out.empty()) {
            out += "\nProblems, by reason:\n";
        }
        out += fmt::format("  {:<20} {:>9} {}  at {}\n", to_word(why), with_thousands(group.rows),
                           group.rows == 1 ? "row " : "rows", places(group, inputs));
        if (!group.example.empty()) {
            out += fmt::format("  {:<20} {}\n", "", printable(group.example, 160));
        }
    }
    return out;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : ", ") + printable(name, 60);
    }
    return out;
}

} // namespace noteload::cli
