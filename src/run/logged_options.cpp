#include "noteload/run/logged_options.hpp"

#include <filesystem>

namespace noteload::run {

namespace {

using ledger::option_value;
using options_map = std::map<std::string, option_value>;

std::string absolute(const std::string& path) {
    return path.empty() ? path : std::filesystem::absolute(path).string();
}

/// Reads options of the map into fields, each by its own name and type.
class taker {
public:
    explicit taker(const options_map& from) : from_(from) {}

    void operator()(const char* name, bool& into) const { take<bool>(name, into); }
    void operator()(const char* name, std::string& into) const { take<std::string>(name, into); }
    template <class Number>
    requires std::is_integral_v<Number>
    void operator()(const char* name, Number& into) const { take<std::int64_t>(name, into); }
    template <class Rep, class Period>
    void operator()(const char* name, std::chrono::duration<Rep, Period>& into) const {
        Rep count = into.count();
        (*this)(name, count);
        into = std::chrono::duration<Rep, Period>(count);
    }

private:
    template <class Stored, class T>
    void take(const char* name, T& into) const {
        const auto found = from_.find(name);
        const auto* value = found == from_.end() ? nullptr : std::get_if<Stored>(&found->second);
        if (value != nullptr) {
            into = static_cast<T>(*value);
        }
    }

    const options_map& from_;
};

void take_dialect(const taker& take, source::dialect_options& into) {
    std::string quote;
    take("encoding", into.encoding);
    take("delimiter", into.delimiter);
    take("quote", quote);
    take("backslash", into.backslash);
    take("skip_lines", into.skip_lines);
    take("no_header", into.no_header);
    take("columns", into.columns);
    into.quote = quote.empty() ? into.quote : quote[0];
}

} // namespace

options_map logged_options(const import_options& o) {
    options_map out{
        {"concurrency", std::int64_t{o.concurrency}},
        {"threads", std::int64_t{o.threads}},
        {"reserve", static_cast<std::int64_t>(o.reserve.amount)},
        {"reserve_percent", o.reserve.is_percent},
        {"pace_even", o.pace == delivery::pacing::even},
        {"max_attempts", std::int64_t{o.max_attempts}},
        {"max_record", static_cast<std::int64_t>(o.reading.max_record)},
        {"timeout_ms", std::int64_t{o.timeout.count()}},
        {"give_up_after_s", std::int64_t{o.give_up_after.count()}},
        {"grace_ms", std::int64_t{o.grace.count()}},
        {"verify_window_ms", std::int64_t{o.verify_window.count()}},
        {"in_doubt", std::string(delivery::to_word(o.in_doubt))},
        {"max_errors", static_cast<std::int64_t>(o.max_errors.count)},
        {"max_errors_percent", o.max_errors.is_percent},
        {"skip", static_cast<std::int64_t>(o.skip)},
        {"responses", o.responses},
        {"ca_file", absolute(o.ca_file)},
    };
    if (o.rate.requests != 0) {
        out["rate_requests"] = std::int64_t{o.rate.requests};
        out["rate_per_s"] = std::int64_t{o.rate.per.count()};
    }
    if (!o.key.empty()) {
        out["key"] = o.key;
        out["duplicate_keys"] = std::string(to_word(o.duplicate_keys));
        out["history"] = absolute(o.history);
    }
    if (o.limit) {
        out["limit"] = static_cast<std::int64_t>(*o.limit);
    }
    const auto& d = o.reading.dialect;
    const source::dialect_options usual;
    if (d != usual) {
        out["encoding"] = d.encoding;
        out["delimiter"] = d.delimiter;
        out["quote"] = d.quote == 0 ? std::string() : std::string(1, d.quote);
        out["backslash"] = d.backslash;
        out["skip_lines"] = static_cast<std::int64_t>(d.skip_lines);
        out["no_header"] = d.no_header;
        out["columns"] = d.columns;
    }
    if (o.reading.format) {
        out["format"] = std::string(source::to_word(*o.reading.format));
    }
    return out;
}

void take_logged_options(const options_map& from, import_options& into) {
    const taker take(from);
    take("concurrency", into.concurrency);
    take("threads", into.threads);
    take("reserve", into.reserve.amount);
    take("reserve_percent", into.reserve.is_percent);
    bool is_even = false;
    take("pace_even", is_even);
    into.pace = is_even ? delivery::pacing::even : delivery::pacing::fast;
    take("max_attempts", into.max_attempts);
    take("max_record", into.reading.max_record);
    take_dialect(take, into.reading.dialect);
    take("timeout_ms", into.timeout);
    take("give_up_after_s", into.give_up_after);
    take("grace_ms", into.grace);
    take("verify_window_ms", into.verify_window);
    take("max_errors", into.max_errors.count);
    take("max_errors_percent", into.max_errors.is_percent);
    take("skip", into.skip);
    take("responses", into.responses);
    take("ca_file", into.ca_file);
    take("key", into.key);
    take("history", into.history);
    take("rate_requests", into.rate.requests);
    take("rate_per_s", into.rate.per);
    if (std::uint64_t limit = 0; from.contains("limit")) {
        take("limit", limit);
        into.limit = limit;
    }
    std::string word;
    take("in_doubt", word);
    into.in_doubt = delivery::doubt_policy_from_word(word).value_or(into.in_doubt);
    word.clear();
    take("duplicate_keys", word);
    into.duplicate_keys = duplicate_policy_from_word(word).value_or(into.duplicate_keys);
    word.clear();
    take("format", word);
    if (word == "csv" || word == "jsonl") {
        into.reading.format = word == "csv" ? source::file_format::csv : source::file_format::jsonl;
    }
}

} // namespace noteload::run
