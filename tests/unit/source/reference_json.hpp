#pragma once

#include <string_view>

namespace noteload::source::test {

/// JSON's grammar (RFC 8259) read slowly and obviously, a character at a time: what the JSONL
/// reader is held against. The text is UTF-8. Half a surrogate pair counts as wrong, for no text
/// can hold it.
class reference_json {
public:
    enum class kind { broken, object, other };

    static kind of(std::string_view text, int max_depth) {
        reference_json r(text, max_depth);
        r.blanks();
        const bool object = r.at('{');
        const bool good = r.value(0) && (r.blanks(), r.rest_.empty());
        return !good ? kind::broken : object ? kind::object : kind::other;
    }

private:
    reference_json(std::string_view text, int max_depth) : rest_(text), max_depth_(max_depth) {}

    bool at(char c) const { return rest_.starts_with(c); }
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) {
            return false;
        }
        rest_.remove_prefix(text.size());
        return true;
    }
    bool blanks() {
        while (take(" ") || take("\t") || take("\n") || take("\r")) {
        }
        return true;
    }

    bool value(int depth) {
        blanks();
        if (at('{')) {
            return members(depth + 1, "{", "}", true);
        }
        if (at('[')) {
            return members(depth + 1, "[", "]", false);
        }
        return at('"') ? text() : take("true") || take("false") || take("null") || number();
    }

    bool members(int depth, std::string_view open, std::string_view close, bool named) {
        take(open);
        blanks();
        if (depth > max_depth_) {
            return false;
        }
        if (take(close)) {
            return true;
        }
        do {
            if (named && !(blanks() && text() && blanks() && take(":"))) {
                return false;
            }
            if (!value(depth)) {
                return false;
            }
            blanks();
        } while (take(","));
        return take(close);
    }

    bool digits() {
        bool any = false;
        while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
            rest_.remove_prefix(1);
            any = true;
        }
        return any;
    }
    bool number() {
        take("-");
        if (!take("0") && !digits()) {
            return false;
        }
        if (take(".") && !digits()) {
            return false;
        }
        if (take("e") || take("E")) {
            (void)(take("+") || take("-"));
            return digits();
        }
        return true;
    }

    /// A character of four hexadecimal digits; -1 for none.
    int unit() {
        int out = 0;
        for (int i = 0; i < 4; ++i) {
            const auto digit =
                rest_.empty() ? std::string_view::npos
                              : std::string_view("0123456789abcdef0123456789ABCDEF").find(rest_[0]);
            if (digit == std::string_view::npos) {
                return -1;
            }
            out = out * 16 + static_cast<int>(digit % 16);
            rest_.remove_prefix(1);
        }
        return out;
    }
    bool escape() {
        if (!take("u")) {
            const bool known = !rest_.empty() && std::string_view("\"\\/bfnrt").find(rest_[0]) !=
                                                     std::string_view::npos;
            rest_.remove_prefix(known ? 1 : 0);
            return known;
        }
        const int first = unit();
        if (first < 0 || (first >= 0xDC00 && first < 0xE000)) {
            return false;
        }
        if (first < 0xD800 || first >= 0xE000) {
            return true;
        }
        const int second = take("\\u") ? unit() : -1;
        return second >= 0xDC00 && second < 0xE000;
    }
    bool text() {
        if (!take("\"")) {
            return false;
        }
        while (!take("\"")) {
            if (rest_.empty() || static_cast<unsigned char>(rest_[0]) < 0x20) {
                return false;
            }
            if (take("\\")) {
                if (!escape()) {
                    return false;
                }
                continue;
            }
            rest_.remove_prefix(1);
        }
        return true;
    }

    std::string_view rest_;
    int max_depth_;
};

} // namespace noteload::source::test
