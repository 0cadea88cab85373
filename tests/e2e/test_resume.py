"""A run that stopped goes on: nothing is lost, nothing is made twice, nothing is typed again."""

import json
import os
import signal
import subprocess

import harness
from harness import TOKEN, EndToEnd, RunFolder, csv_bytes, jsonl_bytes, simple_rows, wait_until

ROWS = 300


class WithARunToResume(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()
        self.write("notes.csv", csv_bytes(simple_rows(ROWS)))

    def first_part(self, *words, exits, name="notes.csv", **more):
        return self.run_import(name, *words, exits=exits, finished=False, to=self.server, **more)

    def resume(self, *words, exits, folder="run", **more):
        result = self.noteload("resume", folder, *words, **more)
        self.assertEqual(result.code, exits, result)
        return result, RunFolder(self.home / folder)

    def assert_all_there_once(self, rows=ROWS):
        self.assertEqual(sorted(n["contactId"] for n in self.server.notes()),
                         list(range(1, rows + 1)))

    def killed_run(self):
        """A run that was killed with requests in flight."""
        process = self.begin("import", "notes.csv", "--run-dir", "run", "--rate", "200/s", "--verify-window", "1s",
                             to=self.server)
        log = self.home / "run/log.jsonl"
        wait_until("some rows are settled",
                   lambda: log.exists() and log.read_bytes().count(b'"created"') > 40)
        process.kill()
        process.wait()
        return log


class AKilledRun(WithARunToResume):
    def test_goes_on_with_nothing_but_the_token(self):
        log = self.killed_run()
        with open(log, "ab") as file:
            file.write(b'{"row":77,"file":0,"li')
        result, run = self.resume(exits=0)
        self.assert_all_there_once()
        self.assertEqual(len(run.rows), ROWS)
        self.assertEqual(run.end["read"], ROWS)
        self.assertEqual(run.end["created"] + run.end["already_there"], ROWS)
        self.assertIn("resumed", [e["event"] for e in run.events])
        self.assert_says(result, "resumed", "finished", "22 bytes from line", "were cut off")
        self.assertIn("cut_off", [e["event"] for e in run.events])
        self.assertEqual(run.summary["counts"], run.end)

    def test_whose_log_another_program_wrote_again_goes_on(self):
        def sorted_again(lines):
            return [json.dumps(json.loads(line), sort_keys=True).encode() for line in lines]

        log = self.killed_run()
        lines = log.read_bytes().split(b"\n")[:-1]
        log.write_bytes(b"\r\n".join(sorted_again(lines)))
        result, run = self.resume("--verify-window", "1s", exits=0)
        self.assert_all_there_once()
        self.assertEqual(run.end["read"], ROWS)
        self.assertNotIn("cut off", result.err)

    def test_can_be_killed_and_resumed_over_and_over(self):
        self.killed_run()
        for _ in range(4):
            process = self.begin("resume", "run", "--rate", "300/s")
            before = len(self.server.notes())
            wait_until("it goes on", lambda: process.poll() is not None or
                       len(self.server.notes()) > before + 20)
            process.kill()
            process.wait()
        self.resume(exits=0)
        self.assert_all_there_once()

    def test_asks_in_a_folder_whose_name_needs_quotes(self):
        self.killed_run()
        os.rename(self.home / "run", self.home / "it's a run")
        self.resume(exits=0, folder="it's a run")
        self.assert_all_there_once()


    def test_whose_log_tells_of_rows_that_the_input_does_not_have_is_told(self):
        log = self.killed_run()
        with open(log, "a") as file:
            file.write('{"row":99999,"file":0,"line":100000,"outcome":"created","note_id":77777,"status":200,'
                       '"attempts":1,"ms":3,"at":"2026-11-26T02:00:00.000Z"}\n')
        result = self.noteload("resume", "run", "--verify-window", "1s")
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "row 99,999", "the input has 300 rows")
        self.assert_all_there_once()


    def test_whose_names_are_no_utf8_goes_on_by_the_command_that_it_printed(self):
        for folder, name in ((b"d\xfe", b"\xff bad.csv"), (b".", b"-notes.csv")):
            folder, name = os.fsdecode(folder), os.fsdecode(name)
            (self.home / folder).mkdir(exist_ok=True)
            self.write(os.path.join(folder, name), csv_bytes(simple_rows(ROWS)))
            run = f"-run {len(folder)}"
            server = self.sandbox()
            result = self.noteload("import", os.path.join(".", folder, name), f"--run-dir={run}", "--limit", 10,
                                   to=server)
            self.assertEqual(result.code, 0, result)
            self.assertIn(f"noteload resume './{run}'", result.err)
            result, resumed = self.resume(exits=0, folder=f"./{run}")
            self.assertEqual(resumed.end["created"], ROWS)
            self.assertEqual(len(server.notes()), ROWS)


