#include "noteload/cli/reject_words.hpp"

#include "noteload/shell_word.hpp"

#include <fmt/format.h>

namespace noteload::cli {

std::string options_of_reject(std::string_view name, const std::vector<std::string>& options) {
    const auto dash = name.find('-');
    std::size_t input = 0;
    for (std::size_t i = dash;
         i != std::string_view::npos && ++i < name.size() && name[i] >= '0' && name[i] <= '9';) {
        input = input * 10 + static_cast<std::size_t>(name[i] - '0');
    }
    input -= dash == std::string_view::npos ? 0 : 1;
    return input < options.size() ? options[input] : std::string();
}

std::string rejects_to_mend(const std::string& folder, const std::vector<std::string>& names,
                            const std::vector<std::string>& options) {
    std::string out;
    for (const auto& name : names) {
        if (!name.starts_with("in_doubt")) {
            out += fmt::format("      {}{}\n", shell_path(folder + '/' + name),
                               options_of_reject(name, options));
        }
    }
    return out.empty() ? out
                       : "Next: problems.csv there says what is wrong with each row. Mend and "
                         "import:\n" +
                             out;
}

} // namespace noteload::cli
