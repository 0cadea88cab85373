#include "far_side.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "noteload/delivery/bell.hpp"
#include "noteload/json_text.hpp"

namespace noteload::model {

using delivery::handed;
using delivery::trouble;

namespace {

std::string http_date(wall_clock::time_point t) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(t)));
}

/// Without `Z`, with 0 to 7 digits of the second's fraction.
std::string created_text(wall_clock::time_point t, std::int64_t id) {
    auto text =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(t)));
    const auto ticks = t.time_since_epoch() % std::chrono::seconds(1);
    const auto fraction = fmt::format("{:09}", std::chrono::nanoseconds(ticks).count());
    if (const auto digits = static_cast<std::size_t>(id % 8); digits > 0) {
        text += "." + fraction.substr(0, digits);
    }
    return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

std::string stored(const std::string& text, int shape) {
    const auto escaped = [&] {
        return replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
    };
    switch (shape) {
        case 1:
            return replaced(escaped(), "\n", "<br>");
        case 2:
            return "<p>" + replaced(escaped(), "\n", "</p><p>") + "</p>";
        case 3:
            return replaced(text, "\n", "\r\n");
        case 4:
            return "<div>" + replaced(text, "\n", "<br />") + "</div>";
        default:
            return text;
    }
}

std::string shown_date(const std::string& sent, int shape) {
    if (sent.empty()) {
        return "11/25/2026";
    }
    const auto month = std::stoi(sent.substr(5, 2));
    const auto day = std::stoi(sent.substr(8, 2));
    switch (shape) {
        case 0:
            return fmt::format("{}/{}/{}", month, day, sent.substr(0, 4));
        case 1:
            return fmt::format("{}/{}/{} 12:00:00 AM", month, day, sent.substr(0, 4));
        case 2:
            return fmt::format("{}.{}.{}", day, month, sent.substr(0, 4));
        default:
            return sent + "T00:00:00";
    }
}

std::int64_t number_behind(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    std::int64_t n = 0;
    if (at != std::string_view::npos) {
        std::from_chars(text.data() + at + name.size(), text.data() + text.size(), n);
    }
    return n;
}

} // namespace

far_side::far_side(const plan& p, std::uint32_t salt)
    : habits_(p.server), timeout_(p.timeout), random_(p.seed ^ salt) {
    for (int i = 0; i < habits_.old_notes; ++i) {
        auto content = p.rows[random_() % p.rows.size()].content;
        if (!content.note.empty()) {
            const auto note = make(std::move(content), 0, milliseconds(0)) - 1;
            notes_[note].made_at_wall -= std::chrono::minutes(between(random_, 5, 5000));
        }
    }
}

std::size_t far_side::make(delivery::sent_note content, std::uint64_t row,
                           steady_clock::duration in) {
    auto date = shown_date(content.note_date_time, habits_.date_shape);
    notes_.push_back({.id = 0,
                      .row = row,
                      .content = std::move(content),
                      .date = std::move(date),
                      .made_at = steady_clock::now() + in,
                      .made_at_wall = wall() + in});
    return notes_.size();
}

/// Ids are given when a note is made.
void far_side::catch_up() {
    std::vector<far_note*> due;
    for (auto& n : notes_) {
        if (n.id == 0 && n.made_at <= steady_clock::now()) {
            due.push_back(&n);
        }
    }
    std::stable_sort(due.begin(), due.end(),
                     [](const auto* a, const auto* b) { return a->made_at < b->made_at; });
    for (auto* n : due) {
        n->id = ++last_id_;
    }
}

std::vector<far_note> far_side::notes() {
    catch_up();
    std::vector<far_note> made;
    std::copy_if(notes_.begin(), notes_.end(), std::back_inserter(made),
                 [](const far_note& n) { return n.id != 0; });
    return made;
}

steady_clock::time_point far_side::quiet_at() const {
    steady_clock::time_point last{};
    for (const auto& n : notes_) {
        last = std::max(last, n.made_at);
    }
    return last;
}

bool far_side::out_of_order() const {
    const auto since = steady_clock::now() - began_;
    return since >= habits_.outage_at && since < habits_.outage_at + habits_.outage;
}

far_side::fate far_side::reply(int status, std::string body) {
    fate f;
    const auto latency = static_cast<std::uint32_t>(habits_.latency.count());
    f.at = steady_clock::now() + milliseconds(between(random_, 0, latency));
    f.then.taken = handed::last_record;
    f.then.reply.status = status;
    f.then.reply.body = std::move(body);
    return f;
}

