"""Ctrl-C, kill, a pipe that nobody reads any more, a narrow terminal: what a person does to a run."""

import collections
import fcntl
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import termios

import harness
from harness import EndToEnd, RunFolder, csv_bytes, simple_rows

ROWS = 600


class WithARun(EndToEnd):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", csv_bytes(simple_rows(ROWS)))
        self.server = self.sandbox("--fault", "slow=1", "--slow-ms", 30)

    def begin_import(self, *words, **more):
        process = self.begin("import", "notes.csv", "--verify-window", "200ms", *words,
                             to=self.server, **more)
        harness.wait_until("some rows are created", lambda: len(self.server.notes()) > 40)
        return process

    def resumed(self, result):
        """The last line's own command, run as a shell would."""
        last = result.err.splitlines()[-1]
        self.assertTrue(last.startswith("Go on with: noteload resume "), result)
        words = shlex.split(last.removeprefix("Go on with: noteload "))
        again = self.noteload(*words)
        self.assertEqual(again.code, 0, again)
        run = RunFolder(self.home / words[1])
        counts = run.end
        self.assertEqual(counts["created"] + counts["already_there"], ROWS)
        times = collections.Counter(n["contactId"] for n in self.server.notes())
        self.assertEqual(times, collections.Counter(range(1, ROWS + 1)))
        return run


class AStoppedRun(WithARun):
    def test_finishes_what_is_in_flight_and_tells_the_command_that_goes_on(self):
        for sign in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(sign):
                self.server.come_back("--reset", *self.server.options)
                process = self.begin_import("--run-dir", f"run {sign}")
                process.send_signal(sign)
                result = self.finish(process)
                self.assertEqual(result.code, 5, result)
                self.assert_says(result, "Stopping", "once more", "Stopped as asked")
                run = RunFolder(self.home / f"run {sign}")
                run.check(self, finished=False)
                self.assertEqual(run.counts["in_doubt"], 0)
                self.assertGreater(run.counts["not_attempted"], 0)
                self.resumed(result)

    def test_leaves_at_once_when_told_twice(self):
        self.server.come_back("--reset", "--fault", "hang-after=#40-")
        process = self.begin_import("--run-dir", "run")
        harness.wait_until("one has no answer", lambda: len(self.server.notes()) >= 50)
        process.send_signal(signal.SIGINT)
        harness.wait_until("it has heard", lambda: b"once more" in os.read(
            process.stderr.fileno(), 65536))
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual(result.code, 5, result)
        self.assert_says(result, "Left at once")
        self.server.come_back()
        self.resumed(result)


class AReaderThatIsGone(WithARun):
    def test_does_not_end_the_run(self):
        process = self.begin_import("--run-dir", "run", "--progress", "bar")
        process.stderr.close()
        process.stdout.close()
        self.assertEqual(process.wait(harness.PATIENCE), 0)
        run = RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.assertEqual(run.counts, {"created": ROWS})

    def test_does_not_keep_it_from_stopping(self):
        process = self.begin_import("--run-dir", "run")
        process.stderr.close()
        process.stdout.close()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(harness.PATIENCE), 5)
        RunFolder(self.home / "run").check(self, finished=False)


class ANarrowTerminal(WithARun):
    def test_is_not_filled_by_the_progress_line(self):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = self.begin("import", "notes.csv", "--rate", "200/s", "--run-dir", "run",
                             to=self.server, stderr=theirs, environment={"TERM": "xterm"})
        os.close(theirs)
        seen = b""
        try:
            while some := os.read(ours, 65536):
                seen += some
        except OSError:  # how a terminal tells its end
            pass
        os.close(ours)
        self.assertEqual(process.wait(harness.PATIENCE), 0)
        drawn = re.findall(r"\r([^\r\n]*)\x1b\[K", seen.decode())
        self.assertGreater(len(drawn), 3)
        self.assertIn("100%", drawn[-2])
        self.assertLess(max(map(len, drawn)), 80, drawn)
        self.assertTrue(any("left" in line for line in drawn), drawn)
        rest = re.sub(r"\r[^\r\n]*\x1b\[K", "", seen.decode())
        self.assertLessEqual(max(map(len, rest.splitlines())), 80, rest)

    def test_without_a_name_gets_no_sequences(self):
        self.write("few.csv", csv_bytes(simple_rows(3)))
        for name in ("dumb", ""):
            with self.subTest(name):
                ours, theirs = pty.openpty()
                process = self.begin("check", "few.csv", stderr=theirs,
                                     environment={"TERM": name})
                os.close(theirs)
                seen = b""
                try:
                    while some := os.read(ours, 65536):
                        seen += some
                except OSError:
                    pass
                os.close(ours)
                self.assertEqual(process.wait(harness.PATIENCE), 0)
                self.assertNotIn(b"\x1b", seen)


class AWaitForTheFirstBytes(EndToEnd):
    """Nothing has begun, so nothing is left behind."""

    def is_ended_by_a_signal(self, *words, to=None, says, given=b"", left=()):
        for sign in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(f"{words} {sign}"):
                process = self.begin(*words, to=to, stdin=subprocess.PIPE)
                process.stdin.write(given)
                process.stdin.flush()
                # It listens as soon as it does anything; before that it would just be ended.
                harness.wait_until("it listens", lambda: catches(process.pid, sign))
                process.send_signal(sign)
                self.assertEqual(process.wait(harness.PATIENCE), 5)
                said = process.stderr.read().decode()
                self.assertEqual(said, says + "\n")
                self.assertEqual(sorted(p.name for p in self.home.iterdir()), sorted(left))

    def test_of_standard_input(self):
        server = self.sandbox()
        nothing = "Stopped by a signal: nothing was sent"
        self.is_ended_by_a_signal("import", "-", "--run-dir", "run", to=server, says=nothing)
        self.is_ended_by_a_signal("import", "-", "--spool", "--run-dir", "run", to=server,
                                  says=nothing, given=csv_bytes(simple_rows(3)))
        self.is_ended_by_a_signal("check", "-", to=server,
                                  says="noteload: the check was stopped by a signal before its end")
        self.assertEqual(server.stats()["requests"]["create_note"], 0)

    def test_of_a_fifo_that_nobody_writes_to(self):
        os.mkfifo(self.home / "fifo.csv")
        self.is_ended_by_a_signal("import", "fifo.csv", left=["fifo.csv"],
                                  says="Stopped by a signal: nothing was sent")
        self.is_ended_by_a_signal("check", "fifo.csv", left=["fifo.csv"],
                                  says="noteload: the check was stopped by a signal before its end")


def catches(pid, sign):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        caught = next(line for line in status if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) >> (sign - 1) & 1


if __name__ == "__main__":
    harness.main()
