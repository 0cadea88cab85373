#include "noteload/sandbox/front_desk.hpp"

#include <limits>
#include <utility>

#include "noteload/sandbox/sqlite.hpp"

namespace noteload::sandbox {

namespace {

response unauthorized() {
    response answer = message_response(401, "Authorization has been denied for this request.");
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
}

response too_many(std::chrono::seconds retry_after) {
    response answer =
        coded_response(429, "RATE_LIMITED", "Too many requests: the quota is used up.");
    answer.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
    return answer;
}

/// Whether the service sees the request at all.
bool acts(fault_kind kind) {
    switch (kind) {
        case fault_kind::drop_after:
        case fault_kind::cut_answer:
        case fault_kind::hang_after:
        case fault_kind::error500_after:
        case fault_kind::not_json:
        case fault_kind::no_id:
            return true;
        default:
            return false;
    }
}

} // namespace

front_desk::front_desk(const settings& how, zone place, store& notes)
    : trouble_(how.trouble),
      quota_how_(how.quota),
      store_(notes),
      door_(how.door, notes),
      service_(how.organization, how.contacts, place, door_, notes),
      quota_(how.quota.limit, how.quota.window),
      plan_(how.trouble.seed, how.trouble.rules) {}

reply front_desk::answer(const request& from, moment now) {
    const route to = find_route(from.method, from.target);
    ++counts_.requests[static_cast<std::size_t>(to.op)];
    if (to.op == operation::sandbox_notes || to.op == operation::sandbox_stats) {
        return admin(to, from, now);
    }
    reply told;
    quota_verdict quota = quota_.look(now);
    if (to.op != operation::token && !door_.lets_in(from.authorization, now)) {
        ++counts_.unauthorized;
        told.answer = unauthorized();
    } else if (quota = quota_.take(now); !quota.allowed) {
        ++counts_.over_quota;
        told.answer = too_many(quota.retry_after);
    } else if (!plan_.empty() && (trouble_.all_requests || to.op == operation::create_note)) {
        told = with_fault(plan_.decide(++faultable_), to, from, now);
    } else {
        told.answer = served(to, from, now);
    }
    append_rate_headers(told.answer.headers, quota, quota_how_.style, quota_how_.window, now);
    return told;
}

reply front_desk::with_fault(const fault_verdict& verdict, const route& to, const request& from,
                             moment now) {
    reply told;
    told.close = verdict.close;
    told.chunked = verdict.chunked;
    told.delay = verdict.slow ? trouble_.slow : std::chrono::milliseconds(0);
    const auto count = [this](bool given, fault_kind kind) {
        counts_.faults[static_cast<std::size_t>(kind)] += given ? 1 : 0;
    };
    count(verdict.slow, fault_kind::slow);
    count(verdict.close, fault_kind::close);
    count(verdict.chunked, fault_kind::chunked);
    if (!verdict.fault) {
        told.answer = served(to, from, now);
        return told;
    }
    const fault_kind kind = *verdict.fault;
    told.fault = kind;
    count(true, kind);
    if (acts(kind)) {
        told.answer = served(to, from, now);
    }
    switch (kind) {
        case fault_kind::drop_before:
        case fault_kind::drop_after:
            told.end = reply::ending::drop;
            break;
        case fault_kind::late:
            told.end = reply::ending::drop;
            if (to.op == operation::create_note) {
                told.create_later = std::string(from.body);
            }
            break;
        case fault_kind::cut_answer:
            told.end = reply::ending::cut;
            told.cut_at = verdict.spread;
            break;
        case fault_kind::hang_before:
        case fault_kind::hang_after:
            told.end = reply::ending::hang;
            break;
        default:
            told.answer = failing_answer(kind);
    }
    return told;
}

response front_desk::failing_answer(fault_kind kind) const {
    response answer;
    switch (kind) {
        case fault_kind::html502:
            return html_response(502, "502 Bad Gateway");
        case fault_kind::plain503:
        case fault_kind::retry503:
            answer.status = 503;
            answer.content_type = "text/plain";
            answer.body = "The service is unavailable.";
            if (kind == fault_kind::retry503) {
                answer.headers.emplace_back("Retry-After",
                                            std::to_string(trouble_.retry_after.count()));
            }
            return answer;
        case fault_kind::timeout408:
            return empty_response(408);
        case fault_kind::too_many:
            return too_many(trouble_.retry_after);
        case fault_kind::html403:
            return html_response(403, "403 Forbidden");
        case fault_kind::permission400:
            return message_response(
                400, "The current user does not have permissions to perform this action.");
        case fault_kind::redirect302:
            answer = html_response(302, "302 Found");
            answer.headers.emplace_back("Location", "/login");
            return answer;
        case fault_kind::not_json:
            answer.body = "OK: the note was saved {";
            return answer;
        case fault_kind::no_id:
            answer.body = "{\"success\":true}";
            return answer;
        default:
            return message_response(500, "An error has occurred.");
    }
}

response front_desk::served(const route& to, const request& from, moment now) {
    try {
        return service_.handle(to, from, now);
    } catch (const sqlite_error&) {
        ++counts_.failures;
        return message_response(500, "The sandbox cannot use its notes.sqlite: is the disk full?");
    }
}

void front_desk::create_late(const std::string& body, moment now) {
    route to;
    to.op = operation::create_note;
    request from;
    from.body = body;
    ++counts_.late_notes;
    (void)served(to, from, now);
}

reply front_desk::admin(const route& to, const request& from, moment now) {
    reply told;
    if (!door_.lets_in(from.authorization, now)) {
        ++counts_.unauthorized;
        told.answer = unauthorized();
    } else {
        told.answer = to.op == operation::sandbox_stats ? stats() : dump(to);
    }
    return told;
}

} // namespace noteload::sandbox
