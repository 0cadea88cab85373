#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kept_fields.hpp"
#include "noteload/delivery/answer.hpp"

namespace noteload::delivery {

/// Reads answers of the form that all but all have: the whole of it is there, HTTP/1.1, a status
/// that has a body, one `Content-Length`, and nothing about transfer or another use of the
/// connection. It may be used again then. Such an answer is read by Beast's parser alike, at
/// several times the cost (tests/fuzz/answers.cpp holds them against each other).
///
/// A server's answers are alike: a line that stands where it stood in the one before means the
/// same, and is not looked into again. One for each connection.
class usual_answers {
public:
    /// Returns how many bytes it has; 0, and `into` is empty again, where it is not of this form,
    /// not all there, or over `most` bytes: that is for Beast's parser to say.
    [[nodiscard]] std::size_t read(std::string_view bytes, answer& into, std::size_t most);

private:
    enum class use : std::uint8_t { nothing, status, length, kept };
    struct line {
        std::size_t size = 0;  ///< with its end
        std::size_t value = 0; ///< its place in the line
        std::size_t value_size = 0;
        std::size_t number = 0; ///< of a status or length
        use is{};
        kept_field field{};
    };

    [[nodiscard]] static bool read_status(std::string_view head, line& into);
    [[nodiscard]] static bool read_field(std::string_view head, line& into);
    [[nodiscard]] const line* next_line(std::string_view head, std::size_t count,
                                        std::size_t& known_at);
    [[nodiscard]] std::size_t read_whole(std::string_view bytes, answer& into, std::size_t most);

    // Of the last usual head, without the empty line behind it.
    std::string text_;
    std::vector<line> lines_;
    bool changed_ = false; ///< `lines_` is ahead of `text_`
};

} // namespace noteload::delivery
