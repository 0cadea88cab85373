"""A server and a network that fail: no row is lost, none is made twice, and doubt is said."""

import collections
import json
import os
import random
import resource
import signal

import harness
from harness import EndToEnd, csv_bytes, simple_rows

ROWS = 400
# The verify window of runs that ask; the sandbox makes late notes well within it.
WINDOW = ("--verify-window", "300ms")
HOLD = ("--in-doubt", "hold")
# Which faults leave the note made, not made, or either.
MADE = ("drop-after", "cut-answer", "hang-after", "error500-after", "not-json", "no-id")
NOT_MADE = ("drop-before", "hang-before", "error500-before", "html502", "plain503", "retry503",
            "timeout408")
HARMLESS = ("close", "chunked", "slow")


class WithRows(EndToEnd):
    """Each row's contact id is its row number: so the server's notes tell their rows."""

    def setUp(self):
        super().setUp()
        self.write("notes.csv", csv_bytes(simple_rows(ROWS)))

    def import_through(self, *faults, words=WINDOW, run_dir="run", exits, finished=True,
                       options=()):
        options = [*options]
        for fault in faults:
            options += ["--fault", fault]
        self.server = self.sandbox(*options)
        result, run = self.run_import("notes.csv", "--timeout", "500ms", "--run-dir", run_dir,
                                      *words, to=self.server, exits=exits, finished=finished)
        self.check_server(run)
        return result, run

    def check_server(self, run):
        """No row twice; what was created is there; what was refused or not sent is not."""
        notes = self.server.notes()
        times = collections.Counter(n["contactId"] for n in notes)
        id_of = {n["contactId"]: n["id"] for n in notes}
        for row, entry in run.rows.items():
            outcome = entry["outcome"]
            if outcome in ("created", "already_there"):
                self.assertEqual(times[row], 1, entry)
                self.assertEqual(entry["note_id"], id_of[row])
            elif outcome == "in_doubt":
                self.assertLessEqual(times[row], 1, entry)
            else:
                self.assertEqual(times[row], 0, entry)
        self.assertEqual(set(times) - set(run.rows), set(), "notes of rows that were never read")

    def in_doubt(self, run):
        return sorted(e["row"] for e in run.with_outcome("in_doubt"))


class ALostAnswer(WithRows):
    """With --in-doubt hold: the row, and it alone, stays in doubt."""

    def test_puts_that_row_alone_in_doubt(self):
        for fault in MADE + NOT_MADE + ("late", "hang"):
            with self.subTest(fault):
                _, run = self.import_through(f"{fault}=#7", words=HOLD, run_dir=f"run-{fault}",
                                             options=("--late-ms", 50), exits=4)
                [doubtful] = run.with_outcome("in_doubt")
                there = collections.Counter(n["contactId"] for n in self.server.notes())
                if fault in MADE:
                    self.assertEqual(there[doubtful["row"]], 1)
                if fault in NOT_MADE:
                    self.assertEqual(there[doubtful["row"]], 0)
                self.assertEqual(run.counts["created"], ROWS - 1)

    def test_gives_its_reason(self):
        for fault, reason in (("drop-after", "connection_lost"), ("hang-after", "timeout"),
                              ("error500-after", "server_error"), ("html502", "server_error"),
                              ("timeout408", "server_error"), ("not-json", "unreadable_answer"),
                              ("no-id", "unreadable_answer"), ("cut-answer", "unreadable_answer")):
            with self.subTest(fault):
                _, run = self.import_through(f"{fault}=#7", words=HOLD, run_dir=f"run-{fault}",
                                             exits=4)
                [doubtful] = run.with_outcome("in_doubt")
                self.assertEqual(doubtful["reason"], reason)
                self.assertEqual(doubtful["attempts"], 1)

    def test_leaves_the_doubtful_record_to_look_at(self):
        result, run = self.import_through("drop-after=#3", words=HOLD, exits=4)
        [row] = self.in_doubt(run)
        self.assertEqual(run.bytes_of("in_doubt.csv"), csv_bytes(simple_rows(1, first=row)))
        [problem] = run.problems
        self.assertEqual((problem["row"], problem["outcome"]), (str(row), "in_doubt"))
        self.assert_says(result, "in_doubt.csv", "resume")


