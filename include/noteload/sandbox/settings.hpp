#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "noteload/sandbox/fault_plan.hpp"
#include "noteload/sandbox/quota_window.hpp"
#include "noteload/sandbox/text_shape.hpp"

namespace noteload::sandbox {

/// The organisation that is played.
struct organization_settings {
    std::string name = "Sandbox Foundation";
    std::string time_zone = "US/Arizona";
    bool enabled = true;
    std::vector<std::string> types = {"General",     "Call",         "Text Message", "Letter",
                                      "Direct Mail", "Social Media", "Email",        "In Person",
                                      "Event",       "Alert",        "Thank You"};
    std::string reminder_type = "Alert"; ///< notes of this type carry a reminder; empty: none do
    text_shape text{};
    std::chrono::milliseconds lag{0}; ///< reads do not show notes younger than this
};

/// Which contacts exist: made up from their ids, see `contact_book`.
struct contact_settings {
    std::int64_t count = 0; ///< ids 1 to this; 0: every id that fits 32 bits
    std::int64_t merged_first = 900'000;
    std::int64_t merged_last = 900'099;
    std::string reference_source = "LGL";
};

/// Who may come in.
struct door_settings {
    std::string token = "sandbox-token";
    std::string password = "sandbox";
    std::string otp; ///< empty: no second factor
    std::chrono::seconds access_life{15 * 86'400};
    std::chrono::seconds refresh_life{365 * 86'400};
};

/// What goes wrong on purpose.
struct trouble_settings {
    std::uint64_t seed = 1;
    std::vector<fault_rule> rules;
    bool all_requests = false; ///< else only creates
    std::chrono::milliseconds slow{1000};
    std::chrono::milliseconds late{2000};
    std::chrono::seconds retry_after{1};
};

struct quota_settings {
    std::uint64_t limit = 0; ///< 0: none
    std::chrono::seconds window{3600};
    rate_header_style style = rate_header_style::classic;
};

struct settings {
    std::string dir = "sandbox-data";
    std::string listen = "127.0.0.1";
    std::uint16_t port = 8443; ///< 0: any
    std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
    bool expired = false;
    bool reset = false;
    bool quiet = false;
    bool verbose = false;
    std::chrono::seconds clock_skew{0};
    std::chrono::seconds idle_timeout{120};

    organization_settings organization;
    contact_settings contacts;
    door_settings door;
    trouble_settings trouble;
    quota_settings quota;
};

} // namespace noteload::sandbox
