#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace noteload::sandbox {

/// The database said no: its words, and what was tried.
struct sqlite_error : std::runtime_error {
    sqlite_error(const std::string& what, bool is_busy) : std::runtime_error(what), busy(is_busy) {}
    bool busy; ///< another process has the file
};

/// A prepared statement. Parameters are bound in order from 1; texts must outlive the step.
class sqlite_statement {
public:
    sqlite_statement() = default;
    sqlite_statement(sqlite3* db, std::string_view sql);
    sqlite_statement(sqlite_statement&& other) noexcept;
    sqlite_statement& operator=(sqlite_statement&& other) noexcept;
    ~sqlite_statement();

    /// Ready to be bound and run anew.
    sqlite_statement& start();
    sqlite_statement& bind(std::int64_t value);
    sqlite_statement& bind(std::string_view text);
    sqlite_statement& bind_null();
    sqlite_statement& bind(const std::optional<std::int64_t>& value);

    /// True for a row, false at the end (which also lets go of the read lock).
    bool step();
    /// Runs a statement that gives no rows.
    void run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] bool null(int column) const;

private:
    sqlite3_stmt* handle_ = nullptr;
    int next_ = 1;
};

/// A connection; throws `sqlite_error`.
class sqlite_database {
public:
    explicit sqlite_database(const std::string& path);
    sqlite_database(sqlite_database&& other) noexcept;
    sqlite_database& operator=(sqlite_database&&) = delete;
    ~sqlite_database();

    void run(const char* sql);
    [[nodiscard]] sqlite_statement prepare(std::string_view sql) const;
    [[nodiscard]] std::int64_t last_id() const;
    [[nodiscard]] std::int64_t changes() const;

private:
    sqlite3* handle_ = nullptr;
};

} // namespace noteload::sandbox
