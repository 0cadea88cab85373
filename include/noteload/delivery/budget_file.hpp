#pragma once

#include <functional>
#include <string>

#include "noteload/delivery/shared_budget.hpp"

namespace noteload::delivery {

/// The file of a `shared_budget`. Each update reads and writes it under a lock of some
/// microseconds; nothing is synced, since after a power cut nobody has anything out.
class budget_file {
public:
    /// Made with 0600 where it is not there. Empty, or where it cannot be opened: this process is
    /// alone.
    explicit budget_file(const std::string& path);
    budget_file(const budget_file&) = delete;
    budget_file& operator=(const budget_file&) = delete;
    ~budget_file();

    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    /// Where the lock is held by somebody who was stopped, `change` gets what was read last, and
    /// nothing is written: a run does not hang on another one.
    void update(const std::function<void(shared_budget&)>& change);

private:
    [[nodiscard]] bool lock() const;

    int fd_ = -1;
    shared_budget last_;
};

} // namespace noteload::delivery
