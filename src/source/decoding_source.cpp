#include "noteload/source/decoding_source.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "noteload/text.hpp"

namespace noteload::source {

namespace {

constexpr std::size_t raw_chunk = 64 * 1024;
constexpr std::size_t most_points = 1 << 20;
constexpr char bad_sequence = '\xFF';

/// A place that is known in both texts: before or behind a CR or an LF, or an end.
struct point {
    std::uint64_t decoded = 0;
    std::uint64_t raw = 0;
};

} // namespace

struct decoding_source::impl {
    impl(std::unique_ptr<byte_source> source, options o);
    ~impl() { ::ucnv_close(converter); }
    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    void begin();
    result<void> convert_more();
    void take_units(std::size_t count, std::uint64_t raw_at, std::uint64_t pending_at);
    void add_point(std::uint64_t d, std::uint64_t r);
    void forget_old();
    [[nodiscard]] std::optional<std::uint64_t> raw_of(std::uint64_t d) const;
    [[nodiscard]] std::string encode(std::string_view utf8) const;
    [[nodiscard]] std::string encode_plain(std::string_view utf8) const;
    [[nodiscard]] std::uint64_t raw_end() const { return raw_from + raw.size(); }

    std::unique_ptr<byte_source> from;
    options how;
    UConverter* converter = nullptr;
    std::uint64_t newline_width = 1; ///< bytes of a CR or LF
    std::string lf;                  ///< as they are written
    std::string cr;

    std::vector<UChar> units;
    std::vector<std::int32_t> offsets;
    char32_t high = 0; ///< the first half of a pair whose second one is to come

    std::string out; ///< decoded, not yet given
    std::size_t out_at = 0;
    std::uint64_t decoded = 0; ///< bytes decoded
    bool ended = false;

    std::string raw; ///< the original bytes that are remembered
    std::uint64_t raw_from = 0;
    std::uint64_t converted = 0; ///< of the original bytes, in all
    std::size_t unneeded = 0;    ///< of `raw`, the first bytes that go with the next call
    std::deque<point> points;
};

decoding_source::impl::impl(std::unique_ptr<byte_source> source, options o)
    : from(std::move(source)), how(std::move(o)), units(raw_chunk), offsets(raw_chunk) {
    UErrorCode error = U_ZERO_ERROR;
    converter = ::ucnv_open(how.encoding.c_str(), &error);
    ::ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    lf = encode("\n");
    cr = encode("\r");
    newline_width = lf.size();
    begin();
}

void decoding_source::impl::begin() {
    ::ucnv_reset(converter);
    high = 0;
    out.clear();
    out_at = 0;
    decoded = 0;
    ended = false;
    raw.clear();
    raw_from = 0;
    converted = 0;
    unneeded = 0;
    points.clear();
    points.push_back({});
}

void decoding_source::impl::add_point(std::uint64_t d, std::uint64_t r) {
    if (points.empty() || points.back().decoded < d) {
        points.push_back({d, r});
    }
}

std::optional<std::uint64_t> decoding_source::impl::raw_of(std::uint64_t d) const {
    const auto at = std::lower_bound(points.begin(), points.end(), d,
                                     [](const point& p, std::uint64_t v) { return p.decoded < v; });
    if (at == points.end() || at->decoded != d || at->raw < raw_from) {
        return std::nullopt;
    }
    return at->raw;
}

/// What nobody asked for in so long is not a record's.
void decoding_source::impl::forget_old() {
    if (unneeded > raw.size() / 2) {
        raw.erase(0, unneeded);
        raw_from += std::exchange(unneeded, 0);
    }
    if (raw.size() > how.most_held) {
        const std::size_t going = raw.size() / 2; // these are converted: a chunk is smaller
        raw.erase(0, going);
        raw_from += going;
        unneeded -= std::min(unneeded, going);
    }
    while (!points.empty() && (points.front().raw < raw_from || points.size() > most_points)) {
        points.pop_front();
    }
}

result<void> decoding_source::impl::convert_more() {
    out.clear();
    out_at = 0;
    forget_old();
    const std::size_t had = raw.size();
    raw.resize(had + raw_chunk);
    const auto got = from->read(raw.data() + had, raw_chunk);
    raw.resize(had + (got ? *got : 0));
    if (!got) {
        return got.error();
    }
    const bool flush = *got == 0;
    // Whole units alone: of a halved one ICU would not say where it began.
    const std::uint64_t left_over = flush ? 0 : raw_end() % newline_width;
    const char* source = raw.data() + (converted - raw_from);
    const char* const source_end = raw.data() + (raw.size() - left_over);
    converted = raw_end() - left_over;
    bool more = true;
    while (more) {
        UErrorCode error = U_ZERO_ERROR;
        const auto pending =
            static_cast<std::uint64_t>(std::max(0, ::ucnv_toUCountPending(converter, &error)));
        error = U_ZERO_ERROR;
        const std::uint64_t raw_at = raw_from + static_cast<std::uint64_t>(source - raw.data());
        UChar* target = units.data();
        ::ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, source_end,
                         offsets.data(), static_cast<UBool>(flush), &error);
        take_units(static_cast<std::size_t>(target - units.data()), raw_at, raw_at - pending);
        const bool is_full = error == U_BUFFER_OVERFLOW_ERROR;
        if (U_FAILURE(error) != 0 && !is_full) {
            out += bad_sequence;
            ++decoded;
        }
        more = is_full || source < source_end ||
               (flush && U_FAILURE(error) != 0 && error != U_TRUNCATED_CHAR_FOUND);
    }
    if (flush) {
        ended = true;
        add_point(decoded, raw_end());
    }
    return {};
}

