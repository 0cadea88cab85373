#include "noteload/source/patterns.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>

namespace noteload::source {

namespace {

bool is_pattern(const std::string& name) {
    std::error_code ignored;
    return name.find_first_of("*?[") != std::string::npos &&
           !std::filesystem::exists(name, ignored);
}

std::vector<std::string> files_like(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    ::globfree(&found);
    return files;
}

} // namespace

std::vector<std::string> expand_patterns(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const auto& name : names) {
        const auto files = is_pattern(name) ? files_like(name) : std::vector<std::string>();
        if (files.empty()) {
            out.push_back(name);
        }
        for (const auto& file : files) {
            const auto is_named = [&](const auto& in) {
                return std::find(in.begin(), in.end(), file) != in.end();
            };
            if (!is_named(out) && !is_named(names)) {
                out.push_back(file);
            }
        }
    }
    return out;
}

} // namespace noteload::source
