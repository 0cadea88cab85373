#include "noteload/delivery/contact_lookup.hpp"

#include "json_fields.hpp"
#include "noteload/delivery/connection.hpp"
#include "noteload/delivery/retry.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <exception>
#include <random>
#include <vector>

namespace noteload::delivery {

namespace {

namespace asio = boost::asio;
using steady = std::chrono::steady_clock;
using timer =
    asio::basic_waitable_timer<steady, asio::wait_traits<steady>, asio::io_context::executor_type>;

constexpr int most_tries = 6;                           // about half a minute of trying
constexpr int most_merges = 8;                          // a longer chain is a circle
constexpr auto longest_wait = std::chrono::minutes(90); // a 429 may name the window's end

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

/// One connection with its pauses.
struct worker {
    worker(asio::io_context& on, const server& s) : over(on, s.at, s.trust, s.timeout), nap(on) {}
    connection over;
    timer nap;
};

} // namespace

/// Workers take one value after the other.
struct contact_lookup::impl {
    impl(asio::io_context& on, const server& s, contact_lookups what)
        : on_(on), server_(s), what_(std::move(what)), done_(on) {}

    task<result<void>> run() {
        const auto most = static_cast<std::size_t>(std::max(what_.concurrency, 1));
        while (workers_.size() < std::min(most, what_.count)) {
            workers_.push_back(std::make_unique<worker>(on_, server_));
        }
        done_.expires_at(steady::time_point::max());
        running_ = workers_.size();
        for (auto& w : workers_) {
            auto ended = [this](const std::exception_ptr& e) {
                broken_ = e ? e : broken_;
                if (--running_ == 0) {
                    done_.cancel();
                }
            };
            asio::co_spawn(on_, work(*w), std::move(ended));
        }
        while (running_ > 0) {
            boost::system::error_code ignored;
            co_await done_.async_wait(asio::redirect_error(use_task, ignored));
        }
        // An idle connection's timer would keep the network's thread until it fires.
        workers_.clear();
        if (broken_) {
            std::rethrow_exception(broken_);
        }
        if (failed_) {
            co_return *failed_;
        }
        co_return result<void>();
    }

    void stop() { fail({errc::unreachable, "the look-ups were stopped"}); }

    /// The first reason stands; nobody waits any longer.
    void fail(failure why) {
        if (failed_) {
            return;
        }
        failed_ = std::move(why);
        for (auto& w : workers_) {
            w->over.cut("the look-ups end");
            w->nap.cancel();
        }
    }

    task<> work(worker& w) {
        while (next_ < what_.count && !failed_) {
            const auto i = next_++;
            auto path = lookup_path(what_.how, what_.value(i));
            auto found = result<std::int64_t>(0);
            if (path) {
                found = co_await follow(w, std::move(*path));
            }
            if (!found) {
                fail(found.error());
                co_return;
            }
            what_.found(i, *found);
        }
    }

    /// The contact at the end of the merges, or 0.
    task<result<std::int64_t>> follow(worker& w, std::string path) {
        for (int merges = 0; merges <= most_merges; ++merges) {
            const auto request = server_.requests.get(path);
            auto reply = co_await ask(w, request);
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

    /// One read until it is answered: nothing where the server knows no such contact.
    task<result<std::optional<answer>>> ask(worker& w, const std::string& request) {
        const backoff waits{.first = std::chrono::milliseconds(500)};
        for (int tries = 1;;) {
            co_await wait_for_turn(w);
            if (failed_) {
                co_return *failed_;
            }
            auto tried = co_await w.over.exchange(request);
            const auto v = judge_read(tried, std::chrono::system_clock::now());
            if (v.is == verdict::kind::created) {
                co_return std::optional<answer>(std::move(tried.reply));
            }
            if (v.is == verdict::kind::refused && tried.reply.status == 404) {
                co_return std::optional<answer>();
            }
            if (v.is == verdict::kind::wait_and_send) {
                const auto asked = std::chrono::duration_cast<std::chrono::milliseconds>(
                    v.wait.value_or(std::chrono::seconds(30)));
                const std::chrono::milliseconds most = longest_wait;
                paused_until_ = std::max(paused_until_, steady::now() + std::min(asked, most));
                continue;
            }
            if (v.is == verdict::kind::send_again && tries < most_tries) {
                co_await sleep(w, steady::now() + waits.wait(tries, random_()));
                ++tries;
                continue;
            }
            const auto code = v.is == verdict::kind::stop         ? v.stop
                              : v.is == verdict::kind::send_again ? errc::unreachable
                                                                  : errc::protocol;
            co_return failure{code, v.words + " (looking up a contact; nothing was sent)"};
        }
    }

    /// `--rate` spread evenly, and pauses that the server asked for.
    task<> wait_for_turn(worker& w) {
        auto turn = paused_until_;
        if (what_.limit.requests != 0) {
            turn = std::max(turn, slot_);
            slot_ = std::max(steady::now(), slot_) +
                    std::chrono::duration_cast<steady::duration>(what_.limit.per) /
                        what_.limit.requests;
        }
        if (turn > steady::now()) {
            co_await sleep(w, turn);
        }
    }

    task<> sleep(worker& w, steady::time_point until) {
        if (failed_) {
            co_return;
        }
        w.nap.expires_at(until);
        boost::system::error_code ignored;
        co_await w.nap.async_wait(asio::redirect_error(use_task, ignored));
    }

    asio::io_context& on_;
    const server& server_;
    contact_lookups what_;
    timer done_;
    std::vector<std::unique_ptr<worker>> workers_;
    std::mt19937 random_{std::random_device{}()};
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    steady::time_point paused_until_{};
    steady::time_point slot_{};
    std::optional<failure> failed_;
    std::exception_ptr broken_;
};

std::optional<std::string> lookup_path(const contact_question& how, std::string_view value) {
    std::string out = "/api/Contact/";
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
    impl_->stop();
}

} // namespace noteload::delivery
