#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "noteload/error.hpp"
#include "noteload/undo_outcome.hpp"

/// The lines of `undo.jsonl`, beside the log of the run that is undone. UTF-8, one JSON object a
/// line, each ended by a newline:
///
///     undo    = header *( note / looked / end )
///     header  = {"noteload_undo":1,"run":…,"program":…,"organization":…,"base_url":…,"started":…}
///     note    = {"note_id":I,"row":R,"outcome":O,["contact_id":C,]["status":S,]"attempts":A,
///                "ms":M,["reason":W,"detail":D,]"at":T}
///     looked  = {"looked_up":N,"at":T}
///     end     = {"end":{"notes":…,"undone":…,"gone":…,"kept":…,"refused":…,"not_attempted":…}}
///
/// A note's last outcome counts. `looked_up` says that a person has looked for the notes of the
/// run's N rows in doubt, and deleted what was there. An undo that goes on writes behind what is
/// there, an end line included. A line that a crash tore is cut off: its note is deleted once more,
/// which is harmless.
namespace noteload::ledger {

inline constexpr int undo_version = 1;

struct undo_header {
    std::string run; ///< as the log's header has it
    std::string program;
    std::string organization;
    std::string base_url;
    std::chrono::system_clock::time_point started; ///< not read back

    friend bool operator==(const undo_header&, const undo_header&) = default;
};

void append_line(std::string& out, const undo_header& header);
void append_line(std::string& out, const undone_note& note);
void append_line(std::string& out, const undo_counts& end);

/// A person's word that none of the run's rows in doubt has a note any more.
struct undo_looked_up {
    std::uint64_t rows = 0;
    std::chrono::system_clock::time_point when; ///< not read back

    friend bool operator==(const undo_looked_up&, const undo_looked_up&) = default;
};
void append_line(std::string& out, const undo_looked_up& l);

/// What recovery needs of a note's line.
struct undo_line {
    made_note note;
    undo_outcome what{};

    friend bool operator==(const undo_line&, const undo_line&) = default;
};

/// Any line but the header, without its newline and in any form that means the same (as
/// `any_form_reader`); `std::monostate` for one that is none of ours.
[[nodiscard]] std::variant<std::monostate, undo_line, undo_looked_up, undo_counts> read_undo_line(
    std::string_view line);

/// `errc::changed` with what is wrong: no header, or of a version that this program does not know.
[[nodiscard]] result<undo_header> read_undo_header(std::string_view line, const std::string& path);

} // namespace noteload::ledger
