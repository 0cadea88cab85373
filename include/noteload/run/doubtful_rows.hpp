#pragma once

#include <memory>
#include <span>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/key_check.hpp"

namespace noteload::run {

/// What tells of a row whether it may have been sent.
struct doubtful_judges {
    mapping::note_mapper& mapper; ///< by what the organisation says today
    /// By what it said to each process of the run so far; none: nobody knows.
    std::span<mapping::note_mapper> earlier;
    mapping::note_mapper& offline; ///< by the row alone
    key_check* keys = nullptr;     ///< that knows the log's rows; null: the run has no key column
};

/// Reads the rows again that an earlier process may have sent: those under a sending mark without a
/// final outcome, each once, in batches, none of them empty. The bytes of every mark are held
/// against its hash, so that nothing is asked for, or sent again, that is not what the mark covers:
/// `errc::changed` where they differ.
///
/// A row is asked for as the note that an earlier process would have sent; where two of them would
/// have sent different ones, it ends `in_doubt`. One that could be none for any of them was never
/// sent: it is asked for where it is a note today, which finds nothing and sends it, and else ends
/// `invalid`. Where nobody knows what earlier processes were told, a row that could be a note but
/// for what the organisation says today (a note type that is no more) ends `in_doubt`. One that its
/// key kept from being sent is `skipped` or `invalid`, as ever. `by.keys` knows all these rows
/// then.
[[nodiscard]] result<std::vector<std::shared_ptr<const batch>>> read_doubtful(
    const ledger::recovered_run& run, const std::vector<checked_input>& inputs,
    const input_options& reading, const doubtful_judges& by);

} // namespace noteload::run
