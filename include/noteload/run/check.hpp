#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/report/summary.hpp"
#include "noteload/run/check_facts.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/import_plan.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/key_check.hpp"

namespace noteload::run {

struct check_options {
    std::vector<std::string> paths;
    input_options reading;
    std::string mapping;       ///< file; empty: by field name
    std::string base_url;      ///< for the previewed requests
    std::string run_dir;       ///< rejects and problems.csv go there; empty: nowhere
    std::uint64_t preview = 0; ///< requests to show
    std::uint64_t skip = 0;
    std::optional<std::uint64_t> limit;
    std::string key; ///< as `import_options`
    duplicate_policy duplicate_keys = duplicate_policy::refuse;
    std::string history;               ///< empty: none is read
    delivery::quota_reserve reserve{}; ///< for the plan, as `rate`
    delivery::rate rate{};
};

/// What a dry run found. Nothing was sent, and no server was asked.
struct check_result {
    report::summary summary;      ///< `invalid` and `skipped` rows; the rest would be sent
    std::uint64_t to_send = 0;    ///< requests
    std::uint64_t body_bytes = 0; ///< of all requests together
    std::uint64_t longest_body = 0;
    std::vector<std::string> previews;        ///< whole requests, the token masked
    std::vector<std::string> inputs;          ///< as the user named them
    std::vector<source::reading_facts> facts; ///< how they were read
    std::vector<std::string> unused_columns;  ///< of all inputs
    note_facts notes;
    import_plan plan;
    std::string folder;                        ///< of the rejects; empty: none was given
    std::vector<std::string> rejects;          ///< names of the reject files that have rows
    std::vector<std::string> reject_options;   ///< for each input, with which its rejects are read
    std::vector<mapping::told_notice> noticed; ///< what the mapping changed
    std::string not_looked_up; ///< how contacts are given that only the server knows; or empty
};

/// Reads, maps and validates everything as `run_import` would, without its server. `tick` is called
/// now and then with the rows read so far.
[[nodiscard]] result<check_result> run_check(const check_options& options,
                                             const std::function<void(std::uint64_t)>& tick);

} // namespace noteload::run
