#include "noteload/sandbox/store.hpp"

#include <limits>

#include "noteload/sandbox/sqlite.hpp"

namespace noteload::sandbox {

namespace {

constexpr const char* schema = R"(
create table if not exists notes(
    id integer primary key autoincrement, contact_id integer not null, type text not null,
    note text not null, note_date_time text, note_day integer, important integer,
    private integer, time_spent integer, created integer not null, modified integer not null);
create index if not exists notes_by_contact on notes(contact_id);
create table if not exists tokens(
    token text primary key, kind text not null, expires integer not null) without rowid;
)";

#define NOTE_COLUMNS                                                                         \
    "id, contact_id, type, note, note_date_time, note_day, important, private, time_spent, " \
    "created, modified"

sqlite_database opened(const std::string& path) {
    sqlite_database db(path);
    // Exclusive: one sandbox a folder, and WAL without a shared memory file.
    db.run("pragma locking_mode=exclusive");
    db.run("pragma journal_mode=wal");
    // The kernel keeps what a killed process wrote; a power cut is not our promise.
    db.run("pragma synchronous=off");
    db.run("pragma wal_autocheckpoint=8000");
    db.run("pragma cache_size=-65536");
    db.run("pragma temp_store=memory");
    db.run("begin immediate");
    db.run(schema);
    db.run("commit");
    return db;
}

std::int64_t number(moment t) {
    return t.time_since_epoch().count();
}
moment from_number(std::int64_t n) {
    return moment(std::chrono::microseconds(n));
}

std::optional<std::int64_t> number(const std::optional<bool>& value) {
    return value ? std::optional<std::int64_t>(*value ? 1 : 0) : std::nullopt;
}

stored_note read(const sqlite_statement& row) {
    stored_note note;
    note.id = row.integer(0);
    note.contact_id = row.integer(1);
    note.type = row.text(2);
    note.note = row.text(3);
    if (!row.null(4)) {
        note.note_date_time = row.text(4);
    }
    if (!row.null(5)) {
        note.note_day = row.integer(5);
    }
    if (!row.null(6)) {
        note.important = row.integer(6) != 0;
    }
    if (!row.null(7)) {
        note.is_private = row.integer(7) != 0;
    }
    if (!row.null(8)) {
        note.time_spent = row.integer(8);
    }
    note.created = from_number(row.integer(9));
    note.modified = from_number(row.integer(10));
    return note;
}

void bind(sqlite_statement& to, const stored_note& note) {
    to.bind(note.contact_id).bind(note.type).bind(note.note);
    if (note.note_date_time) {
        to.bind(*note.note_date_time);
    } else {
        to.bind_null();
    }
    to.bind(note.note_day).bind(number(note.important)).bind(number(note.is_private));
    to.bind(note.time_spent).bind(number(note.created)).bind(number(note.modified));
}

void bind(sqlite_statement& to, const note_filter& filter, moment visible_until) {
    for (const auto& value : filter.values) {
        if (const auto* text = std::get_if<std::string>(&value)) {
            to.bind(std::string_view(*text));
        } else {
            to.bind(std::get<std::int64_t>(value));
        }
    }
    to.bind(number(visible_until));
}

std::string order_text(const note_range& range) {
    const char* way = range.descending ? " desc" : " asc";
    switch (range.order) {
        case note_order::note_date:
            return std::string("note_day") + way + ", id" + way;
        case note_order::created:
            return std::string("created") + way + ", id" + way;
        case note_order::id:
            break;
    }
    return std::string("id") + way;
}

} // namespace

struct store::parts {
    explicit parts(const std::string& path)
        : db(opened(path)),
          begin(db.prepare("begin immediate")),
          commit(db.prepare("commit")),
          insert(db.prepare("insert into notes(contact_id, type, note, note_date_time, note_day, "
                            "important, private, time_spent, created, modified) "
                            "values(?,?,?,?,?,?,?,?,?,?)")),
          by_id(db.prepare("select " NOTE_COLUMNS " from notes where id=? and created<=?")),
          past_id(db.prepare("select " NOTE_COLUMNS " from notes where id>? order by id limit ?")),
          token(db.prepare("select 1 from tokens where token=? and kind=? and expires>?")) {}

