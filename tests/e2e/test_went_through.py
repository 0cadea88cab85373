"""A server in trouble for a while: the run settles every row, and says in its log, its summary and
its last words what it went through."""

import collections
import contextlib
import os
import signal
import socket

import harness
from harness import EndToEnd, csv_bytes, simple_rows

ROWS = 400
WORDS = ("--timeout", "500ms", "--verify-window", "300ms")


class ATroubledServer(EndToEnd):
    def begin_with(self, *options, rows=ROWS, words=WORDS):
        self.write("notes.csv", csv_bytes(simple_rows(rows)))
        self.server = self.sandbox(*options)
        return self.begin("import", "notes.csv", "--run-dir", "run", *words, to=self.server)

    def begin_and_wait_for_some(self):
        process = self.begin_with("--fault", "slow=1", "--slow-ms", 20)
        harness.wait_until("some rows are created", lambda: len(self.server.notes()) > 50)
        return process

    def is_told(self, event):
        log = self.home / "run/log.jsonl"
        return lambda: f'"event":"{event}"'.encode() in log.read_bytes()

    def end(self, process, rows=ROWS):
        """(what the summary says of the way, the closing words), every row being settled."""
        result = self.finish(process)
        self.assertEqual(result.code, 0, result)
        self.run_folder = run = harness.RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.assertEqual(run.counts["created"] + run.counts["already_there"], rows)
        times = collections.Counter(n["contactId"] for n in self.server.notes())
        self.assertEqual(times, collections.Counter(range(1, rows + 1)))
        return self.met(run), " ".join(result.err.split())

    def met(self, run):
        """The same in the log, the last but one of its lines."""
        met = run.summary["went_through"]
        self.assertEqual(met.pop("untold_processes"), 0)
        self.assertEqual(run.lines[-2]["went_through"], met)
        return met

    def assert_paused_once(self, met):
        pauses = [e["event"] for e in self.run_folder.events if e.get("reason") == "server_failing"]
        self.assertEqual(pauses, ["paused", "going_on"])
        self.assertEqual(met["outages"], 1)

    def turn_one_away(self):
        """In place of the server: whoever comes next finds no connection."""
        port = int(self.server.url.rsplit(":", 1)[1])
        with socket.create_server(("127.0.0.1", port)) as door:
            door.settimeout(harness.PATIENCE)
            door.accept()[0].close()

    def test_that_is_stopped_for_a_while(self):
        process = self.begin_and_wait_for_some()
        self.server.kill()
        harness.wait_until("the run pauses", self.is_told("paused"))
        self.turn_one_away()
        self.server.come_back()
        met, said = self.end(process)
        self.assert_paused_once(met)
        self.assertGreater(met["outage_ms"], 500)
        self.assertGreater(met["no_connection"], 0)
        self.assertIn("for the server, which failed", said)
        self.assertIn("found no connection", said)

    def test_that_answers_500_to_everything_for_a_while(self):
        process = self.begin_and_wait_for_some()
        self.server.come_back("--fault-on", "all", "--fault", "error500-before=1")
        harness.wait_until("the run pauses", self.is_told("paused"))
        harness.wait_until("it fails", lambda: self.server.stats()["faults"].get("error500-before"))
        self.server.come_back()
        met, said = self.end(process)
        self.assert_paused_once(met)
        self.assertGreater(met["requests"]["500"], 0)
        self.assertGreater(met["sent_again"], 0)
        self.assertIn("answered with an error of the server's own", said)
        self.assertIn("sent again.", said)

    def test_that_accepts_and_never_answers_for_a_while(self):
        process = self.begin_and_wait_for_some()
        with self.stopped(self.server):
            harness.wait_until("the run pauses", self.is_told("paused"))
        met, said = self.end(process)
        self.assert_paused_once(met)
        self.assertGreater(met["timed_out"], 0)
        self.assertEqual(met["requests"]["0"], met["timed_out"] + met["lost"])
        self.assertIn("had no answer in time", said)

    @contextlib.contextmanager
    def stopped(self, server):
        os.kill(server.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(server.pid, signal.SIGCONT)

    def test_that_closes_every_connection_after_each_answer(self):
        met, said = self.end(self.begin_with("--fault-on", "all", "--fault", "close=1"))
        self.assertGreaterEqual(met["connections"], ROWS)
        self.assertEqual((met["outages"], met["lost"], met["sent_again"]), (0, 0, 0))
        self.assertIn("The server closes its connections early", said)

    def test_whose_disk_is_slow(self):
        rows = 24
        met, said = self.end(
            self.begin_with("--fault", "slow=1", "--slow-ms", 1100, rows=rows, words=()), rows)
        self.assertEqual(met["slow_answers"], rows)
        self.assertIn(f"{rows} answers took longer than a second", said)

    def test_that_allows_little(self):
        met, said = self.end(self.begin_with("--quota", ROWS // 2, "--window", 2))
        self.assertGreater(met["quota_pauses"], 0)
        self.assertGreater(met["quota_wait_ms"], 0)
        self.assertIn("for the quota", said)
    def test_that_is_in_none_is_no_news(self):
        met, said = self.end(self.begin_with())
        self.assertEqual(met["processes"], 1)
        self.assertGreaterEqual(met["connections"], 1)
        self.assertEqual(met["requests"], {"200": ROWS + 2})
        self.assertRegex(said, f"Finished in .* {ROWS} rows read created {ROWS} ")

    def test_is_told_of_by_all_processes_of_the_run_together(self):
        process = self.begin_and_wait_for_some()
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).code, 5)
        self.assertEqual(harness.RunFolder(self.home / "run").summary["went_through"]
                         ["processes"], 1)
        for killed in (True, False):
            process = self.begin("resume", "run")
            if killed:
                harness.wait_until("it goes on", self.is_told("resumed"))
                process.kill()
        self.assertEqual(self.finish(process).code, 0)
        run = harness.RunFolder(self.home / "run")
        met = run.summary["went_through"]
        self.assertEqual((met["processes"], met["untold_processes"]), (2, 1))
        told = [line["went_through"] for line in run.lines if "went_through" in line]
        self.assertEqual(len(told), 2)
        self.assertEqual(met["requests"]["200"], sum(t["requests"]["200"] for t in told))


if __name__ == "__main__":
    harness.main()
