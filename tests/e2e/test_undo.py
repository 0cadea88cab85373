"""noteload undo: what it deletes, what it keeps, how it is stopped and goes on, and when it refuses.
"""

import csv
import http.client
import json
import os
import pty
import random
import signal
import ssl
import unittest

import harness
from harness import EndToEnd, csv_bytes, simple_rows

ROWS = 300


def ask(server, method, path, body=None):
    """A request as another program of the organisation sends it: (status, body)."""
    context = ssl.create_default_context(cafile=str(server.ca))
    host, port = server.url.removeprefix("https://").rsplit(":", 1)
    connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=60)
    headers = {"Authorization": f"Bearer {harness.TOKEN}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


class UndoLog:
    """undo.jsonl, read with Python's own means."""

    def __init__(self, run):
        self.lines = [json.loads(line) for line in
                      (run / "undo.jsonl").read_text("utf-8").splitlines()]
        self.header = self.lines[0]
        self.notes = [e for e in self.lines if "note_id" in e]
        self.last = {e["note_id"]: e for e in self.notes}
        self.ends = [e["end"] for e in self.lines if "end" in e]

    def outcomes(self):
        found = {}
        for entry in self.last.values():
            found[entry["outcome"]] = found.get(entry["outcome"], 0) + 1
        return found


class WithARun(EndToEnd):
    """A run of ROWS notes, each contact's id being its row's number."""

    def setUp(self):
        super().setUp()
        self.run = self.home / "run"
        self.server = self.sandbox()
        self.write("notes.csv", csv_bytes(simple_rows(ROWS)))
        self.run_import("notes.csv", to=self.server, exits=0)
        self.id_of = {n["contactId"]: n["id"] for n in self.server.notes()}
        self.assertEqual(len(self.id_of), ROWS)

    def come_back(self, *options):
        self.server.come_back(*options)

    def undo(self, *words, exits, **more):
        if "--yes" not in words and "stdin" not in more:
            words = (*words, "--yes")
        result = self.noteload("undo", "run", *words, **more)
        self.assertEqual(result.code, exits, result)
        self.assertFalse((self.run / "lock").exists())
        return result

    def edit(self, *contacts, clock_skew=60):
        """As somebody does in Virtuous, some time after the import."""
        self.come_back("--clock-skew", clock_skew)
        for contact in contacts:
            status, _ = ask(self.server, "PUT", f"/api/ContactNote/{self.id_of[contact]}",
                            {"contactId": contact, "type": "Call", "note": "edited"})
            self.assertEqual(status, 200)
        self.come_back()

    def requests(self):
        counts = self.server.stats()["requests"]
        return {name: n for name, n in counts.items() if not name.startswith("sandbox_")}

    def left(self):
        """Contacts whose notes are there."""
        return sorted(n["contactId"] for n in self.server.notes())

    def kept(self):
        with open(self.run / "kept.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def check_log(self, **outcomes):
        log = UndoLog(self.run)
        header = harness.RunFolder(self.run).header
        self.assertEqual(log.header["noteload_undo"], 1)
        for name in ("run", "organization", "base_url"):
            self.assertEqual(log.header[name], header[name])
        self.assertEqual(log.outcomes(), outcomes)
        for entry in log.notes:
            self.assertEqual(entry["note_id"], self.id_of[entry["row"]])
            self.assertEqual("reason" in entry, entry["outcome"] not in ("undone", "gone"))
        harness.RunFolder(self.run).check_privacy(self)
        return log


class Undo(WithARun):
    def test_deletes_all_that_the_run_made_and_nothing_else(self):
        status, body = ask(self.server, "POST", "/api/ContactNote",
                           {"contactId": 7, "type": "Call", "note": "of another program"})
        self.assertEqual(status, 200)
        result = self.undo(exits=0)
        [note] = self.server.notes()
        self.assertEqual(note["id"], json.loads(body)["id"])
        log = self.check_log(undone=ROWS)
        self.assertEqual(log.ends, [{"notes": ROWS, "undone": ROWS, "gone": 0, "kept": 0,
                                     "refused": 0, "not_attempted": 0}])
        self.assertFalse((self.run / "kept.csv").exists())
        self.assert_says(result, "Sandbox Foundation", self.server.url, f"{ROWS} notes", "undone")

    def test_twice_does_nothing_more(self):
        self.undo(exits=0)
        before = (self.run / "undo.jsonl").read_bytes()
        requests = self.requests()
        result = self.undo(exits=0)
        self.assert_says(result, "gone already")
        self.assertEqual((self.run / "undo.jsonl").read_bytes(), before)
        self.assertEqual(self.requests(), requests)

    def test_keeps_and_lists_what_somebody_edited(self):
        self.edit(17, 42)
        result = self.undo(exits=1)
        self.assertEqual(self.left(), [17, 42])
        log = self.check_log(undone=ROWS - 2, kept=2)
        self.assertEqual({e["reason"] for e in log.last.values() if "reason" in e}, {"modified"})
        self.assertEqual(sorted((k["note_id"], k["contact_id"], k["row"], k["reason"])
                                for k in self.kept()),
                         sorted((str(self.id_of[c]), str(c), str(c), "modified")
                                for c in (17, 42)))
        self.assert_says(result, "contact 17", f"note {self.id_of[42]}", "kept.csv", "--force")

    def test_tries_kept_notes_again_and_force_deletes_them(self):
        self.edit(17)
        self.undo(exits=1)
        self.undo(exits=1)
        self.assertEqual(self.left(), [17])
        self.assertEqual(len(self.kept()), 1)
        self.undo("--force", exits=0)
        self.assertEqual(self.left(), [])
        log = self.check_log(undone=ROWS)
        self.assertEqual(len(log.ends), 3)
        self.assertFalse((self.run / "kept.csv").exists())

    def test_counts_notes_that_are_not_there_as_gone(self):
        for contact in (1, 2, 3):
            self.assertEqual(ask(self.server, "DELETE",
                                 f"/api/ContactNote/{self.id_of[contact]}")[0], 200)
        self.undo(exits=0)
        self.check_log(undone=ROWS - 3, gone=3)

    def test_deletes_young_notes_that_reads_do_not_show_yet(self):
        self.come_back("--lag-ms", 3600000)
        self.undo(exits=0)
        self.assertEqual(self.left(), [])
        self.check_log(undone=ROWS)

    def test_waits_for_the_quota_as_told(self):
        self.come_back("--fault-on", "all", "--fault", "too-many=#10", "--fault", "too-many=#200",
                       "--retry-after", 1)
        self.undo(exits=0)
        log = self.check_log(undone=ROWS)
        self.assertEqual({e["attempts"] for e in log.notes}, {1})

    def test_asks_again_when_answers_are_lost(self):
        seed = int(os.environ.get("NOTELOAD_E2E_SEED", random.randrange(1, 1 << 30)))
        print(f"NOTELOAD_E2E_SEED={seed}")
        faults = []
        for kind in ("drop-before", "drop-after", "cut-answer", "error500-before",
                     "error500-after", "html502", "plain503", "timeout408"):
            faults += ["--fault", f"{kind}=0.02"]
        self.come_back("--fault-on", "all", "--seed", seed, *faults)
        self.undo(exits=0)
        self.assertEqual(self.left(), [])
        log = self.check_log(**UndoLog(self.run).outcomes())
        self.assertLessEqual(set(log.outcomes()), {"undone", "gone"})
        self.assertEqual(log.ends[0]["undone"] + log.ends[0]["gone"], ROWS)

    def test_tells_programs_too(self):
        self.edit(17)
        result = self.undo("--json", exits=1)
        told = json.loads(result.out)
        self.assertEqual(told["counts"], {"notes": ROWS, "undone": ROWS - 1, "gone": 0, "kept": 1,
                                          "refused": 0, "not_attempted": 0})
        self.assertEqual((told["exit_code"], told["finished"]), (1, True))
        [kept] = told["still_there"]
        self.assertEqual((kept["contact_id"], kept["outcome"]), (17, "kept"))

    def test_of_a_run_without_notes_is_nothing(self):
        self.write("none.csv", csv_bytes([]))
        self.run_import("none.csv", "--run-dir", "empty", to=self.server, exits=0)
        result = self.noteload("undo", "empty", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assert_says(result, "nothing to undo")
        self.assertFalse((self.home / "empty/undo.jsonl").exists())


class AnUndoThatIsStopped(WithARun):
    def slowly(self):
        self.come_back("--fault-on", "all", "--fault", "slow=1", "--slow-ms", 50)
        process = self.begin("undo", "run", "--yes")
        harness.wait_until("some notes are gone", lambda: len(self.server.notes()) < ROWS - 20)
        return process

    def test_by_a_signal_drains_and_goes_on_where_it_was(self):
        process = self.slowly()
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual(result.code, 5, result)
        self.assertEqual(result.err.rstrip().splitlines()[-1].strip(), "noteload undo run --yes")
        gone = ROWS - len(self.left())
        log = UndoLog(self.run)
        self.assertEqual(log.outcomes()["undone"], gone, "nothing was cut off")
        self.assertEqual(log.ends, [])
        self.come_back()
        self.undo(exits=0)
        self.assertEqual(self.left(), [])
        again = self.check_log(undone=ROWS)
        self.assertEqual(len([e for e in again.notes if e["outcome"] == "undone"]), ROWS,
                         "no note is deleted twice")
        self.assertEqual(again.ends[0]["undone"], ROWS)

    def test_by_two_signals_leaves_at_once_and_goes_on(self):
        process = self.slowly()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual(result.code, 5)
        self.assert_says(result, "Left at once", "Go on with: noteload undo")
        self.finish_the_undo()

    def test_by_a_kill_goes_on(self):
        process = self.slowly()
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.finish_the_undo()

    def test_with_a_torn_line_goes_on(self):
        process = self.slowly()
        process.send_signal(signal.SIGKILL)
        process.wait()
        path = self.run / "undo.jsonl"
        path.write_bytes(path.read_bytes()[:-20])
        self.finish_the_undo(most_gone=9)

    def test_by_the_end_of_the_server_goes_on(self):
        process = self.begin("undo", "run", "--yes", "--give-up-after", "1s", "--rate", "100/s")
        harness.wait_until("some notes are gone", lambda: len(self.server.notes()) < ROWS)
        self.server.kill()
        result = self.finish(process)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "no good answer", "To go on")
        self.come_back()
        self.finish_the_undo()

    def finish_the_undo(self, most_gone=8):
        """Notes that were in flight are found gone, and so are those of a line that is torn."""
        self.come_back()
        self.undo(exits=0)
        self.assertEqual(self.left(), [])
        outcomes = UndoLog(self.run).outcomes()
        self.assertLessEqual(set(outcomes), {"undone", "gone"})
        self.assertLessEqual(outcomes.get("gone", 0), most_gone)
        self.check_log(**outcomes)


class UndoAsks(WithARun):
    def on_terminal(self, answer):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = self.begin("undo", "run", stdin=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        while b"Type yes to go on: " not in shown:
            shown += os.read(ours, 4096)
        if isinstance(answer, bytes):
            os.write(ours, answer)
        else:
            process.send_signal(answer)
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:
                break
            if not more:
                break
            shown += more
        process.wait(harness.PATIENCE)
        return process.returncode, shown.decode()

    def test_on_a_terminal_and_goes_on_with_yes(self):
        code, shown = self.on_terminal(b"yes\n")
        self.assertEqual(code, 0, shown)
        for word in ("Sandbox Foundation", self.server.url, f"{ROWS} notes"):
            self.assertIn(word, shown)
        self.assertEqual(self.left(), [])

    def test_on_a_terminal_and_takes_all_else_for_a_no(self):
        for answer in (b"y\n", b"no\n", b"\n", b"\x04"):
            with self.subTest(answer):
                code, shown = self.on_terminal(answer)
                self.assertEqual(code, 2, shown)
                self.assertIn("nothing was undone", shown)
        self.assertEqual(len(self.left()), ROWS)
        self.assertFalse((self.run / "undo.jsonl").exists())

    def test_on_a_terminal_and_can_be_interrupted(self):
        code, shown = self.on_terminal(signal.SIGINT)
        self.assertEqual(code, 5, shown)
        self.assertEqual(len(self.left()), ROWS)
        self.assertFalse((self.run / "lock").exists())

    def test_nobody_without_a_terminal(self):
        result = self.noteload("undo", "run")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "--yes", "terminal")
        result = self.noteload("undo", "nosuch")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "there is no run folder nosuch")
        self.assertNotIn("--yes", result.err)
        self.assertEqual(len(self.left()), ROWS)


class UndoRefuses(WithARun):
    def refuses(self, *words, code, says, folder="run", **more):
        result = self.noteload("undo", folder, "--yes", *words, **more)
        self.assertEqual(result.code, code, result)
        self.assert_says(result, *says)
        self.assertEqual(len(self.left()), ROWS)
        self.assertFalse((self.run / "undo.jsonl").exists())

    def test_the_token_of_another_organisation(self):
        self.come_back("--organization", "Another Foundation")
        self.refuses(code=6, says=["Another Foundation", "Sandbox Foundation", "nothing was"])

    def test_another_organisation_than_the_one_named(self):
        self.refuses("--organization", "Another", code=6, says=["Another", "nothing was undone"])
        self.undo("--organization", "sandbox foundation", exits=0)

    def test_what_is_no_run(self):
        self.refuses(code=2, says=["holds no log.jsonl"], folder="nowhere")
        self.refuses(code=2, says=["noteload undo noteload-runs/NAME"], folder="")

    def test_a_log_of_another_version(self):
        log = self.run / "log.jsonl"
        log.write_bytes(log.read_bytes().replace(b'"noteload_log":1', b'"noteload_log":2', 1))
        self.refuses(code=6, says=["version 2"])

    def test_a_run_that_goes_on(self):
        self.write("more.csv", csv_bytes(simple_rows(ROWS)))
        self.come_back("--fault", "slow=1", "--slow-ms", 200)
        process = self.begin("import", "more.csv", "--run-dir", "other", to=self.server)
        harness.wait_until("it has begun", lambda: (self.home / "other/log.jsonl").exists())
        result = self.noteload("undo", "other", "--yes")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "in use")
        process.kill()
        process.wait()

    def test_mistyped_options_and_values(self):
        self.refuses("--forse", code=2, says=["--force"])
        self.refuses("--rate", "fast", code=2, says=["--rate", "1500/h"])
        self.refuses(code=2, says=["token"], token=None)


