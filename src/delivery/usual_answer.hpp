#pragma once

#include <cstddef>
#include <string_view>

#include "noteload/delivery/answer.hpp"

namespace noteload::delivery {

/// Reads an answer of the form that all but all have: the whole of it is there, HTTP/1.1, a status
/// that has a body, one `Content-Length`, and nothing about transfer or another use of the
/// connection. It may be used again then. Such an answer is read by Beast's parser alike, at seven
/// times the cost (tests/fuzz/answers.cpp holds them against each other).
///
/// Returns how many bytes it has; 0, and `into` is empty again, where it is not of this form, not
/// all there, or over `most` bytes: that is for Beast's parser to say.
[[nodiscard]] std::size_t read_usual_answer(std::string_view bytes, answer& into, std::size_t most);

} // namespace noteload::delivery
