#include "noteload/sandbox/sqlite.hpp"

#include <sqlite3.h>

#include <utility>

namespace noteload::sandbox {

namespace {

[[noreturn]] void fail(sqlite3* db, std::string_view what) {
    const int code = sqlite3_errcode(db) & 0xff;
    const bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    throw sqlite_error(std::string(what) + ": " + sqlite3_errmsg(db), busy);
}

} // namespace

sqlite_statement::sqlite_statement(sqlite3* db, std::string_view sql) {
    if (sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &handle_, nullptr) != SQLITE_OK) {
        fail(db, sql);
    }
}

sqlite_statement::sqlite_statement(sqlite_statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), next_(other.next_) {}

sqlite_statement& sqlite_statement::operator=(sqlite_statement&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(next_, other.next_);
    return *this;
}

sqlite_statement::~sqlite_statement() {
    sqlite3_finalize(handle_);
}

sqlite_statement& sqlite_statement::start() {
    sqlite3_reset(handle_);
    next_ = 1;
    return *this;
}

sqlite_statement& sqlite_statement::bind(std::int64_t value) {
    sqlite3_bind_int64(handle_, next_++, value);
    return *this;
}

sqlite_statement& sqlite_statement::bind(std::string_view text) {
    // A null pointer would bind NULL instead of an empty text.
    const char* data = text.data() == nullptr ? "" : text.data();
    sqlite3_bind_text64(handle_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

sqlite_statement& sqlite_statement::bind_null() {
    sqlite3_bind_null(handle_, next_++);
    return *this;
}

sqlite_statement& sqlite_statement::bind(const std::optional<std::int64_t>& value) {
    return value ? bind(*value) : bind_null();
}

bool sqlite_statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) {
        return true;
    }
    sqlite3* db = sqlite3_db_handle(handle_);
    if (code != SQLITE_DONE) {
        sqlite3_reset(handle_);
        fail(db, sqlite3_sql(handle_));
    }
    sqlite3_reset(handle_);
    return false;
}

void sqlite_statement::run() {
    while (step()) {
    }
}

std::int64_t sqlite_statement::integer(int column) const {
    return sqlite3_column_int64(handle_, column);
}

std::string sqlite_statement::text(int column) const {
    const unsigned char* data = sqlite3_column_text(handle_, column);
    if (data == nullptr) {
        return {};
    }
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return {reinterpret_cast<const char*>(data), size};
}

bool sqlite_statement::null(int column) const {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

sqlite_database::sqlite_database(const std::string& path) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(handle_);
        sqlite3_close(std::exchange(handle_, nullptr));
        throw sqlite_error(path + ": " + why, false);
    }
}

sqlite_database::sqlite_database(sqlite_database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)) {}

sqlite_database::~sqlite_database() {
    sqlite3_close_v2(handle_);
}

void sqlite_database::run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_, sql);
    }
}

sqlite_statement sqlite_database::prepare(std::string_view sql) const {
    return {handle_, sql};
}

std::int64_t sqlite_database::last_id() const {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t sqlite_database::changes() const {
    return sqlite3_changes64(handle_);
}

} // namespace noteload::sandbox