class ALostAnswerThatIsAskedFor(WithRows):
    def settled(self, fault, **more):
        """The one row that the fault hit."""
        result, run = self.import_through(f"{fault}=#7", exits=0, run_dir=f"run-{fault}", **more)
        self.assertEqual(run.counts["created"] + run.counts["already_there"], ROWS)
        self.assertNotIn("in_doubt.csv", result.err)
        hit = [e for e in run.rows.values()
               if e["outcome"] == "already_there" or e["attempts"] > 1]
        self.assertEqual(len(hit), 1, hit)
        return hit[0]

    def test_is_found_where_the_note_was_made(self):
        for fault in MADE + ("late",):
            with self.subTest(fault):
                row = self.settled(fault, options=("--late-ms", 50, "--lag-ms", 100))
                self.assertEqual((row["outcome"], row["attempts"]), ("already_there", 1))

    def test_is_sent_again_where_it_was_not(self):
        for fault in NOT_MADE:
            with self.subTest(fault):
                row = self.settled(fault)
                self.assertEqual((row["outcome"], row["attempts"]), ("created", 2))

    def test_is_sent_again_at_once_when_told_to(self):
        row = self.settled("drop-before", words=("--in-doubt", "resend"))
        self.assertEqual((row["outcome"], row["attempts"]), ("created", 2))

    def test_leaves_no_in_doubt_file(self):
        self.settled("drop-after")
        self.assertFalse((self.home / "run-drop-after/in_doubt.csv").exists())


class AnAnswer(WithRows):
    def test_that_travels_otherwise_changes_nothing(self):
        for fault in HARMLESS:
            with self.subTest(fault):
                _, run = self.import_through(f"{fault}=0.3", run_dir=f"run-{fault}",
                                             options=("--slow-ms", 30), exits=0)
                self.assertEqual(run.counts, {"created": ROWS})


class AFailingServer(WithRows):
    def at_random(self, words, exits):
        seed = int(os.environ.get("NOTELOAD_E2E_SEED", random.randrange(1, 1 << 30)))
        print(f"NOTELOAD_E2E_SEED={seed}")
        kinds = MADE + NOT_MADE + HARMLESS + ("too-many", "late")
        return self.import_through(
            *(f"{kind}=0.01" for kind in kinds), words=words, exits=exits,
            options=("--seed", seed, "--slow-ms", 20, "--late-ms", 100, "--lag-ms", 100,
                     "--retry-after", 1))

    def test_at_random_loses_no_row_and_makes_none_twice(self):
        result, run = self.at_random(HOLD, exits=4)
        self.assertEqual(run.counts["created"] + run.counts["in_doubt"], ROWS)
        self.assertGreater(run.counts["in_doubt"], 0, result)

    def test_at_random_that_is_asked_settles_every_row(self):
        result, run = self.at_random(("--verify-window", "500ms"), exits=0)
        self.assertEqual(run.counts["created"] + run.counts["already_there"], ROWS)
        self.assertGreater(run.counts["already_there"], 0, result)

    def test_at_every_request_is_paused_and_given_up_without_a_storm(self):
        result, run = self.import_through(
            "plain503=#100-", exits=6, finished=False, words=("--give-up-after", "2s"),
            options=("--fault-on", "all"))
        self.assertGreater(run.counts["created"], 50, result)
        # Eight failures open the breaker, eight more were in flight.
        self.assertLessEqual(run.counts["in_doubt"], 16)
        self.assertEqual(sum(run.counts[o] for o in ("created", "in_doubt", "not_attempted")), ROWS)
        self.assertIn("paused", [e["event"] for e in run.events])
        self.assertLess(sum(self.server.stats()["requests"].values()), ROWS)


class AnOutage(WithRows):
    def test_pauses_the_run_and_goes_on_when_it_is_over(self):
        _, run = self.import_through("plain503=#101-116", words=HOLD, exits=4)
        events = [e["event"] for e in run.events]
        self.assertIn("paused", events)
        self.assertIn("going_on", events)
        self.assertEqual(len(self.in_doubt(run)), 16)
        self.assertEqual(run.counts["created"], ROWS - 16)

    def test_before_the_first_note_is_waited_for(self):
        server = self.sandbox("--fault-on", "all", "--fault", "plain503=#1-2")
        self.run_import("notes.csv", to=server, exits=0)