class AStoppedRun(WithARunToResume):
    def test_names_the_command_that_goes_on_as_its_last_line(self):
        token = self.server.dir / "my token"
        token.write_text(TOKEN)
        process = self.begin("import", "notes.csv", "--run-dir", "run", "--rate", "100/s",
                             "--token-file", token, to=self.server, token=None)
        wait_until("some notes are there", lambda: len(self.server.notes()) > 5)
        process.send_signal(signal.SIGINT)
        stopped = self.finish(process)
        self.assertEqual(stopped.code, 5, stopped)
        last = stopped.err.splitlines()[-1]
        self.assertEqual(last, f"Go on with: noteload resume run --token-file '{token}'")
        command = last.removeprefix("Go on with: ").replace("noteload", harness.NOTELOAD, 1)
        done = subprocess.run(command, shell=True, cwd=self.home, capture_output=True, timeout=120,
                              env={k: v for k, v in os.environ.items() if "NOTELOAD" not in k})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_all_there_once()

    def test_at_a_time_of_its_own_choice_goes_on_too(self):
        _, run = self.first_part("--rate", "50/s", "--stop-at", "500ms", exits=5)
        self.assertGreater(run.counts["not_attempted"], 0)
        self.resume("--rate", "5000/s", exits=0)
        self.assert_all_there_once()

    def test_after_a_limit_does_the_rest(self):
        self.first_part("--limit", 10, exits=0)
        self.assertEqual(len(self.server.notes()), 10)
        _, run = self.resume(exits=0)
        self.assert_all_there_once()
        self.assertEqual(run.end["read"], ROWS)

    def test_twice_in_a_row_tells_the_whole_in_its_summary(self):
        self.first_part("--limit", 10, exits=0)
        _, run = self.resume("--limit", 10, exits=0)
        self.assertEqual(run.summary["counts"]["read"], 20)
        self.assertFalse(run.summary["finished"])
        _, run = self.resume(exits=0)
        self.assertEqual(run.summary["counts"]["read"], ROWS)

    def test_by_max_errors_goes_on_with_its_rejects_whole(self):
        rows = [(i, "Call" if i % 3 else "Nope", f"note\n{i}") for i in range(1, ROWS + 1)]
        self.write("notes.csv", csv_bytes(rows))
        self.first_part("--max-errors", 20, exits=3)
        _, run = self.resume("--max-errors", 1000, exits=1)
        wrong = [r for r in rows if r[1] == "Nope"]
        self.assertEqual(run.bytes_of("invalid.csv"), csv_bytes(wrong))
        self.assertEqual([p["row"] for p in run.problems], [str(r[0]) for r in wrong])
        self.assertEqual(run.end["invalid"], len(wrong))

    def test_at_a_refused_token_goes_on_with_a_good_one(self):
        server = self.sandbox("--fault", "html403=#1-")
        self.server = server
        self.first_part(exits=6)
        server.come_back()
        self.resume(exits=0)
        self.assert_all_there_once()


