#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace noteload::sandbox {

/// What the server makes of a note's text before it shows it. What the real one does is not
/// documented, so the importer must live with all of these.
struct text_shape {
    bool html = false; ///< `<`, `>`, `&` escaped; a line end becomes <br>, an empty line <p>
    bool crlf = false; ///< line ends become CRLF (outside HTML)

    friend bool operator==(const text_shape&, const text_shape&) = default;
};

[[nodiscard]] std::string shaped(std::string_view text, text_shape shape);

} // namespace noteload::sandbox
