#include "../../../src/delivery/name_lookup.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>

#include "support/run_task.hpp"

namespace noteload::delivery {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class NameLookup : public ::testing::Test {
protected:
    task<> look(name_lookup& names) {
        error_ = co_await names.find("a.host", "443", found_);
        ended_ = true;
    }

    asio::io_context on_;
    name_lookup::addresses found_;
    name_lookup::error_code error_;
    bool ended_ = false;
};

TEST_F(NameLookup, TellsWhatTheResolverFound) {
    const tcp::endpoint there(asio::ip::make_address("10.1.2.3"), 443);
    name_lookup names(on_, [&](const std::string& host, const std::string& port, auto&) {
        return host + port == "a.host443" ? name_lookup::addresses{there}
                                          : name_lookup::addresses{};
    });
    test::run_task(on_, look(names));
    EXPECT_FALSE(error_);
    EXPECT_EQ(found_, name_lookup::addresses{there});
}

TEST_F(NameLookup, TellsWhyThereAreNone) {
    name_lookup names(on_, [](auto&, auto&, auto& error) {
        error = asio::error::host_not_found;
        return name_lookup::addresses();
    });
    test::run_task(on_, look(names));
    EXPECT_EQ(error_, asio::error::host_not_found);
}

TEST_F(NameLookup, AsksTheSystem) {
    name_lookup names(on_);
    found_.clear();
    test::run_task(on_, [](name_lookup& n, name_lookup::addresses& into) -> task<> {
        const auto error = co_await n.find("127.0.0.1", "80", into);
        EXPECT_FALSE(error);
    }(names, found_));
    ASSERT_EQ(found_.size(), 1u);
    EXPECT_EQ(found_[0].port(), 80);
}

TEST_F(NameLookup, WaitsForNoResolverThatIsSilentOnceItIsCalledOff) {
    // Of the thread that is left behind, too.
    const auto speaks = std::make_shared<std::atomic<bool>>(false);
    const auto is_gone = std::make_shared<std::atomic<bool>>(false);
    {
        name_lookup names(on_, [speaks, is_gone](auto&, auto&, auto&) {
            speaks->wait(false);
            is_gone->store(true);
            is_gone->notify_one();
            return name_lookup::addresses(3);
        });
        asio::co_spawn(on_, look(names), asio::detached);
        asio::post(on_, [&] { names.cancel(); });
        on_.run();
        EXPECT_TRUE(ended_);
        EXPECT_EQ(error_, asio::error::operation_aborted);
    }
    speaks->store(true);
    speaks->notify_one();
    is_gone->wait(false);
    EXPECT_TRUE(found_.empty());
}

} // namespace
} // namespace noteload::delivery
