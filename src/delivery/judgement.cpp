#include "noteload/delivery/judgement.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

#include <array>
#include <ostream>

namespace noteload::delivery {

namespace {

using kind = verdict::kind;

verdict stop(errc code, std::string words) {
    return {.is = kind::stop, .words = std::move(words), .stop = code};
}

verdict refused(reason why, std::string words) {
    return {.is = kind::refused, .why = why, .words = std::move(words)};
}

verdict in_doubt(reason why, std::string words) {
    return {.is = kind::in_doubt, .why = why, .words = std::move(words)};
}

std::string said(const answer& reply) {
    const auto words = server_words(reply.body);
    return words.empty() ? fmt::format("the server answered {}", reply.status)
                         : fmt::format("the server answered {}: {}", reply.status, words);
}

verdict quota_spent(const answer& reply, std::chrono::system_clock::time_point now) {
    const auto server_now = read_http_date(reply.date).value_or(now);
    return {.is = kind::wait_and_send,
            .words = said(reply),
            .wait = read_retry_after(reply.retry_after, server_now)};
}

/// The API answers a missing permission with 400 and these words instead of a 403.
bool is_permission_message(std::string_view body) {
    return lower_case(server_words(body))
               .find("does not have permissions to perform this action") != std::string::npos;
}

verdict token_refused() {
    return stop(errc::token,
                "the server does not accept the token (401): it may be mistyped, revoked, or of "
                "another organisation; give a good one with --token-file or NOTELOAD_TOKEN");
}

verdict no_permission(const answer& reply) {
    return stop(errc::permission,
                fmt::format("this token may not do it ({}): give its user or API key the "
                            "permission to read and create contact notes",
                            said(reply)));
}

verdict redirected(const answer& reply) {
    return stop(errc::protocol,
                fmt::format("the server answered {} and points to {}: redirects are never "
                            "followed with a token; check --base-url",
                            reply.status, printable(reply.location)));
}

verdict judge_client_error(const answer& reply) {
    switch (reply.status) {
        case 400:
            return is_permission_message(reply.body) ? no_permission(reply)
                                                     : refused(reason::bad_request, said(reply));
        case 404:
            return refused(reason::not_found, said(reply));
        case 409:
            return refused(reason::conflict, said(reply));
        case 422:
            return refused(reason::unprocessable, said(reply));
        default:
            return refused(reason::other_client_error, said(reply));
    }
}

verdict judge_answer(const answer& reply, std::chrono::system_clock::time_point now) {
    if (reply.status == 200) {
        if (const auto id = read_note_id(reply.body)) {
            return {.is = kind::created, .note_id = *id, .words = {}};
        }
        return in_doubt(reason::unreadable_answer, "the server answered 200 without a note's id");
    }
    if (reply.status == 429) {
        return quota_spent(reply, now);
    }
    if (reply.status == 401) {
        return token_refused();
    }
    if (reply.status == 403) {
        return is_json(reply.body) ? no_permission(reply)
                                   : verdict{.is = kind::firewall, .words = said(reply)};
    }
    if (reply.status >= 300 && reply.status < 400) {
        return redirected(reply);
    }
    if (reply.status >= 400 && reply.status < 500 && reply.status != 408) {
        return judge_client_error(reply);
    }
    const bool failing = reply.status == 408 || reply.status >= 500;
    return in_doubt(failing ? reason::server_error : reason::unreadable_answer, said(reply));
}

reason doubt_of(trouble what) {
    switch (what) {
        case trouble::timed_out:
            return reason::timeout;
        case trouble::cut_short:
        case trouble::too_long:
            return reason::unreadable_answer;
        default:
            return reason::connection_lost;
    }
}

} // namespace

verdict judge(const attempt& a, std::chrono::system_clock::time_point now) {
    if (a.has_new_token) {
        return {.is = kind::wait_and_send, .words = "the token was replaced"};
    }
    if (a.what == trouble::none) {
        return judge_answer(a.reply, now);
    }
    if (a.what == trouble::certificate) {
        return stop(errc::certificate, a.words);
    }
    if (a.what == trouble::too_long && a.reply.status == 200) {
        // The server shows the note that it made, and ours are longer than what it may show.
        if (const auto id = read_first_id(a.reply.body)) {
            return {.is = kind::created, .note_id = *id, .words = {}};
        }
    }
    if (a.taken != handed::last_record) {
        return {.is = kind::send_again, .words = a.words};
    }
    return in_doubt(doubt_of(a.what), a.words);
}

verdict judge_read(const attempt& a, std::chrono::system_clock::time_point now) {
    if (a.what == trouble::none && a.reply.status == 200) {
        return {.is = kind::created, .words = {}};
    }
    auto v = judge(a, now);
    if (v.is == kind::in_doubt) {
        v.is = kind::send_again;
    } else if (v.is == kind::firewall) {
        v = stop(errc::protocol,
                 fmt::format("{}: something before the API forbids the request", v.words));
    }
    return v;
}

std::ostream& operator<<(std::ostream& out, verdict::kind k) {
    constexpr std::array words = {"created",       "refused",  "in_doubt", "send_again",
                                  "wait_and_send", "firewall", "stop"};
    return out << words[static_cast<std::size_t>(k)];
}

std::ostream& operator<<(std::ostream& out, const verdict& v) {
    out << v.is << " id=" << v.note_id << " why=" << v.why;
    if (v.wait) {
        out << " wait=" << v.wait->count() << "s";
    }
    return out << " words=\"" << v.words << '"';
}

} // namespace noteload::delivery
