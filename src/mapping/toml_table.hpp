#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace noteload::mapping {

/// What is wrong with a mapping file, gathered.
struct mapping_problem {
    std::uint32_t line = 0;
    std::string text;
};
using mapping_problems = std::vector<mapping_problem>;

/// Reads one table of a mapping file key by key. What was not asked for until `finish` is unknown.
/// Wrong values are reported, and read as if they were not there.
class toml_table {
public:
    /// Null: there is no such table, and nothing in it. `name` is for messages (`[note] `).
    toml_table(const toml::table* from, std::string name, mapping_problems& problems)
        : from_(from), name_(std::move(name)), problems_(problems) {}

    [[nodiscard]] bool is_there() const noexcept { return from_ != nullptr; }

    /// A text that is not blank; `blank_too`: any.
    std::optional<std::string> text(std::string_view key, bool blank_too = false);
    std::optional<std::int64_t> number(std::string_view key);
    /// At least one text.
    std::optional<std::vector<std::string>> texts(std::string_view key, bool blank_too = false);
    /// A table whose values are texts that are not blank.
    std::vector<std::pair<std::string, std::string>> pairs(std::string_view key);
    const toml::table* table(std::string_view key);

    /// One of the words, by its place among them; `otherwise` where there is none.
    template <class Enum>
    Enum word(std::string_view key, const std::vector<std::string>& words, Enum otherwise) {
        const auto found = word_at(key, words);
        return found ? static_cast<Enum>(*found) : otherwise;
    }

    /// The line of a key's value, or of the table.
    [[nodiscard]] std::uint32_t line(std::string_view key) const;
    void complain(std::string_view key, std::string what);

    /// Reports the keys that nobody asked for, each with the nearest known one.
    void finish();

private:
    const toml::node* find(std::string_view key);
    std::optional<std::size_t> word_at(std::string_view key, const std::vector<std::string>& words);

    const toml::table* from_;
    std::string name_;
    mapping_problems& problems_;
    std::vector<std::string> asked_;
};

} // namespace noteload::mapping
