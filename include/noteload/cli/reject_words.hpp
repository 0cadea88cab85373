#pragma once

#include <string>
#include <vector>

namespace noteload::cli {

/// The reject files to mend and import, a line each, with the options that read them; empty where
/// there are none. `options`: for each input.
[[nodiscard]] std::string rejects_to_mend(const std::string& folder,
                                          const std::vector<std::string>& names,
                                          const std::vector<std::string>& options);

/// The options that a reject file is to be read with: `refused-2.csv` is of the second input.
[[nodiscard]] std::string options_of_reject(std::string_view name,
                                            const std::vector<std::string>& options);

} // namespace noteload::cli
