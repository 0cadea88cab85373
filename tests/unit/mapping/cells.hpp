#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "noteload/record.hpp"

// Cells as the readers make them, by hand, and printers for the values of the tables.

namespace noteload {

inline void PrintTo(const cell& c, std::ostream* out) {
    *out << "cell of kind " << static_cast<int>(c.kind) << " `" << c.text << '`';
}

inline void PrintTo(const fault& f, std::ostream* out) {
    *out << f.why << " (" << f.detail << ')';
}

} // namespace noteload

namespace noteload::mapping {

inline cell text(std::string_view t) {
    return {cell_kind::text, t};
}
inline cell number(std::string_view t) {
    return {cell_kind::number, t};
}
inline cell boolean(std::string_view t) {
    return {cell_kind::boolean, t};
}
inline cell nested(std::string_view t) {
    return {cell_kind::nested, t};
}
inline cell null() {
    return {cell_kind::null, "null"};
}
inline cell absent() {
    return {};
}

} // namespace noteload::mapping
