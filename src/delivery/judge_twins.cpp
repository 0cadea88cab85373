#include "noteload/delivery/doubts.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

namespace {

using kind = finding::kind;

bool is_same(likeness l) {
    return l == likeness::same || l == likeness::same_bytes;
}

/// The notes that are `same` for some of the twins. Each was made for one of them, and for each at
/// most one was made; so what is sure is what holds in every way to give them out, one to a row.
class assignment {
public:
    assignment(const std::vector<const doubt*>& twins, const std::vector<contact_note>& notes)
        : twins_(twins) {
        for (const auto& note : notes) {
            candidate c{.note = &note, .rows = {}};
            for (std::size_t i = 0; i < twins.size(); ++i) {
                const auto how = compare(twins[i]->content, note);
                if (is_same(how)) {
                    c.rows.push_back({i, how == likeness::same_bytes});
                }
            }
            if (!c.rows.empty()) {
                candidates_.push_back(std::move(c));
            }
        }
    }

    [[nodiscard]] std::size_t candidates() const { return candidates_.size(); }

    /// Gives every candidate to a row; byte-equal ones to such rows alone, if that is possible.
    /// False if not all can be given.
    [[nodiscard]] bool give_all() {
        for (const bool bytes_first : {true, false}) {
            bytes_first_ = bytes_first;
            owner_.assign(twins_.size(), nullptr);
            const auto given =
                std::count_if(candidates_.begin(), candidates_.end(), [this](auto& c) {
                    std::vector<bool> tried(twins_.size(), false);
                    return give(c, tried);
                });
            if (static_cast<std::size_t>(given) == candidates_.size()) {
                find_unsure();
                return true;
            }
        }
        return false;
    }

    /// The row's note, if the row has one however they are given out.
    [[nodiscard]] const contact_note* note_of(std::size_t row) const {
        return unsure_[row] || owner_[row] == nullptr ? nullptr : owner_[row]->note;
    }
    /// The row has one in some ways to give them out, and in others it has none.
    [[nodiscard]] bool is_unsure(std::size_t row) const { return unsure_[row]; }
    [[nodiscard]] bool is_candidate(const contact_note& note) const {
        return std::any_of(candidates_.begin(), candidates_.end(),
                           [&](const candidate& c) { return c.note == &note; });
    }

private:
    struct edge {
        std::size_t row;
        bool bytes;
    };
    struct candidate {
        const contact_note* note;
        std::vector<edge> rows; // that it could be the note of
    };

    [[nodiscard]] std::vector<std::size_t> rows_of(const candidate& c) const {
        const bool bytes = bytes_first_ && std::any_of(c.rows.begin(), c.rows.end(),
                                                       [](const edge& e) { return e.bytes; });
        std::vector<std::size_t> rows;
        for (const auto& e : c.rows) {
            if (e.bytes || !bytes) {
                rows.push_back(e.row);
            }
        }
        return rows;
    }

    /// To a free row, or to one whose own candidate can go to another.
    bool give(candidate& c, std::vector<bool>& tried) {
        for (const auto row : rows_of(c)) {
            if (tried[row]) {
                continue;
            }
            tried[row] = true;
            if (owner_[row] == nullptr || give(*owner_[row], tried)) {
                owner_[row] = &c;
                return true;
            }
        }
        return false;
    }

    /// A row without a note could have had another row's, which then might have had a third one's,
    /// and so on: all of these are unsure, unless it does not matter which of them goes without.
    void find_unsure() {
        unsure_.assign(twins_.size(), false);
        for (std::size_t free = 0; free < twins_.size(); ++free) {
            if (owner_[free] != nullptr || unsure_[free]) {
                continue;
            }
            std::vector<std::size_t> chain{free};
            std::vector<bool> in_chain(twins_.size(), false);
            in_chain[free] = true;
            for (std::size_t i = 0; i < chain.size(); ++i) {
                for (std::size_t row = 0; row < twins_.size(); ++row) {
                    if (!in_chain[row] && competes(chain[i], row)) {
                        in_chain[row] = true;
                        chain.push_back(row);
                    }
                }
            }
            const bool matters = std::any_of(chain.begin(), chain.end(), [&](std::size_t row) {
                return !interchangeable(twins_[row]->content, twins_[free]->content);
            });
            for (const auto row : chain) {
                unsure_[row] = unsure_[row] || matters;
            }
        }
    }
    /// Whether one of the two could go without because the other has its note.
    [[nodiscard]] bool competes(std::size_t in_chain, std::size_t row) const {
        return owner_[row] != nullptr
                   ? could_have(in_chain, *owner_[row])
                   : owner_[in_chain] != nullptr && could_have(row, *owner_[in_chain]);
    }
    [[nodiscard]] bool could_have(std::size_t row, const candidate& c) const {
        const auto rows = rows_of(c);
        return std::find(rows.begin(), rows.end(), row) != rows.end();
    }

    const std::vector<const doubt*>& twins_;
    std::vector<candidate> candidates_;
    bool bytes_first_ = true;
    std::vector<candidate*> owner_; // by row: what it was given
    std::vector<bool> unsure_;
};

finding unsettled(const doubt& d, std::string words) {
    return {d.row, kind::unsettled, 0, std::move(words)};
}

/// A note that could be this row's, changed, and that no other row explains.
const contact_note* unclear_note(const doubt& d, const std::vector<contact_note>& notes,
                                 const assignment& given,
                                 const std::function<bool(const contact_note&)>& explained) {
    const auto at = std::find_if(notes.begin(), notes.end(), [&](const contact_note& note) {
        return !given.is_candidate(note) && compare(d.content, note) == likeness::unclear &&
               !explained(note);
    });
    return at == notes.end() ? nullptr : &*at;
}

} // namespace

std::vector<finding> judge_twins(const std::vector<const doubt*>& twins,
                                 const std::vector<contact_note>& notes,
                                 const std::function<bool(const contact_note&)>& explained,
                                 bool is_final) {
    std::vector<finding> findings;
    assignment given(twins, notes);
    if (!given.give_all()) {
        for (const auto* t : twins) {
            findings.push_back(
                unsettled(*t, fmt::format("the contact has {} like it, and in doubt: {}",
                                          counted(given.candidates(), "note"),
                                          counted(twins.size(), "such row"))));
        }
        return findings;
    }
    for (std::size_t i = 0; i < twins.size(); ++i) {
        const auto& d = *twins[i];
        if (const auto* note = given.note_of(i)) {
            findings.push_back({d.row, kind::found, note->id, {}});
        } else if (!is_final) {
            continue;
        } else if (given.is_unsure(i)) {
            findings.push_back(
                unsettled(d, "the contact has a note that could be this row's or a like one's"));
        } else if (const auto* like = unclear_note(d, notes, given, explained)) {
            findings.push_back(unsettled(
                d, fmt::format("note {} of the contact could be this one, changed", like->id)));
        } else {
            findings.push_back({d.row, kind::not_found, 0, {}});
        }
    }
    return findings;
}

} // namespace noteload::delivery
