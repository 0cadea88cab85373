#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "noteload/clock.hpp"
#include "noteload/contact_note.hpp"
#include "noteload/delivery/likeness.hpp"

namespace noteload::delivery {

/// A row of which nobody knows whether its request was acted on.
struct doubt {
    using clock = steady_clock;

    std::uint64_t row = 0;
    sent_note content;
    clock::time_point since{}; ///< when it came into doubt
    /// By the server's clock: a note of it cannot be older. Slack included.
    wall_clock::time_point not_before{};
};

/// What asking has told about a row.
struct finding {
    enum class kind : std::uint8_t {
        found,     ///< `note_id` is its note
        not_found, ///< it was not acted on, as far as the verify window tells: send it again
        unsettled, ///< neither: a person must look
    };
    std::uint64_t row = 0;
    kind is{};
    std::int64_t note_id = 0;
    std::string words; ///< for people, of `unsettled`

    friend bool operator==(const finding&, const finding&) = default;
};

/// The contact's notes at a moment, and what else could own one of them.
struct lookup_answer {
    std::vector<contact_note> notes; ///< without those that another row has claimed
    std::vector<sent_note>
        in_flight; ///< rows of the contact in flight at any moment since it began
    // Not among `notes`:
    std::vector<contact_note> unsure{}; ///< a row of a run beside ours may be about to claim them
    std::vector<contact_note> older{};  ///< than the run, if the server's times are right
    /// Whose time cannot be read: they are nobody's finds, and can only leave a row in doubt.
    std::vector<contact_note> of_unknown_age{};
    doubt::clock::time_point began{};
    /// Why the server may have notes of the contact that it did not show; empty: nothing speaks for
    /// it. What is found counts all the same.
    std::string not_whole{};
};

/// The rows in doubt: when to ask for which contact, and what the answers mean. Rules without a
/// socket or a clock.
///
/// One look-up serves all doubts of a contact. What is found is settled at once. What is not is
/// asked for again after pauses that double, and "not found" is believed only from a look-up that
/// began a whole verify window after the doubt, because reads lag and a request that seemed lost
/// may still be acted on. Twins (`twin_hash`) are judged together: while one is in flight none is
/// judged; with m of them in doubt and k notes that could be theirs, k > m leaves all in doubt.
/// A row that stays in doubt for good leaves its name behind: a note that could be its own is not
/// given to a twin that comes into doubt later.
class doubt_desk {
public:
    using time = doubt::clock::time_point;
    using duration = doubt::clock::duration;

    explicit doubt_desk(duration verify_window) : window_(verify_window) {}

    void add(doubt d);
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Whether a row of this contact is in doubt: only then is `holds_twin_of` worth its price.
    [[nodiscard]] bool has_contact(std::int64_t contact) const {
        const auto of = contacts_.find(contact);
        return of != contacts_.end() && of->second.open > 0;
    }
    /// Whether sending this now could make a note that nobody could tell from a doubtful row's.
    [[nodiscard]] bool holds_twin_of(const sent_note& n) const;

    /// When the next look-up is due; nothing while there is no doubt, or all are being asked for.
    [[nodiscard]] std::optional<time> next_due() const;

    struct question {
        std::int64_t contact = 0;
        wall_clock::time_point not_before; ///< older notes do not matter
        /// Whether "not found" would be believed now of a note that is not private, and of one
        /// that is.
        std::array<bool, 2> is_last{};
    };
    /// The contact whose look-up is due, if one is; then it is under way until one of the three
    /// that follow.
    [[nodiscard]] std::optional<question> ask(time now);
    /// No answer: ask again a little later.
    void failed(std::int64_t contact, time now);
    /// The server answered, but with no list that could be read to its end. After some of these or
    /// of answers that are not whole, one after the other, rows that have had their time stay in
    /// doubt and leave the desk.
    [[nodiscard]] std::vector<finding> unreadable(std::int64_t contact, const std::string& words,
                                                  time now);
    /// Rows with a finding leave the desk.
    [[nodiscard]] std::vector<finding> answered(std::int64_t contact, const lookup_answer& a,
                                                time now);

    /// All rows leave the desk, in their order.
    [[nodiscard]] std::vector<std::uint64_t> give_up();

private:
    struct entry {
        doubt what;
        std::uint64_t twins = 0; // twin_hash
        bool closed = false;     // it stays in doubt and has left the desk
    };
    struct contact_doubts {
        std::vector<entry> rows;
        time next{};
        duration pause{};
        bool asking = false;
        int unreadable = 0; // look-ups in a row, not whole ones among them
        time unreadable_since{};
        std::size_t open = 0; // rows that are not closed
    };

    void leave_open(std::vector<finding>& findings, contact_doubts& of, const std::string& words,
                    time now) const;
    [[nodiscard]] duration first_pause() const { return window_ / 60; }
    void plan_next(contact_doubts& of, time now) const;
    void let_go(std::int64_t contact, const std::vector<finding>& findings, time now);

    duration window_;
    std::map<std::int64_t, contact_doubts> contacts_;
    std::size_t size_ = 0;
};

/// One group of twins against the notes that nobody has claimed: pure, and the place where a
/// careless rule would lose or double notes. `final`: the verify window is over for all of them.
/// Rows without a finding stay in doubt. `explained(note)`: the note is surely another row's.
[[nodiscard]] std::vector<finding> judge_twins(
    const std::vector<const doubt*>& twins, const std::vector<contact_note>& notes,
    const std::function<bool(const contact_note&)>& explained, bool is_final);

} // namespace noteload::delivery
