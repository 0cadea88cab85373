#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "noteload/text.hpp"

namespace noteload::run {

/// Names of columns, each once, without case and surrounding blanks. They are looked up and not
/// compared one by one: a file that is none has a million of them in its first line.
class distinct_names {
public:
    /// Whether it is the first of its name.
    bool add(std::string_view name) { return seen_.insert(lower_case(trimmed(name))).second; }

private:
    std::unordered_set<std::string> seen_;
};

} // namespace noteload::run