class TooManyRequests(WithRows):
    def test_are_sent_again_as_told_and_count_no_attempt(self):
        _, run = self.import_through("too-many=#50", "too-many=#51", "too-many=#200", exits=0,
                                     options=("--retry-after", 1))
        self.assertEqual(run.counts, {"created": ROWS})
        self.assertEqual({e["attempts"] for e in run.rows.values()}, {1})
        self.assertIn("quota", [e.get("reason") for e in run.events if e["event"] == "paused"])
        self.assertGreaterEqual(run.summary["seconds"], 1)

    def test_in_a_window_of_the_quota_wait_for_the_next_one(self):
        _, run = self.import_through(exits=0, options=("--quota", ROWS // 2, "--window", 2))
        self.assertEqual(run.counts, {"created": ROWS})
        self.assertGreater(run.summary["seconds"], 1)


class Refusals(WithRows):
    def test_of_contacts_that_are_not_there_are_the_rows_own(self):
        result, run = self.import_through(exits=1, options=("--contacts", ROWS - 5))
        self.assertEqual(sorted(e["row"] for e in run.with_outcome("refused")),
                         list(range(ROWS - 4, ROWS + 1)))
        self.assertEqual({e["reason"] for e in run.with_outcome("refused")}, {"not_found"})
        self.assertEqual({e["status"] for e in run.with_outcome("refused")}, {404})
        self.assertEqual(sorted(run.bytes_of("refused.csv").splitlines()),
                         sorted(csv_bytes(simple_rows(5, first=ROWS - 4)).splitlines()))
        self.assert_says(result, "refused.csv")

    def test_by_a_firewall_of_one_text_are_that_rows(self):
        _, run = self.import_through("html403=#100", exits=1)
        [refused] = run.with_outcome("refused")
        self.assertEqual((refused["reason"], refused["status"]), ("firewall", 403))
        self.assertEqual(run.counts["created"], ROWS - 1)

    def test_by_a_firewall_of_the_last_text_are_that_rows(self):
        _, run = self.import_through(f"html403=#{ROWS}", exits=1)
        self.assertEqual(run.counts, {"created": ROWS - 1, "refused": 1})

    def test_by_a_firewall_of_everything_stop_the_run(self):
        result, run = self.import_through("html403=1", exits=6, finished=False)
        self.assertEqual(run.counts, {"not_attempted": ROWS})
        self.assert_says(result, "403", "firewall")

    def test_by_a_firewall_from_the_middle_on_stop_the_run(self):
        _, run = self.import_through("html403=#150-", exits=6, finished=False)
        self.assertEqual(run.counts["refused"] + run.counts["in_doubt"], 0)
        self.assertGreater(run.counts["not_attempted"], 200)


class WhatIsNoRowsFault(WithRows):
    def stops(self, fault, says, words=(), options=()):
        result, run = self.import_through(fault, exits=6, finished=False, words=words,
                                          options=options)
        self.assertEqual(run.counts["refused"] + run.counts["invalid"], 0, result)
        self.assertEqual(run.counts["in_doubt"], 0)
        self.assertGreater(run.counts["not_attempted"], 0)
        self.assertIn("stopped", [e["event"] for e in run.events])
        self.assert_says(result, *says)
        return result, run

    def test_such_as_a_missing_permission_stops_the_run(self):
        _, run = self.stops("permission400=#100", says=["permission", "token"])
        self.assertGreater(run.counts["created"], 50)

    def test_such_as_a_missing_permission_from_the_first_row_stops_the_run(self):
        _, run = self.stops("permission400=1", says=["permission"])
        self.assertEqual(run.counts, {"not_attempted": ROWS})

    def test_such_as_a_redirect_stops_the_run_and_is_not_followed(self):
        self.stops("redirect302=#100", says=["302", "--base-url"])

    def test_such_as_a_token_revoked_in_the_middle_stops_the_run(self):
        (self.home / "token").write_text(harness.TOKEN)
        self.server = self.sandbox("--fault", "slow=1", "--slow-ms", 20)
        process = self.begin("import", "notes.csv", "--run-dir", "run", to=self.server)
        harness.wait_until("some rows are created", lambda: len(self.server.notes()) > 20)
        (self.home / "token").write_text("another-token")
        self.server.come_back("--token-file", self.home / "token")
        result = self.finish_without_token_file(process)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "401", "token", "NOTELOAD_TOKEN")
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=False)
        self.assertLessEqual(run.counts["in_doubt"], 8)
        self.server.come_back()
        self.check_server(run)

    def finish_without_token_file(self, process):
        process.wait(harness.PATIENCE)
        (self.home / "token").unlink()
        return self.finish(process)


