#include "noteload/run/check_online.hpp"

#include "noteload/run/preflight.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::run {

namespace {

failure interrupted() {
    return {errc::interrupted, "the check was stopped by a signal: nothing was sent"};
}

/// The window with the least left, as the answers told it; nothing where none did.
std::optional<quota_now> quota_of(const contact_answers& answers) {
    if (!answers.quota) {
        return std::nullopt;
    }
    const auto now = answers.server_time.value_or(wall_clock::now());
    const auto left = std::chrono::ceil<std::chrono::seconds>(answers.quota->resets_at - now);
    return quota_now{.limit = answers.quota->limit,
                     .remaining = std::max<std::int64_t>(answers.quota->remaining, 0),
                     .until_reset = std::max(left, std::chrono::seconds(0))};
}

std::optional<failure> cannot_read_twice(const std::vector<checked_input>& inputs) {
    const auto is_pipe = [](const checked_input& in) { return !in.what.bytes; };
    if (std::none_of(inputs.begin(), inputs.end(), is_pipe)) {
        return std::nullopt;
    }
    return failure{errc::usage,
                   "check --online reads the input twice, for its contacts first: save standard "
                   "input as a file"};
}

} // namespace

result<online_facts> look_online(const import_options& given, const input_options& reading,
                                 const loaded_mapping& mapping,
                                 const std::vector<checked_input>& inputs,
                                 const lookup_watch& watch) {
    if (auto complaint = cannot_read_twice(inputs)) {
        return *complaint;
    }
    auto server = server_of(given);
    if (!server) {
        return server.error();
    }
    auto seen = look_first(*server);
    if (!seen) {
        return interrupted();
    }
    if (!*seen) {
        return seen->error();
    }
    auto& look = **seen;
    if (auto wrong = wrong_organization(look.who, given.organization)) {
        return *wrong;
    }
    online_facts facts{.organization = look.who.name,
                       .known = {look.types, look.who.time_zone},
                       .contacts = {},
                       .quota = std::nullopt};
    // Of a contacts file nothing is asked: the ids in it are the user's word.
    if (mapping.rules.contact.by != mapping::contact_by::file) {
        auto asked = ask_for_contacts(given, reading, mapping, *server, look.heard, watch);
        if (!asked) {
            return interrupted();
        }
        if (!*asked) {
            return asked->error();
        }
        facts.contacts = std::move(**asked);
    }
    if (!facts.contacts.quota && !look.heard.empty()) {
        delivery::limiter told({});
        for (const auto& h : look.heard) {
            told.answered(told.leave(h.left), h.said, h.came);
        }
        facts.contacts.quota = told.tightest();
        facts.contacts.server_time = look.server_time;
    }
    facts.quota = quota_of(facts.contacts);
    return facts;
}

void contact_check::judge(const record& r, mapping::mapped_note& note) {
    if (column_ >= r.cells.size()) {
        return;
    }
    const auto value = trimmed(r.cells[column_].text);
    const auto at = known_->index_of(value);
    if (!at) {
        return; // it is no id, and has a fault already
    }
    const auto contact = known_->contact(*at);
    if (contact == 0) {
        note.faults.push_back(
            {reason::unknown_contact,
             fmt::format("Virtuous has no contact with the id {}", printable(value, 40))});
        return;
    }
    if (note.faults.empty() && contact != note.note.contact_id) {
        if (++merged_ == 1) {
            example_ = fmt::format("{} into {}", printable(value, 40), contact);
        }
        if (merged_first_.size() < mapping::notices::most_places) {
            merged_first_.push_back(r.at);
        }
    }
}

void contact_check::tell(std::vector<mapping::told_notice>& into) const {
    if (merged_ == 0) {
        return;
    }
    into.push_back(
        {.word = "contact_merged",
         .rows = merged_,
         .text = fmt::format(
             "{} that was merged into another one ({}): use the id of "
             "that",
             counted(merged_, "row") + (merged_ == 1 ? " names a contact" : " name a contact each"),
             example_),
         .first = merged_first_});
}

} // namespace noteload::run
