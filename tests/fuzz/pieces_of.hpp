#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace noteload::source::test {

/// What a fuzzer's input begins with: some bytes that choose how the rest is read.
class choices {
public:
    choices(const std::uint8_t* data, std::size_t size)
        : rest_(reinterpret_cast<const char*>(data), size) {}

    /// The next choice of `n`.
    std::size_t next(std::size_t n) {
        if (rest_.empty()) {
            return 0;
        }
        const auto chosen = static_cast<unsigned char>(rest_.front()) % n;
        rest_.remove_prefix(1);
        return chosen;
    }
    [[nodiscard]] std::string rest() const { return std::string(rest_); }

private:
    std::string_view rest_;
};

/// What must hold; else the fuzzer has found something.
inline void demand(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

} // namespace noteload::source::test
