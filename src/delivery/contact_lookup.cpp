#include "noteload/delivery/contact_lookup.hpp"

#include "json_fields.hpp"
#include "noteload/delivery/contact_page.hpp"
#include "noteload/text.hpp"
#include "pool.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <unordered_map>

namespace noteload::delivery {

namespace {

namespace asio = boost::asio;

constexpr int most_tries = 6;  // of one look-up that alone is not answered
constexpr int most_merges = 8; // a longer chain is a circle

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
}

/// What is said of a contact.
struct contact_answer {
    std::int64_t id = 0;
    std::int64_t merged_into = 0; ///< 0: it was not merged
};

std::optional<contact_answer> read_contact(std::string_view body) {
    const auto object = parsed_object(body);
    if (!object) {
        return std::nullopt;
    }
    const contact_answer c{field<std::int64_t>(*object, "id", 0),
                           field<std::int64_t>(*object, "mergedIntoContactId", 0)};
    return c.id > 0 ? std::optional(c) : std::nullopt;
}

pool_options pool_options_of(const contact_lookups& what) {
    return {.gate = {.quota = {.rate = what.limit, .reserve = what.reserve, .pace = what.pace},
                     .concurrency = {.fixed = what.concurrency},
                     .give_up_after = what.give_up_after},
            .heard = what.heard,
            .seed = std::nullopt};
}

} // namespace

/// The third pool: workers take one value after the other.
struct contact_lookup::impl : watcher, pool {
    impl(asio::io_context& on, const server& s, contact_lookups what)
        : pool(on, s, pool_options_of(what), static_cast<watcher&>(*this)),
          what_(std::move(what)) {}

    [[nodiscard]] bool is_used() const override { return workers_ > 0; }
    // There is no log yet, and the progress line says enough.
    void tell(std::string_view /*what*/, std::string_view /*why*/,
              std::string /*detail*/) override {}
    void halt(const failure& why) override { failed_ = why; }

    task<result<void>> run() {
        known_.assign(what_.count, false);
        const bool pages = what_.index_of && (what_.how.by_id || !what_.how.source.empty());
        if (pages && may_page(what_.count)) {
            workers_ = 1;
            const auto paged = co_await page();
            workers_ = 0;
            if (!paged) {
                pool::halt(paged.error());
            }
        }
        workers_ = stopping_ ? 0 : std::min(static_cast<std::size_t>(concurrency_), what_.count);
        for (auto n = workers_; n > 0; --n) {
            asio::co_spawn(on_, worker(), rethrow);
        }
        while (workers_ > 0 || probing_) {
            co_await changed_.wait();
        }
        close_channels();
        if (failed_) {
            co_return *failed_;
        }
        co_return result<void>();
    }

    void end() {
        pool::halt({errc::unreachable, "the look-ups were stopped"});
        cut();
    }

    task<> worker() {
        while (next_ < what_.count && !stopping_) {
            const auto i = next_++;
            if (known_[i]) {
                continue;
            }
            auto path = lookup_path(what_.how, what_.value(i));
            auto found = result<std::int64_t>(0);
            if (path) {
                found = co_await follow(std::move(*path));
            }
            if (!found) {
                pool::halt(found.error());
                break;
            }
            what_.found(i, *found);
        }
        --workers_;
        changed_.ring();
    }

    /// Pages all contacts where that takes fewer requests, one page after the other. What no page
    /// has is left to be asked for one by one; all is, where the server has no pages for us.
    task<result<void>> page() {
        bool complete = false;
        for (std::uint64_t at = 0; !complete;) {
            auto reply = co_await ask(
                fmt::format("/api/Contact/Query/FullContact?skip={}&take={}", at, contacts_a_page),
                R"({"groups":[],"sortBy":"Id","descending":false})");
            const bool refused = !reply && (reply.error().code == errc::protocol ||
                                            reply.error().code == errc::permission);
            if (!reply && !refused) {
                co_return reply.error();
            }
            const auto body = reply && *reply ? (*reply)->body : std::string();
            const auto read = read_contact_page(body, [this](const auto& c) { note_listed(c); });
            if (!read || (at == 0 && !pages_are_fewer(read->total, what_.count))) {
                break;
            }
            at += read->contacts;
            complete = read->contacts == 0 || at >= read->total;
        }
        settle_listed(complete);
        co_return result<void>();
    }

    void note_listed(const listed_contact& c) {
        if (c.merged_into != 0) {
            merged_[c.id] = c.merged_into;
        }
        const bool ours = what_.how.by_id || equal_without_case(c.source, what_.how.source);
        const auto number = fmt::format_int(c.id);
        const auto i =
            !ours ? std::nullopt
                  : what_.index_of(what_.how.by_id ? std::string_view(number.data(), number.size())
                                                   : c.reference);
        if (i && !known_[*i]) {
            known_[*i] = true;
            listed_.emplace_back(*i, c.id);
        }
    }

