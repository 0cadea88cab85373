#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/outcome.hpp"
#include "noteload/went_through.hpp"

namespace noteload::report {

/// One kind of problem, with the first places where it stands.
struct reason_group {
    static constexpr std::size_t most_places = 3;

    std::uint64_t rows = 0;
    std::vector<place> first;
    std::string example; ///< the first one's detail

    friend bool operator==(const reason_group&, const reason_group&) = default;
};

/// What an outcome means, in a few words for people.
[[nodiscard]] std::string_view meaning_of(outcome o) noexcept;

/// A row that nobody knows the end of.
struct doubtful_row {
    place at;
    fault why;

    friend bool operator==(const doubtful_row&, const doubtful_row&) = default;
};

/// What happened in a run, added up row by row. A row with several faults counts under each of
/// them once, so the groups may add up to more than the rows.
class summary {
public:
    void add(const settled_row& row);

    [[nodiscard]] const row_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] const std::map<reason, reason_group>& groups() const noexcept { return groups_; }

    /// The first thousand rows in doubt.
    [[nodiscard]] const std::vector<doubtful_row>& doubtful() const noexcept { return doubtful_; }

    /// Rows of which nothing but their number is known.
    void add(const row_counts& rows);

    /// Records framed, as the reader counted them.
    void set_read(std::uint64_t n) { counts_.read = n; }
    /// All of them, where the rows that were added do not tell.
    void set_counts(const row_counts& counts) { counts_ = counts; }

private:
    row_counts counts_;
    std::map<reason, reason_group> groups_;
    std::vector<doubtful_row> doubtful_;
};

/// Facts of `summary.json` that stand in no row.
struct run_facts {
    std::string run;
    std::string organization;
    std::string base_url;
    std::vector<std::string> inputs;
    std::chrono::system_clock::time_point started;
    std::chrono::system_clock::time_point ended;
    int exit_code = 0;
    std::string stopped_by; ///< for people; empty for a run that reached its end
    bool finished = false;  ///< the log has its end line
    went_through met{};
    std::uint64_t processes = 1; ///< of the run; those that were killed have told nothing in `met`
};

/// `summary.json`: every field is documented in the README.
[[nodiscard]] std::string summary_json(const summary& s, const run_facts& facts);

} // namespace noteload::report
