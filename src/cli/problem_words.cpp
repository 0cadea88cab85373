#include "noteload/cli/problem_words.hpp"

#include "noteload/cli/advice.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>

namespace noteload::cli {

namespace {

constexpr std::size_t counts_column = 23;
constexpr std::size_t narrow = 60; // there the words begin further left

std::string short_name(const std::string& path) {
    return path == "-" ? "standard input" : std::filesystem::path(path).filename().string();
}

} // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    width = std::clamp(width, indent + 10, usual_width);
    std::string out;
    while (!text.empty()) {
        auto end = std::min(text.size(), width - indent);
        if (end < text.size()) {
            const auto blank = text.rfind(' ', end);
            end = blank != std::string_view::npos && blank > 0 ? blank : text.find(' ', end);
        }
        out += fmt::format("{:{}}{}\n", "", indent, text.substr(0, end));
        text.remove_prefix(std::min(end, text.size()));
        text.remove_prefix(text.starts_with(' ') ? 1 : 0);
    }
    return out;
}

std::string places(const std::vector<place>& first, std::uint64_t rows,
                   const std::vector<std::string>& inputs) {
    std::string text;
    for (const auto& at : first) {
        text += fmt::format("{}{}:{}", text.empty() ? "" : ", ",
                            printable(short_name(inputs[at.file])), at.line);
    }
    return rows > first.size() ? text + ", ..." : text;
}

std::string problem_words(const report::summary& s, const std::vector<std::string>& inputs,
                          std::size_t width) {
    const std::size_t indent = width < narrow ? 4 : counts_column;
    std::string out;
    for (const auto& [why, group] : s.groups()) {
        if (why == reason::stopped || why == reason::already_imported) {
            continue; // no problems: the counts say it
        }
        if (out.empty()) {
            out += "\nProblems, by reason:\n";
        }
        out +=
            fmt::format("  {:<20} {:>9} {}  at {}\n", to_word(why), with_thousands(group.rows),
                        group.rows == 1 ? "row " : "rows", places(group.first, group.rows, inputs));
        if (!group.example.empty()) {
            out += wrapped(printable(group.example, 160), indent, width);
        }
        if (const auto advice = advice_on(why); !advice.empty()) {
            out += wrapped("-> " + std::string(advice), indent, width);
        }
    }
    return out;
}

std::string notice_words(const std::vector<mapping::told_notice>& noticed,
                         const std::vector<std::string>& inputs) {
    std::string out = noticed.empty() ? "" : "\nThe mapping:\n";
    for (const auto& n : noticed) {
        out += fmt::format("  {}\n    at {}\n", n.text, places(n.first, n.rows, inputs));
    }
    return out;
}

std::string list_of(const std::vector<std::string>& names) {
    constexpr std::size_t most = 100;
    std::string out;
    for (const auto& name : std::span(names).first(std::min(names.size(), most))) {
        out += (out.empty() ? "" : ", ") + printable(name, 60);
    }
    return names.size() > most
               ? fmt::format("{}, and {} more", out, with_thousands(names.size() - most))
               : out;
}

} // namespace noteload::cli
