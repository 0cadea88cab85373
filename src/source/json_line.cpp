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

static_assert(json_line::max_depth == 1024, "as `too_deep` says");
constexpr std::string_view too_deep = "lists and objects inside one another, over 1,024 deep";

/// The blanks that JSON knows; `trimmed` knows more.
std::string_view without_blanks(std::string_view token) noexcept {
    if (!token.empty() && static_cast<unsigned char>(token.back()) > ' ') {
        return token;
    }
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

/// The wanted fields, as a tree: what a JSON Pointer goes through are inner nodes.
struct wanted_node {
    std::string name;
    static constexpr std::size_t nothing = static_cast<std::size_t>(-1);
    std::size_t cell = nothing; ///< that the value goes to
    std::uint64_t seen_on = 0;  ///< the last line that had it
    std::vector<wanted_node> inner;

    wanted_node* find(std::string_view field) {
        field = trimmed(field);
        const auto same = [field](const wanted_node& n) {
            return equal_without_case(n.name, field);
        };
        const auto found = std::find_if(inner.begin(), inner.end(), same);
        return found == inner.end() ? nullptr : &*found;
    }
};

std::string pointer_token(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escaped = token[i] == '~' && i + 1 < token.size();
        const char c = escaped ? token[++i] : token[i];
        out += !escaped ? c : c == '0' ? '~' : c == '1' ? '/' : c;
    }
    return out;
}

void add_wanted(wanted_node& root, std::string_view name, std::size_t cell) {
    name = trimmed(name);
    wanted_node* node = &root;
    const bool is_pointer = name.starts_with('/');
    do {
        if (is_pointer) {
            name.remove_prefix(1);
        }
        const std::size_t end = is_pointer ? std::min(name.find('/'), name.size()) : name.size();
        const std::string token =
            is_pointer ? pointer_token(name.substr(0, end)) : std::string(name);
        name.remove_prefix(end);
        wanted_node* next = node->find(token);
        if (next == nullptr) {
            node->inner.push_back({.name = std::string(trimmed(token)), .inner = {}});
            next = &node->inner.back();
        }
        node = next;
    } while (!name.empty());
    node->cell = cell;
}

} // namespace

/// simdjson's On-Demand interface checks only what it is asked for, so everything is asked for. Its
/// DOM, which checks by itself, refuses integers over 64 bits and forgets how numbers were written.
struct json_line::door {
    explicit door(std::span<const std::string> names) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            add_wanted(wanted, names[i], i);
        }
    }

    bool read_document(ondemand::document& document, std::string_view text);
    bool read_object(ondemand::object object, int depth, wanted_node* node);
    bool read_array(ondemand::array array, int depth, wanted_node* node);
    bool read_value(ondemand::value value, int depth, wanted_node* node);
    bool read_scalar(std::string_view token, cell& into);
    bool read_text(std::string_view inside, std::string_view& into);
    bool is_text(const char* key);
    bool find_field(const char* key, std::size_t nth, wanted_node*& into);
    bool find_inner(const char* key, wanted_node& in, wanted_node*& into);
    wanted_node* take(wanted_node* node) {
        if (node != nullptr && std::exchange(node->seen_on, line) == line) {
            say_twice(*node);
        }
        return node;
    }
    void say_twice(const wanted_node& node);
    void say(reason why, std::string detail) { faults->push_back({why, std::move(detail)}); }

    /// The name that stood at some place in an object, with its closing quote, as it was written.
    struct known_field {
        std::string name;
        wanted_node* wanted = nullptr;
    };
    static constexpr std::size_t most_known = 256;

    std::uint64_t line = 0; ///< counted, to tell what was seen on this one
    wanted_node wanted;     ///< the line's object
    std::vector<known_field> known;
    ondemand::parser parser;
    std::string unescaped; ///< as large as all lines: views into it stay
    char* free = nullptr;
    const char* end = nullptr; ///< of the line
    std::span<cell> cells;
    cell unwanted; ///< what nobody asked for goes here
    std::vector<fault>* faults = nullptr;
    std::string_view broken_by; ///< it is no JSON, where that is known
};

json_line::json_line(std::span<const std::string> wanted) : door_(std::make_unique<door>(wanted)) {}

json_line::~json_line() = default;

void json_line::begin(std::size_t size) {
    if (door_->unescaped.size() < size) {
        door_->unescaped.resize(size);
    }
    door_->free = door_->unescaped.data();
}

void json_line::read(std::string_view text, std::span<cell> cells, std::vector<fault>& faults) {
    door& d = *door_;
    d.cells = cells;
    d.faults = &faults;
    std::fill(cells.begin(), cells.end(), cell{});
    ++d.line;
    d.end = text.data() + text.size();
    d.broken_by = {};

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
    if (!d.broken_by.empty()) {
        d.say(reason::bad_json, "cannot be read as JSON: " + std::string(d.broken_by));
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
        if (document.get_object().get(object) || !read_object(object, 1, &wanted)) {
            return false;
        }
    } else if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (document.get_array().get(array) || !read_array(array, 1, nullptr)) {
            return false;
        }
        say(reason::not_an_object, "a JSON array where an object is expected");
    } else {
        const std::string_view all = without_blanks(text.substr(text.find_first_not_of(" \t\r\n")));
        const bool one = all.front() != '"' || inside_quotes(&all[1]).size() + 2 == all.size();
        if (!one || !read_scalar(all, unwanted)) {
            return false;
        }
        say(reason::not_an_object, "a single JSON value where an object is expected");
        return true;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS; // nothing behind it
}

