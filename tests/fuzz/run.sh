#!/usr/bin/env bash
# Builds the fuzzers and runs each of them; exits other than 0 where one finds something, and leaves
# the input in the working directory. Finds go into tests/fuzz/corpus/NAME, where they are tried
# first from then on.
#
#   bash tests/fuzz/run.sh                 each for some seconds, the same way every time
#   bash tests/fuzz/run.sh 3600 csv        one, for as long as you like
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-}
names=${2:-csv jsonl encodings}

mkdir -p build
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_COMPILER=clang++-16 -DNOTELOAD_FUZZ=ON -DNOTELOAD_TESTS=OFF \
    -DNOTELOAD_SANITIZE=address,undefined > build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }
for name in $names; do
    ninja -C build/fuzz "fuzz_$name" | tail -n 1
    mkdir -p "build/fuzz/found/$name"
    echo "== fuzz_$name"
    how=(-seed=1 -runs=20000)
    [ -z "$seconds" ] || how=("-max_total_time=$seconds")
    "build/fuzz/bin/fuzz_$name" "${how[@]}" -max_len=2000 -timeout=20 -print_final_stats=0 \
        -verbosity=0 "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
done
