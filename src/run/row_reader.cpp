#include "noteload/run/row_reader.hpp"

#include "noteload/delivery/request.hpp"

#include <utility>

namespace noteload::run {

namespace {

constexpr std::size_t most_rows = 256;
constexpr std::size_t most_bytes = 256 << 10;

} // namespace

void append_row(batch& b, const record& r, const mapping::mapped_note& note, outcome unsent) {
    auto& row = b.rows.emplace_back();
    row.at = r.at;
    row.bytes_begin = b.records.size();
    row.body_begin = b.bodies.size();
    row.key = note.key;
    b.records += r.bytes;
    b.records += '\n';
    if (note.faults.empty()) {
        row.contact_id = note.note.contact_id;
        delivery::append_note_body(b.bodies, note.note);
        row.body_size = b.bodies.size() - row.body_begin;
    } else {
        row.faults = note.faults;
        row.unsent = unsent;
    }
}

bool row_reader::hand_over(std::unique_ptr<batch>& b) {
    const auto rows = b->rows.size();
    if (rows == 0) {
        return true;
    }
    const auto weight = b->weight();
    // The next one will be much like it: room from the start, in place of growing by doubling.
    auto fresh = std::make_unique<batch>();
    fresh->records.reserve(b->records.size() + b->records.size() / 8);
    fresh->bodies.reserve(b->bodies.size() + b->bodies.size() / 8);
    fresh->rows.reserve(rows);
    if (!queue_.push(b, weight)) {
        return false;
    }
    read_ += rows;
    b = std::move(fresh);
    return true;
}

void row_reader::run() {
    auto b = std::make_unique<batch>();
    mapping::mapped_note note;
    record r;
    std::uint64_t taken = 0;
    for (;;) {
        if (!walk_.ready() && !hand_over(b)) {
            break;
        }
        auto got = walk_.next(r);
        if (!got) {
            failed_ = got.error();
        }
        if (!got || !*got) {
            hand_over(b);
            break;
        }
        if (r.at.row <= options_.skip) {
            continue;
        }
        if (options_.limit && taken == *options_.limit) {
            limited_ = true;
            hand_over(b);
            break;
        }
        ++taken;
        mapper_.map(r, note);
        const auto unsent = keys_ ? keys_->judge(r, note) : outcome::invalid;
        append_row(*b, r, note, unsent);
        const bool full = b->rows.size() >= most_rows || b->records.size() >= most_bytes;
        if (full && !hand_over(b)) {
            break;
        }
    }
    keys_.reset(); // large, and the run goes on for a while
    queue_.finish();
}

} // namespace noteload::run
