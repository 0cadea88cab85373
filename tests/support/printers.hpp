#pragma once

#include <ostream>

#include "noteload/contact_note.hpp"
#include "noteload/error.hpp"
#include "noteload/id_set.hpp"
#include "noteload/outcome.hpp"
#include "noteload/record.hpp"
#include "noteload/went_through.hpp"

// So that a failed comparison explains itself.

namespace noteload {

inline void PrintTo(const fault& f, std::ostream* out) {
    *out << f.why << " (" << f.detail << ')';
}

inline void PrintTo(const place& p, std::ostream* out) {
    *out << "file " << p.file << " row " << p.row << " line " << p.line << " byte " << p.byte
         << " size " << p.size;
}

inline void PrintTo(const id_range& r, std::ostream* out) {
    *out << r.first << " to " << r.last;
}

inline void PrintTo(const failure& f, std::ostream* out) {
    *out << "errc " << static_cast<int>(f.code) << ": " << f.message;
}

inline void PrintTo(const row_counts& c, std::ostream* out) {
    *out << "read " << c.read;
    for (std::size_t i = 0; i < outcome_count; ++i) {
        *out << ' ' << static_cast<outcome>(i) << ' ' << c.of[i];
    }
}

inline void PrintTo(const went_through& met, std::ostream* out) {
    for (const auto& [name, counter] : went_through_counters) {
        *out << name << ' ' << met.*counter << ' ';
    }
    for (const auto& [status, n] : met.requests) {
        *out << status << ": " << n << ' ';
    }
}

inline void PrintTo(const contact_note& n, std::ostream* out) {
    *out << "note " << n.id << " of contact " << n.contact_id << ", type " << n.type << ", "
         << n.note.size() << " bytes, " << (n.reminder ? "with" : "without") << " a reminder";
}

} // namespace noteload
