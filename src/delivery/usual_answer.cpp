#include "usual_answer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace noteload::delivery {

namespace {

constexpr std::size_t longest_usual_head = 8 * 1024;

/// What a field's name consists of (RFC 9110, 5.6.2).
constexpr auto token = [] {
    std::array<bool, 256> is{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        is[static_cast<unsigned char>(c)] = true;
    }
    return is;
}();

constexpr std::uint64_t each_byte(unsigned char c) {
    return c * std::uint64_t{0x0101'0101'0101'0101};
}

/// How many of the eight bytes at the front have no control character before them: 8, or the place
/// of the first.
std::size_t text_of_eight(const char* bytes) {
    constexpr auto top = each_byte(0x80);
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof(eight));
    // Above the first that is found others may be found that are none.
    const auto below_blank = (eight - each_byte(0x20)) & ~eight & top;
    const auto flipped = eight ^ each_byte(0x7F);
    const auto is_delete = (flipped - each_byte(1)) & ~flipped & top;
    return static_cast<std::size_t>(std::countr_zero(below_blank | is_delete)) / 8;
}

/// How long a text begins `bytes`; of control characters Beast decides.
std::size_t length_of_text(std::string_view bytes) {
    std::size_t n = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (; bytes.size() - n >= 8; n += 8) {
            if (const auto some = text_of_eight(bytes.data() + n); some != 8) {
                return n + some;
            }
        }
    }
    const auto is_text = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; };
    while (n < bytes.size() && is_text(bytes[n])) {
        ++n;
    }
    return n;
}

std::optional<std::size_t> whole_number(std::string_view digits) {
    std::size_t n = 0;
    const auto* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, n);
    return error == std::errc() && end == last ? std::optional(n) : std::nullopt;
}

std::string_view without_blanks(std::string_view value) {
    while (!value.empty() && value.front() == ' ') {
        value.remove_prefix(1);
    }
    while (!value.empty() && value.back() == ' ') {
        value.remove_suffix(1);
    }
    return value;
}

template <std::size_t N>
bool begins(std::string_view text, const char (&with)[N]) {
    return text.size() >= N - 1 && std::memcmp(text.data(), with, N - 1) == 0;
}

} // namespace

/// `HTTP/1.1 200 OK`
bool usual_answers::read_status(std::string_view head, line& into) {
    constexpr std::string_view version = "HTTP/1.1 ";
    if (!begins(head, "HTTP/1.1 ")) {
        return false;
    }
    const auto status = head.substr(version.size(), length_of_text(head.substr(version.size())));
    into.size = version.size() + status.size() + 2;
    if (status.size() < 4 || status[3] != ' ' || !begins(head.substr(into.size - 2), "\r\n")) {
        return false;
    }
    into.is = use::status;
    into.number = whole_number(status.substr(0, 3)).value_or(0);
    return into.number >= 200 && into.number <= 599 && into.number != 204 && into.number != 304;
}

/// False where the answer is none of the usual.
bool usual_answers::read_field(std::string_view head, line& into) {
    const auto* const colon = std::find_if(
        head.begin(), head.end(), [](char c) { return !token[static_cast<unsigned char>(c)]; });
    const auto name = head.substr(0, static_cast<std::size_t>(colon - head.begin()));
    if (name.empty() || colon == head.end() || *colon != ':') {
        return false;
    }
    const auto rest = head.substr(name.size() + 1);
    const auto text = rest.substr(0, length_of_text(rest));
    into.size = name.size() + 1 + text.size() + 2;
    if (!begins(rest.substr(text.size()), "\r\n")) {
        return false;
    }
    const auto value = without_blanks(text);
    into.value = static_cast<std::size_t>(value.data() - head.data());
    into.value_size = value.size();
    into.is = use::nothing;
    if (is_same_field(name, "content-length")) {
        const auto length = whole_number(value);
        into.is = use::length;
        into.number = length.value_or(0);
        return length.has_value();
    }
    if (is_same_field(name, "connection")) {
        return is_same_field(value, "keep-alive");
    }
    if (is_same_field(name, "transfer-encoding") || is_same_field(name, "upgrade") ||
        is_same_field(name, "proxy-connection")) {
        return false;
    }
    into.field = kept_fields::field_of(name);
    into.is = into.field == kept_field::none ? use::nothing : use::kept;
    return true;
}

/// The line at the front of `head`, which has `count` lines before it.
const usual_answers::line* usual_answers::next_line(std::string_view head, std::size_t count,
                                                    std::size_t& known_at) {
    if (count < lines_.size()) {
        const auto& known = lines_[count];
        const auto* const before = text_.data() + known_at;
        known_at += known.size;
        if (head.size() >= known.size && std::memcmp(head.data(), before, known.size) == 0) {
            return &known;
        }
    } else {
        lines_.emplace_back();
    }
    changed_ = true;
    auto& fresh = lines_[count];
    const bool is_usual = count == 0 ? read_status(head, fresh) : read_field(head, fresh);
    return is_usual ? &fresh : nullptr;
}

std::size_t usual_answers::read_whole(std::string_view bytes, answer& into, std::size_t most) {
    kept_fields keep(into);
    std::optional<std::size_t> length;
    auto head = bytes.substr(0, longest_usual_head); // no more than its end can be in
    std::size_t count = 0;
    std::size_t known_at = 0;
    for (; count == 0 || !begins(head, "\r\n"); ++count) {
        const auto* const l = next_line(head, count, known_at);
        if (l == nullptr) {
            return 0;
        }
        if (l->is == use::status) {
            into.status = static_cast<int>(l->number);
        } else if (l->is == use::kept) {
            keep.take(l->field, head.substr(l->value, l->value_size));
        } else if (l->is == use::length) {
            if (length) {
                return 0;
            }
            length = l->number;
        }
        head.remove_prefix(l->size);
    }
    const auto size = static_cast<std::size_t>(head.data() - bytes.data());
    if (changed_ || count != lines_.size()) {
        text_ = bytes.substr(0, size);
        lines_.resize(count);
        changed_ = false;
    }
    const auto body = size + 2;
    if (!length || *length > most || *length > bytes.size() - body) {
        return 0;
    }
    into.body = bytes.substr(body, *length);
    return body + *length;
}

std::size_t usual_answers::read(std::string_view bytes, answer& into, std::size_t most) {
    const auto n = read_whole(bytes, into, most);
    if (n == 0) {
        into.clear();
    }
    if (changed_) {
        lines_.clear(); // some are of an answer that was none of the usual
        changed_ = false;
    }
    return n;
}

} // namespace noteload::delivery
