#include "noteload/source/json_line.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "noteload/source/json_scalar.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

static_assert(json_line::padding >= simdjson::SIMDJSON_PADDING);

namespace ondemand = simdjson::ondemand;

namespace {

/// The blanks that JSON knows; `trimmed` knows more.
std::string_view without_blanks(std::string_view token) noexcept {
    const std::size_t last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last + 1);
}

/// What stands between the quotes of the string that starts at `text`, which is known to be closed.
std::string_view inside_quotes(const char* text) noexcept {
    const char* end = text;
    while (*end != '"') {
        end += *end == '\\' ? 2 : 1;
    }
    return {text, static_cast<std::size_t>(end - text)};
}

} // namespace

/// simdjson's On-Demand interface checks only what it is asked for, so everything is asked for. Its
/// DOM, which checks by itself, refuses integers over 64 bits and forgets how numbers were written.
struct json_line::door {
    explicit door(std::span<const std::string> names) {
        for (const auto& name : names) {
            wanted.emplace_back(trimmed(name));
        }
    }

    bool read_document(ondemand::document& document, std::string_view text);
    bool read_object(ondemand::object object, int depth, bool top);
    bool read_array(ondemand::array array, int depth);
    bool read_value(ondemand::value value, int depth, cell* into);
    bool read_scalar(std::string_view token, cell* into);
    bool read_text(std::string_view inside, cell& into);
    bool is_text(const char* key);
    bool find_cell(const char* key, std::size_t nth, cell*& into);
    std::size_t find_wanted(std::string_view name) const;
    cell* take_cell(std::size_t i);
    void say(reason why, std::string detail) { faults->push_back({why, std::move(detail)}); }

    /// The name that stood at some place in an object, with its closing quote, as it was written.
    struct known_field {
        std::string name;
        std::size_t wanted = 0; ///< index, or the number of wanted fields
    };
    static constexpr std::size_t most_known = 256;

    std::vector<std::string> wanted;
    std::vector<known_field> known;
    ondemand::parser parser;
    std::string unescaped; ///< as large as the line: views into it stay
    char* free = nullptr;
    const char* end = nullptr; ///< of the line
    std::span<cell> cells;
    std::vector<fault>* faults = nullptr;
};

json_line::json_line(std::span<const std::string> wanted) : door_(std::make_unique<door>(wanted)) {}

json_line::~json_line() = default;

void json_line::read(std::string_view text, std::span<cell> cells, std::vector<fault>& faults) {
    door& d = *door_;
    d.cells = cells;
    d.faults = &faults;
    std::fill(cells.begin(), cells.end(), cell{});
    if (d.unescaped.size() < text.size()) {
        d.unescaped.resize(text.size());
    }
    d.free = d.unescaped.data();
    d.end = text.data() + text.size();

    const std::size_t had = faults.size();
    ondemand::document document;
    const auto error =
        d.parser.iterate(text.data(), text.size(), text.size() + padding).get(document);
    if (error == simdjson::SUCCESS && d.read_document(document, text)) {
        return;
    }
    faults.resize(had); // broken JSON: what was said of its fields may not hold
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        d.say(reason::nul_byte, fmt::format("byte {} of the line is a NUL", nul + 1));
    }
    if (const std::size_t bad = first_bad_utf8(text); bad != text.size()) {
        d.say(reason::bad_utf8, fmt::format("byte {} of the line is not valid UTF-8", bad + 1));
    }
    if (faults.size() > had) {
        return;
    }
    const char* at = nullptr;
    const bool located = error == simdjson::SUCCESS &&
                         document.current_location().get(at) == simdjson::SUCCESS &&
                         at >= text.data() && at < text.data() + text.size();
    d.say(reason::bad_json,
          located ? fmt::format("not valid JSON, near byte {} of the line", at - text.data() + 1)
          : error == simdjson::UNCLOSED_STRING ? "not valid JSON: a text is not closed by a quote"
                                               : "not valid JSON");
}

bool json_line::door::read_document(ondemand::document& document, std::string_view text) {
    ondemand::json_type type;
    if (document.type().get(type)) {
        return false;
    }
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (document.get_object().get(object) || !read_object(object, 1, true)) {
            return false;
        }
    } else if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (document.get_array().get(array) || !read_array(array, 1)) {
            return false;
        }
        say(reason::not_an_object, "a JSON array where an object is expected");
    } else {
        const std::string_view all = without_blanks(text.substr(text.find_first_not_of(" \t\r\n")));
        const bool one = all.front() != '"' || inside_quotes(&all[1]).size() + 2 == all.size();
        if (!one || !read_scalar(all, nullptr)) {
            return false;
        }
        say(reason::not_an_object, "a single JSON value where an object is expected");
        return true;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS; // nothing behind it
}

