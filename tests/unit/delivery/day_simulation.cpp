#include "day_simulation.hpp"

#include <algorithm>
#include <deque>
#include <queue>
#include <random>

#include "noteload/delivery/retry.hpp"

namespace noteload::delivery::test {

namespace {

using namespace std::chrono_literals;
using time = steady_clock::time_point;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds began = 1000h; // our steady clock's
constexpr nanoseconds timeout = 30s;
constexpr seconds era{1'795'492'452}; // what the server's clock shows at our steady clock's zero

double in_seconds(nanoseconds d) {
    return std::chrono::duration<double>(d).count();
}

/// The server's quota, by its own clock.
class far_side {
public:
    explicit far_side(const day& d) : day_(d) {}

    [[nodiscard]] nanoseconds clock(time t) const {
        const auto ours = t.time_since_epoch();
        return era + ours + day_.clock_ahead + (ours - began) * day_.drift_ppm / 1'000'000;
    }
    /// When its clock shows that, by ours.
    [[nodiscard]] time ours(nanoseconds theirs) const {
        const auto since = theirs - clock(time(began));
        return time(began + since - since * day_.drift_ppm / 1'000'000);
    }
    [[nodiscard]] std::int64_t window_at(time t) const {
        return (clock(t) - day_.phase) / nanoseconds(day_.window);
    }
    [[nodiscard]] seconds reset() const { return day_.window * (window_ + 1) + day_.phase; }

    void roll(time t, day_end& end) {
        const auto w = window_at(t);
        if (w == window_) {
            return;
        }
        if (window_ != 0) {
            ++end.windows;
            end.reserve_used += used_ - others_ > day_.limit - day_.quota.reserve.of(day_.limit);
            end.refused_at_once = std::max(end.refused_at_once, refused_);
        }
        window_ = w;
        used_ = others_ = refused_ = 0;
    }
    [[nodiscard]] bool take(bool is_ours) {
        if (used_ == day_.limit) {
            refused_ += is_ours ? 1 : 0;
            return false;
        }
        ++used_;
        others_ += is_ours ? 0 : 1;
        return true;
    }
    /// In the current window.
    [[nodiscard]] bool saw_none_of_ours() const { return used_ == others_; }
    [[nodiscard]] std::int64_t unused() const {
        return day_.limit - used_ - day_.quota.reserve.of(day_.limit);
    }
    [[nodiscard]] quota_report report(time t, bool refused) const {
        quota_report r;
        r.refused = refused;
        const auto date = day_.tells_date ? clock(t) : clock(t) - day_.clock_ahead;
        r.date = std::chrono::sys_seconds(std::chrono::floor<seconds>(date));
        if (refused) {
            r.retry_after = std::chrono::ceil<seconds>(nanoseconds(reset()) - clock(t));
        }
        if (day_.tells_quota) {
            auto& told = r.readings.emplace_back();
            told.limit = day_.limit;
            told.remaining = day_.limit - used_;
            told.resets_at = std::chrono::sys_seconds(reset());
            if (day_.tells_window_length) {
                told.window = day_.window;
            }
        }
        return r;
    }

private:
    const day& day_;
    std::int64_t window_ = 0;
    std::int64_t used_ = 0;
    std::int64_t others_ = 0;
    int refused_ = 0;
};

struct request {
    aim what{}; // work: a note
    int row = 0;
    ticket pass;
    attempt end;
    verdict::kind is = verdict::kind::created;
    quota_report said;
    bool lose = false;
};

struct row_state {
    int made = 0; // on the server
    int tries = 0;
    bool settled = false;
};

class player {
public:
    explicit player(const day& d)
        : day_(d),
          server_(d),
          gate_({.quota = d.quota, .concurrency = d.concurrency}, now_),
          random_(d.seed),
          rows_(static_cast<std::size_t>(d.rows)) {}

    day_end run() {
        look_first();
        server_.roll(now_, end_);
        start_others();
        const auto latest = now_ + 24h * 30;
        while (settled_ < day_.rows && now_ < latest && !gate_.server().must_give_up(now_)) {
            auto wake = pump();
            if (!events_.empty()) {
                wake = std::min(wake, events_.top().at);
            }
            if (wake == time::max()) {
                break; // stuck
            }
            now_ = std::max(now_, wake);
            server_.roll(now_, end_);
            while (!events_.empty() && events_.top().at <= now_) {
                const auto e = events_.top();
                events_.pop();
                happen(e);
            }
        }
        end_.ended = settled_ == day_.rows;
        end_.took = now_ - time(began);
        for (const auto& r : rows_) {
            end_.created += r.made > 0;
            end_.doubled += r.made > 1;
            end_.unsettled += !r.settled;
        }
        end_.least_possible = std::chrono::duration<double>(least_possible());
        return end_;
    }

private:
    enum class happening { arrives, answered, ready_again, ready_look_up, other_client };
    struct event {
        time at;
        happening is{};
        std::size_t id = 0;
        bool operator<(const event& o) const { return at > o.at; }
    };

    double uniform() { return std::uniform_real_distribution<>(0, 1)(random_); }
    nanoseconds one_way() {
        return std::chrono::duration_cast<nanoseconds>(day_.latency * (0.5 + uniform()) / 2);
    }

    void look_first() {
        for (int i = 0; i < 2; ++i) {
            const auto left = now_;
            now_ += one_way();
            server_.roll(now_, end_);
            const bool allowed = server_.take(true);
            const auto said = server_.report(now_, !allowed);
            now_ += one_way();
            gate_.heard({said, left, now_});
        }
        quota_left_first_ = day_.limit - 2;
        first_reset_ = server_.ours(server_.reset());
        started_ = now_;
    }

    void start_others() {
        if (day_.others > 0) {
            events_.push({now_ + others_pause(), happening::other_client, 0});
        }
    }
    nanoseconds others_pause() {
        const double a_second =
            static_cast<double>(day_.limit) * day_.others / in_seconds(day_.window);
        return nanoseconds(
            static_cast<std::int64_t>(std::exponential_distribution<>(a_second)(random_) * 1e9));
    }

    const trouble_time* trouble_now() const {
        const auto since = now_ - time(began);
        for (const auto& t : day_.troubles) {
            if (since >= t.from && since < t.until) {
                return &t;
            }
        }
        return nullptr;
    }

    /// All that may leave now does; when to look again.
    time pump() {
        auto wake = time::max();
        if (gate_.server().is_open() && !probing_) {
            const auto d = gate_.next(now_, aim::probe);
            if (d.at <= now_) {
                probing_ = true;
                send(aim::probe, 0);
            } else {
                wake = d.at;
            }
        }
        while (!look_ups_.empty() || !again_.empty() || next_row_ < day_.rows) {
            const auto in_flight = static_cast<int>(gate_.quota().in_flight());
            end_.most_concurrency = std::max(end_.most_concurrency, gate_.concurrency());
            if (in_flight >= gate_.concurrency()) {
                break;
            }
            const auto d = gate_.next(now_, look_ups_.empty() ? aim::work : aim::look);
            if (d.at > now_) {
                if (d.why == hold::quota && in_flight == 0 && waits_since_ == time{}) {
                    begin_wait();
                }
                return std::min(wake, d.at);
            }
            if (waits_since_ != time{}) {
                auto& excess = waited_once_ ? end_.longest_excess : end_.first_excess;
                excess = std::max<std::chrono::duration<double>>(excess, now_ - needed_);
                waited_once_ = true;
                waits_since_ = {};
            }
            if (!look_ups_.empty()) {
                send(aim::look, look_ups_.front());
                look_ups_.pop_front();
            } else if (!again_.empty()) {
                send(aim::work, again_.front());
                again_.pop_front();
            } else {
                send(aim::work, next_row_++);
            }
        }
        return wake;
    }

    void begin_wait() {
        waits_since_ = now_;
        needed_ = server_.ours(server_.reset());
        // The window may have turned just now, and we could not know it yet.
        if (server_.saw_none_of_ours()) {
            needed_ -= day_.window;
        } else {
            end_.most_unused = std::max(end_.most_unused, server_.unused());
        }
    }

    void send(aim what, int row) {
        ++end_.requests;
        std::size_t id = requests_.size();
        if (free_ids_.empty()) {
            requests_.emplace_back();
        } else {
            id = free_ids_.back();
            free_ids_.pop_back();
        }
        auto& r = requests_[id];
        r = {.what = what,
             .row = row,
             .pass = gate_.leave(now_, what),
             .end = {},
             .is = verdict::kind::created,
             .said = {},
             .lose = uniform() < day_.loses};
        r.end.taken = handed::last_record;
        r.end.reply.status = 200;
        events_.push({now_ + one_way(), happening::arrives, id});
    }

    void act(const request& r) {
        if (r.what == aim::work) {
            ++rows_[static_cast<std::size_t>(r.row)].made;
        }
    }

    void arrive(std::size_t id) {
        auto& r = requests_[id];
        auto back = one_way();
        const auto* t = trouble_now();
        using trouble_kind = trouble_time::kind;
        const auto fail = [&](handed taken, trouble what) {
            r.end.taken = taken;
            r.end.what = what;
            r.end.reply.status = what == trouble::none ? 500 : 0;
            r.is = taken == handed::last_record && r.what == aim::work ? verdict::kind::in_doubt
                                                                       : verdict::kind::send_again;
        };
        if (t != nullptr && t->what == trouble_kind::refuses) {
            fail(handed::nothing, trouble::no_connection);
        } else if (t != nullptr && t->what == trouble_kind::hangs) {
            fail(handed::last_record, trouble::timed_out);
            back = timeout;
        } else if (t != nullptr &&
                   (t->what == trouble_kind::storms || t->what == trouble_kind::storms_mutely)) {
            r.end.reply.status = 429;
            r.is = verdict::kind::wait_and_send;
            r.said = server_.report(now_, true);
            r.said.retry_after.reset();
            if (t->what == trouble_kind::storms) {
                r.said.retry_after = seconds(1 + random_() % 60);
            }
            ++end_.storm_answers;
        } else if (!server_.take(true)) {
            ++end_.refused;
            r.end.reply.status = 429;
            r.is = verdict::kind::wait_and_send;
            r.said = server_.report(now_, true);
        } else if (t != nullptr && t->what == trouble_kind::fails) {
            fail(handed::last_record, trouble::none);
            r.said = server_.report(now_, false);
        } else if (t != nullptr || r.lose) {
            fail(handed::last_record, trouble::lost);
            if (t != nullptr || uniform() < 0.5) {
                act(r);
            }
        } else {
            act(r);
            r.said = server_.report(now_, false);
        }
        events_.push({now_ + back, happening::answered, id});
    }

    void answered(std::size_t id) {
        auto& r = requests_[id];
        gate_.ended(r.pass, r.end, r.said, now_);
        auto& row = rows_[static_cast<std::size_t>(r.row)];
        const bool good = r.is == verdict::kind::created;
        const bool failed = !good && r.is != verdict::kind::wait_and_send;
        auto& breaker = gate_.server();
        if (r.what == aim::probe) {
            breaker.probed(!failed, now_);
        } else {
            failed ? breaker.bad(r.what, r.pass.left, now_)
                   : breaker.good(r.what, r.pass.left, now_);
        }
        budget_.take_in(good);
        switch (r.what) {
            case aim::probe:
                probing_ = false;
                break;
            case aim::look:
                if (!good) {
                    events_.push(
                        {now_ + 5s, happening::ready_look_up, static_cast<std::size_t>(r.row)});
                } else if (row.made > 0) {
                    settle(row);
                } else {
                    again_.push_back(r.row);
                }
                break;
            case aim::work:
                note_answered(r, row);
                break;
        }
        free_ids_.push_back(id);
    }

    void note_answered(const request& r, row_state& row) {
        switch (r.is) {
            case verdict::kind::created:
                settle(row);
                break;
            case verdict::kind::in_doubt:
                events_.push(
                    {now_ + 60s, happening::ready_look_up, static_cast<std::size_t>(r.row)});
                break;
            case verdict::kind::send_again: {
                const auto after = now_ + backoff{}.wait(++row.tries, random_());
                const auto at = std::max(after, budget_.rule.take(now_));
                events_.push({at, happening::ready_again, static_cast<std::size_t>(r.row)});
                break;
            }
            default:
                again_.push_front(r.row);
                break;
        }
    }

    void settle(row_state& row) {
        settled_ += row.settled ? 0 : 1;
        row.settled = true;
    }

    void happen(const event& e) {
        switch (e.is) {
            case happening::arrives:
                arrive(e.id);
                break;
            case happening::answered:
                answered(e.id);
                break;
            case happening::ready_again:
                again_.push_back(static_cast<int>(e.id));
                break;
            case happening::ready_look_up:
                look_ups_.push_back(static_cast<int>(e.id));
                break;
            case happening::other_client:
                static_cast<void>(server_.take(false));
                events_.push({now_ + others_pause(), happening::other_client, 0});
                break;
        }
    }

    /// Alone and without troubles: windows used up to the reserve as fast as the connections allow.
    [[nodiscard]] double least_possible() const {
        const double a_second =
            day_.concurrency.at_most() / std::chrono::duration<double>(day_.latency).count();
        const auto a_window = static_cast<double>(day_.limit - day_.quota.reserve.of(day_.limit));
        double left = day_.rows;
        double at = in_seconds(started_ - time(began));
        double reset = in_seconds(first_reset_ - time(began));
        double quota = a_window - 2;
        for (;;) {
            const double now = std::min({left, quota, a_second * (reset - at)});
            left -= now;
            if (left < 0.5) {
                return at + now / a_second;
            }
            at = reset;
            reset += in_seconds(day_.window);
            quota = a_window;
        }
    }

    struct earning {
        retry_budget rule;
        void take_in(bool good) { good ? rule.earn() : void(); }
    };

    const day& day_;
    time now_{began};
    far_side server_;
    gate_rule gate_;
    std::mt19937_64 random_;
    earning budget_;
    std::vector<row_state> rows_;
    std::vector<request> requests_;
    std::vector<std::size_t> free_ids_;
    std::priority_queue<event> events_;
    std::deque<int> again_;
    std::deque<int> look_ups_;
    int next_row_ = 0;
    int settled_ = 0;
    bool probing_ = false;
    std::int64_t quota_left_first_ = 0;
    time first_reset_{};
    time started_{};
    time waits_since_{};
    time needed_{};
    bool waited_once_ = false;
    day_end end_;
};

} // namespace

day_end play(const day& d) {
    return player(d).run();
}

std::ostream& operator<<(std::ostream& out, const day& d) {
    out << "seed " << d.seed << ": " << d.rows << " rows, " << d.limit << " a " << d.window.count()
        << " s, clock ahead " << d.clock_ahead.count() << " ms, drift " << d.drift_ppm
        << " ppm, latency " << d.latency.count() << " us, concurrency " << d.concurrency.fixed
        << ", reserve " << d.quota.reserve.amount << (d.quota.reserve.is_percent ? "%" : "")
        << ", others " << d.others << ", lost " << d.loses;
    for (const auto& t : d.troubles) {
        out << ", trouble " << static_cast<int>(t.what) << " from " << t.from.count() << " to "
            << t.until.count() << " s";
    }
    return out;
}

} // namespace noteload::delivery::test
