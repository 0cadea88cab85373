#include "noteload/run/draft_mapping.hpp"

#include "noteload/ledger/disk.hpp"
#include "noteload/mapping/draft.hpp"
#include "noteload/source/field_names.hpp"

#include <filesystem>

namespace noteload::run {

namespace {

constexpr std::uint64_t rows_looked_at = 1000;

result<std::unique_ptr<source::record_reader>> open(const source::input& what,
                                                    const input_options& options,
                                                    std::vector<std::string> columns) {
    source::reading_options how;
    how.columns = std::move(columns);
    how.max_record = options.max_record;
    return source::open_reader(what, how);
}

/// The header's names, or those of the first object of a JSONL file.
result<std::vector<std::string>> columns_of(source::record_reader& reader) {
    const auto header = reader.header();
    if (reader.format() == source::file_format::csv) {
        return std::vector<std::string>(header.begin(), header.end());
    }
    record r;
    const auto got = reader.next(r);
    if (!got) {
        return got.error();
    }
    return *got ? source::field_names(r.bytes) : std::vector<std::string>{};
}

} // namespace

result<drafted_mapping> draft_mapping(const std::string& path, const input_options& options) {
    auto what = source::look_at(path, options.format);
    if (!what) {
        return what.error();
    }
    if (!what->bytes) {
        return failure{errc::usage,
                       path +
                           ": a mapping is drafted from a file, which is read twice: save it as "
                           "one first"};
    }
    auto reader = open(*what, options, {});
    if (!reader) {
        return reader.error();
    }
    auto columns = columns_of(**reader);
    if (!columns) {
        return columns.error();
    }
    mapping::draft draft(std::filesystem::path(path).filename().string(), std::move(*columns));
    reader = open(*what, options, draft.wanted());
    if (!reader) {
        return reader.error();
    }
    record r;
    for (std::uint64_t n = 0; n < rows_looked_at && !draft.wanted().empty(); ++n) {
        const auto got = (*reader)->next(r);
        if (!got) {
            return got.error();
        }
        if (!*got) {
            break;
        }
        draft.see(r.cells);
    }
    return drafted_mapping{draft.to_toml(), std::string(draft.system())};
}

result<void> write_mapping(const std::string& path, const std::string& toml) {
    return ledger::write_whole(ledger::real_disk(), path, toml);
}

} // namespace noteload::run