far_side::fate far_side::trouble(handed taken, delivery::trouble what) {
    auto f = reply(0, "");
    f.then.taken = taken;
    f.then.what = what;
    f.then.words = "a trouble of the model";
    return f;
}

far_side::fate far_side::receive(std::string_view request) {
    catch_up();
    const auto head = request.substr(0, request.find("\r\n\r\n"));
    const bool is_note = request.starts_with("POST ");
    auto f = out_of_order() && chance(random_, 50)
                 ? this->trouble(handed::nothing, trouble::no_connection)
             : chance(random_, habits_.no_way)
                 ? (chance(random_, 50) ? this->trouble(handed::part, trouble::lost)
                                        : this->trouble(handed::nothing, trouble::no_connection))
             : is_note ? receive_note(request.substr(head.size() + 4))
                       : receive_read(head);
    if (f.then.what == trouble::none && chance(random_, 70)) {
        f.then.reply.date = http_date(wall());
    }
    tell(request, f);
    return f;
}

far_side::fate far_side::receive_note(std::string_view body) {
    const auto row = static_cast<std::uint64_t>(body.size() - 1 - body.rfind('}'));
    if (on_request) {
        on_request(row);
    }
    auto content = *delivery::read_sent_note(body);
    let_strangers_write(content.contact_id);
    if (chance(random_, habits_.quota)) {
        auto f = reply(429, "{}");
        constexpr std::array waits = {"", "0", "3", "30"};
        f.then.reply.retry_after = waits[between(random_, 0, 3)];
        return f;
    }
    if (chance(random_, habits_.forbids)) {
        return reply(403, "<html>no</html>");
    }
    if (chance(random_, habits_.stops)) {
        return reply(401, "{\"message\":\"no\"}");
    }
    if (chance(random_, habits_.refuses)) {
        constexpr std::array statuses = {400, 404, 409, 422};
        return reply(statuses[between(random_, 0, 3)], "{\"message\":\"no\"}");
    }
    const bool lost = chance(random_, habits_.lost);
    const bool broken = chance(random_, habits_.broken) || out_of_order();
    const bool hangs = chance(random_, habits_.hangs);
    auto f = lost     ? this->trouble(handed::last_record,
                                  chance(random_, 50) ? trouble::lost : trouble::cut_short)
             : broken ? reply(std::array{500, 503, 408, 200}[between(random_, 0, 3)], "{}")
                      : reply(200, "");
    f.hangs = hangs;
    if (!lost && !broken && !hangs) {
        const auto wait = f.at - steady_clock::now();
        f.note = make(std::move(content), row, chance(random_, 50) ? wait : wait / 2);
        f.tells_id = true;
    } else if (chance(random_, 50)) {
        // Before the program gives up, or a while after.
        const auto until = hangs ? timeout_ : f.at - steady_clock::now();
        const auto late = static_cast<std::uint32_t>(habits_.late_note.count());
        f.note =
            make(std::move(content), row,
                 chance(random_, 50) ? until / 2 : until + milliseconds(between(random_, 0, late)));
    }
    return f;
}

void far_side::left_alone(std::size_t note) {
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        auto& n = notes_[i];
        const auto latest = steady_clock::now() + habits_.late_note;
        if ((note == 0 || i == note - 1) && n.id == 0 && n.made_at > latest) {
            n.made_at_wall -= n.made_at - latest;
            n.made_at = latest;
        }
    }
}

void far_side::let_strangers_write(std::int64_t contact) {
    if (chance(random_, habits_.strangers)) {
        delivery::sent_note theirs;
        theirs.contact_id = contact;
        theirs.type = "Call";
        theirs.note = chance(random_, 50) ? "Called about the" : "Something else altogether";
        make(std::move(theirs), 0, milliseconds(0));
    }
}

far_side::fate far_side::receive_read(std::string_view head) {
    if (chance(random_, habits_.quota)) {
        return reply(429, "{}");
    }
    if (out_of_order()) {
        return reply(503, "");
    }
    if (chance(random_, habits_.bad_read)) {
        switch (between(random_, 0, 3)) {
            case 0:
                return reply(500, "");
            case 1:
                return reply(200, "<html>");
            case 2:
                return reply(200, "{\"list\":[{\"id\":\"\"}],\"total\":1}");
            default:
                return this->trouble(handed::last_record, trouble::lost);
        }
    }
    if (head.find("/ByContact/") == std::string_view::npos) {
        return reply(200, "{}");
    }
    return reply(200, list(number_behind(head, "/ByContact/"),
                           static_cast<std::size_t>(number_behind(head, "skip=")),
                           static_cast<std::size_t>(number_behind(head, "take="))));
}