/// Writes the units as UTF-8. `raw_at`: where the original bytes of this step began; those of a
/// character that began in the step before, at `pending_at`.
void decoding_source::impl::take_units(std::size_t count, std::uint64_t raw_at,
                                       std::uint64_t pending_at) {
    const std::size_t had = out.size();
    out.resize(had + 3 * count + 3); // a unit is three bytes at most, a pair four
    char* const begin = out.data() + had;
    char* to = begin;
    for (std::size_t i = 0; i < count; ++i) {
        char32_t c = static_cast<char16_t>(units[i]);
        if (c == '\n' || c == '\r') {
            std::uint64_t at =
                offsets[i] < 0 ? pending_at : raw_at + static_cast<std::uint64_t>(offsets[i]);
            // To ICU an escape sequence before it is part of it; and behind half of a pair that it
            // had from the step before, it counts single bytes.
            const std::string& end = c == '\n' ? lf : cr;
            at -= at % newline_width;
            while (at + newline_width < raw_end() && at >= raw_from &&
                   raw.compare(static_cast<std::size_t>(at - raw_from), newline_width, end) != 0) {
                at += newline_width;
            }
            const auto d = decoded + static_cast<std::uint64_t>(to - begin);
            add_point(d, at);
            add_point(d + 1, at + newline_width);
        }
        if (U16_IS_LEAD(c) && high == 0) {
            high = c;
            continue;
        }
        if (high != 0) {
            c = U16_IS_TRAIL(c) ? U16_GET_SUPPLEMENTARY(std::exchange(high, 0), c) : 0xFFFFFFFF;
            high = 0;
        }
        if (c == how.separator && c != 0) {
            *to++ = stand_in;
        } else if (c == 0xFFFFFFFF || U_IS_SURROGATE(c) || (c == stand_in && how.separator != 0)) {
            *to++ = bad_sequence;
        } else {
            to = put_utf8(to, c);
            if (c == 0xFEFF && decoded + static_cast<std::uint64_t>(to - begin) == 3) {
                // The mark is as wide as a line end in what is called UTF-16 and UTF-32.
                add_point(3, newline_width > 1 ? newline_width : 0);
            }
        }
    }
    decoded += static_cast<std::uint64_t>(to - begin);
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string decoding_source::impl::encode(std::string_view utf8) const {
    if (how.separator != 0 && utf8.find(stand_in) != std::string_view::npos) {
        std::string restored;
        char space[4];
        const std::string character(space, put_utf8(space, how.separator));
        for (const char c : utf8) {
            restored += c == stand_in ? character : std::string(1, c);
        }
        return encode_plain(restored);
    }
    return encode_plain(utf8);
}

std::string decoding_source::impl::encode_plain(std::string_view utf8) const {
    UErrorCode error = U_ZERO_ERROR;
    std::vector<UChar> wide(utf8.size() + 1);
    std::int32_t wide_size = 0;
    ::u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &wide_size,
                           utf8.data(), static_cast<std::int32_t>(utf8.size()), 0xFFFD, nullptr,
                           &error);
    UConverter* const writer = ::ucnv_open(how.encoding.c_str(), &error);
    std::string encoded(U_SUCCESS(error) != 0 ? utf8.size() * 8 + 16 : 0, '\0');
    const std::int32_t size =
        ::ucnv_fromUChars(writer, encoded.data(), static_cast<std::int32_t>(encoded.size()),
                          wide.data(), wide_size, &error);
    ::ucnv_close(writer);
    encoded.resize(U_SUCCESS(error) != 0 ? static_cast<std::size_t>(size) : 0);
    return encoded;
}

