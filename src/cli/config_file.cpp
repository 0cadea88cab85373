#include "config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"

namespace noteload::cli {

namespace {

constexpr std::size_t most_told = 20;

/// The value as it would stand on the command line; nothing: it is of a kind that no option takes.
std::optional<std::string> text_of(const toml::node& node, bool is_flag) {
    if (is_flag) {
        const auto yes = node.value_exact<bool>();
        return yes ? std::optional<std::string>(*yes ? "true" : "false") : std::nullopt;
    }
    if (const auto number = node.value_exact<std::int64_t>()) {
        return std::to_string(*number);
    }
    return node.value_exact<std::string>();
}

failure unknown_key(std::string_view key, const std::string& place) {
    if (key.starts_with("tok")) {
        return {errc::usage, place +
                                 ": the token is never in this file, which others may read: "
                                 "put it into a file of its own and name that with token-file"};
    }
    std::vector<std::string> known;
    for (const auto* o : all_options()) {
        if (o->name != config_option) {
            known.emplace_back(o->name.substr(2));
        }
    }
    const auto near = nearest(key.substr(0, 60), known);
    return {errc::usage, fmt::format("{}: there is no key {}{}", place, printable(key),
                                     near ? fmt::format("; did you mean {}?", *near)
                                          : "; noteload import --help lists them, with dashes")};
}

result<said_option> read_key(std::string_view key, const toml::node& node,
                             const std::string& name) {
    const auto place = fmt::format("{}:{}", printable(name, 200), node.source().begin.line);
    const auto all = all_options();
    const auto found = std::find_if(all.begin(), all.end(), [key](const auto* o) {
        return o->name.substr(2) == key && o->name != config_option;
    });
    if (found == all.end()) {
        return unknown_key(key, place);
    }
    const auto& o = **found;
    auto text = text_of(node, o.value == nullptr);
    if (!text) {
        return failure{errc::usage, fmt::format("{}: {}: {}", place, key,
                                                o.value == nullptr
                                                    ? "true or false is expected, without quotes"
                                                    : "a text in quotes is expected, or a number")};
    }
    said_option said{&o, std::move(*text), place};
    settings scratch;
    if (auto wrong = take(said, scratch)) {
        return *wrong;
    }
    if ((o.traits & is_path) != 0) {
        const auto folder = std::filesystem::path(name).parent_path();
        said.text = (folder / said.text).lexically_normal().string();
    }
    return said;
}

} // namespace

result<std::vector<said_option>> parse_config(std::string_view text, const std::string& name) {
    if (text.size() > largest_config) {
        return failure{errc::usage,
                       printable(name, 200) + ": this is over 1 MiB: is it a config file?"};
    }
    std::vector<said_option> said;
    std::vector<std::pair<std::uint32_t, std::string>> wrong;
    try {
        const auto whole = toml::parse(text);
        for (const auto& [key, node] : whole) {
            auto one = read_key(key.str(), node, name);
            if (one) {
                said.push_back(std::move(*one));
            } else {
                wrong.emplace_back(node.source().begin.line, one.error().message);
            }
        }
    } catch (const toml::parse_error& e) {
        return failure{
            errc::usage,
            fmt::format("{}:{}: this is not TOML: {}. Texts stand in quotes", printable(name, 200),
                        e.source().begin.line, printable(e.description(), 300))};
    }
    if (wrong.empty()) {
        return said;
    }
    // A table is sorted by its keys; people read from the top.
    std::stable_sort(wrong.begin(), wrong.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    for (std::size_t i = 0; i < std::min(wrong.size(), most_told); ++i) {
        out += (out.empty() ? "" : "\n") + wrong[i].second;
    }
    return failure{errc::usage, out};
}

result<std::string> read_config(const std::string& path) {
    const auto cannot = [&path](const char* why) {
        return failure{errc::usage, fmt::format("--config {}: {}", printable(path, 200), why)};
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return cannot("is a directory, not a config file");
    }
    std::ifstream in(path, std::ios::binary);
    std::string text(largest_config + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in && !in.eof()) {
        return cannot(std::strerror(errno));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

} // namespace noteload::cli
