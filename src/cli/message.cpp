#include "noteload/cli/message.hpp"

#include <sys/ioctl.h>

#include <cstdio>

namespace noteload::cli {

void write_message(std::string_view text) noexcept {
    // One write for each message, so that lines of several programs do not mix.
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    std::fflush(stderr);
}

std::size_t terminal_width(int stream) noexcept {
    winsize size{};
    return ::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace noteload::cli
