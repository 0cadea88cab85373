#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/note_mapper.hpp"

namespace noteload::run {

/// Beside a run's log: what the organisation said to the processes of the run, one JSON object a
/// line, each once. On disk before the first request that rests on it leaves, so that `resume` can
/// tell what was sent, and what cannot have been: types and time zone may have changed since.
inline constexpr std::string_view told_facts_file = "organization.jsonl";

/// Its line, with the newline.
[[nodiscard]] std::string line_of(const mapping::organization_facts& facts);

/// The lines of a file, in their order. Nothing: there is none (an earlier version's run), or it
/// cannot be read, so that nobody knows what earlier processes were told.
[[nodiscard]] std::optional<std::vector<mapping::organization_facts>> read_told_facts(
    const std::string& path);

} // namespace noteload::run
