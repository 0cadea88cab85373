#include "noteload/cli/state_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace noteload::cli {

namespace {

std::string value_of(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// `["https://…","Our Foundation"]`, so that any name is one line.
std::string line_of(std::string_view base_url, std::string_view organization) {
    return boost::json::serialize(boost::json::array{base_url, organization}) + '\n';
}

} // namespace

std::string state_folder() {
    // systemd gives a list where a service has several.
    if (const auto given = value_of("STATE_DIRECTORY"); !given.empty()) {
        return given.substr(0, given.find(':'));
    }
    if (const auto xdg = value_of("XDG_STATE_HOME"); xdg.starts_with('/')) {
        return xdg + "/noteload";
    }
    const auto home = value_of("HOME");
    return home.starts_with('/') ? home + "/.local/state/noteload" : "";
}

bool make_state_folder(const std::string& path) noexcept {
    std::error_code error;
    if (path.empty()) {
        return false;
    }
    // The program's umask makes each of them the owner's alone.
    std::filesystem::create_directories(path, error);
    return !error && std::filesystem::is_directory(path, error);
}

confirmed_organizations::confirmed_organizations(const std::string& folder)
    : folder_(folder), file_(folder.empty() ? "" : folder + "/organizations.jsonl") {}

bool confirmed_organizations::holds(std::string_view base_url,
                                    std::string_view organization) const {
    auto wanted = line_of(base_url, organization);
    wanted.pop_back();
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
        if (line == wanted) {
            return true;
        }
    }
    return false;
}

void confirmed_organizations::add(std::string_view base_url, std::string_view organization) const {
    if (!make_state_folder(folder_)) {
        return;
    }
    const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        // One write at the end: of two that come at once, neither cuts the other up.
        const auto line = line_of(base_url, organization);
        [[maybe_unused]] const auto written = ::write(fd, line.data(), line.size());
        ::close(fd);
    }
}

} // namespace noteload::cli
