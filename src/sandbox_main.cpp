// noteload-sandbox: the stand-in server of the Virtuous API, as a program.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "noteload/sandbox/data_dir.hpp"
#include "noteload/sandbox/server.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/sqlite.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

namespace {

namespace box = noteload::sandbox;

constexpr int exit_usage = 2;

constexpr const char* about =
    "noteload-sandbox: a stand-in for the Virtuous API on your own machine, to rehearse an import\n"
    "against. HTTPS only; it makes its own certificate authority in --dir. Start it, wait for its\n"
    "line, and give that line's command to a second terminal. Stop it with Ctrl-C; the notes stay\n"
    "in --dir until a start with --reset.\n";

constexpr const char* after_help = R"(
Contacts are made up from their ids, so that any file can be rehearsed:
  every id from 1 to 2147483647 exists (--contacts N: 1 to N; others get 404);
  id 42 has the references LGL / L42 and "Old CRM" / A/42, and contact42@example.org;
  ids 900000 to 900099 (--merged) were merged into 1, 2, 3 ...: they can be looked up, with
  mergedIntoContactId, but a note for one of them gets 404.

OAuth: POST /Token takes any user name with --password. API keys: the token in DIR/token.

Faults, as in `--fault drop-after=0.05 --fault slow=0.2 --fault "hang-after=#3"`: a probability for
each request, or the request's place (#3, #3-5, #3-), counted from 1 since the start over the
creates that had a good token and quota. `--fault help` lists the names.

The admin door, with the same token, without quota and faults:
  GET /_sandbox/notes?skip=&take=   all notes exactly as posted, one JSON object a line
  GET /_sandbox/stats               requests, notes, faults given, as JSON

Files in DIR: ca.pem (for --ca-file), token (for --token-file), url (only while it listens),
notes.sqlite, server.pem, ca-key.pem.

Exit codes: 0 stopped by SIGINT or SIGTERM; 2 it could not start (what to do is said); 1 a bug.
)";

void print_faults() {
    fmt::print("{:<17}{:<12}{}\n", "fault", "the note is", "what the client sees");
    for (const box::fault_description& known : box::fault_descriptions()) {
        fmt::print("{:<17}{:<12}{}\n", known.name, known.note, known.effect);
    }
}

struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
T taken(noteload::result<T> from) {
    if (!from) {
        throw usage_error(from.error().message);
    }
    return std::move(*from);
}

/// What is on the command line before it becomes settings.
struct arguments {
    box::settings how;
    std::vector<std::string> faults;
    std::string fault_on = "create";
    std::string rate_header_style = "classic";
    std::string text = "as-is";
    std::string line_ends = "keep";
    std::string merged;
    std::string token_file;
    std::vector<std::string> types;
    bool disabled = false;
    std::int64_t port = 8443, quota = 10'000'000, window = 3600;
    std::int64_t slow_ms = 1000, late_ms = 2000, lag_ms = 0, retry_after = 1;
    std::int64_t clock_skew = 0, idle_timeout = 120;
    std::int64_t access_life = 15 * 86'400;
};

constexpr std::int64_t ten_years = 3650LL * 86'400;

/// A whole number of `unit` within bounds; the bounds are told when they are passed, not in --help.
CLI::Validator between(std::int64_t least, std::int64_t most) {
    CLI::Validator range = CLI::Range(least, most);
    range.description("");
    return range;
}

CLI::Validator one_of(const std::vector<std::string>& words) {
    CLI::Validator member = CLI::IsMember(words);
    member.description("");
    return member;
}

