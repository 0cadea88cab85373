#include "noteload/run/spooled_input.hpp"

#include "noteload/source/byte_source.hpp"

#include <algorithm>
#include <utility>

namespace noteload::run {

namespace {

constexpr std::size_t piece_size = 1 << 20;

result<void> copy_all(source::byte_source& from, ledger::append_file& to) {
    std::string piece(piece_size, '\0');
    for (;;) {
        const auto n = from.read(piece.data(), piece.size());
        if (!n) {
            return n.error();
        }
        if (*n == 0) {
            return to.sync();
        }
        if (auto done = to.append(std::string_view(piece).substr(0, *n)); !done) {
            return done;
        }
    }
}

} // namespace

result<spooled_input> spooled_input::copy(const ledger::run_folder& into,
                                          std::vector<std::string>& paths, int stop_fd) {
    const auto at = std::find(paths.begin(), paths.end(), "-");
    if (at == paths.end()) {
        return spooled_input("");
    }
    auto& disk = ledger::real_disk();
    const auto path = into.file("standard-input");
    disk.remove(path); // of an import that never began
    const auto what = source::look_at("-", std::nullopt);
    if (!what) {
        return what.error();
    }
    auto from = source::open_source(*what, stop_fd);
    if (!from) {
        return from.error();
    }
    auto to = disk.create(path);
    if (!to) {
        return to.error();
    }
    spooled_input copied(path);
    if (auto done = copy_all(**from, **to); !done) {
        return done.error();
    }
    *at = path;
    return copied;
}

spooled_input::spooled_input(spooled_input&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

spooled_input::~spooled_input() {
    if (!path_.empty()) {
        ledger::real_disk().remove(path_);
    }
}

} // namespace noteload::run