bool json_line::door::read_object(ondemand::object object, int depth, bool top) {
    if (depth > max_depth) {
        return false;
    }
    std::size_t nth = 0;
    for (auto next : object) {
        ondemand::field field;
        if (std::move(next).get(field)) {
            return false;
        }
        cell* into = nullptr;
        if (top ? !find_cell(field.key().raw(), nth++, into) : !is_text(field.key().raw())) {
            return false;
        }
        if (!read_value(field.value(), depth, into)) {
            return false;
        }
    }
    return true;
}

bool json_line::door::read_array(ondemand::array array, int depth) {
    if (depth > max_depth) {
        return false;
    }
    for (auto next : array) {
        ondemand::value value;
        if (std::move(next).get(value) || !read_value(value, depth, nullptr)) {
            return false;
        }
    }
    return true;
}

bool json_line::door::read_value(ondemand::value value, int depth, cell* into) {
    const std::string_view token = without_blanks(value.raw_json_token());
    if (token.empty()) {
        return false;
    }
    if (token.front() != '{' && token.front() != '[') {
        return read_scalar(token, into); // simdjson steps over it by itself
    }
    if (token.front() == '{') {
        ondemand::object object;
        if (value.get_object().get(object) || !read_object(object, depth + 1, false)) {
            return false;
        }
    } else {
        ondemand::array array;
        if (value.get_array().get(array) || !read_array(array, depth + 1)) {
            return false;
        }
    }
    const char* after = nullptr;
    if (value.current_location().get(after)) {
        return false; // inside an object something always follows
    }
    if (into != nullptr) {
        const std::string_view all(token.data(), static_cast<std::size_t>(after - token.data()));
        *into = {cell_kind::nested, without_blanks(all)};
    }
    return true;
}

bool json_line::door::read_scalar(std::string_view token, cell* into) {
    cell read{cell_kind::text, token};
    if (token == "null") {
        read = {cell_kind::null, {}};
    } else if (token == "true" || token == "false") {
        read.kind = cell_kind::boolean;
    } else if (token.front() == '"') {
        // Stage 1 has seen that it is closed, and made a token of its own of what stands behind.
        if (!read_text(token.substr(1, token.size() - 2), read)) {
            return false;
        }
        // A NUL that is not escaped is no JSON.
        const bool escaped = read.text.data() != token.data() + 1;
        if (into != nullptr && escaped && read.text.find('\0') != std::string_view::npos) {
            say(reason::nul_byte, "a wanted field holds a NUL (\\u0000)");
        }
    } else if (is_json_number(token)) {
        read.kind = cell_kind::number;
    } else {
        return false;
    }
    if (into != nullptr) {
        *into = read;
    }
    return true;
}

bool json_line::door::is_text(const char* key) {
    cell ignored;
    return read_text(inside_quotes(key), ignored);
}

/// The cell that the top object's field `nth` goes to, nullptr where nobody wants it; false when
/// the name is no text. Lines tend to have the same fields in the same order, so the name that was
/// there on an earlier line is tried first.
bool json_line::door::find_cell(const char* key, std::size_t nth, cell*& into) {
    if (nth == known.size() && nth < most_known) {
        known.emplace_back();
    }
    if (nth < known.size() && !known[nth].name.empty() &&
        std::string_view(key, static_cast<std::size_t>(end - key)).starts_with(known[nth].name)) {
        into = take_cell(known[nth].wanted);
        return true;
    }
    const std::string_view inside = inside_quotes(key);
    cell name;
    if (!read_text(inside, name)) {
        return false;
    }
    const std::size_t found = find_wanted(name.text);
    if (nth < known.size()) {
        known[nth] = {std::string(key, inside.size() + 1), found};
    }
    into = take_cell(found);
    return true;
}

std::size_t json_line::door::find_wanted(std::string_view name) const {
    name = trimmed(name);
    const auto same = [name](const std::string& w) { return equal_without_case(w, name); };
    return static_cast<std::size_t>(std::find_if(wanted.begin(), wanted.end(), same) -
                                    wanted.begin());
}

cell* json_line::door::take_cell(std::size_t i) {
    if (i == wanted.size()) {
        return nullptr;
    }
    if (cells[i].kind != cell_kind::absent) {
        say(reason::duplicate_field,
            fmt::format("the field \"{}\" is there twice", printable(wanted[i])));
    }
    return &cells[i];
}

bool json_line::door::read_text(std::string_view inside, cell& into) {
    into = {cell_kind::text, inside};
    if (inside.find('\\') == std::string_view::npos) {
        return true; // stage 1 has seen that it is UTF-8 without control characters
    }
    char* const written = unescape_json(inside, free);
    if (written == nullptr) {
        return false;
    }
    into.text = {free, static_cast<std::size_t>(written - free)};
    free = written;
    return true;
}

} // namespace noteload::source
