#pragma once

#include <filesystem>
#include <string>

#include "noteload/error.hpp"
#include "noteload/sandbox/authority.hpp"

namespace noteload::sandbox {

/// The sandbox's folder, mode 0700:
///   ca.pem        the certificate authority, made at the first start
///   ca-key.pem    its private key, mode 0600
///   server.pem    the server's certificate, new at each start (its key stays in memory)
///   notes.sqlite  the notes and the issued tokens
///   token         the token that is accepted, mode 0600, for `--token-file`
///   url           where the sandbox listens; only while it does
class data_dir {
public:
    /// Makes the folder where it is missing.
    [[nodiscard]] static result<data_dir> open(const std::string& path);

    /// The authority of `ca.pem`, made and written when there is none.
    [[nodiscard]] result<identity> authority() const;

    /// Writes by rename: a reader sees all of it or nothing.
    [[nodiscard]] result<void> write(const char* name, const std::string& text, bool secret) const;
    void remove(const char* name) const noexcept;

    [[nodiscard]] std::filesystem::path file(const char* name) const { return path_ / name; }

private:
    explicit data_dir(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

} // namespace noteload::sandbox
