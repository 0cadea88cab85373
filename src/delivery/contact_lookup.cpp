#include "noteload/delivery/contact_lookup.hpp"

#include "json_fields.hpp"
#include "pool.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>

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
        workers_ = std::min(static_cast<std::size_t>(concurrency_), what_.count);
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

    /// One read until it is answered: nothing where the server knows no such contact.
    task<result<std::optional<answer>>> ask(const std::string& path) {
        for (int failures = 0;;) {
            const bool may_leave = co_await pass(aim::work);
            if (!may_leave) {
                co_return failed_.value_or(failure{errc::unreachable, "the look-ups ended"});
            }
            const auto request = requests_.get(path);
            auto tried = co_await exchange(aim::work, request);
            const auto v = judge_read(tried, wall_clock::now());
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
    std::size_t workers_ = 0;
    std::size_t next_ = 0;
    std::optional<failure> failed_;
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
    impl_->end();
}

} // namespace noteload::delivery
