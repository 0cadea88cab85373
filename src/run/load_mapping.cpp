#include "noteload/run/load_mapping.hpp"

#include "noteload/mapping/mapping_file.hpp"
#include "noteload/run/contacts_file.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace noteload::run {

namespace {

result<std::string> read_text(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return failure{errc::usage,
                       fmt::format("{}: is a directory, not a mapping file", printable(path, 200))};
    }
    std::ifstream in(path, std::ios::binary);
    std::string text(mapping::largest_mapping + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in && !in.eof()) {
        return failure{errc::usage, fmt::format("{}: the mapping file cannot be read: {}",
                                                printable(path, 200), std::strerror(errno))};
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

/// Reads the contacts file that the rules name.
result<void> load_contacts(const std::string& mapping_path, loaded_mapping& m) {
    auto& rule = m.rules.contact;
    const std::filesystem::path named(rule.source);
    const auto folder = std::filesystem::absolute(mapping_path).parent_path();
    const auto path = (named.is_absolute() ? named : folder / named).lexically_normal().string();
    auto read = read_contacts(path, rule.column);
    if (!read) {
        return read.error();
    }
    if (!rule.hash.empty() && rule.hash != read->hash) {
        return failure{errc::changed,
                       fmt::format("{}: the contacts file is not the one that {} was made with "
                                   "(its hash is {}): bring that one back",
                                   printable(path, 200), printable(mapping_path, 200), read->hash)};
    }
    rule.source = path;
    rule.hash = read->hash;
    m.contacts = std::move(read->book);
    return {};
}

/// What an import found out before it began its log. Only a run's own folder can have it.
result<void> load_lookups(const std::string& mapping_path, loaded_mapping& m) {
    const auto folder = std::filesystem::absolute(mapping_path).parent_path();
    const auto path = folder / lookups_file;
    std::error_code ignored;
    if (!std::filesystem::exists(folder / "log.jsonl", ignored) ||
        !std::filesystem::exists(path, ignored)) {
        return {};
    }
    auto read = read_contacts(path.string(), "value", true);
    if (!read) {
        return read.error();
    }
    m.contacts = std::move(read->book);
    return {};
}

} // namespace

result<loaded_mapping> load_mapping(const std::string& path, const std::string& key) {
    loaded_mapping m;
    m.rules.key = key;
    if (path.empty()) {
        return m;
    }
    const auto text = read_text(path);
    if (!text) {
        return text.error();
    }
    auto rules = mapping::parse_mapping(*text, path);
    if (!rules) {
        return rules.error();
    }
    m.rules = std::move(*rules);
    m.rules.key = key.empty() ? m.rules.key : key;
    if (!looked_up_by(m.rules).empty()) {
        if (auto done = load_lookups(path, m); !done) {
            return done.error();
        }
    }
    if (m.rules.contact.by == mapping::contact_by::file) {
        if (auto done = load_contacts(path, m); !done) {
            return done.error();
        }
    }
    return m;
}

std::string looked_up_by(const mapping::mapping_rules& rules) {
    switch (rules.contact.by) {
        case mapping::contact_by::reference:
            return "reference:" + rules.contact.source;
        case mapping::contact_by::email:
            return "email";
        default:
            return {};
    }
}

result<mapping::note_mapper> make_mapper(const loaded_mapping& m,
                                         std::optional<mapping::organization_facts> facts) {
    return mapping::note_mapper::by_rules(std::move(facts), m.rules, m.contacts);
}

} // namespace noteload::run
