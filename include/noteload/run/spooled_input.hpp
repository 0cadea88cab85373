#pragma once

#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/run_folder.hpp"

namespace noteload::run {

/// `--spool`: standard input copied into the run folder, so that the run can be resumed. The copy
/// is removed again when the object goes, unless it is kept.
class spooled_input {
public:
    /// Reads standard input to its end and puts the copy's path in the place of `-` in `paths`.
    /// Without `-` among them nothing is copied. `stop_fd`: see `source::open_source`.
    [[nodiscard]] static result<spooled_input> copy(const ledger::run_folder& into,
                                                    std::vector<std::string>& paths, int stop_fd);

    spooled_input(spooled_input&& other) noexcept;
    spooled_input& operator=(spooled_input&&) = delete;
    ~spooled_input();

    /// The run has begun.
    void keep() { path_.clear(); }

private:
    explicit spooled_input(std::string path) : path_(std::move(path)) {}

    std::string path_; // empty: nothing to remove
};

} // namespace noteload::run