decoding_source::decoding_source(std::unique_ptr<byte_source> from, options o)
    : impl_(std::make_unique<impl>(std::move(from), std::move(o))) {}

decoding_source::~decoding_source() = default;

result<std::size_t> decoding_source::read(char* into, std::size_t size) {
    impl& d = *impl_;
    while (d.out_at == d.out.size()) {
        if (d.ended) {
            return std::size_t{0};
        }
        if (const auto done = d.convert_more(); !done) {
            return done.error();
        }
    }
    const std::size_t given = std::min(size, d.out.size() - d.out_at);
    std::memcpy(into, d.out.data() + d.out_at, given);
    d.out_at += given;
    return given;
}

result<void> decoding_source::seek(std::uint64_t byte) {
    impl& d = *impl_;
    if (const auto gone = d.from->seek(0); !gone) {
        return gone.error();
    }
    d.begin();
    while (d.decoded <= byte && !d.ended) {
        // A record begins behind a line end, which may be the last one that is known.
        if (d.points.size() > 2) {
            d.points.erase(d.points.begin(), d.points.end() - 2);
        }
        if (!d.points.empty()) {
            d.unneeded =
                static_cast<std::size_t>(std::max(d.points.front().raw, d.raw_from) - d.raw_from);
        }
        if (const auto done = d.convert_more(); !done) {
            return done.error();
        }
    }
    d.out_at = byte >= d.decoded ? d.out.size()
                                 : d.out.size() - static_cast<std::size_t>(d.decoded - byte);
    return {};
}

bool decoding_source::soon() {
    return impl_->out_at < impl_->out.size() || impl_->ended || impl_->from->soon();
}

bool decoding_source::was_cut() const {
    return impl_->from->was_cut();
}

std::optional<std::string_view> decoding_source::original(std::uint64_t byte, std::uint64_t size) {
    impl& d = *impl_;
    const auto first = d.raw_of(byte);
    const auto last = d.raw_of(byte + size);
    if (!first || !last) {
        return std::nullopt;
    }
    while (d.points.front().decoded < byte) {
        d.points.pop_front();
    }
    d.unneeded = static_cast<std::size_t>(*first - d.raw_from);
    return std::string_view(d.raw).substr(d.unneeded, static_cast<std::size_t>(*last - *first));
}

std::string decoding_source::encoded(std::string_view utf8) const {
    return impl_->encode(utf8);
}

} // namespace noteload::source
