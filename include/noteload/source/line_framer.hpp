#pragma once

#include "noteload/source/framer.hpp"

namespace noteload::source {

/// Frames JSONL: a record is a line; a line of nothing but blanks is none.
class line_framer final : public framer {
public:
    using framer::framer;

private:
    bool find_one(std::string_view text, bool at_end, std::vector<framed>& out) override;
    bool is_blank(std::string_view line) const;
    void forget() override { seen_ = begin_; }
    void move_back(std::size_t by) override { seen_ -= by; }

    std::size_t seen_ = 0; ///< no LF between `begin_` and here
};

} // namespace noteload::source
