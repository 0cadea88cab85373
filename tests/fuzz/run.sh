#!/usr/bin/env bash
# Builds the fuzzers and runs each of them; exits other than 0 where one finds something, and leaves
# the input in the working directory. Finds go into tests/fuzz/corpus/NAME, where they are tried
# first from then on.
#
#   bash tests/fuzz/run.sh                 each for some seconds, from the same seed every time; built
#                                          without sanitizers, which is soon done
#   bash tests/fuzz/run.sh 3600 csv        one (or all), for as long as you like, under sanitizers
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-}
names=${2:-csv jsonl encodings mapping dates answers}
if [ -n "$seconds" ]; then
    folder=build/fuzz-sanitized sanitize=address,undefined how="-max_total_time=$seconds"
else
    folder=build/fuzz sanitize='' how='-seed=1 -runs=40000 -max_total_time=4'
fi

mkdir -p "$folder"
cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS=-O1 \
    -DCMAKE_CXX_COMPILER=clang++-16 -DNOTELOAD_FUZZ=ON -DNOTELOAD_TESTS=OFF \
    -DNOTELOAD_SANITIZE="$sanitize" > "$folder/configure.log" 2>&1 ||
    { cat "$folder/configure.log"; exit 1; }
ninja -C "$folder" $(printf 'fuzz_%s ' $names) | tail -n 1
for name in $names; do
    echo "== fuzz_$name"
    known=tests/fuzz/corpus/$name
    [ "$name" != mapping ] || known="$known samples/mappings"
    # What it finds interesting on the way is kept for the next long run.
    found=$folder/found/$name
    [ -n "$seconds" ] || rm -rf "$found"
    mkdir -p "$found"
    "$folder/bin/fuzz_$name" $how -max_len=2000 -timeout=20 -print_final_stats=0 -verbosity=0 \
        "$found" $known > "$folder/$name.log" 2>&1 || { tail -n 40 "$folder/$name.log"; exit 1; }
done
