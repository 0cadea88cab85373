#pragma once

#include "noteload/source/csv_dialect.hpp"
#include "noteload/source/csv_masks.hpp"
#include "noteload/source/framer.hpp"

namespace noteload::source {

/// Frames CSV by quote state, in one pass. A quote opens a field only at its start; a doubled one
/// inside quotes is text, and so is one inside an unquoted field. Text after a closing quote is
/// `bad_quoting`; the field then goes on as an unquoted one.
///
/// One stray quote at a field's start must not swallow the rows behind it. So a record that is
/// broken (`bad_quoting`, or the input ends inside quotes) and took several lines is looked at
/// again: if any line after its first is, by itself, a well-formed record with exactly the header's
/// columns (of which there are at least 2), the opening quote was a stray one. Then only the first
/// line is the broken record (`bad_quoting`), and framing starts again at the line after it. Else
/// the whole span is one broken record. Downside: a line of a quoted note that looks like a row is
/// taken for one, if that note's record is broken.
///
/// Where a CR by itself is text (not `cr_ends`), a line with such CRs that has the wrong number of
/// columns is looked at again, too: if it falls at its CRs into well-formed records that all have
/// the header's columns, these are the records. So a file of mixed line ends is read, and a CR in a
/// cell stays there.
class csv_framer final : public framer {
public:
    csv_framer(const csv_dialect& dialect, std::size_t limit, cpu with = best_cpu());

    void expect_columns(std::uint32_t columns) noexcept override { expected_ = columns; }
    void restart(std::uint64_t byte, std::uint64_t line) override;

private:
    enum class after_quote { undecided, doubled, escaped, closed, text };

    bool find_one(std::string_view text, bool at_end, std::vector<framed>& out) override;
    void forget() override;
    void look_at(std::string_view text) override { masks_.look_at(text); }
    void move_back(std::size_t by) override { pos_ -= by; }

    /// Scans on to the record's end: true when `pos_` is there, false when the text or the limit
    /// comes first. `scan_fast` is the same code for processors that `cpu::avx2` stands for.
    bool scan(std::string_view text, bool at_end);
    bool scan_fast(std::string_view text, bool at_end);
    template <bool cr_ends>
    bool scan_blocks(std::string_view text, bool at_end);
    [[nodiscard]] after_quote what_follows(std::string_view text, std::size_t quote,
                                           bool at_end) const noexcept;
    [[nodiscard]] bool is_escaped(std::string_view text, std::size_t quote) const noexcept;
    [[nodiscard]] std::uint64_t lines_in(std::string_view text, std::size_t base,
                                         std::uint64_t newlines) const noexcept;
    [[nodiscard]] bool is_row(std::string_view line) const;
    [[nodiscard]] bool opens_quote(std::string_view line) const;
    [[nodiscard]] std::size_t last_row_in(std::string_view record) const;
    bool finish_split(std::string_view text, std::size_t end, std::vector<framed>& out);
    bool pass_known_stray(std::string_view text, bool at_end, std::vector<framed>& out);
    void finish_stray(std::string_view text, bool at_end, std::vector<framed>& out);

    csv_dialect dialect_;
    cpu with_;
    mask_window masks_;
    std::uint32_t expected_ = 0;

    std::size_t pos_ = 0;        ///< scanned up to here
    bool in_quotes_ = false;     ///< the state at `pos_`
    std::uint64_t newlines_ = 0; ///< inside quotes, of the unfinished record
    framed found_;               ///< what is known of it
    std::uint64_t bad_at_ = 0;   ///< the last closing quote with text after it, in the input
    bool skipped_ = false; ///< the scan took the short cut of `runaway_`: `found_` is not known

    // What is remembered of a record of which only the first line was taken, so that a file full of
    // stray quotes is not scanned again from each of its lines. Two scans that are inside quotes at
    // the same line end go on alike, wherever they began. Offsets in the input.
    std::uint64_t stray_until_ = 0; ///< a line before it that ends inside quotes has a stray quote
    struct {
        std::uint64_t at =
            0; ///< no record that is inside quotes at an earlier line end ends before
        bool in_quotes = false; ///< the state there
    } runaway_;
};

} // namespace noteload::source
