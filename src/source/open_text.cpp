#include <algorithm>
#include <utility>

#include "noteload/source/beyond_ascii.hpp"
#include "noteload/source/encoding.hpp"
#include "noteload/source/peeking_source.hpp"
#include "noteload/source/reading.hpp"
#include "noteload/source/reading_ahead.hpp"
#include "noteload/source/sniff.hpp"
#include "noteload/source/utf8.hpp"

namespace noteload::source {

namespace {

failure unreadable(const std::string& name, const std::string& why) {
    return {errc::input, name + ": " + why};
}

/// The input unpacked, with its first bytes to look at.
struct unpacked {
    std::unique_ptr<peeking_source> from;
    packing how = packing::none;
    std::string_view first;
};

result<unpacked> open_unpacked(const input& what, int stop_fd) {
    auto opened = open_source(what, stop_fd);
    if (!opened) {
        return opened.error();
    }
    unpacked u;
    u.from = std::make_unique<peeking_source>(std::move(*opened));
    auto first = u.from->peek(look_size);
    if (!first) {
        return first.error();
    }
    u.how = packing_of(*first);
    if (u.how != packing::none) {
        u.from = std::make_unique<peeking_source>(unpack(u.how, std::move(u.from), what.name));
        first = u.from->peek(look_size);
        if (!first) {
            return first.error();
        }
    }
    u.first = *first;
    return u;
}

/// By the first part of a file in which something is not ASCII: nothing before tells its encoding.
result<encoding_choice> look_through(const input& what, int stop_fd) {
    constexpr std::uint64_t large = 8 << 20;
    auto u = open_unpacked(what, stop_fd);
    if (!u) {
        return u.error();
    }
    std::unique_ptr<byte_source> also;
    if (u->how == packing::none && *what.bytes >= large) {
        auto opened = open_source(what, stop_fd);
        also = opened ? std::move(*opened) : nullptr;
    }
    return look_at_encoding(find_beyond_ascii(*u->from, also.get(), *what.bytes));
}

result<encoding_choice> decide_encoding(const input& what, const reading_options& options,
                                        const unpacked& u, looking how_far) {
    const std::string& asked = options.dialect.encoding;
    if (!asked.empty()) {
        const auto name = encoding_named(asked, u.first);
        if (!name) {
            return failure{errc::usage, why_impossible(options.dialect)};
        }
        return encoding_choice{*name, encoding_choice::by::option};
    }
    if (how_far == looking::ahead && !u.from->saw_end() && what.bytes && is_ascii(u.first)) {
        return look_through(what, options.stop_fd);
    }
    return look_at_encoding(u.first);
}

/// A separator that is no single byte.
char32_t wide_separator(const std::string& delimiter) {
    if (delimiter.size() < 2) {
        return 0;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(delimiter[i]); };
    char32_t c = byte(0) & (0xFFU >> (delimiter.size() + 1));
    for (std::size_t i = 1; i < delimiter.size(); ++i) {
        c = c << 6U | (byte(i) & 0x3FU);
    }
    return c;
}

/// Fills the buffer with what is to be looked at; waits no longer than for a line.
result<void> fill_to_look(input_buffer& buffer) {
    while (buffer.text().size() < look_size && !buffer.at_end() &&
           (buffer.text().find_first_of("\r\n") == std::string_view::npos || buffer.soon())) {
        if (const auto filled = buffer.fill(); !filled) {
            return filled.error();
        }
    }
    return {};
}

/// Decides the format by the first bytes where it is still a guess, or says why nothing can be
/// read.
result<void> judge_format(input& what, std::string_view first) {
    // A header may begin with a bracket, so only what is not called CSV is taken for a JSON array.
    if (what.guessed || what.format == file_format::jsonl) {
        if (const auto why = why_not_jsonl(first)) {
            return unreadable(what.name, *why);
        }
    }
    if (what.guessed) {
        what.format = guess_format(first);
        what.guessed = false;
    }
    return {};
}

void look_at_dialect(reading_facts& facts, std::string_view text, bool whole,
                     const dialect_options& o) {
    text.remove_prefix(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    text.remove_prefix(behind_lines(text, o.skip_lines));
    if (facts.format == file_format::csv) {
        facts.csv = look_at_csv(text, whole, o);
        facts.delimiter = facts.csv.dialect.delimiter == decoding_source::stand_in
                              ? o.delimiter
                              : std::string(1, facts.csv.dialect.delimiter);
        return;
    }
    auto& ends = facts.csv.ends;
    facts.csv.dialect.cr_ends = ends.cr = jsonl_ends_with_cr(text);
    const std::size_t lf = text.find('\n');
    ends.cr_lf = lf != std::string_view::npos && lf > 0 && text[lf - 1] == '\r';
    ends.lf = lf != std::string_view::npos && !ends.cr_lf;
}

} // namespace

result<opened_text> open_text(input& what, const reading_options& options, looking how_far) {
    auto u = open_unpacked(what, options.stop_fd);
    if (!u) {
        return u.error();
    }
    if (const auto why = why_unreadable(u->first.substr(0, sniff_size))) {
        return unreadable(what.name, *why);
    }
    auto encoding = decide_encoding(what, options, *u, how_far);
    if (!encoding) {
        return encoding.error();
    }
    opened_text text;
    text.facts.packed = u->how;
    text.facts.encoding = *encoding;
    std::unique_ptr<byte_source> from = std::move(u->from);
    if (u->how != packing::none && options.threads > 1 && what.bytes) {
        from = std::make_unique<reading_ahead>(std::move(from));
    }
    const char32_t separator = wide_separator(options.dialect.delimiter);
    if (encoding->name != utf8_name || separator != 0) {
        auto decoder = std::make_unique<decoding_source>(
            std::move(from),
            decoding_source::options{.encoding = encoding->name,
                                     .separator = separator,
                                     // four bytes a character at most, and what is read ahead
                                     .most_held = 4 * (options.max_record + (1U << 20))});
        text.decoder = decoder.get();
        from = std::move(decoder);
    }
    text.buffer = std::make_unique<input_buffer>(std::move(from));
    if (const auto filled = fill_to_look(*text.buffer); !filled) {
        return filled.error();
    }
    const std::string_view first = text.buffer->text();
    if (const auto judged = judge_format(what, first.substr(0, sniff_size)); !judged) {
        return judged.error();
    }
    text.facts.format = what.format;
    text.facts.as_stored = text.decoder == nullptr && text.facts.packed == packing::none;
    look_at_dialect(text.facts, first, text.buffer->at_end(), options.dialect);
    return text;
}

} // namespace noteload::source
