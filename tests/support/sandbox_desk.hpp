#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "noteload/sandbox/front_desk.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// A front desk over a store in memory, and verbs to ask it things at a clock set by hand.
class asked_desk {
public:
    explicit asked_desk(settings how = {})
        : notes_(":memory:"), desk_(std::move(how), zone::find("US/Arizona").value(), notes_) {}

    reply ask(std::string_view method, std::string_view target, std::string_view body = {}) {
        request from;
        from.method = method;
        from.target = target;
        from.body = body;
        from.authorization = authorization;
        from.content_type = content_type;
        return desk_.answer(from, now);
    }
    response get(std::string_view target) { return ask("GET", target).answer; }
    response post(std::string_view body) { return ask("POST", "/api/ContactNote", body).answer; }
    /// A good note for contact 5; gives its id, or 0.
    std::int64_t make(std::string_view text = "hello") {
        const response answer = post(boost::json::serialize(
            boost::json::object{{"contactId", 5}, {"type", "Call"}, {"note", text}}));
        return answer.status == 200 ? parsed(answer).at("id").as_int64() : 0;
    }
    static boost::json::value parsed(const response& answer) {
        return boost::json::parse(answer.body);
    }
    [[nodiscard]] std::int64_t count() { return notes_.count(); }
    front_desk& desk() { return desk_; }

    moment now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(19)};
    std::string authorization = "Bearer sandbox-token";
    std::string content_type = "application/json";

private:
    store notes_;
    front_desk desk_;
};

} // namespace noteload::sandbox