void add_place(CLI::App& app, arguments& a) {
    const char* group = "Where";
    app.add_option("--dir", a.how.dir, "folder for the certificates and notes, made if missing")
        ->capture_default_str()
        ->type_name("DIR")
        ->group(group);
    app.add_option("--port", a.port, "port to listen on; 0: any free one")
        ->check(between(0, 65'535))
        ->capture_default_str()
        ->type_name("PORT")
        ->group(group);
    app.add_option("--listen", a.how.listen, "address to listen on")
        ->capture_default_str()
        ->type_name("ADDRESS")
        ->group(group);
    app.add_option("--host", a.how.hosts,
                   "name or address in the server's certificate, instead of localhost,\n"
                   "127.0.0.1 and ::1; repeatable. A wrong one rehearses a certificate\n"
                   "for another host")
        ->type_name("NAME")
        ->group(group);
    app.add_flag("--expired", a.how.expired, "make the server's certificate one that has expired")
        ->group(group);
    app.add_flag("--reset", a.how.reset, "forget all notes of earlier starts")->group(group);
    app.add_option("--clock-skew", a.clock_skew,
                   "seconds that the server's clock is ahead (or, negative, behind)")
        ->check(between(-ten_years, ten_years))
        ->capture_default_str()
        ->type_name("SECONDS")
        ->group(group);
    app.add_option("--idle-timeout", a.idle_timeout, "seconds until an idle connection is closed")
        ->check(between(1, ten_years))
        ->capture_default_str()
        ->type_name("SECONDS")
        ->group(group);
    app.add_flag("--quiet", a.how.quiet, "print nothing when it starts (DIR/url still appears)")
        ->group(group);
    app.add_flag("--verbose", a.how.verbose, "one line on standard error for each fault given")
        ->group(group);
}

void add_organization(CLI::App& app, arguments& a) {
    const char* group = "The organisation";
    box::organization_settings& o = a.how.organization;
    app.add_option("--organization", o.name, "its name")
        ->capture_default_str()
        ->type_name("NAME")
        ->group(group);
    app.add_option("--time-zone", o.time_zone, "its time zone")
        ->capture_default_str()
        ->type_name("ZONE")
        ->group(group);
    app.add_flag("--disabled", a.disabled, "isEnabled is false")->group(group);
    app.add_option("--types", a.types,
                   "note types, separated by commas, instead of General, Call, Text\n"
                   "Message, Letter, Direct Mail, Social Media, Email, In Person, Event,\n"
                   "Alert, Thank You")
        ->delimiter(',')
        ->type_name("TYPE,...")
        ->group(group);
    app.add_option("--reminder-type", o.reminder_type,
                   "notes of this type are answered with a reminder; '' for none")
        ->capture_default_str()
        ->type_name("TYPE")
        ->group(group);
    app.add_option("--text", a.text,
                   "as-is, or html: notes are shown with < > & escaped and line ends as\n"
                   "tags")
        ->check(one_of({"as-is", "html"}))
        ->capture_default_str()
        ->type_name("HOW")
        ->group(group);
    app.add_option("--line-ends", a.line_ends, "keep, or crlf: notes are shown with CRLF")
        ->check(one_of({"keep", "crlf"}))
        ->capture_default_str()
        ->type_name("HOW")
        ->group(group);
    app.add_option("--contacts", a.how.contacts.count, "contacts 1 to N exist; 0: any id")
        ->check(between(0, 2'147'483'647))
        ->capture_default_str()
        ->type_name("N")
        ->group(group);
    app.add_option("--merged", a.merged,
                   "ids of merged contacts, FIRST-LAST, or none [900000-900099]")
        ->type_name("FIRST-LAST")
        ->group(group);
    app.add_option("--reference-source", a.how.contacts.reference_source,
                   "the source of the references L1, L2, ...")
        ->capture_default_str()
        ->type_name("NAME")
        ->group(group);
}

void add_door(CLI::App& app, arguments& a) {
    const char* group = "Tokens";
    app.add_option("--token-file", a.token_file,
                   "file with the token to accept [the token sandbox-token]")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--password", a.how.door.password, "what POST /Token takes")
        ->capture_default_str()
        ->type_name("TEXT")
        ->group(group);
    app.add_option("--otp", a.how.door.otp,
                   "second factor: POST /Token answers 202 until this code is given")
        ->type_name("CODE")
        ->group(group);
    app.add_option("--access-life", a.access_life,
                   "seconds that an issued access token is good for")
        ->check(between(1, ten_years))
        ->capture_default_str()
        ->type_name("SECONDS")
        ->group(group);
}

void add_limits(CLI::App& app, arguments& a) {
    const char* group = "Quota";
    app.add_option("--quota", a.quota,
                   "requests a window (the real service has 1500 to 5000); 0: no quota,\n"
                   "no headers, so that noteload holds to 1,500 an hour")
        ->check(between(0, 1'000'000'000))
        ->capture_default_str()
        ->type_name("N")
        ->group(group);
    app.add_option("--window", a.window, "seconds of a window")
        ->check(between(1, ten_years))
        ->capture_default_str()
        ->type_name("SECONDS")
        ->group(group);
    app.add_option("--rate-header-style", a.rate_header_style,
                   "classic (X-RateLimit-*), dashed (X-Rate-Limit-*), modern\n"
                   "(RateLimit, RateLimit-Policy) or none")
        ->capture_default_str()
        ->type_name("STYLE")
        ->group(group);
}

void add_trouble(CLI::App& app, arguments& a) {
    const char* group = "Faults";
    const auto milliseconds = between(0, 86'400'000);
    app.add_option("--fault", a.faults, "NAME=PROBABILITY or NAME=#N; repeatable; help lists all")
        ->type_name("NAME=WHEN")
        ->group(group);
    app.add_option("--fault-on", a.fault_on, "create (POST /api/ContactNote) or all requests")
        ->check(one_of({"create", "all"}))
        ->capture_default_str()
        ->type_name("WHICH")
        ->group(group);
    app.add_option("--seed", a.how.trouble.seed, "the same seed gives the same faults")
        ->capture_default_str()
        ->type_name("N")
        ->group(group);
    app.add_option("--slow-ms", a.slow_ms, "how late a slow answer is")
        ->check(milliseconds)
        ->capture_default_str()
        ->type_name("MS")
        ->group(group);
    app.add_option("--late-ms", a.late_ms, "how long after its connection a late note is made")
        ->check(milliseconds)
        ->capture_default_str()
        ->type_name("MS")
        ->group(group);
    app.add_option("--lag-ms", a.lag_ms,
                   "reads (by id, ByContact, Query) do not show notes younger than this")
        ->check(milliseconds)
        ->capture_default_str()
        ->type_name("MS")
        ->group(group);
    app.add_option("--retry-after", a.retry_after, "seconds in Retry-After of too-many, retry503")
        ->check(between(0, ten_years))
        ->capture_default_str()
        ->type_name("SECONDS")
        ->group(group);
}

std::string read_token(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw usage_error("--token-file " + path + ": cannot be read. Give a file with the token.");
    }
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    const std::string token(noteload::trimmed(all));
    if (token.empty() || token.find_first_of(" \t\r\n") != std::string::npos) {
        throw usage_error("--token-file " + path + ": must hold one token and nothing else.");
    }
    return token;
}

void read_merged(const std::string& text, box::contact_settings& to) {
    if (text.empty()) {
        return;
    }
    if (text == "none") {
        to.merged_first = 0;
        to.merged_last = -1;
        return;
    }
    int end = 0;
    long long first = 0;
    long long last = 0;
    const int read = std::sscanf(text.c_str(), "%lld-%lld%n", &first, &last, &end);
    if (read != 2 || static_cast<std::size_t>(end) != text.size() || first < 1 || last < first) {
        throw usage_error("--merged " + noteload::printable(text) +
                          ": write FIRST-LAST, such as 900000-900099, or none.");
    }
    to.merged_first = first;
    to.merged_last = last;
}

std::vector<std::string> read_types(const std::vector<std::string>& given) {
    std::vector<std::string> types;
    for (const std::string& type : given) {
        types.emplace_back(noteload::trimmed(type));
        if (types.back().empty()) {
            throw usage_error("--types: a type has no name. Write names between the commas.");
        }
    }
    return types;
}

void check_hosts(const std::vector<std::string>& hosts) {
    constexpr std::string_view good =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:*_";
    for (const std::string& host : hosts) {
        if (host.empty() || host.find_first_not_of(good) != std::string::npos) {
            throw usage_error("--host " + noteload::printable(host) +
                              ": write a host name or an IP address.");
        }
    }
}

box::settings settled(arguments& a) {
    box::settings how = a.how;
    check_hosts(how.hosts);
    for (const std::string& text : a.faults) {
        how.trouble.rules.push_back(taken(box::parse_fault_rule(text)));
    }
    if (box::fault_plan(0, how.trouble.rules).total() > 1.0 + 1e-9) {
        throw usage_error(
            "--fault: a request gets one fault at most, and these probabilities add "
            "up to more than 1 (slow, close and chunked are not counted).");
    }
    how.trouble.all_requests = a.fault_on == "all";
    how.trouble.slow = std::chrono::milliseconds(a.slow_ms);
    how.trouble.late = std::chrono::milliseconds(a.late_ms);
    how.trouble.retry_after = std::chrono::seconds(a.retry_after);
    how.organization.lag = std::chrono::milliseconds(a.lag_ms);
    how.organization.enabled = !a.disabled;
    how.organization.text = {a.text == "html", a.line_ends == "crlf"};
    if (!a.types.empty()) {
        how.organization.types = read_types(a.types);
    }
    how.port = static_cast<std::uint16_t>(a.port);
    how.quota.limit = static_cast<std::uint64_t>(a.quota);
    how.quota.window = std::chrono::seconds(a.window);
    how.quota.style = taken(box::parse_rate_header_style(a.rate_header_style));
    how.clock_skew = std::chrono::seconds(a.clock_skew);
    how.idle_timeout = std::chrono::seconds(a.idle_timeout);
    how.door.access_life = std::chrono::seconds(a.access_life);
    read_merged(a.merged, how.contacts);
    if (!a.token_file.empty()) {
        how.door.token = read_token(a.token_file);
    }
    return how;
}

/// Notes are donors' data: for the owner alone, before SQLite would make the file for everybody.
void make_private(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ::close(fd);
    }
}

box::store open_store(const box::data_dir& dir) {
    const std::string path = dir.file("notes.sqlite").string();
    make_private(path);
    try {
        return box::store(path);
    } catch (const box::sqlite_error& e) {
        if (e.busy) {
            throw usage_error(path +
                              ": another noteload-sandbox (or sqlite3) has it open. Stop "
                              "that one, or take another --dir.");
        }
        throw usage_error(path + " cannot be used: " + e.what() +
                          ". Remove it, or take another --dir.");
    }
}

/// The name to reach it by: the first of the certificate when it is one for this machine.
std::string base_url(const box::settings& how, std::uint16_t port) {
    const bool local = how.listen == "127.0.0.1" || how.listen == "0.0.0.0" || how.listen == "::";
    const bool v6 = how.listen.find(':') != std::string::npos;
    const std::string host = local ? "localhost" : v6 ? "[" + how.listen + "]" : how.listen;
    return fmt::format("https://{}:{}", host, port);
}

/// `DIR/url`: there while the sandbox listens.
class url_file {
public:
    url_file(const box::data_dir& dir, const std::string& url) : dir_(dir) {
        const auto written = dir.write("url", url + "\n", false);
        if (!written) {
            throw usage_error(written.error().message);
        }
    }
    url_file(const url_file&) = delete;
    url_file& operator=(const url_file&) = delete;
    ~url_file() { dir_.remove("url"); }

private:
    const box::data_dir& dir_;
};

void need(const noteload::result<void>& done) {
    if (!done) {
        throw usage_error(done.error().message);
    }
}

void serve(const box::settings& how) {
    const box::zone place = taken(box::zone::find(how.organization.time_zone));
    const box::data_dir dir = taken(box::data_dir::open(how.dir));
    // The store first: its lock says whether the folder is ours to write to.
    box::store notes = open_store(dir);
    dir.remove("url");
    const box::identity authority = taken(dir.authority());
    const box::identity who = box::make_server_identity(authority, how.hosts, how.expired);
    need(dir.write("server.pem", who.certificate, false));
    need(dir.write("token", how.door.token + "\n", true));
    if (how.reset) {
        notes.clear();
    }
    box::front_desk desk(how, place, notes);
    box::server server(how, desk, notes, who);
    const std::string url = base_url(how, server.port());
    const url_file told(dir, url);
    if (!how.trouble.rules.empty() && !how.quiet) {
        fmt::print(stderr, "faults are given with --seed {}\n", how.trouble.seed);
    }
    if (!how.quiet) {
        fmt::print(
            "listening on port {}, {}; try: noteload import notes.csv --base-url {} "
            "--ca-file {} --token-file {}\n",
            server.port(), noteload::counted(static_cast<std::uint64_t>(notes.count()), "note"),
            url, noteload::shell_word(dir.file("ca.pem").string()),
            noteload::shell_word(dir.file("token").string()));
        std::fflush(stdout);
    }
    server.run();
}

} // namespace

int main(int argc, char** argv) {
    // A reader of our output that has gone must not end the sandbox.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    arguments a;
    CLI::App app(about, "noteload-sandbox");
    app.footer(after_help);
    app.set_version_flag("--version", std::string("noteload-sandbox ") + NOTELOAD_VERSION);
    add_place(app, a);
    add_organization(app, a);
    add_door(app, a);
    add_limits(app, a);
    add_trouble(app, a);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) {
            return app.exit(e);
        }
        fmt::print(stderr, "noteload-sandbox: {}\nSee noteload-sandbox --help.\n", e.what());
        return exit_usage;
    }
    if (std::find(a.faults.begin(), a.faults.end(), "help") != a.faults.end()) {
        print_faults();
        return 0;
    }
    try {
        serve(settled(a));
        return 0;
    } catch (const std::runtime_error& e) {
        fmt::print(stderr, "noteload-sandbox: {}\n", e.what());
        return exit_usage;
    } catch (const std::exception& e) {
        fmt::print(stderr, "noteload-sandbox: {} (this is a bug)\n", e.what());
        return 1;
    }
}
