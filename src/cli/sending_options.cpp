// Options that say which server receives the notes, how fast, and what happens when it fails.

#include "noteload/cli/values.hpp"
#include "options.hpp"

namespace noteload::cli {

namespace {

using run::import_options;

constexpr unsigned senders = for_import | for_resume;

const char* take_concurrency(std::string_view text, settings& into) {
    if (text == "auto") {
        into.run.concurrency = 0;
        return nullptr;
    }
    const auto n = read_count(text);
    if (!n || *n < 1 || *n > 64) {
        return "1 to 64 is expected, or auto";
    }
    into.run.concurrency = static_cast<int>(*n);
    return nullptr;
}

const char* take_threads(std::string_view text, settings& into) {
    const auto n = read_count(text);
    if (!n || *n < 1 || *n > 16) {
        return "1 to 16 is expected";
    }
    into.run.threads = static_cast<int>(*n);
    return nullptr;
}

const char* take_pace(std::string_view text, settings& into) {
    if (text != "fast" && text != "even") {
        return "fast or even is expected";
    }
    into.run.pace = text == "even" ? delivery::pacing::even : delivery::pacing::fast;
    return nullptr;
}

const char* take_max_attempts(std::string_view text, settings& into) {
    const auto n = read_count(text);
    if (!n || *n > 1'000'000) {
        return whole_number;
    }
    into.run.max_attempts = static_cast<int>(*n);
    return nullptr;
}

enum class least : std::uint8_t { nothing, something };

/// Rounded up to whole units of the field.
template <auto Field, least Least = least::something>
const char* take_time(std::string_view text, settings& into) {
    const auto value = read_duration(text);
    if (!value || (value->count() == 0 && Least == least::something)) {
        return "a time is expected, such as 500ms, 30s, 5m or 2h";
    }
    auto& field = into.run.*Field;
    field = std::chrono::ceil<std::remove_reference_t<decltype(field)>>(*value);
    return nullptr;
}

constexpr auto server = option_group::server;
constexpr auto pace = option_group::pace;
constexpr auto trouble = option_group::trouble;

constexpr option_definition table[] = {
    {"--base-url", for_check | for_import | for_login, server, "URL",
     delivery::default_base_url.data(), "the server", take_text<&import_options::base_url>},
    {"--token-file", senders | for_undo | for_check, server, "FILE", nullptr,
     "file with the API key (or set the environment's NOTELOAD_TOKEN)",
     [](auto, auto&) { return static_cast<const char*>(nullptr); }, // `token_of` looks for it
     is_path},
    {"--organization", for_check | for_import | for_undo, server, "NAME", nullptr,
     "refuse any other organisation", take_text<&import_options::organization>},
    {"--ca-file", senders | for_undo | for_check | for_login, server, "FILE", nullptr,
     "further certificate authorities to trust, PEM (for your own server)",
     take_text<&import_options::ca_file>, of_the_run | is_path},
    {"--user", for_login, server, "NAME", nullptr, "whose password it is; asked for if not said",
     [](auto text, auto& into) {
         into.user = text;
         return static_cast<const char*>(nullptr);
     }},
    {"--concurrency", senders | for_undo | for_check, pace, "N", "8",
     "connections, each with one request at a time: 1 to 64, or auto, which grows while the server "
     "keeps up",
     take_concurrency, of_the_run},
    {"--threads", senders, pace, "N", "1",
     "threads for the connections, 1 to 16: where one processor cannot keep up with the server",
     take_threads, of_the_run},
    {"--rate", senders | for_undo | for_check, pace, "RATE", nullptr,
     "at most so many requests: 5/s, 100/min, 1500/h",
     [](auto text, auto& into) {
         return put(read_rate(text), into.run.rate,
                    "requests in a time are expected: 5/s, 100/min, 1500/h");
     },
     of_the_run},
    {"--reserve", senders | for_check, pace, "N", "10%",
     "what is left of the organisation's quota for others: requests a window, or 10% of it",
     [](auto text, auto& into) {
         return put(read_reserve(text), into.run.reserve,
                    "requests a window are expected, or per cent below 100 such as 10%");
     },
     of_the_run},
    {"--pace", senders | for_check, pace, "WORD", "fast",
     "fast uses a window's quota as soon as it can and then waits; even spreads it", take_pace,
     of_the_run},
    {"--max-attempts", senders, trouble, "N", "10",
     "tries of a row whose request never gets through, while others do; 0: no end",
     take_max_attempts, of_the_run},
    {"--max-errors", senders, trouble, "N", "100",
     "stop when more rows are invalid or refused; 5% counts of those settled",
     [](auto text, auto& into) {
         return put(read_error_limit(text), into.run.max_errors,
                    "a number is expected, or per cent such as 5%");
     },
     of_the_run},
    {"--timeout", senders | for_undo | for_check, trouble, "TIME", "30s",
     "of one attempt: 500ms, 30s, 5m", take_time<&import_options::timeout>, of_the_run},
    {"--give-up-after", senders | for_undo | for_check, trouble, "TIME", "4h",
     "end without one good answer for so long", take_time<&import_options::give_up_after>,
     of_the_run},
    {"--grace", senders | for_undo, trouble, "TIME", "30s", "for requests in flight when stopping",
     take_time<&import_options::grace, least::nothing>, of_the_run},
    {"--in-doubt", senders, trouble, "WORD", "verify",
     "rows whose answer was lost: verify asks the server, hold leaves them to you, resend sends "
     "them again (and may double them)",
     [](auto text, auto& into) {
         return put(delivery::doubt_policy_from_word(text), into.run.in_doubt,
                    "verify, hold or resend is expected");
     },
     of_the_run},
    {"--verify-window", senders, trouble, "TIME", "60s",
     "a note that the server does not show for so long is not there",
     take_time<&import_options::verify_window>, of_the_run},
};

} // namespace

std::span<const option_definition> sending_options() noexcept {
    return table;
}

} // namespace noteload::cli
