#include "noteload/delivery/request.hpp"

#include "noteload/json_text.hpp"
#include "noteload/version.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>

namespace noteload::delivery {

namespace {

void append_number(std::string& out, std::int64_t n) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), n);
}

/// What a body's parts go to: a text, or only its size.
struct writing {
    std::string& out;
    void plain(std::string_view text) { out += text; }
    void json(std::string_view text) { append_json_string(out, text); }
    void number(std::int64_t n) { append_number(out, n); }
};

struct measuring {
    std::size_t size = 0;
    void plain(std::string_view text) { size += text.size(); }
    void json(std::string_view text) { size += json_string_size(text); }
    void number(std::int64_t n) { size += fmt::format_int(n).size(); }
};

template <class To>
void put_flag(To& to, std::string_view name, const std::optional<bool>& value) {
    if (value) {
        to.plain(name);
        to.plain(*value ? "true" : "false");
    }
}

template <class To>
void put_note_body(To& to, const note_request& note) {
    to.plain("{\"contactId\":");
    to.number(note.contact_id);
    to.plain(",\"type\":");
    to.json(note.type);
    to.plain(",\"note\":");
    to.json(note.note);
    if (!note.note_date_time.empty()) {
        to.plain(",\"noteDateTime\":");
        to.json(note.note_date_time);
    }
    put_flag(to, ",\"important\":", note.important);
    put_flag(to, ",\"private\":", note.is_private);
    if (note.time_spent) {
        to.plain(",\"timeSpent\":");
        to.number(*note.time_spent);
    }
    to.plain("}");
}

} // namespace

void append_note_body(std::string& out, const note_request& note) {
    writing to{out};
    put_note_body(to, note);
}

std::size_t note_body_size(const note_request& note) {
    measuring to;
    put_note_body(to, note);
    return to.size;
}

request_writer::request_writer(const endpoint& to, std::string_view token)
    : authority_(to.authority()), path_(to.path), token_(token) {
    put_together();
}

void request_writer::put_together() {
    common_ = fmt::format(
        "Host: {}\r\nAuthorization: Bearer {}\r\nAccept: application/json\r\n"
        "User-Agent: noteload/{}\r\n",
        authority_, token_, version);
    create_head_ = fmt::format(
        "POST {}/api/ContactNote HTTP/1.1\r\n{}"
        "Content-Type: application/json\r\nContent-Length: ",
        path_, common_);
}

bool request_writer::change_token(std::string_view token) {
    if (token == token_) {
        return false;
    }
    token_ = token;
    put_together();
    return true;
}

bool request_writer::is_up_to_date(std::string_view request) const {
    return request.find(common_) != std::string_view::npos;
}

void request_writer::create_note(std::string& out, std::string_view body) const {
    constexpr std::size_t numbers_and_ends = 24;
    out.reserve(create_head_.size() + body.size() + numbers_and_ends);
    out = create_head_;
    append_number(out, static_cast<std::int64_t>(body.size()));
    out += "\r\n\r\n";
    out += body;
}

std::string request_writer::get(std::string_view path) const {
    return fmt::format("GET {}{} HTTP/1.1\r\n{}\r\n", path_, path, common_);
}

std::string request_writer::erase(std::string_view path) const {
    return fmt::format("DELETE {}{} HTTP/1.1\r\n{}\r\n", path_, path, common_);
}

} // namespace noteload::delivery
