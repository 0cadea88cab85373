#include "noteload/cli/on_finish.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <vector>

namespace noteload::cli {

namespace {

/// Ours, without what is secret or replaced.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
    std::vector<std::string> all;
    for (char** at = environ; *at != nullptr; ++at) {
        const std::string_view entry(*at);
        const std::string name(entry.substr(0, entry.find('=')));
        if (name != "NOTELOAD_TOKEN" && !more.contains(name)) {
            all.emplace_back(entry);
        }
    }
    for (const auto& [name, value] : more) {
        all.push_back(name + "=" + value);
    }
    return all;
}

/// How the shell is started; freed with it.
struct start {
    start() {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
        ::posix_spawnattr_init(&attributes);
        // We ignore them; a shell that inherits that cannot have it otherwise.
        sigset_t usual;
        ::sigemptyset(&usual);
        ::sigaddset(&usual, SIGPIPE);
        ::sigaddset(&usual, SIGXFSZ);
        ::posix_spawnattr_setsigdefault(&attributes, &usual);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    }
    start(const start&) = delete;
    start& operator=(const start&) = delete;
    ~start() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

failure went_wrong(std::string what) {
    return {errc::usage, "--on-finish: the command " + std::move(what)};
}

} // namespace

result<void> run_on_finish(const std::string& command,
                           const std::map<std::string, std::string>& environment) {
    auto entries = environment_with(environment);
    std::vector<char*> env;
    for (auto& e : entries) {
        env.push_back(e.data());
    }
    env.push_back(nullptr);
    std::string words[] = {"sh", "-c", command};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    const start how;
    ::pid_t child = 0;
    if (const int error =
            ::posix_spawn(&child, "/bin/sh", &how.files, &how.attributes, arguments, env.data())) {
        return went_wrong(fmt::format("could not be started: {}", std::strerror(error)));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return went_wrong(fmt::format("cannot be waited for: {}", std::strerror(errno)));
        }
    }
    if (WIFSIGNALED(status)) {
        return went_wrong(fmt::format("was ended by signal {}", WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
        return went_wrong(fmt::format("ended with exit code {}", WEXITSTATUS(status)));
    }
    return {};
}

} // namespace noteload::cli
