#pragma once

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exchange_fixture.hpp"
#include "noteload/delivery/likeness.hpp"
#include "noteload/delivery/sender.hpp"
#include "support/printers.hpp"

namespace noteload::delivery {

/// Rows to send, and what became of each.
class fake_work final : public work {
public:
    void give(std::string body) { bodies_.push_back(std::move(body)); }
    void give_rows(int n) {
        for (int i = 1; i <= n; ++i) {
            give("{\"row\":" + std::to_string(i) + "}");
        }
    }

    task<std::optional<parcel>> next() override {
        if (halted_ || stopped_ || given_ == bodies_.size()) {
            co_return std::nullopt;
        }
        parcel p;
        p.body = bodies_[given_];
        p.at.row = ++given_;
        const auto content = read_sent_note(p.body);
        p.contact_id = content ? content->contact_id : 0;
        co_return p;
    }
    void settle(const parcel& p, delivered d) override {
        ++times_[p.at.row];
        ends_[p.at.row] = std::move(d);
        if (on_settle) {
            on_settle(p.at.row);
        }
    }
    std::vector<parcel> doubtful() override { return {}; }
    claims_elsewhere claimed_elsewhere(const std::vector<std::int64_t>&) override {
        return elsewhere;
    }
    void set_aside(const parcel&) override {}
    void tell(std::string_view what, std::string_view why, std::string) override {
        told_.push_back(std::string(what) + ' ' + std::string(why));
        if (on_tell) {
            on_tell(told_.back());
        }
    }
    void halt(const failure& why) override {
        EXPECT_FALSE(halted_) << "halted twice";
        halted_ = why;
    }

    void stop() { stopped_ = true; }
    [[nodiscard]] const delivered& end_of(std::uint64_t row) const { return ends_.at(row); }
    [[nodiscard]] std::size_t given() const { return given_; }
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
    [[nodiscard]] const std::optional<failure>& halted() const { return halted_; }
    [[nodiscard]] int count(outcome o) const {
        return static_cast<int>(
            std::count_if(ends_.begin(), ends_.end(), [o](auto& e) { return e.second.what == o; }));
    }
    void expect_each_settled_once() const {
        EXPECT_EQ(times_.size(), given_);
        for (const auto& [row, n] : times_) {
            EXPECT_EQ(n, 1) << "row " << row;
        }
    }

    claims_elsewhere elsewhere; ///< of every note that is asked about
    std::function<void(std::uint64_t row)> on_settle;
    std::function<void(const std::string&)> on_tell;

private:
    std::vector<std::string> bodies_;
    std::size_t given_ = 0;
    std::map<std::uint64_t, int> times_;
    std::map<std::uint64_t, delivered> ends_;
    std::vector<std::string> told_;
    std::optional<failure> halted_;
    bool stopped_ = false;
};

class SenderTest : public ExchangeTest {
protected:
    void SetUp() override {
        serve();
        // Asking about rows in doubt has its own tests.
        options_.in_doubt = doubt_policy::hold;
    }

    /// Until the sender has come to its end.
    void run(int concurrency = 1, std::chrono::milliseconds timeout = long_enough) {
        options_.concurrency = concurrency;
        options_.keep_responses = true;
        server_ = std::make_unique<server>(server_at(far_->url(), timeout));
        server_->token_again = token_again_;
        sender_ = std::make_unique<sender>(on_, *server_, options_, work_);
        test::run_task(on_, sender_->run());
        work_.expect_each_settled_once();
    }
    /// As whoever runs the sender stops it.
    void stop() {
        work_.stop();
        sender_->stop();
    }
    /// From the server's threads.
    void later(std::function<void()> act) { boost::asio::post(on_, std::move(act)); }

    /// How often each body came whole.
    [[nodiscard]] std::map<std::string, int> copies() const {
        std::map<std::string, int> out;
        for (const auto& b : far_->bodies()) {
            ++out[b];
        }
        return out;
    }
    void expect_one_copy_of_each() const {
        for (const auto& [body, n] : copies()) {
            EXPECT_EQ(n, 1) << body;
        }
    }

    fake_work work_;
    sender_options options_;
    token_reader token_again_;
    std::unique_ptr<server> server_;
    std::unique_ptr<sender> sender_;
};

} // namespace noteload::delivery