class ARunThatCouldTellNothingOfItsRows(WithARunToResume):
    """Killed behind its first mark, with a row under it that could not be sent."""

    def setUp(self):
        super().setUp()
        self.write("notes.csv", csv_bytes([(1, "Call", "a"), (2, "Nope", "b"), (3, "Call", "c")]))
        self.run_import("notes.csv", exits=1, to=self.server)
        log = self.home / "run/log.jsonl"
        lines = log.read_bytes().splitlines(keepends=True)
        mark, = (line for line in lines if line.startswith(b'{"sending"'))
        log.write_bytes(lines[0] + mark)

    def test_ends_that_row_as_what_it_is(self):
        told = (self.home / "run/organization.jsonl").read_bytes()
        _, run = self.resume("--verify-window", "500ms", exits=1)
        self.assertEqual(run.counts, {"already_there": 2, "invalid": 1})
        self.assertIn(b"Nope", run.bytes_of("invalid.csv"))
        self.assertEqual(run.bytes_of("organization.jsonl"), told)
        self.resume(exits=1)  # nothing is left to do

    def test_adds_what_the_organisation_says_now(self):
        path = self.home / "run/organization.jsonl"
        now = path.read_bytes()
        then = json.dumps({"types": ["Call", "Nope"], "timeZone": "US/Arizona"}).encode() + b"\n"
        path.write_bytes(then)
        # The row may have been sent: it is asked for, and its type is the server's to judge.
        _, run = self.resume("--verify-window", "500ms", exits=1)
        self.assertEqual((run.rows[2]["outcome"], run.rows[2].get("status")), ("refused", 422))
        self.assertEqual([json.loads(line) for line in path.read_bytes().splitlines()],
                         [json.loads(then), json.loads(now)])

    def test_leaves_it_in_doubt_where_an_earlier_version_began_it(self):
        (self.home / "run/organization.jsonl").unlink()
        _, run = self.resume("--verify-window", "500ms", exits=4)
        self.assertEqual(run.counts, {"already_there": 2, "in_doubt": 1})
        self.assertFalse((self.home / "run/organization.jsonl").exists())


class ARunThatIsFinished(WithARunToResume):
    def test_is_left_as_it_is(self):
        self.run_import("notes.csv", exits=0, to=self.server)
        before = (self.home / "run/log.jsonl").read_bytes()
        result, _ = self.resume(exits=0, token=None)
        self.assertEqual((self.home / "run/log.jsonl").read_bytes(), before)
        self.assert_says(result, "finished", "nothing left to do")

    def test_gives_the_exit_code_and_the_summary_it_had(self):
        self.write("notes.csv", csv_bytes([(1, "Nope", "x"), (2, "Call", "y")]))
        self.run_import("notes.csv", exits=1, to=self.server)
        result, run = self.resume("--json", exits=1)
        self.assertEqual(json.loads(result.out), run.summary)

    def test_with_doubts_asks_again(self):
        self.server = self.sandbox("--fault", "drop-after=#5", "--fault", "drop-before=#9")
        self.run_import("notes.csv", "--in-doubt", "hold", exits=4, to=self.server)
        held, run = self.resume(exits=4)
        self.assertEqual(run.counts["in_doubt"], 2)
        self.assert_says(held, "noteload resume run")
        _, run = self.resume("--in-doubt", "verify", "--verify-window", "500ms", exits=0)
        self.assertEqual(run.counts, {"created": ROWS - 1, "already_there": 1})
        self.assertFalse((run.path / "in_doubt.csv").exists())
        self.assert_all_there_once()

    def test_with_refused_rows_tries_them_again_where_it_is_told(self):
        self.server = self.sandbox("--contacts", ROWS - 20)
        self.run_import("notes.csv", exits=1, to=self.server)
        self.server.come_back()
        self.resume(exits=1)
        self.assertEqual(len(self.server.notes()), ROWS - 20)
        _, run = self.resume("--refused", exits=0)
        self.assert_all_there_once()
        self.assertFalse((run.path / "refused.csv").exists())


