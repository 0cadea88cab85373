#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/source/byte_source.hpp"
#include "noteload/source/reading_plan.hpp"

namespace noteload::source {

/// Finds places where an input may be cut in two. In JSONL a record begins behind every LF. In CSV
/// an LF may stand inside quotes, and only who read all before it knows: a place is a good guess,
/// which the reader of the piece before it confirms or not.
class cut_finder {
public:
    cut_finder(std::unique_ptr<byte_source> from, const reading_plan& plan);

    /// A place behind an LF, from byte `from` on (1 or more), that looks like a record's beginning;
    /// nothing where the input ends first.
    [[nodiscard]] result<std::optional<std::uint64_t>> find(std::uint64_t from);

private:
    [[nodiscard]] result<bool> read_up_to(std::size_t size);
    [[nodiscard]] std::optional<std::size_t> cut_in(std::string_view text, bool whole);
    [[nodiscard]] bool looks_like_rows(std::string_view text, bool whole);

    std::unique_ptr<byte_source> from_;
    csv_dialect dialect_;
    std::uint32_t columns_; ///< the header's; 0 for JSONL
    std::unique_ptr<framer> framer_;
    std::vector<framed> found_;
    std::string text_;
};

} // namespace noteload::source
