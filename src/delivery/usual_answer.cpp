#include "usual_answer.hpp"

#include "kept_fields.hpp"

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

using char_class = std::array<bool, 256>;

/// What a field's name consists of (RFC 9110, 5.6.2).
constexpr auto token = [] {
    char_class is{};
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

/// Goes through the head once, byte by byte.
class usual_answer {
public:
    usual_answer(std::string_view bytes, answer& into)
        : bytes_(bytes), head_(bytes.substr(0, longest_usual_head)), into_(into), keep_(into) {}

    std::size_t read(std::size_t most) {
        if (!read_status()) {
            return 0;
        }
        while (!passed("\r\n")) {
            if (!read_field()) {
                return 0;
            }
        }
        if (!length_ || *length_ > most || *length_ > bytes_.size() - at_) {
            return 0;
        }
        into_.body = bytes_.substr(at_, *length_);
        return at_ + *length_;
    }

private:
    /// Whether this comes next; it is behind us then.
    bool passed(std::string_view what) {
        const bool is_next = head_.substr(at_).starts_with(what);
        at_ += is_next ? what.size() : 0;
        return is_next;
    }
    std::string_view name() {
        const auto rest = head_.substr(at_);
        const auto* end = std::find_if(
            rest.begin(), rest.end(), [](char c) { return !token[static_cast<unsigned char>(c)]; });
        const auto size = static_cast<std::size_t>(end - rest.begin());
        at_ += size;
        return rest.substr(0, size);
    }
    std::string_view text() {
        const auto rest = head_.substr(at_);
        const auto size = length_of_text(rest);
        at_ += size;
        return rest.substr(0, size);
    }

    /// `HTTP/1.1 200 OK`
    bool read_status() {
        if (!passed("HTTP/1.1 ")) {
            return false;
        }
        const auto line = text();
        if (line.size() < 4 || line[3] != ' ' || !passed("\r\n")) {
            return false;
        }
        const auto status = static_cast<int>(whole_number(line.substr(0, 3)).value_or(0));
        into_.status = status;
        return status >= 200 && status <= 599 && status != 204 && status != 304;
    }

    /// False where the answer is none of the usual.
    bool read_field() {
        const auto field = name();
        if (field.empty() || !passed(":")) {
            return false;
        }
        auto value = text();
        if (!passed("\r\n")) {
            return false;
        }
        while (!value.empty() && value.front() == ' ') {
            value.remove_prefix(1);
        }
        while (!value.empty() && value.back() == ' ') {
            value.remove_suffix(1);
        }
        if (is_same_field(field, "content-length")) {
            const bool is_first = !length_;
            length_ = whole_number(value);
            return is_first && length_;
        }
        if (is_same_field(field, "connection")) {
            return is_same_field(value, "keep-alive");
        }
        if (is_same_field(field, "transfer-encoding") || is_same_field(field, "upgrade") ||
            is_same_field(field, "proxy-connection")) {
            return false;
        }
        keep_.take(field, value);
        return true;
    }

    std::string_view bytes_;
    std::string_view head_; // no more than its end can be in
    std::size_t at_ = 0;
    answer& into_;
    kept_fields keep_;
    std::optional<std::size_t> length_;
};

} // namespace

std::size_t read_usual_answer(std::string_view bytes, answer& into, std::size_t most) {
    const auto n = usual_answer(bytes, into).read(most);
    if (n == 0) {
        into.clear();
    }
    return n;
}

} // namespace noteload::delivery
