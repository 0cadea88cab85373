"""The whole bench: see bench/README.md. Ours and theirs run in turn; ratios are of medians."""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import inputs
import picture
import server
from measure import in_turn, median, run

HERE = os.path.dirname(os.path.abspath(__file__))


class Bench:
    def __init__(self, options, folder):
        self.quick = options.quick
        self.folder = folder
        self.build = os.path.abspath(options.build)
        self.ours = os.path.join(self.build, "bin", "noteload")
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.client = cores[0], {cores[-1]}
        self.both = set(cores[:2])
        self.results = []

    def keep(self, group, name, unit, ours, theirs=None, goal=None):
        """One line of the results; `theirs` are pairs of a name and values."""
        line = {"group": group, "name": name, "unit": unit, "ours": median(ours),
                "least": min(ours), "most": max(ours), "goal": goal,
                "theirs": {who: median(values) for who, values in (theirs or {}).items()}}
        self.results.append(line)
        told = "".join(f", {who} {value:.3f} (ours is {line['ours'] / value:.2f} of it)"
                       for who, value in line["theirs"].items())
        print(f"{group}: {name}: {line['ours']:.3f} {unit} "
              f"[{line['least']:.3f} to {line['most']:.3f}]{told}", flush=True)

    # Delivery: processor seconds of the client for 100,000 rows.

    def load(self, csv, at, connections, rows=None, env=None, more=(), threads=None):
        target = os.path.join(self.folder, "run")
        shutil.rmtree(target, ignore_errors=True)
        limit = ["--limit", str(rows)] if rows else []
        used = run([self.ours, "import", csv, "--base-url", server.URL, "--ca-file", at.ca,
                    "--token-file", at.token, "--run-dir", target, "--progress", "none",
                    "--concurrency", str(connections), "--json", *limit, *more], self.client, env,
                   threads=threads)
        created = json.loads(used.out)["counts"]["created"]
        return used, created

    def wrk(self, script, connections):
        used = run(["wrk", "-t1", f"-c{connections}", f"-d{2 if self.quick else 5}", "-s",
                    os.path.join(HERE, "peers", script), server.URL], self.client)
        return used.cpu * 1e5 / int(re.search(r"requests (\d+)", used.out)[1])

    def curl(self, csv, at, connections, rows):
        """curl -Z reads one file with the bodies; the time to make it is not counted."""
        path = os.path.join(self.folder, "curl.config")
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w") as f:
            for i, row in zip(range(rows), inputs.rows(rows)):
                body = json.dumps(row, separators=(",", ":")).replace('"', '\\"')
                f.write(("next\n" if i else "") + f'url = "{server.URL}/api/ContactNote"\n'
                        f'header = "Authorization: Bearer bench-token"\n'
                        f'header = "Content-Type: application/json"\n'
                        f'cacert = "{at.ca}"\noutput = "/dev/null"\nsilent\ndata = "{body}"\n')
        used = run(["curl", "--no-progress-meter", "-Z", "--parallel-max", str(connections),
                    "--config", path], self.client)
        return used.cpu * 1e5 / rows

    def aiohttp(self, csv, at, connections, rows):
        used = run(["/usr/bin/python3", os.path.join(HERE, "peers", "aiohttp_load.py"), csv,
                    server.URL, at.ca, str(connections), str(rows)], self.client)
        return used.cpu * 1e5 / rows

    def delivery(self, csv, at, rows):
        peak = []

        def ours(connections):
            used, created = self.load(csv, at, connections)
            assert created == rows, created
            peak.append(used.peak_mib)
            return used.cpu * 1e5 / rows

        for connections in (16, 64):
            mine, distinct, one = in_turn(
                3 if self.quick else 9, lambda: ours(connections),
                lambda: self.wrk("distinct.lua", connections),
                lambda: self.wrk("one_body.lua", connections))
            self.keep("delivery", f"{connections} connections", "s / 100,000 rows", mine,
                      {"wrk, distinct bodies": distinct, "wrk, one body": one}, 0.9)
        self.keep("delivery", "peak memory", "MiB", peak)
        few = 500 if self.quick else 3000
        mine, curl, aiohttp = in_turn(
            1 if self.quick else 3, lambda: ours(16), lambda: self.curl(csv, at, 16, few),
            lambda: self.aiohttp(csv, at, 16, few))
        self.keep("delivery", "against what people write", "s / 100,000 rows", mine,
                  {"curl -Z": curl, "Python's aiohttp": aiohttp})

    def threads(self, csv, at, rows):
        """How many notes a second the busiest thread allows, were there a processor for each thread
        and a server that keeps up: here the server has one of two to itself."""
        for count in (1, 2, 3):
            busiest, all_of_it = [], []
            for _ in range(3):
                of_each = {}
                used, _ = self.load(csv, at, 48, more=("--threads", str(count)), threads=of_each)
                busiest.append(rows / max(of_each.values()) / 1e3)
                all_of_it.append(used.cpu * 1e5 / rows)
            self.keep("threads", f"{count}, busiest thread", "thousand rows / s", busiest)
            self.keep("threads", f"{count}, all of it", "s / 100,000 rows", all_of_it)

    def marks(self, csv, at, rows):
        """The same run with marks that are written and not waited for."""
        env = {"LD_PRELOAD": os.path.join(self.build, "bench", "libbench_rare_sync.so")}

        def one(env):
            used, _ = self.load(csv, at, 64, env=env)
            return used

        as_it_is, without = in_turn(5 if self.quick else 9, lambda: one(None), lambda: one(env))
        for what, unit in (("cpu", "processor s"), ("wall", "s")):
            self.keep("marks", f"{rows:,} rows, {unit}", unit, [getattr(u, what) for u in as_it_is],
                      {"marks not waited for": [getattr(u, what) for u in without]}, 1.03)

    # Reading.

    def reading(self, csv, jsonl, rows):
        times = 1 if self.quick else 5
        fast = 3 if self.quick else 9
        for path in (csv, jsonl):
            kind = path.rsplit(".", 1)[1]
            size = os.path.getsize(path) / 1e6
            count = 'import csv,sys\nprint(sum(1 for _ in csv.reader(open(sys.argv[1],newline=""))))'
            if kind == "jsonl":
                count = 'import json,sys\nprint(sum(1 for l in open(sys.argv[1]) if json.loads(l)))'
            peers = {
                f"Python's {'csv' if kind == 'csv' else 'json'}": ["/usr/bin/python3", "-c", count,
                                                                    path],
                "Miller": ["mlr", f"--i{kind}", "--ojson", "count", path],
                "wc -l": ["wc", "-l", path],
            }
            check = [self.ours, "check", path, "--progress", "none"]
            values = in_turn(times, *(lambda c=c: size / run(c, self.both).cpu
                                      for c in [check, *peers.values()]))
            self.keep("check", kind, "MB / processor s", values[0], dict(zip(peers, values[1:])))
            walls = [size / run(check, self.both).wall for _ in range(fast)]
            self.keep("check", f"{kind}, two cores", "MB/s", walls)
            one = [run(check, self.client) for _ in range(times)]
            self.keep("check", f"{kind}, processor time", "ns / row",
                      [u.cpu * 1e9 / rows for u in one])
            self.keep("check", f"{kind}, peak memory", "MiB", [u.peak_mib for u in one])

    def memory(self, csv, at, rows):
        """Peak memory must not grow with the input."""
        for megabytes in (100,) if self.quick else (100, 1000, 10000):
            path = os.path.join(self.folder, "large.csv")
            inputs.copies(csv, path, max(1, round(megabytes * 1e6 / os.path.getsize(csv))))
            checked = run([self.ours, "check", path, "--progress", "none"], self.both)
            self.keep("memory", f"check of {megabytes} MB", "MiB", [checked.peak_mib])
            used, _ = self.load(path, at, 64)
            self.keep("memory", f"import of {megabytes} MB", "MiB", [used.peak_mib])
            os.remove(path)

    # Going on.

    def resume(self, at):
        rows = 1_000_000 if self.quick else 10_000_000
        large = inputs.write_short(self.folder, rows + 100)
        # The log of a run of that input: its header is a real one's, its lines are made.
        self.load(large, at, 16, rows=1)
        target = os.path.join(self.folder, "run")
        log = os.path.join(target, "log.jsonl")
        with open(log) as f:
            header = json.loads(f.readline())
        header["options"].pop("limit", None)
        with open(log, "wb") as f:
            subprocess.run([os.path.join(self.build, "bin", "bench_log"), str(rows), large,
                            json.dumps(header, separators=(",", ":"), ensure_ascii=False)],
                           stdout=f, check=True)
        os.sync()  # what the kernel has still to write of the log is not resume's to wait for
        used = run([self.ours, "resume", target, "--token-file", at.token, "--ca-file", at.ca,
                    "--limit", "1", "--progress", "none"], self.client, codes=(0, 5))
        name = f"of {rows:,} rows, end to end"
        self.keep("resume", name, "s", [used.wall])
        self.keep("resume", name + ", memory", "MiB", [used.peak_mib])
        os.remove(large)

    def start(self):
        walls = [run([self.ours, "--version"], self.client).wall * 1e3 for _ in range(20)]
        self.keep("start", "noteload --version", "ms", walls, goal=10)

    def instructions(self, csv, jsonl):
        """Of `check`, a row; they repeat where times do not."""
        few, more = 1000, 11000

        def count(source, rows):
            kind = source.rsplit(".", 1)[1]
            path = os.path.join(self.folder, "few." + kind)
            with open(source, "rb") as a, open(path, "wb") as b:
                for _ in range(rows + (kind == "csv")):
                    b.write(a.readline())
            out = os.path.join(self.folder, "callgrind.out")
            used = run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", self.ours,
                        "check", path, "--encoding", "utf-8", "--progress", "none"])
            return int(re.search(r"refs:\s+([\d,]+)", used.err)[1].replace(",", ""))

        for source in (csv, jsonl):
            kind = source.rsplit(".", 1)[1]
            self.keep("check", f"{kind}, instructions", "a row",
                      [(count(source, more) - count(source, few)) / (more - few)])

    # The stages of a row's way, one by one.

    def stages(self):
        program = os.path.join(self.build, "bin", "bench_stages")
        seconds = "0.1" if self.quick else "1"
        used = run([program, "--benchmark_format=json", f"--benchmark_min_time={seconds}",
                    "--benchmark_repetitions=3"], self.both)
        told = {}
        for line in json.loads(used.out)["benchmarks"]:
            if line["run_type"] == "iteration":
                told.setdefault(line["name"], []).append(line)
        instructions = self.stage_instructions(program, list(told))
        for name, lines in told.items():
            self.keep("stages", name, "ns / row", [1e9 / x["items_per_second"] for x in lines])
            self.keep("stages", f"{name}, speed", "GB/s",
                      [x["bytes_per_second"] / 1e9 for x in lines])
            if name in instructions:
                self.keep("stages", f"{name}, instructions", "a row", [instructions[name]])

    def stage_instructions(self, program, names):
        """callgrind leaves a profile whenever a stage ended, in their order."""
        out = os.path.join(self.folder, "stages.out")
        names = [n for n in names if "threads" not in n]  # csv.h alone: more rows, two threads
        run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
             "--toggle-collect=measured_once", "--dump-after=measured_once", program,
             "--benchmark_min_time=0.000000001", "--benchmark_filter=-threads"])
        found = {}
        for i, name in enumerate(names, 1):
            with open(f"{out}.{i}") as f:
                totals = re.search(r"^(?:totals|summary): (\d+)", f.read(), re.M)
            found[name] = int(totals[1]) / 10_000  # `rows_of_a_stage`
        return found


