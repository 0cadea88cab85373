#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "noteload/source/preamble.hpp"
#include "noteload/source/reading_plan.hpp"
#include "noteload/source/text_end.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

failure unreadable(const reading_plan& plan, std::string_view why) {
    return {errc::input, fmt::format("{}: {}", plan.name, why)};
}

/// The names of a file without a header, as they were given. Returns where that would end.
std::uint64_t name_columns(reading_plan& plan, const preamble& before) {
    for (const auto& name : split_fields(plan.options.dialect.columns, {})) {
        plan.header.emplace_back(trimmed(name));
    }
    // The last line end is written by whoever makes a reject file.
    plan.header_bytes = before.bytes.substr(0, before.bytes.size() - before.last_end);
    return plan.header_bytes.size();
}

std::optional<std::string> why_no_header(const reading_plan& plan, const framed& f,
                                         std::string_view bytes) {
    const std::string where = fmt::format("the header (line {})", f.line);
    if (f.too_long) {
        return fmt::format("{} is over {} bytes. Is this a CSV file?", where,
                           with_thousands(plan.options.max_record));
    }
    if (f.truncated || f.bad_quoting) {
        return where + (f.truncated ? " opens a quote that is never closed"
                                    : " has text after a closing quote");
    }
    if (f.nul) {
        return where + " holds a NUL: this is not a text file";
    }
    if (!is_utf8(bytes)) {
        return fmt::format(
            "{} is not valid {}: name the file's encoding with --encoding, or "
            "save it as UTF-8",
            where, plan.facts.encoding.name);
    }
    return std::nullopt;
}

/// Returns where the header ends.
result<std::uint64_t> read_header(reading_plan& plan, record_feed& feed, const preamble& before) {
    const auto found = feed.more(1);
    if (!found) {
        return found.error();
    }
    if (found->empty()) {
        return unreadable(plan, "has no header: all its lines are blank");
    }
    const framed& f = found->front();
    const std::string_view bytes = feed.bytes(f);
    if (const auto why = why_no_header(plan, f, bytes)) {
        return unreadable(plan, *why);
    }
    plan.header_bytes = before.bytes;
    plan.header_bytes += bytes;
    for (auto& name : split_fields(bytes, plan.facts.csv.dialect)) {
        restore_separators(name, plan.facts);
        plan.header.emplace_back(trimmed(name));
    }
    return f.byte + f.size;
}

/// For each column of the file, which wanted one it is, or -1.
result<std::vector<int>> find_wanted(const reading_plan& plan) {
    const auto& header = plan.header;
    std::vector<int> wanted_at(header.size(), -1);
    for (std::size_t w = 0; w < plan.options.columns.size(); ++w) {
        const std::string_view wanted = trimmed(plan.options.columns[w]);
        std::optional<std::size_t> first;
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (!equal_without_case(header[i], wanted)) {
                continue;
            }
            if (first) {
                return unreadable(plan,
                                  fmt::format("the header names \"{}\" twice, in columns {} and "
                                              "{}: rename or remove one",
                                              printable(header[i]), *first + 1, i + 1));
            }
            first = i;
            wanted_at[i] = static_cast<int>(w);
        }
    }
    return wanted_at;
}

} // namespace

result<void> begin_csv(reading_plan& plan, record_feed& feed, decoding_source* decoder) {
    const auto& o = plan.options;
    const auto passed =
        pass_preamble(feed.buffer(), o.dialect.skip_lines + (plan.facts.csv.says_separator ? 1 : 0),
                      o.max_record, plan.name);
    if (!passed) {
        return passed.error();
    }
    // Before framing: a quote after the mark would not be at a field's start.
    feed.restart(passed->bytes.size(), 1 + passed->lines);
    const result<std::uint64_t> end =
        o.dialect.no_header ? name_columns(plan, *passed) : read_header(plan, feed, *passed);
    if (!end) {
        return end.error();
    }
    keep_as_written(plan, decoder, *end);
    auto wanted_at = find_wanted(plan);
    if (!wanted_at) {
        return wanted_at.error();
    }
    plan.wanted_at = std::move(*wanted_at);
    feed.records().expect_columns(static_cast<std::uint32_t>(plan.header.size()));
    if (o.start.byte != 0) {
        return feed.seek(o.start.byte, o.start.line);
    }
    return {};
}

} // namespace noteload::source
