#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "noteload/contact_note.hpp"
#include "noteload/delivery/judgement.hpp"

// What to do about a note that is to be undone. Deleting is idempotent, so whatever has no good
// answer may simply be asked again: there is no doubt here.

namespace noteload::delivery {

/// What an attempt means for its note.
struct undo_step {
    enum class kind : std::uint8_t {
        go_on,       ///< after a look: nothing speaks against deleting it
        undone,      ///< after a delete
        gone,        ///< after a delete, and after a look behind it
        still_there, ///< after a look behind a delete that found none
        keep,
        refused,
        again,          ///< no good answer
        wait_and_again, ///< the quota is spent (429)
        stop,           ///< nothing of this is the note's fault
    };
    kind is{};
    reason why = reason::stopped; ///< of `keep`, `refused`, and of `again` as a last word
    std::string words = {};       ///< for people
    std::int64_t contact_id = 0;  ///< of `keep`, where it is known
    bool is_there = false;        ///< of `go_on`: the server showed the note
    errc stop = errc::bug;
    std::optional<std::chrono::seconds> wait = std::nullopt;

    friend bool operator==(const undo_step&, const undo_step&) = default;
};
std::ostream& operator<<(std::ostream& out, undo_step::kind k);
std::ostream& operator<<(std::ostream& out, const undo_step& s);

/// Whether somebody changed the note since it was made: `modifiedDateTimeUtc` more than a second
/// after `createDateTimeUtc`. A note without the former was never changed. Nothing where one of
/// them cannot be read: then nobody can tell, and a careful hand leaves the note alone.
[[nodiscard]] std::optional<bool> changed_since_made(const contact_note& note);

/// The answer to `GET /api/ContactNote/{id}`. A note that is not there is to be deleted all the
/// same: reads lag, and taking a young note for gone would leave it there. The delete's own answer
/// tells.
[[nodiscard]] undo_step judge_look(const attempt& a, std::int64_t note_id,
                                   std::chrono::system_clock::time_point now);

/// The answer to a look at a note that the server showed, and did not find when it was to be
/// deleted: `gone` where it is shown no more, `still_there` where it is. A 404 may be of a gateway
/// that does not know the deletion.
[[nodiscard]] undo_step judge_second_look(const attempt& a, std::int64_t note_id,
                                          std::chrono::system_clock::time_point now);

/// The answer to `DELETE /api/ContactNote/{id}`.
[[nodiscard]] undo_step judge_delete(const attempt& a, std::chrono::system_clock::time_point now);

} // namespace noteload::delivery
