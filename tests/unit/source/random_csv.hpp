#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace noteload::source::test {

inline constexpr unsigned seed = 20240607;

template <class From>
const auto& pick(std::mt19937& random, const From& from) {
    return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
}

/// Text of a few characters that matter, so that every order of them comes up.
inline std::string random_text(std::mt19937& random, std::size_t size, std::string_view alphabet) {
    std::string text;
    while (text.size() < size) {
        text += pick(random, alphabet);
    }
    return text;
}

/// Text that is mostly good CSV of two columns, with a wrong byte here and there.
inline std::string nearly_good(std::mt19937& random, std::size_t size) {
    static const std::vector<std::string> fields = {
        "",         "a",         "7",        "\"b\"",  "\"c,\nd\"",  "\"\"",
        "\"\"\"\"", "\"e\"\"\"", "\"\r\n\"", "f\rg",   "\xC3\xA9",   "\"\n\n,\"",
        "hello, ",  "x\"y",      "z\"",      " \"i\"", "\"h\\\"i\"", "\"\\\\\""};
    static const std::vector<std::string> noise = {
        "\"", "\"", "\"", ",", "\n", "\r", "\xFF", std::string(1, '\0'), "x"};
    std::string text;
    while (text.size() < size) {
        text += pick(random, fields) + ',' + pick(random, fields);
        static const std::vector<std::string> ends = {"\n", "\n", "\n", "\r\n", "\r\n", "\r"};
        text += pick(random, ends);
        if (random() % 8 == 0) {
            text += pick(random, noise);
        }
    }
    return text;
}

/// Lines that break each other: stray quotes that close and open fields of the lines behind them.
inline std::string quarrelling(std::mt19937& random, std::size_t lines) {
    static const std::vector<std::string> kinds = {
        "x\"y,\"z", "1,2",       "\"a\"b,\"c", "\"", "3,\"d\"",  "\"\"\",e", "a\",\"b", "\"f",
        ",\"",      "4,\"\"\"g", "5,hi\"",     "",   "\"\"\"\"", "h\"\r",    "6,x\r"};
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) {
        text += pick(random, kinds) + '\n';
    }
    return text;
}

} // namespace noteload::source::test
