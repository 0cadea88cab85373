#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace noteload::run {

/// A value and the rows that have it.
struct counted_value {
    std::string value;
    std::uint64_t rows = 0;

    friend bool operator==(const counted_value&, const counted_value&) = default;
};

/// Counts rows by a value, of which so many are told apart: those that came first. Counts of rows
/// that stand together add up to those of all of them, where only the sum has a limit.
class value_counts {
public:
    static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

    explicit value_counts(std::size_t most = no_limit) : most_(most) {}

    void add(std::string_view value, std::uint64_t rows = 1);
    /// Those of later rows, which have no limit.
    void add(const value_counts& later);
    void clear() noexcept;

    [[nodiscard]] std::vector<counted_value> most_rows_first() const;
    /// Rows of the values that are not told apart.
    [[nodiscard]] std::uint64_t others() const noexcept { return others_; }

private:
    struct hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    std::size_t most_;
    std::vector<counted_value> values_; // as they came
    std::unordered_map<std::string, std::size_t, hash, std::equal_to<>> known_;
    std::size_t last_ = 0; // of values_: tends to be the next one, too
    std::uint64_t others_ = 0;
};

} // namespace noteload::run