    void settle_listed(bool complete) {
        for (const auto& [i, contact] : listed_) {
            auto at_end = contact;
            int merges = 0;
            for (auto m = merged_.find(at_end); m != merged_.end() && merges <= most_merges;
                 m = merged_.find(at_end)) {
                at_end = m->second;
                ++merges;
            }
            if (merges > 0 && !complete) {
                known_[i] = false; // where that leads, another page says
                continue;
            }
            what_.found(i, merges > most_merges ? 0 : at_end);
        }
    }

    /// The contact at the end of the merges, or 0.
    task<result<std::int64_t>> follow(std::string path) {
        for (int merges = 0; merges <= most_merges; ++merges) {
            auto reply = co_await ask(path);
            if (!reply) {
                co_return reply.error();
            }
            if (!*reply) {
                co_return std::int64_t{0};
            }
            const auto contact = read_contact((*reply)->body);
            if (!contact) {
                co_return failure{errc::protocol,
                                  server_.at.url +
                                      " answered a look-up, but not with a contact: "
                                      "this does not look like the Virtuous API; "
                                      "check --base-url"};
            }
            if (contact->merged_into == 0) {
                co_return contact->id;
            }
            path = fmt::format("/api/Contact/{}", contact->merged_into);
        }
        co_return std::int64_t{0};
    }

    /// One read until it is answered, a query where it has a body: nothing where the server knows
    /// no such contact.
    task<result<std::optional<answer>>> ask(std::string path, std::string body = {}) {
        attempt tried;
        for (int failures = 0;;) {
            const bool may_leave = co_await pass(aim::work);
            if (!may_leave) {
                co_return failed_.value_or(failure{errc::unreachable, "the look-ups ended"});
            }
            const auto request = body.empty() ? requests_.get(path) : requests_.post(path, body);
            co_await exchange(aim::work, request, tried);
            const auto v = judge_read(tried, tried.ended_at);
            const bool unknown = v.is == verdict::kind::refused && tried.reply.status == 404;
            if (v.is == verdict::kind::send_again) {
                after_failure(aim::work, tried, v.words);
                if (++failures < most_tries || !breaker_.is_closed()) {
                    co_await back_off(failures);
                    continue;
                }
                co_return gave_up(errc::unreachable, v);
            }
            after_success(aim::work, tried);
            asked_ += v.is == verdict::kind::wait_and_send ? 0 : 1;
            if (v.is == verdict::kind::created) {
                co_return std::optional<answer>(std::move(tried.reply));
            }
            if (unknown) {
                co_return std::optional<answer>();
            }
            if (v.is != verdict::kind::wait_and_send) {
                co_return gave_up(v.is == verdict::kind::stop ? v.stop : errc::protocol, v);
            }
        }
    }

    static failure gave_up(errc code, const verdict& v) {
        return {code, v.words + " (looking up a contact; nothing was sent)"};
    }

    contact_lookups what_;
    std::vector<bool> known_; // a page had it
    std::vector<std::pair<std::size_t, std::int64_t>> listed_;
    std::unordered_map<std::int64_t, std::int64_t> merged_; // of the pages
    std::uint64_t asked_ = 0;
    std::size_t workers_ = 0;
    std::size_t next_ = 0;
    std::optional<failure> failed_;
};

std::optional<std::string> lookup_path(const contact_question& how, std::string_view value) {
    std::string out = "/api/Contact/";
    if (how.by_id) {
        append_encoded(out, value);
        return out;
    }
    if (how.source.empty()) {
        out += "Find?email=";
    } else {
        append_encoded(out, how.source);
        out += '/';
        if (value == "." || value == "..") {
            return std::nullopt;
        }
    }
    append_encoded(out, value);
    return out;
}

contact_lookup::contact_lookup(asio::io_context& on, const server& s, contact_lookups what)
    : impl_(std::make_unique<impl>(on, s, std::move(what))) {}

contact_lookup::~contact_lookup() = default;

task<result<void>> contact_lookup::run() {
    return impl_->run();
}

void contact_lookup::stop() {
    impl_->end();
}

std::uint64_t contact_lookup::requests() const noexcept {
    return impl_->asked_;
}

std::optional<limiter::state> contact_lookup::quota() const {
    return impl_->gate_.quota().tightest();
}

std::optional<wall_clock::time_point> contact_lookup::server_now() const {
    return impl_->server_time(steady_clock::now());
}

} // namespace noteload::delivery
