"""What the end-to-end tests share: a sandbox of their own, a run of the binary, its run folder.

Every run of the importer is held against the promises that hold for all of them (`Result`): it
does not crash, its exit code is one of the table, and the token stands nowhere. Every run folder
is held against those of the log (`RunFolder.check`).

Environment: NOTELOAD_BIN and NOTELOAD_SANDBOX_BIN, the two programs; NOTELOAD_E2E_ROWS (200000),
the size of the large imports: take fewer under a sanitizer.
"""

import collections
import contextlib
import csv
import http.client
import importlib
import io
import json
import os
import pathlib
import shutil
import signal
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
SAMPLES = TOP / "samples"
NOTELOAD = os.environ.get("NOTELOAD_BIN", str(TOP / "build/bin/noteload"))
SANDBOX = os.environ.get("NOTELOAD_SANDBOX_BIN", str(TOP / "build/bin/noteload-sandbox"))
ROWS = int(os.environ.get("NOTELOAD_E2E_ROWS", "200000"))

TOKEN = "sandbox-token"
# Stands in the notes that the tests make up, and must never be seen beside them.
SECRET = "Donaudampfschiff"
PATIENCE = 180.0  # seconds until a test is sure that what it waits for does not come

OUTCOMES = ("created", "already_there", "skipped", "invalid", "refused", "in_doubt",
            "not_attempted")
EXIT_CODES = range(0, 7)
SIGNS_OF_A_CRASH = ("terminate called", "Sanitizer", "runtime error:", "Assertion", "Aborted",
                    "std::", "what():", "Segmentation", "please report")


def wait_until(what, is_so, patience=PATIENCE):
    """The one place where tests wait: polls until `is_so()` gives something true, and returns it.
    """
    deadline = time.monotonic() + patience
    while True:
        found = is_so()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"gave up waiting: {what}")
        time.sleep(0.005)


