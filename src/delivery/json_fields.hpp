#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/contact_note.hpp"

// Reading fields out of a JSON body, shared by what reads the server's answers.

namespace noteload::delivery {

namespace dom = simdjson::dom;

/// Parses into a document of its own thread; the element is valid until that thread's next call.
[[nodiscard]] inline std::optional<dom::element> parsed(std::string_view body) {
    if (body.starts_with("\xEF\xBB\xBF")) {
        body.remove_prefix(3);
    }
    thread_local dom::parser parser;
    dom::element root;
    if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return root;
}

[[nodiscard]] inline std::optional<dom::object> parsed_object(std::string_view body) {
    dom::object object;
    const auto root = parsed(body);
    if (!root || root->get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return object;
}

/// `otherwise` where the field is missing, null or of another kind.
template <class T>
[[nodiscard]] T field(const dom::object& from, std::string_view name, T otherwise) {
    T value = otherwise;
    return from[name].get(value) == simdjson::SUCCESS ? value : otherwise;
}

[[nodiscard]] inline std::string text_field(const dom::object& from, std::string_view name) {
    return std::string(field<std::string_view>(from, name, {}));
}

/// An id: a positive integer, or the same as a text of digits alone, for the API's own pages call
/// integers by both names. 0 for anything else.
[[nodiscard]] std::int64_t id_field(const dom::object& from, std::string_view name);

/// As `read_contact_note`, from an object within a body. In answer.cpp.
[[nodiscard]] std::optional<contact_note> contact_note_in(const dom::object& from);

} // namespace noteload::delivery
