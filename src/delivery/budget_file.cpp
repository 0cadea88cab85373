#include "noteload/delivery/budget_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace noteload::delivery {

namespace {

constexpr int lock_tries = 20;
constexpr auto between_tries = std::chrono::microseconds(100);
constexpr std::size_t largest = 64 * 1024;

} // namespace

budget_file::budget_file(const std::string& path)
    : fd_(path.empty() ? -1 : ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}

budget_file::~budget_file() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

bool budget_file::lock() const {
    for (int i = 0; i < lock_tries; ++i) {
        if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        std::this_thread::sleep_for(between_tries);
    }
    return false;
}

void budget_file::update(const std::function<void(shared_budget&)>& change) {
    if (!lock()) {
        change(last_);
        return;
    }
    std::string text(largest, '\0');
    const auto n = ::pread(fd_, text.data(), text.size(), 0);
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    last_ = shared_budget::parse(text);
    change(last_);
    const auto next = last_.to_text();
    // A shorter text leaves no rest of the longer one. A write that fails leaves lines that are
    // passed over, or old ones: both count for too much rather than for too little.
    if (::pwrite(fd_, next.data(), next.size(), 0) == static_cast<::ssize_t>(next.size())) {
        [[maybe_unused]] const auto cut = ::ftruncate(fd_, static_cast<::off_t>(next.size()));
    }
    ::flock(fd_, LOCK_UN);
}

} // namespace noteload::delivery
