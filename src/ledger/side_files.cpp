#include "noteload/ledger/side_files.hpp"

#include "noteload/json_text.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

namespace noteload::ledger {

namespace {

constexpr std::string_view responses_name = "responses.jsonl";

/// Of a run that goes on, the answers of before are kept.
result<std::unique_ptr<append_file>> open_behind(disk& on, const std::string& path) {
    if (!on.exists(path)) {
        return on.create(path);
    }
    const auto whole = on.whole_lines(path);
    return whole ? on.reopen(path, *whole) : whole.error();
}

} // namespace

void side_files::add(const settled_row& row, std::string_view record, std::string_view response) {
    if (keep_responses_ && row.status != 0) {
        auto& out = named(std::string(responses_name), "").unwritten;
        out += fmt::format("{{\"row\":{},\"status\":{},\"body\":", row.at.row, row.status);
        append_json_string(out, valid_utf8(response));
        out += "}\n";
    }
    const bool may_be_doubled = row.what == outcome::created && !row.faults.empty();
    if (row.what == outcome::already_there || may_be_doubled) {
        add_problem(row);
    }
    const auto& shape = inputs_.at(row.at.file);
    const auto name = reject_name(row.what, row.at.file, shape.extension);
    if (name.empty()) {
        return;
    }
    if (!record.empty()) {
        auto& out = named(name, shape.header, shape.newline).unwritten;
        out += record;
        out += shape.newline;
    }
    add_problem(row);
}

void side_files::clear_old() {
    clear_rejects();
    on_->remove(folder_ + "/" + std::string(responses_name));
}

void side_files::clear_rejects() {
    for (std::size_t file = 0; file < inputs_.size(); ++file) {
        for (const auto o : {outcome::invalid, outcome::refused, outcome::in_doubt}) {
            on_->remove(folder_ + "/" + reject_name(o, file, inputs_[file].extension));
        }
    }
    on_->remove(folder_ + "/problems.csv");
}

void side_files::add_problem(const settled_row& row) {
    auto& out = named("problems.csv", "row,line,outcome,reason,detail").unwritten;
    out += fmt::format("{},{},{},{},", row.at.row, row.at.line, to_word(row.what),
                       row.faults.empty() ? "" : to_word(row.faults.front().why));
    append_csv_cell(out, all_details(row.faults));
    out += '\n';
}

side_files::open_file& side_files::named(const std::string& name, std::string_view first_line,
                                         std::string_view newline) {
    auto [it, is_new] = files_.try_emplace(name);
    if (is_new && !first_line.empty()) {
        it->second.unwritten = first_line;
        it->second.unwritten += newline;
    }
    return it->second;
}

result<void> side_files::flush() {
    for (auto& [name, f] : files_) {
        if (f.unwritten.empty()) {
            continue;
        }
        if (f.file == nullptr) {
            const auto path = folder_ + "/" + name;
            auto made = name == responses_name ? open_behind(*on_, path) : on_->create(path);
            if (!made) {
                return failure{errc::disk, made.error().message};
            }
            f.file = std::move(*made);
        }
        if (auto done = f.file->append(f.unwritten); !done) {
            return done;
        }
        f.unwritten.clear();
    }
    return {};
}

result<void> side_files::sync() {
    for (auto& [name, f] : files_) {
        if (f.file != nullptr) {
            if (auto done = f.file->sync(); !done) {
                return done;
            }
        }
    }
    return {};
}

std::vector<std::string> side_files::rejects() const {
    std::vector<std::string> names;
    for (const auto& [name, f] : files_) {
        if (name != "problems.csv" && name != responses_name) {
            names.push_back(name);
        }
    }
    return names;
}

std::string reject_name(outcome o, std::size_t file, std::string_view extension) {
    if (!has_reject(o)) {
        return {};
    }
    const auto number = file == 0 ? std::string() : fmt::format("-{}", file + 1);
    return fmt::format("{}{}.{}", to_word(o), number, extension);
}

void append_csv_cell(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        out += c;
        if (c == '"') {
            out += c;
        }
    }
    out += '"';
}

} // namespace noteload::ledger