/// `node`: what is wanted of the object; none where nothing is.
bool json_line::door::read_object(ondemand::object object, int depth, wanted_node* node) {
    if (depth > max_depth) {
        broken_by = too_deep;
        return false;
    }
    std::size_t nth = 0;
    for (auto next : object) {
        ondemand::field field;
        if (std::move(next).get(field)) {
            return false;
        }
        wanted_node* into = nullptr;
        const char* const key = field.key().raw();
        const bool named = node == &wanted   ? find_field(key, nth++, into)
                           : node != nullptr ? find_inner(key, *node, into)
                                             : is_text(key);
        if (!named) {
            return false;
        }
        if (!read_value(field.value(), depth, into)) {
            return false;
        }
    }
    return true;
}

bool json_line::door::read_array(ondemand::array array, int depth, wanted_node* node) {
    if (depth > max_depth) {
        broken_by = too_deep;
        return false;
    }
    std::size_t nth = 0;
    for (auto next : array) {
        ondemand::value value;
        wanted_node* const into = node == nullptr ? nullptr : node->find(std::to_string(nth++));
        if (std::move(next).get(value) || !read_value(value, depth, take(into))) {
            return false;
        }
    }
    return true;
}

bool json_line::door::read_value(ondemand::value value, int depth, wanted_node* node) {
    cell& into =
        node == nullptr || node->cell == wanted_node::nothing ? unwanted : cells[node->cell];
    wanted_node* const inside = node == nullptr || node->inner.empty() ? nullptr : node;
    const std::string_view raw = value.raw_json_token();
    const std::string_view token = without_blanks(raw);
    if (token.empty()) {
        return false;
    }
    if (token.front() != '{' && token.front() != '[') {
        // simdjson steps over it by itself, but takes a text before a colon for a name: then the
        // value behind that would pass, too.
        return raw.data()[raw.size()] != ':' && read_scalar(token, into);
    }
    if (token.front() == '{') {
        ondemand::object object;
        if (value.get_object().get(object) || !read_object(object, depth + 1, inside)) {
            return false;
        }
    } else {
        ondemand::array array;
        if (value.get_array().get(array) || !read_array(array, depth + 1, inside)) {
            return false;
        }
    }
    const char* after = nullptr;
    if (value.current_location().get(after)) {
        return false; // inside an object something always follows
    }
    const std::string_view all(token.data(), static_cast<std::size_t>(after - token.data()));
    into = {cell_kind::nested, without_blanks(all)};
    return true;
}

/// Part by part: a cell that is made elsewhere and then copied whole is waited for.
bool json_line::door::read_scalar(std::string_view token, cell& into) {
    into.text = token;
    if (token.front() == '"') {
        // Stage 1 has seen that it is closed, and made a token of its own of what stands behind.
        into.kind = cell_kind::text;
        if (!read_text(token.substr(1, token.size() - 2), into.text)) {
            return false;
        }
        // A NUL that is not escaped is no JSON.
        const bool escaped = into.text.data() != token.data() + 1;
        if (&into != &unwanted && escaped && into.text.find('\0') != std::string_view::npos) {
            say(reason::nul_byte, "a wanted field holds a NUL (\\u0000)");
        }
    } else if (is_json_number(token)) {
        into.kind = cell_kind::number;
    } else if (token == "null") {
        into.kind = cell_kind::null;
        into.text = {};
    } else if (token == "true" || token == "false") {
        into.kind = cell_kind::boolean;
    } else {
        return false;
    }
    return true;
}

bool json_line::door::is_text(const char* key) {
    std::string_view ignored;
    return read_text(inside_quotes(key), ignored);
}

/// What is wanted of the top object's field `nth`, nullptr for nothing; false when its name is no
/// text. Lines tend to have the same fields in the same order, so the name that was there on an
/// earlier line is tried first.
bool json_line::door::find_field(const char* key, std::size_t nth, wanted_node*& into) {
    if (nth == known.size() && nth < most_known) {
        known.emplace_back();
    }
    if (nth < known.size() && !known[nth].name.empty() &&
        std::string_view(key, static_cast<std::size_t>(end - key)).starts_with(known[nth].name)) {
        into = take(known[nth].wanted);
        return true;
    }
    const std::string_view inside = inside_quotes(key);
    std::string_view name;
    if (!read_text(inside, name)) {
        return false;
    }
    wanted_node* const found = wanted.find(name);
    if (nth < known.size()) {
        known[nth] = {std::string(key, inside.size() + 1), found};
    }
    into = take(found);
    return true;
}

bool json_line::door::find_inner(const char* key, wanted_node& in, wanted_node*& into) {
    std::string_view name;
    if (!read_text(inside_quotes(key), name)) {
        return false;
    }
    into = take(in.find(name));
    return true;
}

void json_line::door::say_twice(const wanted_node& node) {
    say(reason::duplicate_field,
        fmt::format("the field \"{}\" is there twice", printable(node.name)));
}

bool json_line::door::read_text(std::string_view inside, std::string_view& into) {
    into = inside;
    if (inside.find('\\') == std::string_view::npos) {
        return true; // stage 1 has seen that it is UTF-8 without control characters
    }
    char* const written = unescape_json(inside, free);
    if (written == nullptr) {
        broken_by = is_half_character(inside)
                        ? "a \\u escape is half a character (a surrogate without its other half)"
                        : "a backslash with a letter that has no meaning behind it";
        return false;
    }
    into = {free, static_cast<std::size_t>(written - free)};
    free = written;
    return true;
}

} // namespace noteload::source
