#include "noteload/ledger/log_lines.hpp"

#include "line_parts.hpp"
#include "noteload/text.hpp"
#include "own_form.hpp"

#include <date/date.h>
#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace noteload::ledger {

namespace {

namespace json = boost::json;

constexpr std::size_t time_size = 24; // 2026-11-24T03:54:12.345Z

std::optional<std::chrono::system_clock::time_point> read_time(std::string_view text) {
    std::istringstream in(std::string(text.substr(0, 19)));
    date::sys_seconds t;
    in >> date::parse("%FT%T", t);
    int ms = 0;
    if (in.fail() || text.size() != time_size ||
        std::from_chars(text.data() + 20, text.data() + 23, ms).ec != std::errc()) {
        return std::nullopt;
    }
    return t + std::chrono::milliseconds(ms);
}

std::chrono::system_clock::time_point time_of(const json::object& from, std::string_view name) {
    const auto text = text_of(from, name);
    return read_time(text).value_or(std::chrono::system_clock::time_point());
}

constexpr std::string_view bytes_suffix = "_bytes";

/// Of a text that is no UTF-8: what it really is.
std::optional<std::string> bytes_of(const json::object& from, std::string_view name) {
    const auto hex = text_of(from, std::string(name) + std::string(bytes_suffix));
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned byte = 0;
        if (std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16).ec != std::errc()) {
            return std::nullopt;
        }
        out += static_cast<char>(byte);
    }
    return out.empty() ? std::nullopt : std::optional(out);
}

option_value option_of(const json::value& from) {
    if (from.is_bool()) {
        return from.get_bool();
    }
    if (from.is_int64()) {
        return from.get_int64();
    }
    return from.is_string() ? std::string(from.get_string()) : std::string();
}

log_header header_of(const json::object& from) {
    log_header h;
    h.run = text_of(from, "run");
    h.program = text_of(from, "program");
    h.mapping_hash = text_of(from, "mapping_hash");
    h.organization = text_of(from, "organization");
    h.base_url = text_of(from, "base_url");
    h.started = time_of(from, "started");
    h.server_started = time_of(from, "server_started");
    if (const auto* inputs = from.if_contains("inputs"); inputs && inputs->is_array()) {
        for (const auto& in : inputs->get_array()) {
            if (const auto* one = in.if_object()) {
                const auto* bytes = one->if_contains("bytes");
                h.inputs.push_back({bytes_of(*one, "path").value_or(text_of(*one, "path")),
                                    bytes && bytes->is_int64()
                                        ? static_cast<std::uint64_t>(bytes->get_int64())
                                        : 0,
                                    text_of(*one, "hash")});
            }
        }
    }
    if (const auto* options = from.if_contains("options"); options && options->is_object()) {
        for (const auto& [name, value] : options->get_object()) {
            const std::string_view field(name);
            const auto of =
                field.substr(0, field.size() - std::min(field.size(), bytes_suffix.size()));
            if (field.ends_with(bytes_suffix) && options->get_object().contains(of)) {
                continue;
            }
            auto& option = h.options[std::string(name)] = option_of(value);
            if (auto bytes = bytes_of(options->get_object(), name)) {
                option = std::move(*bytes);
            }
        }
    }
    return h;
}

} // namespace

result<log_header> read_header(std::string_view line, const std::string& path) {
    const auto text = without_bom(line);
    json::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    const auto* version =
        !error && value.is_object() ? value.get_object().if_contains("noteload_log") : nullptr;
    if (version == nullptr || !version->is_int64()) {
        return failure{errc::changed, fmt::format("{} is no log of a run: its first line is not "
                                                  "a header",
                                                  path)};
    }
    if (version->get_int64() != log_version) {
        return failure{errc::changed,
                       fmt::format("{} is of log version {}, and this program knows version {}: "
                                   "use the version that wrote it",
                                   path, version->get_int64(), log_version)};
    }
    auto h = header_of(value.get_object());
    if (h.inputs.empty() || h.base_url.empty()) {
        return failure{errc::changed,
                       fmt::format("{}: its header names no input or no server", path)};
    }
    return h;
}

std::optional<std::chrono::system_clock::time_point> time_of_line(std::string_view line) {
    constexpr std::string_view before = ",\"at\":\"";
    constexpr std::string_view behind = "\"}";
    constexpr auto size = before.size() + time_size + behind.size();
    const auto end = line.substr(line.size() - std::min(line.size(), size));
    if (end.starts_with(before)) {
        return read_time(end.substr(before.size(), time_size));
    }
    if (line.find("\"at\"") == std::string_view::npos) {
        return std::nullopt;
    }
    json::error_code error;
    const auto value = json::parse(json::string_view(line.data(), line.size()), error);
    return !error && value.is_object() ? read_time(text_of(value.get_object(), "at"))
                                       : std::nullopt;
}

std::string unescaped(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) {
        return std::string(text);
    }
    json::error_code error;
    const auto quoted = fmt::format("\"{}\"", text);
    const auto value = json::parse(quoted, error);
    return !error && value.is_string() ? std::string(value.get_string()) : std::string(text);
}

} // namespace noteload::ledger
