#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <vector>

namespace noteload::source {

/// One record as it was found, before anyone looked at its fields.
struct framed {
    std::size_t begin = 0;  ///< of its first byte in the text given to `frame`
    std::size_t held = 0;   ///< bytes there; less than `size` only in a line over the limit
    std::uint64_t byte = 0; ///< offset of its first byte in the input
    std::uint64_t size = 0; ///< bytes without the line end
    std::uint64_t next = 0; ///< offset in the input of the line after it
    std::uint64_t line = 0; ///< physical line on which it starts, from 1
    std::uint32_t columns =
        0;                    ///< 0 in JSONL; means nothing in a record with `bad_quoting` or worse
    bool quoted = false;      ///< a field is quoted
    bool bad_quoting = false; ///< text after a closing quote, or a quote that was a stray one
    bool truncated = false;   ///< the input ends inside quotes
    bool too_long = false;    ///< over the limit; this is its first line
    bool nul = false;
    bool stray = false; ///< a quote stands in a field that is not quoted

    /// The input ends with it, and no line end does.
    [[nodiscard]] bool is_unended() const noexcept { return next == byte + size; }

    friend bool operator==(const framed&, const framed&) = default;
};
std::ostream& operator<<(std::ostream& out, const framed& f);

/// What the caller does with the text after `frame`.
struct framing_step {
    static constexpr std::size_t everything = static_cast<std::size_t>(-1);

    std::size_t consumed = 0;      ///< drop these first bytes (not before the records are used)
    std::size_t keep = everything; ///< then keep only this many: a line over the limit goes by
};

/// Finds where records begin and end. Pure: no I/O; what is found does not depend on how the input
/// was cut into calls. `text` of a call starts where the last one's `consumed` ended, so that the
/// bytes of an unfinished record are seen again, but they are not scanned again.
///
/// Rules that hold for every format: a record ends at LF, at CR LF, or at the input's end (a CR
/// directly before that end belongs to it), and, where `cr_ends`, at a CR by itself; blank lines
/// are counted, but are no records. A record of more than `limit` bytes is `too_long`: its first
/// line becomes the record, and framing starts again at the line after it. A first line that is
/// over the limit by itself is passed over in constant memory: `held` are its first `limit` bytes.
class framer {
public:
    explicit framer(std::size_t limit, bool cr_ends = false) : limit_(limit), cr_ends_(cr_ends) {}
    virtual ~framer() = default;

    /// The header's columns, where the format has one; with 0, as before the header is known,
    /// nothing is looked at again.
    virtual void expect_columns(std::uint32_t /*columns*/) noexcept {}

    /// The text of the next call starts at offset `byte` of the input, which is on `line`. Nothing
    /// is remembered of what was framed before, which may stand behind that.
    virtual void restart(std::uint64_t byte, std::uint64_t line);

    /// Appends up to `most` complete records of `text` to `out`. `at_end`: no bytes follow `text`.
    framing_step frame(std::string_view text, bool at_end, std::vector<framed>& out,
                       std::size_t most = static_cast<std::size_t>(-1));

    /// Offset in the input of the next call's text.
    [[nodiscard]] std::uint64_t offset() const noexcept { return origin_; }
    /// And the line that it is on.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

protected:
    /// Finds the next record (or blank line) from `begin_` on and passes it with `finish` or
    /// `finish_first_line`; false when it is not complete yet.
    virtual bool find_one(std::string_view text, bool at_end, std::vector<framed>& out) = 0;

    /// Forgets what it knows of the unfinished record: one starts anew at `begin_`.
    virtual void forget() = 0;

    /// A call begins to look at `text`.
    virtual void look_at(std::string_view /*text*/) {}

    /// The text's first `by` bytes are going; positions become smaller by that.
    virtual void move_back(std::size_t by) = 0;

    /// Goes on behind the line end at `end`, `lines` lines further.
    void pass(std::string_view text, std::size_t end, std::uint64_t lines);

    /// The last byte of the first line end from `from` on; npos where there is none, or only a CR
    /// that may have its LF still to come.
    [[nodiscard]] std::size_t find_end(std::string_view text, std::size_t from,
                                       bool at_end) const noexcept;

    /// Passes the record (or blank line) whose line end has its last byte at `end` (or the text's
    /// end) and which took `lines`.
    void finish(const framed& found, std::string_view text, std::size_t end, std::uint64_t lines,
                std::vector<framed>& out);

    /// Passes the first line of a record that cannot be taken whole, marked like `found`. When that
    /// line is over the limit and its end not in sight, the next calls pass it.
    void finish_first_line(framed found, std::string_view text, bool at_end,
                           std::vector<framed>& out);

    [[nodiscard]] bool over_limit(std::string_view text, std::size_t end) const noexcept;

    /// `end` without the CR before it.
    [[nodiscard]] std::size_t without_cr(std::string_view text, std::size_t end) const noexcept;

    std::size_t limit_;
    bool cr_ends_;
    std::size_t begin_ = 0;    ///< of the unfinished record in the text
    std::uint64_t origin_ = 0; ///< offset in the input of the text's first byte
    std::uint64_t line_ = 1;   ///< of `begin_`

private:
    bool pass_long_line(std::string_view text, bool at_end, std::vector<framed>& out);

    bool passing_ = false;      ///< a line over the limit is going by
    std::uint64_t dropped_ = 0; ///< its bytes that were dropped behind the first `limit_`
    char last_dropped_ = 0;
};

} // namespace noteload::source
