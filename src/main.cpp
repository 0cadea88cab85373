#include "noteload/cli/program.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    try {
        return noteload::cli::run_program({argv + 1, argv + argc});
    } catch (const std::exception& e) {
        // A bug of ours; the log holds what was settled, and exit code 6 says that not all is.
        std::fprintf(stderr, "noteload: a bug: %s. Please report it.\n", e.what());
        return 6;
    }
}
