// The notes of a contact, page by page.

#include "sender_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace noteload::delivery {

namespace {

constexpr std::int64_t page_size = 100;
constexpr std::int64_t least_page = 2; // the last note of the page before, and one more
constexpr int most_tries_of_a_page = 5;
/// Ids are given and notes made at moments that differ a little.
constexpr auto out_of_order = std::chrono::seconds(10);

} // namespace

/// One page, which is asked for again where the server fails: a list of many pages would hardly
/// ever be read whole otherwise. `unreachable`: the server goes on failing, or the run is stopping;
/// `protocol`: what it answers is no page of notes. `take` notes at most; fewer from then on where
/// a page of so many is longer than an answer may be.
task<result<note_page>> sender::impl::read_page(std::int64_t contact, std::int64_t skip,
                                                std::int64_t& take) {
    attempt tried;
    for (int failures = 0;;) {
        const bool may_leave = co_await pass(aim::look, true);
        if (!may_leave) {
            co_return failure{errc::unreachable, "the run is stopping"};
        }
        const auto request = requests_.get(by_contact_path(contact, skip, take));
        co_await exchange(aim::look, request, tried);
        if (tried.what == trouble::too_long) {
            after_success(aim::look, tried);
            if (take == least_page) {
                co_return failure{errc::protocol, "the contact's notes are longer than 1 MiB"};
            }
            take = std::max(least_page, take / 4);
            continue;
        }
        const auto v = judge_read(tried, tried.ended_at);
        switch (v.is) {
            case verdict::kind::created:
                after_success(aim::look, tried);
                if (auto page = read_note_page(tried.reply.body)) {
                    co_return std::move(*page);
                }
                co_return failure{errc::protocol, "the server's answer is no list of notes"};
            case verdict::kind::wait_and_send:
                after_success(aim::look, tried);
                break;
            case verdict::kind::stop:
                halt({v.stop, v.words});
                co_return failure{v.stop, v.words};
            case verdict::kind::send_again:
                after_failure(aim::look, tried, v.words);
                if (++failures == most_tries_of_a_page) {
                    co_return failure{errc::unreachable, v.words};
                }
                co_await back_off(failures);
                break;
            default:
                after_success(aim::look, tried);
                co_return failure{errc::protocol, v.words};
        }
    }
}

/// The contact's notes that may be young enough to be ours, newest first, page by page. A page
/// begins with the last note of the one before: where a note has gone from the list meanwhile, the
/// others move a place ahead, and one would be passed over. `protocol` then: the list is asked for
/// again. It is read on until it has shown `ours` or their place, so that it tells which of them it
/// does not show as the run's.
task<result<sender::impl::read_notes>> sender::impl::notes_of(doubt_desk::question q,
                                                              std::vector<std::int64_t> ours) {
    read_notes all;
    const auto least_of_ours =
        ours.empty() ? std::numeric_limits<std::int64_t>::max() : *std::ranges::min_element(ours);
    all.not_shown = std::move(ours);
    const auto run_began = oldest_of_run();
    std::optional<std::int64_t> total; // the least that a page said: some may go meanwhile
    std::set<std::int64_t> seen;       // a note that is made meanwhile moves the others a place on
    auto oldest = wall_clock::time_point::max() - out_of_order;
    auto last_id = std::numeric_limits<std::int64_t>::max();
    bool in_order = true;
    std::int64_t overlap = 0;
    auto take = page_size;
    for (std::int64_t skip = 0;;) {
        auto page = co_await read_page(q.contact, skip, take);
        if (!page) {
            co_return page.error();
        }
        if (overlap > 0 && (page->list.empty() || !seen.contains(page->list[0].id))) {
            co_return failure{errc::protocol, "the server's list changed while it was read"};
        }
        bool reached_older = false;
        const auto seen_before = seen.size();
        for (auto& note : page->list) {
            if (!seen.insert(note.id).second) {
                continue;
            }
            if (note.contact_id != q.contact) {
                all.not_whole = fmt::format(
                    "the server shows a note of contact {} for contact {}: was that merged?",
                    note.contact_id, q.contact);
            }
            const auto made = read_time_made(note.create_date_time_utc);
            in_order = in_order && note.id < last_id && made && *made <= oldest + out_of_order;
            last_id = note.id;
            oldest = std::min(oldest, made.value_or(oldest));
            if (!made || *made >= run_began) {
                std::erase(all.not_shown, note.id);
            }
            if (made && *made < q.not_before) {
                reached_older = reached_older || *made < q.not_before - out_of_order;
            } else {
                all.young.push_back(std::move(note));
            }
        }
        const auto size = static_cast<std::int64_t>(page->list.size());
        total = page->total ? std::min(total.value_or(*page->total), *page->total) : total;
        const auto shown = static_cast<std::int64_t>(seen.size());
        const bool repeats = skip > 0 && seen.size() == seen_before;
        const bool was_last = size <= overlap || repeats ||
                              (page->total && skip + size >= *page->total && *total >= shown);
        if (was_last && total && shown < *total) {
            all.not_whole =
                fmt::format("the server says that contact {} has {} notes, and shows {}", q.contact,
                            *total, shown);
        }
        // A server that does not sort as it was asked has to be read to the end.
        if (was_last || (reached_older && in_order && last_id <= least_of_ours)) {
            co_return all;
        }
        overlap = size > 1 ? 1 : 0;
        skip += size - overlap;
    }
}

} // namespace noteload::delivery
