#include "noteload/sandbox/note_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

constexpr std::string_view invalid = "The request is invalid.";

response bad_member(std::string_view name, std::string_view what) {
    return model_response(invalid, fmt::format("model.{}", name), what);
}

response not_a_note(std::string_view name, std::string_view what) {
    return coded_response(422, "VALIDATION_FAILED", "One or more fields are not valid.", name,
                          what);
}

/// Reads the members of one object; the first thing that is wrong stays as the answer.
class member_reader {
public:
    explicit member_reader(const json::object& from) : from_(from) {}

    void read(const char* name, std::string& to) {
        if (const json::value* value = member(name)) {
            if (const json::string* text = value->if_string()) {
                to.assign(text->data(), text->size());
            } else {
                refuse(bad_member(name, "A string is needed here."));
            }
        }
    }
    void read(const char* name, std::optional<std::string>& to) {
        if (member(name) != nullptr) {
            read(name, to.emplace());
        }
    }
    void read(const char* name, std::optional<std::int64_t>& to) {
        if (const json::value* value = member(name)) {
            if (const std::int64_t* number = value->if_int64()) {
                to = *number;
            } else {
                refuse(bad_member(name, "An integer is needed here."));
            }
        }
    }
    void read(const char* name, std::optional<bool>& to) {
        if (const json::value* value = member(name)) {
            if (const bool* flag = value->if_bool()) {
                to = *flag;
            } else {
                refuse(bad_member(name, "true or false is needed here."));
            }
        }
    }
    void need(const char* name) {
        if (member(name) == nullptr) {
            refuse(bad_member(name, fmt::format("The {} field is required.", name)));
        }
    }
    void refuse(response why) {
        if (!answer_) {
            answer_ = std::move(why);
        }
    }
    std::optional<response>& answer() { return answer_; }

private:
    /// Null counts as left out.
    const json::value* member(const char* name) const {
        const json::value* value = from_.if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    const json::object& from_;
    std::optional<response> answer_;
};

void judge(const note_input& note, input_kind kind, std::span<const std::string> types,
           member_reader& in) {
    if (note.contact_id && *note.contact_id < 1) {
        in.refuse(not_a_note("contactId", "The contactId must be greater than 0."));
    }
    const bool typed = kind == input_kind::create || !note.type.empty();
    if (typed && std::find(types.begin(), types.end(), note.type) == types.end()) {
        in.refuse(not_a_note(
            "type", fmt::format("'{}' is not one of the note types.", printable(note.type))));
    }
    if (kind == input_kind::create && trimmed(note.note).empty()) {
        in.refuse(not_a_note("note", "The note must not be empty."));
    }
    if (note.time_spent && *note.time_spent < 0) {
        in.refuse(not_a_note("timeSpent", "The timeSpent must not be negative."));
    }
}

} // namespace

std::variant<note_input, response> read_note(std::string_view body, input_kind kind,
                                             std::span<const std::string> types,
                                             const zone& place) {
    if (trimmed(body).empty() || trimmed(body) == "null") {
        return message_response(400, "The argument cannot be null");
    }
    std::array<unsigned char, 8192> space;
    json::monotonic_resource memory(space.data(), space.size());
    boost::system::error_code broken;
    const json::value parsed = json::parse(body, broken, &memory);
    if (broken) {
        return model_response(invalid, "", "The body is not JSON: " + broken.message());
    }
    if (!parsed.is_object()) {
        return model_response(invalid, "", "The body must be one JSON object.");
    }
    note_input note;
    member_reader in(parsed.get_object());
    if (kind == input_kind::create) {
        in.need("contactId");
        in.need("type");
        in.need("note");
    }
    in.read("contactId", note.contact_id);
    in.read("type", note.type);
    in.read("note", note.note);
    in.read("noteDateTime", note.note_date_time);
    in.read("important", note.important);
    in.read("private", note.is_private);
    in.read("timeSpent", note.time_spent);
    if (note.note_date_time) {
        note.note_day = posted_day(*note.note_date_time, place);
        if (!note.note_day) {
            in.refuse(bad_member("noteDateTime", fmt::format("'{}' is not a date.",
                                                             printable(*note.note_date_time))));
        }
    }
    judge(note, kind, types, in);
    if (in.answer()) {
        return std::move(*in.answer());
    }
    return note;
}

} // namespace noteload::sandbox
