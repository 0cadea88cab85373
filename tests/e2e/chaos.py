"""Kills the importer at random moments, and its server now and then, and resumes until it is done:
no note is lost, none is made twice, and what is not known is said.

    python3 tests/e2e/chaos.py                             the short form, as ctest runs it
    python3 tests/e2e/chaos.py --rows 20000 --kills 200    the long form
    python3 tests/e2e/chaos.py --seed N                    the schedule of N again

The real binary against the real sandbox. The times are the machine's, so that a seed repeats the
decisions, not each moment. When it fails, the folder with the log and the notes is kept.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import chaos_checks as checks
import chaos_input
import harness

LOSING = ("drop-before", "drop-after", "late", "cut-answer", "hang", "hang-before", "hang-after",
          "error500-before", "error500-after", "html502", "plain503", "retry503", "timeout408",
          "not-json", "no-id")
HARMLESS = ("close", "chunked", "too-many")
WINDOW = 2.0  # seconds of the verify window; what is late or lags stays far below it


class Chaos:
    def __init__(self, seed, rows, kills, folder):
        self.random = random.Random(seed)
        self.kills, self.folder = kills, folder
        rows = chaos_input.make_rows(self.random, rows)
        self.rows, self.wrong = chaos_input.with_invalid(self.random, rows)
        self.file = self.random.choice(("notes.csv", "notes.jsonl"))
        as_bytes = chaos_input.as_csv if self.file.endswith("csv") else chaos_input.as_jsonl
        (folder / self.file).write_bytes(as_bytes(self.rows))
        self.concurrency = self.random.choice((1, 4, 8, 16))
        self.threads = self.random.choice((1, 1, 2, 3))
        self.log_path = folder / "run/log.jsonl"
        self.tally = collections.Counter()
        self.most_open = 0
        self.log = checks.Log(self.log_path)
        # Of one server, these do not change.
        self.lasting = ("--clock-skew", self.random.randint(-7200, 7200),
                        "--text", self.random.choice(("as-is", "html")),
                        "--line-ends", self.random.choice(("keep", "crlf")))
        self.server = harness.Sandbox(*self.lasting, *self.trouble(), dir=folder)

    def trouble(self, may_limit=True):
        """A server's mood until its next start."""
        r = self.random
        out = ["--seed", r.randint(1, 1 << 30), "--lag-ms", r.choice((0, 150)), "--late-ms",
               r.choice((20, 200)), "--slow-ms", r.choice((5, 30)), "--fault", "slow=0.9",
               "--fault-on", r.choice(("create", "create", "all"))]
        if may_limit and r.random() < 0.3:
            out += ["--quota", r.choice((40, 150)), "--window", 1]
        share = r.choice((0.0, 0.005, 0.02))
        for fault in LOSING + HARMLESS:
            if r.random() < 0.7:
                out += ["--fault", f"{fault}={share}"]
        return out

    def begin(self):
        words = ["resume", "run"] if self.log_path.exists() else [
            "import", self.file, "--run-dir", "run", "--concurrency", self.concurrency,
            "--threads", self.threads, "--timeout", "400ms", "--grace", "300ms", "--verify-window", f"{WINDOW:.0f}s",
            "--max-errors", "1000000", "--give-up-after", "30s",
            "--base-url", self.server.url, "--ca-file", self.server.ca]
        environment = {**os.environ, "NOTELOAD_TOKEN": harness.TOKEN,
                       "XDG_STATE_HOME": str(self.folder / "state")}
        with open(self.folder / "said", "ab") as said:
            return subprocess.Popen([harness.NOTELOAD, *map(str, words)], cwd=self.folder,
                                    env=environment, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL, stderr=said)

    def settled(self):
        """Bytes of the log, as a measure of how far the run has come: cheap, for it is asked often.
        """
        return self.log_path.stat().st_size if self.log_path.exists() else 0

    def wait_a_while(self, process):
        """Until some rows are settled, or a moment has come, or the process ended of itself."""
        r = self.random
        until = time.monotonic() + (r.uniform(0, 0.08) if r.random() < 0.25 else r.uniform(0, 2.0))
        # An outcome and its mark have about 200 bytes.
        far = self.settled() + 200 * r.uniform(0, 2.0 * len(self.rows) / self.kills)
        while process.poll() is None and time.monotonic() < until and self.settled() < far:
            time.sleep(0.002)
        time.sleep(r.uniform(0, 0.01))

    def end_it(self, process):
        """One of the ways in which a run comes to a sudden end; says which."""
        r = self.random
        way = r.choice(("kill",) * 7 + ("kill while draining", "interrupt twice", "interrupt"))
        if way != "kill":
            process.send_signal(r.choice((signal.SIGINT, signal.SIGTERM)))
        if way == "kill while draining":
            time.sleep(r.uniform(0, 0.2))
        if way == "interrupt twice":
            time.sleep(r.uniform(0, 0.05))
            process.send_signal(signal.SIGINT)
        if way.startswith("kill"):
            process.kill()
        code = process.wait(harness.PATIENCE)
        checks.fail_unless(code in (0, 1, 4, 5, 6, -signal.SIGKILL, -signal.SIGINT,
                                    -signal.SIGTERM), way, "ended with", code, self.last_words())
        return way

    def last_words(self):
        return (self.folder / "said").read_text("utf-8", "replace")[-3000:]

    def faults(self):
        return sum(n for name, n in self.server.stats()["faults"].items()
                   if name in LOSING or name == "too-many")

    def one_kill(self, number):
        before = set(self.log.open)
        faults = self.faults()
        process = self.begin()
        gone = self.random.random() < 0.15
        self.wait_a_while(process)
        if gone:
            self.server.kill()
            time.sleep(self.random.uniform(0, 0.3))
        way = self.end_it(process)
        self.tally[way] += 1
        self.tally["server killed"] += gone
        met = None if gone else self.faults() - faults
        if gone or self.random.random() < 0.1:
            self.server.come_back(*self.lasting, *self.trouble())
        if not self.log_path.exists():
            return
        log = self.log.update()
        checks.check_history(log)
        found = checks.check_kill(log, before, met, self.concurrency, self.rows)
        self.most_open = max(self.most_open, found[0] if found else 0)
        if number % max(1, len(self.rows) // 2000) == 0:
            # What a killed server had answered, and what a late request still makes.
            checks.check_server_so_far(log, self.server.notes(), self.rows)

    def to_the_end(self):
        """Without kills, until nothing is left to do but what only a person can settle."""
        for _ in range(30):
            # With a small quota, what is left of a long form would take hours.
            self.server.come_back(*self.lasting, *self.trouble(may_limit=len(self.rows) < 1000))
            process = self.begin()
            code = process.wait(harness.PATIENCE * 2)
            self.tally[f"exit {code}"] += 1
            if code in (0, 1, 4) and self.log.update().end:
                return code
            checks.fail_unless(code in (5, 6), "exit code", code, self.last_words())
        raise AssertionError("it never finished: " + self.last_words())

    def run(self):
        self.server.start()
        try:
            for number in range(self.kills):
                self.one_kill(number)
            code = self.to_the_end()
            if code == 4:  # what is in doubt is asked for once more
                code = self.to_the_end()
            time.sleep(0.3)  # what is late by now
            log = self.log.update()
            checks.check_end(log, self.server.notes(), self.rows, self.wrong)
            checks.check_files(self.folder / "run", log, self.file.split(".")[1])
            said = (self.folder / "said").read_text("utf-8")
            for sign in harness.SIGNS_OF_A_CRASH:
                checks.fail_unless(sign not in said, "a crash is told:", sign)
            return code, log
        finally:
            (self.folder / "notes.json").write_bytes(self.server.ask("/_sandbox/notes")
                                                     if self.server.is_up else b"")
            self.server.kill()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=300)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=random.randrange(1, 1 << 30))
    o = options.parse_args()
    print(f"chaos.py --rows {o.rows} --kills {o.kills} --seed {o.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="noteload-chaos-"))
    began = time.monotonic()
    chaos = Chaos(o.seed, o.rows, o.kills, folder)
    try:
        code, log = chaos.run()
    except BaseException:
        print(f"failed; everything is kept in {folder}", flush=True)
        raise
    shutil.rmtree(folder)
    counts = {o: n for o, n in log.end.items() if n}
    print(f"{o.kills} kills in {time.monotonic() - began:.0f} s, exit code {code}: {counts}")
    print(f"ends: {dict(chaos.tally)}; most rows open after a kill, besides those aside: "
          f"{chaos.most_open}")


if __name__ == "__main__":
    sys.exit(main())
