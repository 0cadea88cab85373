#include "stages.hpp"

#include "noteload/delivery/judgement.hpp"
#include "noteload/id_set.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/ledger/recovery.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>

namespace noteload::bench {

namespace {

constexpr std::string_view answer_body =
    R"({"id":991,"contactId":123456,"createDateTimeUtc":"2026-11-24T03:54:12.3456789",)"
    R"("createdByUser":"A User","modifiedDateTimeUtc":"2026-11-24T03:54:12.3456789",)"
    R"("modifiedByUser":"A User","noteDate":"10/4/2017","type":"General","note":"a text",)"
    R"("important":false,"isPrivate":false,"createdByAvatarUrl":null,"reminder":null})";

settled_row created(std::uint64_t row) {
    settled_row r;
    r.at = {.file = 0, .row = row, .line = row + 1, .byte = 0, .size = 0};
    r.what = outcome::created;
    r.note_id = static_cast<std::int64_t>(900'000'000 + row);
    r.status = 200;
    r.attempts = 1;
    r.took = std::chrono::milliseconds(83);
    r.when = std::chrono::system_clock::time_point(std::chrono::seconds(1795492452));
    return r;
}

/// Of notes that were made one after the other, as answers over 64 connections tell them.
std::vector<std::int64_t> note_ids() {
    constexpr std::ptrdiff_t connections = 64;
    std::vector<std::int64_t> ids(rows_of_a_stage);
    std::iota(ids.begin(), ids.end(), 900'000'000);
    std::mt19937 by(1);
    for (auto from = ids.begin(); ids.end() - from >= connections; from += connections / 2) {
        std::shuffle(from, from + connections, by);
    }
    return ids;
}

/// A log of so many rows, in a file that goes with it.
struct log_file {
    log_file() {
        std::string lines;
        ledger::append_line(lines, ledger::log_header{.run = "bench",
                                                      .program = "noteload",
                                                      .inputs = {{"/notes.csv", 1, "xxh3:0"}},
                                                      .mapping_hash = "xxh3:0",
                                                      .organization = "Bench",
                                                      .base_url = "https://localhost",
                                                      .options = {},
                                                      .started = {},
                                                      .server_started = {}});
        for (std::uint64_t row = 1; row <= rows_of_a_stage; ++row) {
            if (row % 1000 == 1) {
                ledger::append_line(lines, ledger::sending_mark{.first = row,
                                                                .last = row + 999,
                                                                .file = 0,
                                                                .byte = row,
                                                                .line = row + 1,
                                                                .hash = row});
            }
            ledger::append_line(lines, created(row));
        }
        std::ofstream(path, std::ios::binary) << lines;
        bytes = lines.size();
    }
    ~log_file() { std::filesystem::remove(path); }
    log_file(const log_file&) = delete;
    log_file& operator=(const log_file&) = delete;

    std::string path = std::filesystem::temp_directory_path() /
                       ("noteload-bench-log-" + std::to_string(::getpid()));
    std::size_t bytes = 0;
};

} // namespace

std::vector<stage> ledger_stages() {
    const auto csv = std::make_shared<std::string>(csv_rows());
    const auto log = std::make_shared<log_file>();
    const auto answered = std::make_shared<delivery::attempt>();
    answered->taken = delivery::handed::last_record;
    answered->reply.status = 200;
    answered->reply.body = answer_body;
    const auto rows = rows_of_a_stage;
    return {
        {"hash of a mark", rows, csv->size(),
         [csv] {
             constexpr std::size_t batch = 100 * 1024;
             std::uint64_t all = 0;
             for (std::size_t at = 0; at < csv->size(); at += batch) {
                 all ^= ledger::mark_hash(std::string_view(*csv).substr(at, batch));
             }
             if (all == 0) {
                 throw std::logic_error("no hash");
             }
         }},
        {"judging an answer", rows, rows * answer_body.size(),
         [answered] {
             for (std::size_t i = 0; i < rows_of_a_stage; ++i) {
                 if (delivery::judge(*answered, {}).is != delivery::verdict::kind::created) {
                     throw std::logic_error("the answer is good");
                 }
             }
         }},
        {"remembering a note's id", rows, rows * sizeof(std::int64_t),
         [ids = note_ids()] {
             id_set all;
             for (const auto id : ids) {
                 all.insert(id);
             }
             if (!all.contains(ids.back())) {
                 throw std::logic_error("an id is lost");
             }
         }},
        {"log line", rows, log->bytes,
         [row = created(1)] {
             std::string out;
             for (std::size_t i = 0; i < rows_of_a_stage; ++i) {
                 out.clear();
                 ledger::append_line(out, row);
             }
         }},
        {"log recovery", rows, log->bytes,
         [log] {
             if (!ledger::recover(log->path)) {
                 throw std::logic_error("the log cannot be read");
             }
         }},
    };
}

} // namespace noteload::bench
