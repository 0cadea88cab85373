#pragma once

#include <memory>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/inputs.hpp"

namespace noteload::run {

/// Reads the rows again that an earlier process may have sent: those under a sending mark without a
/// final outcome, each once, in batches, none of them empty. The bytes of every mark are held
/// against its hash, so that nothing is asked for, or sent again, that is not what the mark covers:
/// `errc::changed` where they differ.
///
/// A row that cannot be a note was never sent and has its faults; one that could be a note but for
/// what the organisation says today (a note type that is no more) is `maybe_sent`.
[[nodiscard]] result<std::vector<std::shared_ptr<const batch>>> read_doubtful(
    const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
    const input_options& reading, mapping::note_mapper& mapper, mapping::note_mapper& offline);

} // namespace noteload::run