class UndoOfAnUnfinishedRun(EndToEnd):
    def test_says_what_it_cannot_know_and_deletes_what_it_knows(self):
        server = self.sandbox("--fault", "slow=1", "--slow-ms", 100)
        self.write("notes.csv", csv_bytes(simple_rows(500)))
        process = self.begin("import", "notes.csv", "--run-dir", "run", to=server)
        harness.wait_until("some notes are made", lambda: len(server.notes()) > 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = (self.home / "run/log.jsonl").read_bytes()
        lines = [json.loads(line) for line in text[:text.rfind(b"\n") + 1].splitlines()]
        created = {e["row"] for e in lines if e.get("outcome") == "created"}
        marked = {row for e in lines if "sending" in e
                  for row in range(e["sending"][0], e["sending"][1] + 1)}
        self.assertGreater(marked, created)
        result = self.noteload("undo", "run", "--yes")
        self.assertEqual(result.code, 4, result)
        self.assert_says(result, f"{len(marked - created)} row", "in doubt",
                         "noteload resume run", "did not reach its end",
                         "noteload undo run --looked-up")
        self.assertEqual(UndoLog(self.home / "run").outcomes(), {"undone": len(created)})
        left = {n["contactId"] for n in server.notes()}
        self.assertLessEqual(left, marked - created)


if __name__ == "__main__":
    harness.main()
