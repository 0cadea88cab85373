#include "noteload/delivery/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

namespace {

using kind = finding::kind;

/// One note that is `same` for at least one of the twins.
struct candidate {
    const contact_note* note = nullptr;
    std::vector<likeness> to; // by twin
    bool taken = false;
};

/// The work on one group: candidates are given to rows until nothing more is sure.
class assignment {
public:
    assignment(const std::vector<const doubt*>& twins, const std::vector<contact_note>& notes)
        : twins_(twins), settled_(twins.size(), false) {
        for (const auto& note : notes) {
            candidate c{.note = &note, .to = {}};
            bool matches = false;
            for (const auto* t : twins) {
                c.to.push_back(compare(t->content, note));
                matches = matches || is_same(c.to.back());
            }
            if (matches) {
                candidates_.push_back(std::move(c));
            }
        }
    }

    [[nodiscard]] std::size_t candidates() const { return candidates_.size(); }

    /// Byte-equal ones first: of twins that differ in blanks, each gets its own.
    void give_byte_equal() {
        for (auto& c : candidates_) {
            for (std::size_t i = 0; i < twins_.size() && !c.taken; ++i) {
                if (!settled_[i] && c.to[i] == likeness::same_bytes) {
                    give(c, i);
                }
            }
        }
    }

    /// A note that could be only one row's.
    void give_unambiguous() {
        for (auto& c : candidates_) {
            std::size_t owner = twins_.size();
            std::size_t owners = 0;
            for (std::size_t i = 0; i < twins_.size(); ++i) {
                if (!settled_[i] && is_same(c.to[i])) {
                    owner = i;
                    ++owners;
                }
            }
            if (!c.taken && owners == 1) {
                give(c, owner);
            }
        }
    }

    /// Where it does not matter whose a note is, or where there is one for each.
    void give_interchangeable() {
        if (!all_interchangeable() && left_candidates() != left_rows()) {
            return;
        }
        for (auto& c : candidates_) {
            for (std::size_t i = 0; i < twins_.size() && !c.taken; ++i) {
                if (!settled_[i] && is_same(c.to[i])) {
                    give(c, i);
                }
            }
        }
    }

    /// A note is left that could be this row's and was not given to it.
    [[nodiscard]] bool is_ambiguous(std::size_t row) const {
        return std::any_of(candidates_.begin(), candidates_.end(),
                           [&](const candidate& c) { return !c.taken && is_same(c.to[row]); });
    }

    [[nodiscard]] bool is_settled(std::size_t row) const { return settled_[row]; }
    [[nodiscard]] std::vector<finding> take_findings() { return std::move(found_); }

private:
    static bool is_same(likeness l) { return l == likeness::same || l == likeness::same_bytes; }

    void give(candidate& c, std::size_t row) {
        c.taken = true;
        settled_[row] = true;
        found_.push_back({twins_[row]->row, kind::found, c.note->id, {}});
    }

    [[nodiscard]] bool all_interchangeable() const {
        const sent_note* first = nullptr;
        for (std::size_t i = 0; i < twins_.size(); ++i) {
            if (settled_[i]) {
                continue;
            }
            if (first != nullptr && !interchangeable(*first, twins_[i]->content)) {
                return false;
            }
            first = &twins_[i]->content;
        }
        return true;
    }

    [[nodiscard]] std::size_t left_rows() const {
        return static_cast<std::size_t>(std::count(settled_.begin(), settled_.end(), false));
    }
    [[nodiscard]] std::size_t left_candidates() const {
        return static_cast<std::size_t>(std::count_if(candidates_.begin(), candidates_.end(),
                                                      [](const auto& c) { return !c.taken; }));
    }

    const std::vector<const doubt*>& twins_;
    std::vector<candidate> candidates_;
    std::vector<bool> settled_;
    std::vector<finding> found_;
};

finding unsettled(const doubt& d, std::string words) {
    return {d.row, kind::unsettled, 0, std::move(words)};
}

/// A note that could be this row's, changed, and that no other row explains.
const contact_note* unclear_note(const doubt& d, const std::vector<contact_note>& notes,
                                 const std::function<bool(const contact_note&)>& explained) {
    const auto at = std::find_if(notes.begin(), notes.end(), [&](const contact_note& note) {
        return compare(d.content, note) == likeness::unclear && !explained(note);
    });
    return at == notes.end() ? nullptr : &*at;
}

} // namespace

std::vector<finding> judge_twins(const std::vector<const doubt*>& twins,
                                 const std::vector<contact_note>& notes,
                                 const std::function<bool(const contact_note&)>& explained,
                                 bool is_final) {
    assignment work(twins, notes);
    if (work.candidates() > twins.size()) {
        std::vector<finding> all;
        for (const auto* t : twins) {
            all.push_back(unsettled(
                *t, fmt::format("the contact has {} notes like it and {} such rows are in doubt",
                                work.candidates(), twins.size())));
        }
        return all;
    }
    work.give_byte_equal();
    work.give_unambiguous();
    work.give_interchangeable();
    auto findings = work.take_findings();
    if (!is_final) {
        return findings;
    }
    for (std::size_t i = 0; i < twins.size(); ++i) {
        if (work.is_settled(i)) {
            continue;
        }
        if (work.is_ambiguous(i)) {
            findings.push_back(unsettled(
                *twins[i], "the contact has a note that could be this row's or a like one's"));
        } else if (const auto* note = unclear_note(*twins[i], notes, explained)) {
            findings.push_back(unsettled(
                *twins[i],
                fmt::format("note {} of the contact could be this one, changed", note->id)));
        } else {
            findings.push_back({twins[i]->row, kind::not_found, 0, {}});
        }
    }
    return findings;
}

} // namespace noteload::delivery
