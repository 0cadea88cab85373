#pragma once

#include <string>
#include <string_view>

#include "noteload/error.hpp"

// What noteload remembers of this user from one run to the next, on this machine: the
// organisations that were confirmed, the shared budget of requests.

namespace noteload::cli {

/// The folder: what systemd gives (`$STATE_DIRECTORY`), else `$XDG_STATE_HOME/noteload`, else
/// `~/.local/state/noteload`. Empty where none of them is set. It may not be there yet.
[[nodiscard]] std::string state_folder();

/// Makes the folder, 0700, with those above it. False: it cannot be made.
[[nodiscard]] bool make_state_folder(const std::string& path) noexcept;

/// Organisations, each at its server, that a person has said are the right ones.
class confirmed_organizations {
public:
    /// An empty `folder` remembers nothing.
    explicit confirmed_organizations(const std::string& folder);

    [[nodiscard]] bool holds(std::string_view base_url, std::string_view organization) const;
    /// What cannot be written is asked again another time.
    void add(std::string_view base_url, std::string_view organization) const;

private:
    std::string folder_;
    std::string file_;
};

} // namespace noteload::cli
