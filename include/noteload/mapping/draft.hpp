#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/date_format.hpp"
#include "noteload/mapping/known_exports.hpp"
#include "noteload/record.hpp"

namespace noteload::mapping {

/// A first mapping file for an export: made from its columns' names, and then from some rows of it.
/// What is written parses, but for the skeleton of an unknown export, whose lines are comments.
class draft {
public:
    /// `columns` as the file has them; `file` is its name for the comment.
    draft(std::string file, std::vector<std::string> columns);

    /// The system that the columns are known of; empty: none.
    [[nodiscard]] std::string_view system() const noexcept;

    /// What the rows are to be read with: the cells of `see`, in this order.
    [[nodiscard]] const std::vector<std::string>& wanted() const noexcept { return wanted_; }

    /// Looks at a row: its type and its date.
    void see(std::span<const cell> cells);

    [[nodiscard]] std::string to_toml() const;

private:
    /// Of the names, the one that the file has, in its spelling; empty: none.
    [[nodiscard]] std::string find(column_names names) const;
    [[nodiscard]] std::string known() const;
    [[nodiscard]] std::string skeleton() const;
    [[nodiscard]] std::string type_table() const;
    [[nodiscard]] std::string note_table() const;
    [[nodiscard]] std::string date_table() const;

    std::string file_;
    std::vector<std::string> columns_;
    const known_export* export_ = nullptr;
    std::vector<std::string> wanted_; // type and date, those that are there
    std::string type_;
    std::string date_;
    std::map<std::string, std::uint64_t> types_; // found, with rows
    std::vector<std::string> dates_;             // found, up to a limit
    std::uint64_t seen_ = 0;
};

} // namespace noteload::mapping
