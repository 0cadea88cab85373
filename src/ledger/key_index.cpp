#include "noteload/ledger/key_index.hpp"

#include "noteload/json_text.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <xxhash.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <memory>

namespace noteload::ledger {

namespace {

namespace json = boost::json;

static_assert(std::endian::native == std::endian::little, "keys are written as they are in memory");
static_assert(sizeof(key_hash) == 16);

constexpr std::size_t hash_size = 21; // "xxh3:" and 16 digits
constexpr std::size_t longest_header = 64 << 10;
constexpr std::size_t keys_at_once = 64 << 10;

/// XXH3 of what comes in pieces.
class running_hash {
public:
    running_hash() : state_(XXH3_createState(), XXH3_freeState) { XXH3_64bits_reset(state_.get()); }
    void take(const void* bytes, std::size_t size) {
        XXH3_64bits_update(state_.get(), bytes, size);
    }
    [[nodiscard]] std::string text() const { return hash_text(XXH3_64bits_digest(state_.get())); }

private:
    std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

std::string_view bytes_of(const std::vector<key_hash>& keys) {
    return {reinterpret_cast<const char*>(keys.data()), keys.size() * sizeof(key_hash)};
}

void put(std::string& out, std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
    append_json_string(out, valid_utf8(value));
}

std::string header_line(const key_index& what) {
    auto out = fmt::format("{{\"noteload_keys\":{}", key_index_version);
    put(out, "run", what.run);
    put(out, "folder", what.folder);
    put(out, "base_url", what.base_url);
    put(out, "organization", what.organization);
    put(out, "key", what.column);
    put(out, "started", what.started);
    fmt::format_to(std::back_inserter(out),
                   ",\"open\":{},\"log_bytes\":{},\"undo_bytes\":{},\"imported\":{},"
                   "\"in_doubt\":{}}}",
                   what.open, what.log_bytes, what.undo_bytes, what.imported, what.in_doubt);
    return out;
}

std::string text_of(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::uint64_t number_of(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_int64() && value->get_int64() >= 0
               ? static_cast<std::uint64_t>(value->get_int64())
               : 0;
}

key_index header_of(const json::object& from) {
    const auto* open = from.if_contains("open");
    return {.run = text_of(from, "run"),
            .folder = text_of(from, "folder"),
            .base_url = text_of(from, "base_url"),
            .organization = text_of(from, "organization"),
            .column = text_of(from, "key"),
            .started = text_of(from, "started"),
            .open = open == nullptr || !open->is_bool() || open->get_bool(),
            .log_bytes = number_of(from, "log_bytes"),
            .undo_bytes = number_of(from, "undo_bytes"),
            .imported = number_of(from, "imported"),
            .in_doubt = number_of(from, "in_doubt")};
}

struct opened {
    key_index header;
    std::ifstream rest; // at the keys
};

result<opened> open_index(const std::string& path) {
    opened o;
    o.rest.open(path, std::ios::binary);
    std::string start(longest_header, '\0');
    o.rest.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(o.rest.gcount()));
    const auto end = start.find('\n');
    const bool is_sure =
        end != std::string::npos && start.size() > end + 1 + hash_size &&
        start.substr(end + 1, hash_size) == hash_text(XXH3_64bits(start.data(), end)) &&
        start[end + 1 + hash_size] == '\n';
    json::error_code error;
    const auto value =
        is_sure ? json::parse(json::string_view(start.data(), end), error) : json::value();
    if (error || !value.is_object()) {
        return failure{errc::run_folder, fmt::format("{} is damaged or cannot be read", path)};
    }
    if (const auto version = number_of(value.get_object(), "noteload_keys");
        version != static_cast<std::uint64_t>(key_index_version)) {
        return failure{errc::run_folder,
                       fmt::format("{} is of version {}, and this program knows version {}: use "
                                   "the version that wrote it",
                                   path, version, key_index_version)};
    }
    o.header = header_of(value.get_object());
    o.rest.clear();
    o.rest.seekg(static_cast<std::streamoff>(end + 1 + hash_size + 1));
    return o;
}

/// The keys in the file's order, some at a time. False where the file ends before.
template <class Each>
bool read_keys(std::ifstream& from, std::uint64_t count, const Each& each) {
    std::vector<key_hash> some;
    while (count > 0) {
        some.resize(static_cast<std::size_t>(std::min<std::uint64_t>(count, keys_at_once)));
        from.read(reinterpret_cast<char*>(some.data()),
                  static_cast<std::streamsize>(some.size() * sizeof(key_hash)));
        if (!from) {
            return false;
        }
        each(some);
        count -= some.size();
    }
    return true;
}

bool keys_are_whole(opened& o) {
    running_hash hash;
    const auto take = [&](const std::vector<key_hash>& keys) {
        hash.take(keys.data(), keys.size() * sizeof(key_hash));
    };
    if (!read_keys(o.rest, o.header.imported, take) ||
        !read_keys(o.rest, o.header.in_doubt, take)) {
        return false;
    }
    std::string end(hash_size + 2, '\0'); // one more than there may be
    o.rest.read(end.data(), static_cast<std::streamsize>(end.size()));
    end.resize(static_cast<std::size_t>(o.rest.gcount()));
    return end == hash.text() + '\n';
}

} // namespace

std::string key_column_of(const log_header& header) {
    const auto found = header.options.find("key");
    const auto* name =
        found == header.options.end() ? nullptr : std::get_if<std::string>(&found->second);
    return name == nullptr ? std::string() : *name;
}

std::string index_name(const log_header& header) {
    auto started = utc_text(header.started);
    std::erase_if(started, [](char c) { return c == '-' || c == ':' || c == '.'; });
    return fmt::format("{}.{}.keys", header.run.substr(0, 200), started);
}

key_index index_of(const log_header& header, const std::string& folder) {
    return {.run = header.run,
            .folder = folder,
            .base_url = header.base_url,
            .organization = header.organization,
            .column = key_column_of(header),
            .started = utc_text(header.started)};
}

result<void> write_index(disk& on, const std::string& path, key_index what, const run_keys& keys) {
    what.imported = keys.imported.size();
    what.in_doubt = keys.in_doubt.size();
    const auto line = header_line(what);
    const auto head = fmt::format("{}\n{}\n", line, hash_text(mark_hash(line)));
    running_hash hash;
    hash.take(keys.imported.data(), keys.imported.size() * sizeof(key_hash));
    hash.take(keys.in_doubt.data(), keys.in_doubt.size() * sizeof(key_hash));
    const auto end = hash.text() + '\n';
    const std::array<std::string_view, 4> pieces = {head, bytes_of(keys.imported),
                                                    bytes_of(keys.in_doubt), end};
    return write_whole(on, path, pieces);
}

result<found_index> read_index(const std::string& path) {
    auto o = open_index(path);
    if (!o) {
        return o.error();
    }
    const bool whole = keys_are_whole(*o);
    return found_index{std::move(o->header), whole};
}

result<void> add_index(const std::string& path, key_table& to, std::uint32_t run) {
    auto o = open_index(path);
    if (!o) {
        return o.error();
    }
    const auto imported = [&](const std::vector<key_hash>& keys) {
        for (const auto& key : keys) {
            to.add_imported(key, run);
        }
    };
    const auto in_doubt = [&](const std::vector<key_hash>& keys) {
        for (const auto& key : keys) {
            to.add_in_doubt(key, run);
        }
    };
    if (!read_keys(o->rest, o->header.imported, imported) ||
        !read_keys(o->rest, o->header.in_doubt, in_doubt)) {
        return failure{errc::run_folder, fmt::format("{} is shorter than it was just now", path)};
    }
    return {};
}

} // namespace noteload::ledger