class Sandbox:
    """A stand-in server with a folder and a port of its own, as a context manager."""

    def __init__(self, *options, dir=None):
        self._own_dir = None if dir else tempfile.TemporaryDirectory(prefix="noteload-sandbox-")
        self.dir = pathlib.Path(dir or self._own_dir.name)
        self.options = [str(o) for o in options]
        self._process = None
        self._port = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        if self._own_dir:
            self._own_dir.cleanup()

    def start(self, *options):
        url = self.dir / "url"
        url.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [SANDBOX, "--dir", str(self.dir), "--port", str(self._port), "--quiet",
             *self.options, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def ready():
            if self._process.poll() is not None:
                raise AssertionError(f"the sandbox ended: {self._process.stderr.read()!r}")
            return url.exists() and url.read_text().strip().startswith("https://")

        wait_until("the sandbox listens", ready)
        self.url = url.read_text().strip()
        self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self):
        """As a power cut does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process.stderr.close()
            self._process = None

    def come_back(self, *options):
        """Started again at the same place, with the notes it had, without the faults."""
        self.kill()
        self.options = [str(o) for o in options]
        self.start()

    @property
    def is_up(self):
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self):
        return self._process.pid

    @property
    def ca(self):
        return self.dir / "ca.pem"

    def ask(self, path):
        context = ssl.create_default_context(cafile=str(self.ca))
        host, port = self.url.removeprefix("https://").rsplit(":", 1)
        connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise AssertionError(f"{path}: {answer.status} {body[:200]!r}")
            return body

    def notes(self):
        """All notes, exactly as they were posted."""
        return [json.loads(line) for line in self.ask("/_sandbox/notes").splitlines()]

    def stats(self):
        return json.loads(self.ask("/_sandbox/stats"))


class Result:
    """What a run of the importer left: `code`, `out`, `err` (bytes decoded), `folder`."""

    def __init__(self, command, code, out, err, home, secrets=(TOKEN,)):
        self.command, self.code = command, code
        self.out, self.err = out.decode("utf-8"), err.decode("utf-8")
        self.home = home
        self.secrets = secrets

    def __str__(self):
        return (f"$ {' '.join(self.command)}\nexit code {self.code}\n"
                f"--- out\n{self.out[:4000]}\n--- err\n{self.err[:4000]}")

    def check(self):
        """What holds for every run, whatever came of it."""
        problems = []
        if self.code not in EXIT_CODES:
            problems.append(f"exit code {self.code} is not in the table")
        for sign in SIGNS_OF_A_CRASH:
            if sign.lower() in self.err.lower():
                problems.append(f"a crash or a bug is told: {sign}")
        for secret in self.secrets:
            if secret in self.out or secret in self.err:
                problems.append("the token is shown")
            for path in files_below(self.home):
                if secret.encode() in path.read_bytes():
                    problems.append(f"the token stands in {path}")
        if SECRET in self.err or (SECRET in self.out and "--preview" not in self.command):
            problems.append("the text of a note is shown")
        if problems:
            raise AssertionError("; ".join(problems) + f"\n{self}")


def files_below(folder):
    # The inputs of a test live in the same folder; they hold no token.
    return [p for p in pathlib.Path(folder).rglob("*") if p.is_file() and not p.is_symlink()
            and p.stat().st_size < 32 << 20]


class RunFolder:
    """A run folder, read with Python's own means."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.lines = [json.loads(line) for line in
                      (self.path / "log.jsonl").read_text("utf-8").splitlines()]
        self.header = self.lines[0]
        self.marks = [(i, e) for i, e in enumerate(self.lines) if "sending" in e]
        self.entries = [(i, e) for i, e in enumerate(self.lines) if "row" in e]
        self.rows = {e["row"]: e for _, e in self.entries}
        self.events = [e for e in self.lines if "event" in e]
        self.end = self.lines[-1].get("end")

    def bytes_of(self, name):
        return (self.path / name).read_bytes()

    @property
    def summary(self):
        return json.loads(self.bytes_of("summary.json"))

    @property
    def counts(self):
        return collections.Counter(e["outcome"] for e in self.rows.values())

    def with_outcome(self, *outcomes):
        return [e for e in self.rows.values() if e["outcome"] in outcomes]

    @property
    def problems(self):
        with open(self.path / "problems.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def check(self, test, finished=None):
        """What holds for every log: a header, one outcome a row, marks before rows, the balance."""
        test.assertEqual(self.header["noteload_log"], 1)
        for name in ("run", "program", "inputs", "mapping_hash", "organization", "base_url",
                     "options", "started", "server_started"):
            test.assertIn(name, self.header)
        self.check_outcomes(test)
        self.check_marks(test)
        self.check_balance(test, finished)
        self.check_privacy(test)

    def check_outcomes(self, test):
        if not any(e["event"] == "resumed" for e in self.events):
            test.assertEqual(len(self.entries), len(self.rows), "a row has two outcomes")
        for entry in self.rows.values():
            test.assertIn(entry["outcome"], OUTCOMES)
            test.assertEqual("note_id" in entry,
                             entry["outcome"] in ("created", "already_there"), entry)
            # A row that was sent again without asking may be there twice, which is said.
            resent = "sent again without asking" in entry.get("detail", "")
            test.assertEqual("reason" in entry, entry["outcome"] != "created" or resent, entry)
        ids = [e["note_id"] for e in self.rows.values() if "note_id" in e]
        test.assertEqual(len(ids), len(set(ids)), "two rows name the same note")

    def check_marks(self, test):
        """A request leaves only when a mark that covers its row is on disk."""
        covered_at = {}
        for i, mark in self.marks:
            first, last = mark["sending"]
            test.assertLessEqual(first, last)
            for row in range(first, last + 1):
                test.assertNotIn(row, covered_at, "two marks cover one row")
                covered_at[row] = i
        for i, entry in self.entries:
            if entry["attempts"] > 0 or "status" in entry:
                test.assertIn(entry["row"], covered_at, f"no mark covers {entry}")
                test.assertLess(covered_at[entry["row"]], i, f"the mark came after {entry}")

    def check_balance(self, test, finished):
        counts = self.summary["counts"]
        test.assertEqual(counts["read"], sum(counts[o] for o in OUTCOMES))
        test.assertEqual({o: counts[o] for o in OUTCOMES}, {o: self.counts[o] for o in OUTCOMES})
        skip = self.header["options"].get("skip", 0)
        test.assertEqual(sorted(self.rows), list(range(skip + 1, skip + counts["read"] + 1)))
        if finished is not None:
            test.assertEqual(self.end is not None, finished, self.lines[-1])
            test.assertEqual(self.summary["finished"], finished)
        if self.end is not None:
            test.assertEqual(self.end, counts)

    def check_privacy(self, test):
        test.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o700)
        for path in self.path.iterdir():
            test.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
            if path.name in ("log.jsonl", "problems.csv", "summary.json", "mapping.toml"):
                test.assertNotIn(SECRET.encode(), path.read_bytes(), path)
        test.assertFalse((self.path / "lock").exists(), "the lock was left behind")


