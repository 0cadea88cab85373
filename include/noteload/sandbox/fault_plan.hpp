#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

#include "noteload/error.hpp"

namespace noteload::sandbox {

/// What can go wrong on purpose. `before` and `after` say whether the note exists afterwards.
enum class fault_kind : std::uint8_t {
    drop_before,
    drop_after,
    late, ///< dropped like `drop_before`, and the note is made `--late-ms` later
    cut_answer,
    hang, ///< a rule only: each request becomes `hang_before` or `hang_after` by an even coin
    hang_before,
    hang_after,
    error500_before,
    error500_after,
    html502,
    plain503,
    retry503,
    timeout408,
    too_many,
    html403,
    permission400,
    redirect302,
    not_json,
    no_id,
    // The three below change how a good or bad answer travels; they combine with the others.
    slow,
    close,
    chunked,
};

struct fault_description {
    fault_kind kind{};
    std::string_view name; ///< as written in `--fault NAME=WHEN`
    std::string_view note; ///< "not made", "made" or "as usual"
    std::string_view effect;
};

inline constexpr std::size_t fault_kinds = 22;
[[nodiscard]] const std::array<fault_description, fault_kinds>& fault_descriptions() noexcept;
[[nodiscard]] std::string_view to_word(fault_kind kind) noexcept;
std::ostream& operator<<(std::ostream& out, fault_kind kind);

/// `NAME=0.05` (a probability from 0 to 1), or by place among the requests that faults apply to,
/// counted from 1 since the start: `NAME=#3` (that one), `NAME=#3-5` (those), `NAME=#3-` (from
/// there on).
struct fault_rule {
    fault_kind kind{};
    double probability = 0;
    std::uint64_t first = 0; ///< 0: by probability
    std::uint64_t last = 0;

    friend bool operator==(const fault_rule&, const fault_rule&) = default;
};
[[nodiscard]] result<fault_rule> parse_fault_rule(std::string_view text);

/// What one request gets.
struct fault_verdict {
    std::optional<fault_kind> fault; ///< never `hang`, `slow`, `close` or `chunked`
    bool slow = false;
    bool close = false;
    bool chunked = false;
    double spread = 0; ///< uniform in [0, 1): where an answer is cut

    friend bool operator==(const fault_verdict&, const fault_verdict&) = default;
};

/// Which fault a request gets, as a pure function of the seed, the rules and the request's number:
/// the same three always give the same verdict, whatever was asked before.
class fault_plan {
public:
    fault_plan() = default;
    fault_plan(std::uint64_t seed, std::vector<fault_rule> rules);

    /// `number` counts from 1. Rules by place win over probabilities; of several rules by place
    /// the first given wins. Probabilities of exclusive faults add up (see `total`).
    [[nodiscard]] fault_verdict decide(std::uint64_t number) const;

    /// The chance that a request gets an exclusive fault; over 1 the rules contradict each other.
    [[nodiscard]] double total() const;
    [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

private:
    std::uint64_t seed_ = 0;
    std::vector<fault_rule> rules_;
};

} // namespace noteload::sandbox