class WhatCannotBeResumed(WithARunToResume):
    def refused(self, *words, exits=6, folder="run", **more):
        before = (self.home / "run/log.jsonl").read_bytes()
        result = self.noteload("resume", folder, **more)
        self.assertEqual(result.code, exits, result)
        self.assert_says(result, *words)
        self.assertEqual((self.home / "run/log.jsonl").read_bytes(), before)
        return result

    def setUp(self):
        super().setUp()
        self.first_part("--limit", 10, exits=0)

    def test_has_another_input(self):
        self.write("notes.csv", csv_bytes(simple_rows(ROWS + 1)))
        self.refused("notes.csv", "is not the file that the run began with")

    def test_has_an_input_with_the_same_size_and_other_bytes(self):
        old = (self.home / "notes.csv").read_bytes()
        self.write("notes.csv", old.replace(b"Call", b"call", 1))
        self.refused("notes.csv", "is not the file that the run began with")

    def test_has_lost_its_input(self):
        (self.home / "notes.csv").unlink()
        self.refused("notes.csv", "no such file", "bring it back")

    def test_belongs_to_another_organisation(self):
        self.server.come_back("--organization", "Another Foundation")
        self.refused("Another Foundation", "Sandbox Foundation")

    def test_is_of_a_version_that_nobody_knows(self):
        log = self.home / "run/log.jsonl"
        log.write_bytes(log.read_bytes().replace(b'{"noteload_log":1', b'{"noteload_log":9', 1))
        self.refused("version 9")

    def test_has_a_log_that_is_damaged_in_its_middle(self):
        self.resume("--limit", 10, exits=0)
        log = self.home / "run/log.jsonl"
        lines = log.read_bytes().splitlines(keepends=True)
        lines[2] = b"garbage\n"
        log.write_bytes(b"".join(lines))
        self.refused("damaged")

    def test_has_a_log_whose_end_tells_of_other_rows(self):
        self.resume(exits=0)
        log = self.home / "run/log.jsonl"
        row = next(line for line in log.read_bytes().splitlines(keepends=True) if b'"row":5,' in line)
        log.write_bytes(log.read_bytes().replace(row, b""))
        self.refused("its last line tells of 300 rows read")
        for words in (("undo", "run", "--yes"), ("report", "run")):
            self.assert_says(self.noteload(*words), "its last line tells of 300 rows read")

    def test_is_in_use(self):
        process = self.begin("resume", "run", "--rate", "20/s")
        wait_until("it goes on", lambda: len(self.server.notes()) > 12)
        result = self.noteload("resume", "run")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "in use", str(process.pid))
        process.send_signal(signal.SIGTERM)
        self.finish(process)

    def test_is_no_run(self):
        (self.home / "empty").mkdir()
        for folder in ("empty", "nowhere", "notes.csv"):
            result = self.noteload("resume", folder)
            self.assertEqual(result.code, 2, result)
            self.assert_says(result, folder, "log.jsonl")

    def test_gets_a_wrong_command(self):
        for words in ((), ("a", "b"), ("run", "--refuse"), ("run", "--dry-run")):
            self.assertEqual(self.noteload("resume", *words).code, 2)


class StandardInput(WithARunToResume):
    def test_is_said_not_to_be_resumable_and_is_refused(self):
        data = csv_bytes(simple_rows(ROWS))
        result = self.noteload("import", "-", "--run-dir", "run", "--limit", 10, to=self.server,
                               input=data)
        self.assertEqual(result.code, 0, result)
        self.assert_says(result, "--spool", "cannot be resumed")
        again, _ = self.resume(exits=6)
        self.assert_says(again, "standard input")

    def test_is_resumed_from_its_copy(self):
        for name, data in (("csv", csv_bytes(simple_rows(ROWS))),
                           ("jsonl", jsonl_bytes(simple_rows(ROWS, first=ROWS + 1)))):
            with self.subTest(name):
                result = self.noteload("import", "-", "--spool", "--run-dir", name, "--limit", 10,
                                       to=self.server, input=data)
                self.assertEqual(result.code, 0, result)
                self.assertNotIn("cannot be", result.err)
                self.resume(exits=0, folder=name)
        self.assert_all_there_once(2 * ROWS)

    def test_leaves_no_copy_where_the_run_did_not_begin(self):
        result = self.noteload("import", "-", "--spool", to=self.server, input=b"a,b\n1,2\n")
        self.assertEqual(result.code, 2, result)
        self.assert_no_run_folder()


if __name__ == "__main__":
    harness.main()