class EndToEnd(unittest.TestCase):
    """A test with a home (an empty folder, the working directory of its runs)."""

    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="noteload-e2e-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        state = tempfile.TemporaryDirectory(prefix="noteload-state-")
        self.addCleanup(state.cleanup)
        self.state = pathlib.Path(state.name)

    def sandbox(self, *options, **more):
        sandbox = Sandbox(*options, **more)
        sandbox.start()
        self.addCleanup(sandbox.__exit__)
        return sandbox

    def write(self, name, content):
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def begin(self, *words, to=None, token=TOKEN, environment=None, under=(), **more):
        """Starts the importer; `to` is the sandbox it shall talk to, `under` a command that runs it.
        """
        command = [*under, NOTELOAD, *(str(w) for w in words)]
        if to is not None:
            command += ["--base-url", to.url, "--ca-file", str(to.ca)]
        env = {k: v for k, v in os.environ.items() if not k.startswith("NOTELOAD_")}
        env["XDG_STATE_HOME"] = str(self.state)
        if token is not None:
            env["NOTELOAD_TOKEN"] = token
        env.update(environment or {})
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen(command, cwd=self.home, env=env, stdout=subprocess.PIPE, **more)
        self.addCleanup(self.bury, process)
        return process

    @staticmethod
    def bury(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def finish(self, process, input=None):
        try:
            out, err = process.communicate(input, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"it did not end: {process.args}\n{out!r}\n{err!r}") from None
        result = Result(process.args, process.returncode, out, err, self.home)
        result.check()
        return result

    def noteload(self, *words, input=None, **more):
        """Runs the importer to its end."""
        if input is not None:
            more["stdin"] = subprocess.PIPE
        return self.finish(self.begin(*words, **more), input)

    def run_import(self, *words, exits, finished=None, **more):
        """An import that comes as far as a run folder: (result, folder)."""
        if "--run-dir" not in words:
            words = (*words, "--run-dir", "run")
        result = self.noteload("import", *words, **more)
        self.assertEqual(result.code, exits, result)
        run = RunFolder(self.home / words[words.index("--run-dir") + 1])
        run.check(self, finished)
        self.assertEqual(run.summary["exit_code"], exits)
        return result, run

    def assert_says(self, result, *words):
        """Standard error names all of these, in any case."""
        said = result.err.lower()
        for word in words:
            self.assertIn(str(word).lower(), said, result)

    def assert_same_notes(self, found, expected):
        """Two multisets of notes; a failure shows only what differs."""
        found, expected = collections.Counter(found), collections.Counter(expected)
        self.assertEqual((found - expected, expected - found), (collections.Counter(),) * 2,
                         "(there but not expected, expected but not there)")

    def assert_no_run_folder(self):
        left = [p for p in self.home.rglob("*") if p.name in ("log.jsonl", "lock", "log.jsonl.new")]
        self.assertEqual(left, [])
        runs = self.home / "noteload-runs"
        self.assertEqual(list(runs.iterdir()) if runs.exists() else [], [])


def note_of(stored):
    """A note of the sandbox without what the server added: comparable, hashable."""
    return tuple(stored[k] for k in ("contactId", "type", "note", "noteDateTime", "important",
                                     "private", "timeSpent"))


def multiset(stored):
    return collections.Counter(note_of(s) for s in stored)


def simple_rows(n, first=1):
    """`n` rows whose contact id is their row's number, as (contact, type, text)."""
    return [(i, "Call", f"{SECRET} {i}") for i in range(first, first + n)]


def csv_bytes(rows, header=("contactId", "type", "note"), line_end="\n"):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def jsonl_bytes(rows, names=("contactId", "type", "note")):
    return b"".join(json.dumps(dict(zip(names, row)), ensure_ascii=False).encode() + b"\n"
                    for row in rows)


def main(at_once=False):
    """Runs the tests of the file, or those named as arguments. `at_once` is for tests that wait
    most of their time: each in a process of its own, all at the same time."""
    for program in (NOTELOAD, SANDBOX):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is not there: build it, or set NOTELOAD_BIN and "
                     "NOTELOAD_SANDBOX_BIN")
    if at_once and (len(sys.argv) < 2 or "." not in sys.argv[1]):
        sys.exit(run_at_once(sys.argv[1:]))
    unittest.main(verbosity=2)


def run_at_once(classes):
    """Of the file that was started: exits with 1 where one of them failed."""
    file = sys.argv[0]
    module = importlib.import_module(pathlib.Path(file).stem)
    names = [f"{name}.{test}" for name, what in vars(module).items()
             if isinstance(what, type) and issubclass(what, EndToEnd) and what is not EndToEnd
             and (not classes or name in classes)
             for test in unittest.defaultTestLoader.getTestCaseNames(what)]
    started = [subprocess.Popen([sys.executable, file, name], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True) for name in names]
    for process in started:
        print(process.communicate()[0])
    return 0 if names and not any(process.returncode for process in started) else 1
