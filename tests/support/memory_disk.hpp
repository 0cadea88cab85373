#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "noteload/ledger/disk.hpp"

namespace noteload::test {

/// A disk in memory that remembers what is synced, keeps a journal of its steps, and fails at the
/// step that a test names. From any thread.
class memory_disk final : public ledger::disk {
public:
    /// The step (from 1) that fails, and all after it; 0: none.
    explicit memory_disk(int fail_at = 0) : state_(std::make_shared<state>()) {
        state_->fail_at = fail_at;
    }

    /// Called before each step, outside of any lock: a test may hold the disk up.
    void on_step(std::function<void(const std::string&)> call) { state_->call = std::move(call); }
    void fail_from_now_on() {
        const std::scoped_lock hold(state_->mutex);
        state_->fail_at = state_->steps + 1;
    }

    [[nodiscard]] std::unique_ptr<ledger::append_file> file(const std::string& name) {
        return *create(name);
    }
    /// What was written; what a power cut would leave.
    [[nodiscard]] std::string written(const std::string& name) const {
        const std::scoped_lock hold(state_->mutex);
        const auto it = state_->files.find(name);
        return it == state_->files.end() ? "" : it->second->bytes;
    }
    [[nodiscard]] std::string synced(const std::string& name) const {
        const std::scoped_lock hold(state_->mutex);
        const auto it = state_->files.find(name);
        return it == state_->files.end() ? "" : it->second->bytes.substr(0, it->second->synced);
    }
    /// What is on it when the machine comes back; all of it is there for good.
    void replace(const std::string& name, std::string bytes) {
        const std::scoped_lock hold(state_->mutex);
        auto& f = *state_->files.at(name);
        f.synced = bytes.size();
        f.bytes = std::move(bytes);
    }
    /// Its steps succeed again.
    void mend() {
        const std::scoped_lock hold(state_->mutex);
        state_->fail_at = 0;
    }
    void fail_in(int steps) {
        const std::scoped_lock hold(state_->mutex);
        state_->fail_at = state_->steps + steps;
    }
    [[nodiscard]] bool has_failed() const {
        const std::scoped_lock hold(state_->mutex);
        return state_->fail_at != 0 && state_->steps >= state_->fail_at;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        const std::scoped_lock hold(state_->mutex);
        std::vector<std::string> out;
        for (const auto& [name, f] : state_->files) {
            out.push_back(name);
        }
        return out;
    }
    [[nodiscard]] std::vector<std::string> journal() const {
        const std::scoped_lock hold(state_->mutex);
        return state_->journal;
    }
    [[nodiscard]] int steps() const {
        const std::scoped_lock hold(state_->mutex);
        return state_->steps;
    }

    // ledger::disk
    result<std::unique_ptr<ledger::append_file>> create(const std::string& path) override {
        if (auto done = state_->step("create " + path); !done) {
            return done.error();
        }
        const std::scoped_lock hold(state_->mutex);
        auto [it, is_new] = state_->files.try_emplace(path, std::make_shared<content>());
        if (!is_new) {
            return failure{errc::run_folder, path + " is there"};
        }
        return std::unique_ptr<ledger::append_file>(
            std::make_unique<memory_file>(state_, it->second, path));
    }
    result<std::unique_ptr<ledger::append_file>> reopen(const std::string& path,
                                                        std::uint64_t size) override {
        if (auto done = state_->step("reopen " + path); !done) {
            return done.error();
        }
        const std::scoped_lock hold(state_->mutex);
        const auto it = state_->files.find(path);
        if (it == state_->files.end()) {
            return failure{errc::run_folder, path + " is not there"};
        }
        it->second->bytes.resize(size);
        it->second->synced = std::min<std::size_t>(it->second->synced, size);
        return std::unique_ptr<ledger::append_file>(
            std::make_unique<memory_file>(state_, it->second, path));
    }
    result<std::uint64_t> whole_lines(const std::string& path) override {
        const std::scoped_lock hold(state_->mutex);
        return std::uint64_t{state_->files.at(path)->bytes.rfind('\n') + 1};
    }
    result<bool> make_folder(const std::string& path) override {
        if (auto done = state_->step("make_folder " + path); !done) {
            return done.error();
        }
        return false;
    }
    bool exists(const std::string& path) override {
        const std::scoped_lock hold(state_->mutex);
        return state_->files.contains(path);
    }
    result<void> rename(const std::string& from, const std::string& to) override {
        if (auto done = state_->step("rename " + from); !done) {
            return done;
        }
        const std::scoped_lock hold(state_->mutex);
        state_->files[to] = state_->files.at(from);
        state_->files.erase(from);
        return {};
    }
    result<void> sync_folder(const std::string& path) override {
        return state_->step("sync_folder " + path);
    }
    void remove(const std::string& path) override {
        const std::scoped_lock hold(state_->mutex);
        state_->files.erase(path);
    }

private:
    struct content {
        std::string bytes;
        std::size_t synced = 0;
    };
    struct state {
        mutable std::mutex mutex;
        std::map<std::string, std::shared_ptr<content>> files;
        std::vector<std::string> journal;
        std::function<void(const std::string&)> call;
        int steps = 0;
        int fail_at = 0;

        result<void> step(const std::string& what) {
            if (call) {
                call(what);
            }
            const std::scoped_lock hold(mutex);
            ++steps;
            if (fail_at != 0 && steps >= fail_at) {
                journal.push_back("failed " + what);
                return failure{errc::disk, "no space left for: " + what};
            }
            journal.push_back(what);
            return {};
        }
    };
    class memory_file final : public ledger::append_file {
    public:
        memory_file(std::shared_ptr<state> of, std::shared_ptr<content> what, std::string name)
            : state_(std::move(of)), content_(std::move(what)), name_(std::move(name)) {}
        result<void> append(std::string_view bytes) override {
            auto done = state_->step("append " + name_);
            const std::scoped_lock hold(state_->mutex);
            // A failed write leaves a part behind.
            content_->bytes += done ? bytes : bytes.substr(0, bytes.size() / 2);
            return done;
        }
        result<void> sync() override {
            const auto upto = size();
            auto done = state_->step("sync " + name_);
            if (done) {
                const std::scoped_lock hold(state_->mutex);
                content_->synced = upto;
            }
            return done;
        }

    private:
        [[nodiscard]] std::size_t size() const {
            const std::scoped_lock hold(state_->mutex);
            return content_->bytes.size();
        }
        std::shared_ptr<state> state_;
        std::shared_ptr<content> content_;
        std::string name_;
    };

    std::shared_ptr<state> state_;
};

} // namespace noteload::test
