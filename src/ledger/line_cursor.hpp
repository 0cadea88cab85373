#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

// Reading a log's lines at their letter, shared by log.jsonl and undo.jsonl.

namespace noteload::ledger {

/// Eats a line from the front. After the first mismatch everything fails.
class line_cursor {
public:
    explicit line_cursor(std::string_view line) : rest_(line) {}

    bool literal(std::string_view text) {
        if (!rest_.starts_with(text)) {
            return false;
        }
        rest_.remove_prefix(text.size());
        return true;
    }

    template <class T>
    bool number(T& into) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), into);
        if (error != std::errc()) {
            return false;
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }

    bool hash(std::uint64_t& into) {
        if (!literal("xxh3:") || rest_.size() < 16) {
            return false;
        }
        const auto* begin = rest_.data();
        const auto [end, error] = std::from_chars(begin, begin + 16, into, 16);
        rest_.remove_prefix(16);
        return error == std::errc() && end == begin + 16;
    }

    /// Up to the quote that ends a string; the opening one is eaten already.
    bool text(std::string_view& into) {
        std::size_t i = 0;
        for (; i < rest_.size() && rest_[i] != '"'; ++i) {
            if (static_cast<unsigned char>(rest_[i]) < 0x20) {
                return false;
            }
            i += rest_[i] == '\\' ? 1 : 0;
        }
        if (i >= rest_.size()) {
            return false;
        }
        into = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
    }

    /// A string of just `size` bytes, without escapes, and its closing quote; the opening one is
    /// eaten already. Without a branch for each byte: every line has such a one.
    bool plain_text(std::size_t size) {
        if (rest_.size() <= size || rest_[size] != '"') {
            return false;
        }
        unsigned char wrong = 0;
        for (const char c : rest_.substr(0, size)) {
            wrong |= static_cast<unsigned char>((static_cast<unsigned char>(c) < 0x20) |
                                                (c == '"') | (c == '\\'));
        }
        rest_.remove_prefix(size + 1);
        return wrong == 0;
    }

    /// `,"name":"` and the string, if it stands there; false only for a string that is broken.
    bool optional_text(std::string_view name, std::string_view& into) {
        return !literal(name) || text(into);
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// `"2026-11-24T03:54:12.345Z"}`: looked at only as far as a torn line could go wrong.
inline bool time_and_end(line_cursor& c) {
    constexpr std::size_t size = 24;
    if (!c.literal(",\"at\":\"")) {
        return false;
    }
    const auto at = c.rest();
    return c.plain_text(size) && at[size - 1] == 'Z' && c.literal("}") && c.at_end();
}

} // namespace noteload::ledger
