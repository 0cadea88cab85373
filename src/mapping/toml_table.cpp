#include "toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/mapping/note_types.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

std::string in_quotes(std::string_view text) {
    return '"' + printable(text, 60) + '"';
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& w : words) {
        out += (out.empty() ? "" : ", ") + in_quotes(w);
    }
    return out;
}

/// The known word that a wrong one probably stands for; empty where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    auto least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto& k : known) {
        if (const auto d = edit_distance(word.substr(0, 60), k); d < least) {
            least = d;
            best = k;
        }
    }
    return best;
}

} // namespace

const toml::node* toml_table::find(std::string_view key) {
    asked_.emplace_back(key);
    return from_ == nullptr ? nullptr : from_->get(key);
}

std::uint32_t toml_table::line(std::string_view key) const {
    const auto* node = from_ == nullptr ? nullptr : from_->get(key);
    if (node != nullptr) {
        return node->source().begin.line;
    }
    return from_ == nullptr ? 1 : from_->source().begin.line;
}

void toml_table::complain(std::string_view key, std::string what) {
    problems_.push_back({line(key), name_ + std::string(key) + (key.empty() ? "" : ": ") + what});
}

std::optional<std::string> toml_table::text(std::string_view key, bool blank_too) {
    const auto* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto value = node->value_exact<std::string>();
    if (!value) {
        complain(key, "a text in quotes is expected");
    } else if (!blank_too && trimmed(*value).empty()) {
        complain(key, "is blank: write a text, or leave the line out");
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> toml_table::number(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto value = node->value_exact<std::int64_t>();
    if (!value) {
        complain(key, "a whole number is expected, without quotes");
    }
    return value;
}

std::optional<std::vector<std::string>> toml_table::texts(std::string_view key, bool blank_too) {
    const auto* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto* list = node->as_array();
    std::vector<std::string> out;
    bool good = list != nullptr && !list->empty();
    for (std::size_t i = 0; good && i < list->size(); ++i) {
        const auto value = list->get(i)->value_exact<std::string>();
        good = value && (blank_too || !trimmed(*value).empty());
        out.push_back(value.value_or(""));
    }
    if (!good) {
        complain(key, "a list of texts is expected, such as [\"one\", \"two\"]");
        return std::nullopt;
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> toml_table::pairs(std::string_view key) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto* from = table(key);
    if (from == nullptr) {
        return out;
    }
    for (const auto& [name, node] : *from) {
        const auto to = node.value_exact<std::string>();
        if (!to || trimmed(*to).empty()) {
            problems_.push_back({node.source().begin.line, name_ + std::string(key) + ": " +
                                                               in_quotes(name.str()) +
                                                               " needs a text in quotes"});
        } else {
            out.emplace_back(trimmed(name.str()), trimmed(*to));
        }
    }
    return out;
}

const toml::table* toml_table::table(std::string_view key) {
    const auto* node = find(key);
    if (node != nullptr && !node->is_table()) {
        complain(key, "a table is expected");
    }
    return node == nullptr ? nullptr : node->as_table();
}

std::optional<std::size_t> toml_table::word_at(std::string_view key,
                                               const std::vector<std::string>& words) {
    const auto value = text(key);
    if (!value) {
        return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), *value);
    if (found == words.end()) {
        complain(key, in_quotes(*value) + " is not one of " + listed(words));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

void toml_table::finish() {
    if (from_ == nullptr) {
        return;
    }
    for (const auto& [key, node] : *from_) {
        const std::string_view name = key.str();
        if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) {
            continue;
        }
        const auto near = nearest(name, asked_);
        problems_.push_back({node.source().begin.line,
                             fmt::format("{}there is no key {}; {}", name_, in_quotes(name),
                                         near.empty() ? "the keys here are " + listed(asked_)
                                                      : "did you mean \"" + near + "\"?")});
    }
}

} // namespace noteload::mapping
