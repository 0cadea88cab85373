#!/usr/bin/env bash
# Builds and runs every test: optimised, under the address and undefined-behaviour sanitizers (but
# for those that check time), and what has threads under the thread sanitizer. Exits other than 0
# when anything fails. The fuzzers run for some seconds each (tests/fuzz/run.sh runs them longer).
#
#   bash tests/run.sh            all of it
#   bash tests/run.sh release    one part: format, release, sanitized, threads or fuzz
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/install-packages

build() { # folder, targets (none: all), configure arguments...
    local folder=$1 targets=$2
    shift 2
    mkdir -p "$folder"
    cmake -S . -B "$folder" -G Ninja "$@" > "$folder/configure.log" 2>&1 ||
        { cat "$folder/configure.log"; return 1; }
    ninja -C "$folder" $targets | tail -n 1
}

run() { # folder, ctest arguments...
    local folder=$1
    shift
    ctest --test-dir "$folder" --output-on-failure -j "$(nproc)" --no-tests=error "$@"
}

# Instrumented code is slow to compile and slow to run: a little optimised, with line numbers alone,
# and with every assertion of ours and of the standard library.
instrumented() { # folder, targets, sanitizers
    build "$1" "$2" -DCMAKE_BUILD_TYPE=Debug -DNOTELOAD_SANITIZE="$3" \
        -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -D_GLIBCXX_ASSERTIONS"
}

part_format() {
    echo "== The code is formatted as .clang-format says"
    git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror
}

part_release() {
    echo "== Optimised"
    build build "" -DCMAKE_BUILD_TYPE=Release
    run build
}

part_sanitized() {
    echo "== Under the address and undefined-behaviour sanitizers"
    instrumented build/sanitized "" address,undefined
    # What it checks of time, an instrumented program cannot keep.
    NOTELOAD_E2E_ROWS=20000 run build/sanitized -E '^e2e/quota'
}

part_threads() {
    echo "== What has threads, under the thread sanitizer"
    instrumented build/threads \
        "test_source test_ledger test_run test_delivery noteload noteload-sandbox" thread
    NOTELOAD_E2E_ROWS=20000 run build/threads \
        -R '^(ledger|run|delivery|e2e)/|^source/(ParallelChunks|ReadingAhead)' -E '/Pacing|AnyLog|UndoLog|EveryWay|^e2e/(quota|wrong|mapping|dialects|check|samples)'
}

part_fuzz() {
    echo "== The fuzzers, for some seconds each"
    bash tests/fuzz/run.sh
}

mkdir -p build
for part in ${1:-format release sanitized threads fuzz}; do
    "part_$part"
done
echo "All tests passed."