    void write() {
        if (!dirty) {
            begin.start().run();
            dirty = true;
        }
    }

    sqlite_database db;
    sqlite_statement begin, commit, insert, by_id, past_id, token;
    bool dirty = false;
};

store::store(const std::string& path) : parts_(std::make_unique<parts>(path)) {}
store::store(store&&) noexcept = default;
store::~store() {
    try {
        if (parts_) {
            commit();
        }
    } catch (const sqlite_error&) {
        // Nobody was told that these notes exist: `commit` comes before every answer.
    }
}

std::int64_t store::add(const stored_note& note) {
    parts_->write();
    bind(parts_->insert.start(), note);
    parts_->insert.run();
    return parts_->db.last_id();
}

bool store::replace(const stored_note& note) {
    parts_->write();
    auto update = parts_->db.prepare(
        "update notes set contact_id=?, type=?, note=?, note_date_time=?, note_day=?, important=?, "
        "private=?, time_spent=?, created=?, modified=? where id=?");
    bind(update, note);
    update.bind(note.id).run();
    return parts_->db.changes() != 0;
}

bool store::remove(std::int64_t id) {
    parts_->write();
    auto statement = parts_->db.prepare("delete from notes where id=?");
    statement.bind(id).run();
    return parts_->db.changes() != 0;
}

void store::clear() {
    parts_->write();
    parts_->db.run("delete from notes");
    commit();
}

std::optional<stored_note> store::find(std::int64_t id, moment visible_until) {
    sqlite_statement& statement = parts_->by_id.start().bind(id).bind(number(visible_until));
    if (!statement.step()) {
        return std::nullopt;
    }
    stored_note note = read(statement);
    statement.start();
    return note;
}

note_page store::select(const note_filter& filter, const note_range& range, moment visible_until) {
    note_page page;
    const std::string from = " from notes where (" + filter.where + ") and created<=?";
    auto counted = parts_->db.prepare("select count(*)" + from);
    bind(counted, filter, visible_until);
    if (counted.step()) {
        page.total = counted.integer(0);
    }
    auto listed = parts_->db.prepare("select " NOTE_COLUMNS + from + " order by " +
                                     order_text(range) + " limit ? offset ?");
    bind(listed, filter, visible_until);
    listed.bind(range.take).bind(range.skip);
    while (listed.step()) {
        page.list.push_back(read(listed));
    }
    return page;
}

std::vector<stored_note> store::after(std::int64_t id, std::int64_t take) {
    std::vector<stored_note> notes;
    sqlite_statement& statement = parts_->past_id.start().bind(id).bind(take);
    while (statement.step()) {
        notes.push_back(read(statement));
    }
    return notes;
}

std::int64_t store::id_before(std::int64_t skip) {
    if (skip <= 0) {
        return 0;
    }
    auto statement = parts_->db.prepare("select id from notes order by id limit 1 offset ?");
    statement.bind(skip - 1);
    return statement.step() ? statement.integer(0) : std::numeric_limits<std::int64_t>::max();
}

std::int64_t store::count() {
    auto statement = parts_->db.prepare("select count(*) from notes");
    return statement.step() ? statement.integer(0) : 0;
}

void store::add_token(std::string_view token, std::string_view kind, moment expires) {
    parts_->write();
    auto statement = parts_->db.prepare("insert or replace into tokens values(?,?,?)");
    statement.bind(token).bind(kind).bind(number(expires)).run();
}

bool store::has_token(std::string_view token, std::string_view kind, moment now) {
    sqlite_statement& statement = parts_->token.start().bind(token).bind(kind).bind(number(now));
    const bool found = statement.step();
    statement.start();
    return found;
}

bool store::dirty() const noexcept {
    return parts_->dirty;
}

void store::commit() {
    if (!parts_->dirty) {
        return;
    }
    parts_->dirty = false;
    try {
        parts_->commit.start().run();
    } catch (const sqlite_error&) {
        try {
            parts_->db.run("rollback");
        } catch (const sqlite_error&) {
            // A full disk has rolled back by itself.
        }
        throw;
    }
}

} // namespace noteload::sandbox
