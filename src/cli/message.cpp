#include "noteload/cli/message.hpp"

#include <cstdio>

namespace noteload::cli {

void write_message(std::string_view text) noexcept {
    // One write for each message, so that lines of several programs do not mix.
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    std::fflush(stderr);
}

} // namespace noteload::cli