def machine():
    def first(command):
        text = subprocess.run(command, capture_output=True, text=True)
        return (text.stdout + text.stderr).strip().split("\n")[0]

    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return {"processor": f"{model[1] if model else '?'}, {os.cpu_count()} cores",
            "kernel": platform.release(), "compiler": first(["g++", "--version"]),
            "openssl": first(["openssl", "version"]), "nginx": first(["/usr/sbin/nginx", "-v"]),
            "wrk": first(["wrk", "-v"]).split(" Copyright")[0],
            "curl": first(["curl", "--version"]).split(" (")[0],
            "miller": first(["mlr", "--version"])}


def main():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--quick", action="store_true", help="some three minutes")
    parse.add_argument("--build", default="build/bench")
    parse.add_argument("--only", default="", help="parts, separated by commas")
    parse.add_argument("--out", help="write results.json and results.svg into this folder; with "
                       "--only, what it has of other parts stays")
    options = parse.parse_args()
    only = set(filter(None, options.only.split(",")))
    with tempfile.TemporaryDirectory(prefix="noteload-bench-") as folder:
        os.chmod(folder, 0o755)  # nginx's worker is another user
        bench = Bench(options, folder)
        rows = 100_000 if bench.quick else 500_000
        csv, jsonl = inputs.write(folder, rows)
        with server.Server(folder, bench.server_core) as at:
            parts = {
                "delivery": lambda: bench.delivery(csv, at, rows),
                "threads": lambda: bench.threads(csv, at, rows),
                "marks": lambda: bench.marks(csv, at, rows),
                # Start and the look through the first 64 MiB would be most of it.
                "check": lambda: bench.reading(*inputs.write(folder, max(rows, 500_000)),
                                               max(rows, 500_000)),
                "memory": lambda: bench.memory(csv, at, rows),
                "resume": lambda: bench.resume(at),
                "start": bench.start,
                "instructions": lambda: bench.instructions(csv, jsonl),
                "stages": bench.stages,
            }
            for name, part in parts.items():
                if not only or name in only:
                    part()
    out = options.out or (tempfile.mkdtemp() if options.quick or only else HERE)
    path = os.path.join(out, "results.json")
    results = bench.results
    if only and os.path.exists(path):  # those of other parts stay
        measured = {(line["group"], line["name"]) for line in results}
        with open(path) as f:
            results = [x for x in json.load(f)["results"]
                       if (x["group"], x["name"]) not in measured] + results
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w") as f:
        json.dump({"machine": machine(), "results": results}, f, indent=1)
        f.write("\n")
    with open(os.path.join(out, "results.svg"), "w") as f:
        f.write(picture.draw(results))
    print(f"Written: {out}/results.json and results.svg")


if __name__ == "__main__":
    sys.exit(main())