void far_side::tell(std::string_view request, const fate& f) {
    if (story.size() > 500'000) {
        return;
    }
    const auto seconds = [this](steady_clock::time_point t) {
        return std::chrono::duration<double>(t - began_).count();
    };
    const auto shown = std::min(request.find(" HTTP"), request.size());
    story += fmt::format("{:.3f} s: {}", seconds(steady_clock::now()), request.substr(0, shown));
    if (request.starts_with("POST ")) {
        story += fmt::format(" of row {}", request.size() - 1 - request.rfind('}'));
    }
    story += fmt::format(": {} {} at {:.3f} s", f.hangs ? "silence" : f.then.words,
                         f.then.reply.status, seconds(f.at));
    if (f.note != 0) {
        story += fmt::format(", note made at {:.3f} s", seconds(notes_[f.note - 1].made_at));
    }
    story += f.then.reply.body.size() > 10 ? ": " + f.then.reply.body + "\n" : "\n";
}

/// What is younger than the lag may be shown or not, from one read to the next.
std::string far_side::list(std::int64_t contact, std::size_t skip, std::size_t take) {
    std::vector<const far_note*> shown;
    for (const auto& n : notes_) {
        const bool sure = n.made_at + habits_.read_lag <= steady_clock::now();
        if (n.id != 0 && n.content.contact_id == contact && (sure || chance(random_, 50))) {
            shown.push_back(&n);
        }
    }
    std::sort(shown.begin(), shown.end(), [](const auto* a, const auto* b) {
        return std::tie(a->made_at_wall, a->id) > std::tie(b->made_at_wall, b->id);
    });
    std::string page;
    const auto end =
        std::min({shown.size(), skip + take, skip + static_cast<std::size_t>(habits_.page)});
    for (auto i = skip; i < end; ++i) {
        const auto& n = *shown[i];
        page += i == skip ? "" : ",";
        page += fmt::format(
            "{{\"id\":{},\"contactId\":{},\"createDateTimeUtc\":\"{}\",\"type\":\"{}\","
            "\"noteDate\":\"{}\",\"important\":{},\"isPrivate\":{},\"note\":",
            n.id, n.content.contact_id, created_text(n.made_at_wall, n.id), n.content.type, n.date,
            n.content.important, n.content.is_private);
        append_json_string(page, stored(n.content.note, habits_.text_shape));
        page += '}';
    }
    return habits_.bare_lists ? "[" + page + "]"
                              : fmt::format("{{\"list\":[{}],\"total\":{}}}", page, shown.size());
}

delivery::attempt far_side::answer(const fate& f) {
    catch_up();
    auto a = f.then;
    if (f.tells_id) {
        a.reply.body = fmt::format("{{\"id\":{}}}", notes_[f.note - 1].id);
    }
    return a;
}

namespace {

class far_channel final : public delivery::channel {
public:
    far_channel(boost::asio::io_context& on, far_side& to, milliseconds timeout)
        : to_(to), timeout_(timeout), cut_(on) {}

    delivery::task<> exchange(std::string_view request, delivery::attempt& into) override {
        const auto until = steady_clock::now() + timeout_;
        const auto f = to_.receive(request);
        words_.clear();
        busy_ = true;
        const auto at = f.hangs ? until : std::min(until, f.at);
        while (words_.empty() && steady_clock::now() < at) {
            co_await cut_.wait(at);
        }
        busy_ = false;
        if (words_.empty() && at == f.at) {
            into = to_.answer(f);
            into.ended = steady_clock::now();
            co_return;
        }
        if (f.note != 0) {
            to_.left_alone(f.note);
        }
        into.clear();
        into.taken = f.then.taken;
        into.what = into.taken == handed::nothing ? trouble::no_connection : trouble::timed_out;
        into.words = words_.empty() ? "no answer" : words_;
        into.ended = steady_clock::now();
    }
    void cut(std::string_view words) override {
        if (busy_) {
            words_ = words;
            cut_.ring();
        }
    }

private:
    far_side& to_;
    milliseconds timeout_;
    delivery::bell cut_;
    std::string words_;
    bool busy_ = false;
};

} // namespace

std::unique_ptr<delivery::channel> open_channel(boost::asio::io_context& on, far_side& to,
                                                milliseconds timeout) {
    return std::make_unique<far_channel>(on, to, timeout);
}

} // namespace noteload::model
