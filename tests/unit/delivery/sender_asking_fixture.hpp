#pragma once

#include <date/date.h>
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "sender_fixture.hpp"

namespace noteload::delivery {

class SenderAsking : public SenderTest {
protected:
    void SetUp() override {
        SenderTest::SetUp();
        options_.in_doubt = doubt_policy::verify;
        options_.verify_window = std::chrono::milliseconds(200);
    }
    /// The contact's only note, as the server shows it.
    static test::action shows(std::chrono::system_clock::time_point made) {
        return test::answer(200, R"({"list":[)" + note(5, "x", made) + R"(],"total":1})");
    }
    /// The same, made at whatever the server tells.
    static test::action shows_made_at(const std::string& json) {
        auto text = note(5, "x", {});
        const std::string time = R"("1970-01-01T00:00:00.000000000")";
        return test::answer(200, "{\"list\":[" + text.replace(text.find(time), time.size(), json) +
                                     "],\"total\":1}");
    }
    static std::string note_of(int contact, std::chrono::system_clock::time_point made) {
        auto text = note(contact + 1000, "x", made);
        return text.replace(text.find(":7,"), 3, fmt::format(":{},", contact));
    }
    static std::string note(int id, const std::string& text,
                            std::chrono::system_clock::time_point made) {
        return fmt::format(R"({{"id":{},"contactId":7,"createDateTimeUtc":"{}","type":"Call",)"
                           R"("note":"{}","important":false,"isPrivate":false,)"
                           R"("noteDate":"1/2/2020"}})",
                           id, date::format("%FT%T", made), text);
    }
};

} // namespace noteload::delivery