class AServerGoneInTheMiddle(WithRows):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", csv_bytes(simple_rows(3000)))
        self.server = self.sandbox("--fault", "slow=1", "--slow-ms", 10)

    def start_and_kill_server(self, *words):
        process = self.begin("import", "notes.csv", "--run-dir", "run", *words, to=self.server)
        harness.wait_until("some rows are created", lambda: len(self.server.notes()) > 50)
        self.server.kill()
        return process

    def test_ends_the_run_after_give_up_with_few_rows_in_doubt(self):
        result = self.finish(self.start_and_kill_server("--give-up-after", "3s",
                                                        "--concurrency", "5"))
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "no good answer", "3 s", self.server.url.split("//")[1])
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=False)
        self.assertLessEqual(run.counts["in_doubt"], 5)
        self.assertGreater(run.counts["not_attempted"], 0)
        self.assertEqual(run.summary["exit_code"], 6)
        self.server.come_back()
        self.check_server(run)

    def test_is_waited_for_and_the_run_goes_on(self):
        process = self.start_and_kill_server("--give-up-after", "2m", *WINDOW)
        log = self.home / "run/log.jsonl"
        harness.wait_until("the run pauses", lambda: b'"paused"' in log.read_bytes())
        self.server.come_back()
        result = self.finish(process)
        self.assertEqual(result.code, 0, result)
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.assertEqual(run.counts["created"] + run.counts["already_there"], 3000)
        self.check_server(run)

    def test_and_the_importer_killed_too_leaves_few_rows_open(self):
        process = self.begin("import", "notes.csv", "--run-dir", "run", to=self.server)
        harness.wait_until("some rows are created", lambda: len(self.server.notes()) > 200)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = (self.home / "run/log.jsonl").read_bytes()
        whole = text[:text.rfind(b"\n") + 1].splitlines()
        lines = [harness.json.loads(line) for line in whole]
        marked = {row for line in lines if "sending" in line
                  for row in range(line["sending"][0], line["sending"][1] + 1)}
        settled = {line["row"] for line in lines if "row" in line}
        # 8 in flight, what is sent in 50 ms at about 800 a second, and room for a slow machine.
        self.assertLess(len(marked - settled), 200)
        there = {note["contactId"] for note in self.server.notes()}
        self.assertEqual(there - marked, set(), "a note was made that no mark covers")
        created = {line["row"] for line in lines if line.get("outcome") == "created"}
        self.assertEqual(created - there, set())


def small_disk():
    """In the importer, before it begins: no file gets larger than this, as by `ulimit -f`."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


class ADiskThatIsFull(WithRows):
    def test_stops_the_run_and_resume_goes_on_when_there_is_room(self):
        self.server = self.sandbox()
        result = self.noteload("import", "notes.csv", "--run-dir", "run", "--verify-window",
                               "300ms", "--json", to=self.server, preexec_fn=small_disk)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "cannot write to run/log.jsonl:", "noteload resume run",
                         "could be written to the log:")
        counts = json.loads(result.out)["counts"]
        self.assertEqual(counts["read"], sum(counts[o] for o in harness.OUTCOMES))
        there = len(self.server.notes())
        self.assertLessEqual(counts["created"], there)
        self.assertGreaterEqual(counts["created"] + counts["in_doubt"], there)
        self.assertGreater(counts["created"], 0)
        self.assertGreater(counts["not_attempted"], 0)
        self.assertLess(len(self.server.notes()), ROWS)
        again = self.noteload("resume", "run")
        self.assertEqual(again.code, 0, again)
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.check_server(run)
        self.assertEqual(len(self.server.notes()), ROWS)


class ARunFolderInUse(WithRows):
    def test_is_left_to_whoever_has_it(self):
        self.server = self.sandbox("--fault", "slow=1", "--slow-ms", 30)
        process = self.begin("import", "notes.csv", "--run-dir", "run", to=self.server)
        harness.wait_until("it began", lambda: (self.home / "run/log.jsonl").exists())
        for words in (["resume", "run"], ["import", "notes.csv", "--run-dir", "run"]):
            result = self.noteload(*words, to=self.server if "import" in words else None)
            self.assertEqual(result.code, 2, result)
            self.assert_says(result, "run")
        self.assertEqual(self.finish(process).code, 0)
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.check_server(run)


if __name__ == "__main__":
    harness.main()
