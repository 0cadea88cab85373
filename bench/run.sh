#!/usr/bin/env bash
# Builds noteload and measures it against what people would otherwise use; bench/README.md says how,
# and what came out.
#
#   bash bench/run.sh            all of it (about a quarter of an hour, 25 GB of disk)
#   bash bench/run.sh --quick    some three minutes
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/install-packages
bash .ci/install-packages bench/packages
mkdir -p build
cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=Release -DNOTELOAD_TESTS=OFF \
    -DNOTELOAD_BENCH=ON > build/bench.log || { cat build/bench.log; exit 1; }
ninja -C build/bench noteload bench_log bench_rare_sync bench_stages | tail -n 1
exec /usr/bin/python3 bench/run.py --build build/bench "$@"
