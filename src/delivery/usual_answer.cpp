#include "usual_answer.hpp"

#include "kept_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace noteload::delivery {

namespace {

constexpr std::size_t longest_usual_head = 8 * 1024;

/// What a field's name consists of (RFC 9110, 5.6.2).
constexpr auto token_chars = [] {
    std::array<bool, 256> is{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        is[static_cast<unsigned char>(c)] = true;
    }
    return is;
}();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return token_chars[static_cast<unsigned char>(c)];
    });
}

/// No control characters: looked at without a branch, since it is every answer's every byte.
bool is_text(std::string_view text) {
    bool bad = false;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        bad |= u < 0x20 || u == 0x7F;
    }
    return !bad;
}

std::string_view without_blanks(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(' '), text.size());
    return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

std::optional<std::size_t> whole_number(std::string_view text) {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    const bool is_one = error == std::errc() && end == text.data() + text.size();
    return is_one ? std::optional(n) : std::nullopt;
}

/// `HTTP/1.1 200 OK`; 0 for what is not usual.
int status_of(std::string_view line) {
    constexpr std::string_view begin = "HTTP/1.1 ";
    constexpr std::size_t end = begin.size() + 3;
    if (!line.starts_with(begin) || line.size() <= end || line[end] != ' ' || !is_text(line)) {
        return 0;
    }
    const auto status = static_cast<int>(whole_number(line.substr(begin.size(), 3)).value_or(0));
    const bool has_body = status >= 200 && status <= 599 && status != 204 && status != 304;
    return has_body ? status : 0;
}

class usual_answer {
public:
    usual_answer(std::string_view bytes, answer& into) : bytes_(bytes), into_(into), keep_(into) {}

    std::size_t read(std::size_t most) {
        auto line = next_line();
        into_.status = line ? status_of(*line) : 0;
        if (into_.status == 0) {
            return 0;
        }
        for (line = next_line(); line && !line->empty(); line = next_line()) {
            if (!take(*line)) {
                return 0;
            }
        }
        if (!line || !length_ || *length_ > most || *length_ > bytes_.size() - at_) {
            return 0;
        }
        into_.body = bytes_.substr(at_, *length_);
        return at_ + *length_;
    }

private:
    /// Without its CRLF.
    std::optional<std::string_view> next_line() {
        const auto end = bytes_.substr(0, longest_usual_head).find('\n', at_);
        if (end == std::string_view::npos || end == at_ || bytes_[end - 1] != '\r') {
            return std::nullopt;
        }
        const auto line = bytes_.substr(at_, end - 1 - at_);
        at_ = end + 1;
        return line;
    }

    /// False where the answer is none of the usual.
    bool take(std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
            !is_text(line.substr(colon))) {
            return false;
        }
        const auto name = line.substr(0, colon);
        const auto value = without_blanks(line.substr(colon + 1));
        if (is_same_field(name, "content-length")) {
            const bool is_first = !length_;
            length_ = whole_number(value);
            return is_first && length_;
        }
        if (is_same_field(name, "connection")) {
            return is_same_field(value, "keep-alive");
        }
        if (is_same_field(name, "transfer-encoding") || is_same_field(name, "upgrade") ||
            is_same_field(name, "proxy-connection")) {
            return false;
        }
        keep_.take(name, value);
        return true;
    }

    std::string_view bytes_;
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
