#!/usr/bin/env bash
# Shows the main job on a fresh Debian 12 machine: installs what is missing, builds, starts the
# stand-in server, and checks and imports both samples over verified TLS. The samples hold wrong
# rows on purpose, so that you see what becomes of them.
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/install-packages

mkdir -p build
echo "Building (the first time takes some minutes) ..."
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release > build/try.log 2>&1 &&
    ninja -C build noteload noteload-sandbox >> build/try.log 2>&1 || { cat build/try.log; exit 1; }

sandbox=$(mktemp -d)
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$sandbox"' EXIT
build/bin/noteload-sandbox --dir "$sandbox" --port 0 --quiet &
server=$!
for _ in $(seq 100); do
    [ -e "$sandbox/url" ] && break
    kill -0 "$server" 2> /dev/null || { echo "The sandbox did not start."; exit 1; }
    sleep 0.1
done

wrong_rows_expected() { # the command, which must say 1: finished, some rows invalid
    local code=0
    echo
    local words
    words=$(printf '%q ' "$@")
    echo "\$ ${words//$sandbox/SANDBOX}"
    "$@" || code=$?
    [ "$code" -eq 1 ] || { echo "Exit code $code instead of 1."; exit 1; }
    echo "(exit code 1, as it should be: some rows are wrong on purpose)"
}

for sample in samples/notes.csv samples/notes.jsonl; do
    wrong_rows_expected build/bin/noteload check "$sample"
    # The rate is only there to let you watch; without it, it is over at once.
    wrong_rows_expected build/bin/noteload import "$sample" --rate 20/s \
        --base-url "$(cat "$sandbox/url")" --ca-file "$sandbox/ca.pem" \
        --token-file "$sandbox/token" --organization "Sandbox Foundation"
done

echo
echo "Done. Everything that happened stands in noteload-runs/:"
ls -d noteload-runs/notes-*
