"""Importing again with --key: what an earlier run imported is skipped, and nothing is made twice."""

import collections
import os
import shutil
import signal
import subprocess

import harness
from harness import SECRET, EndToEnd, csv_bytes, wait_until

HEADER = ("contactId", "type", "note", "id")


def keyed(*numbers):
    """Rows whose contact, text and key tell their number."""
    return [(n, "Call", f"{SECRET} {n}", f"LGL-{n}") for n in numbers]


class WithHistory(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()

    def file(self, name, rows, header=HEADER):
        return self.write(name, csv_bytes(rows, header))

    def keyed_import(self, name, run, *words, exits, finished=True, **more):
        return self.run_import(name, "--key", "id", "--run-dir", f"runs/{run}", *words,
                               to=more.pop("to", self.server), exits=exits, finished=finished,
                               **more)

    def times(self):
        return collections.Counter(n["contactId"] for n in self.server.notes())

    def indexes(self, history="runs"):
        return sorted((self.home / history / ".noteload-keys").glob("*.keys"))

    def outcomes(self, run):
        return [(run.rows[r]["outcome"], run.rows[r].get("reason")) for r in sorted(run.rows)]


CREATED = ("created", None)
SKIPPED = ("skipped", "already_imported")


class SecondImport(WithHistory):
    def test_of_a_longer_file_sends_the_new_rows_alone(self):
        self.file("monday.csv", keyed(1, 2, 3))
        self.file("tuesday.csv", keyed(2, 4, 1, 5, 3))
        _, first = self.keyed_import("monday.csv", "monday", exits=0)
        self.assertEqual(first.counts, {"created": 3})
        result, second = self.keyed_import("tuesday.csv", "tuesday", exits=0)
        self.assertEqual(self.outcomes(second), [SKIPPED, CREATED, SKIPPED, CREATED, SKIPPED])
        self.assertIn("monday", second.rows[1]["detail"])
        self.assertEqual(second.rows[1]["key"], "LGL-2")
        self.assertNotIn("problems.csv", os.listdir(second.path))
        self.assertNotIn("Problems", result.err)
        self.assertEqual(self.times(), {n: 1 for n in range(1, 6)})
        # And again: nothing is left to do.
        _, third = self.keyed_import("tuesday.csv", "third", exits=0)
        self.assertEqual(third.counts, {"skipped": 5})
        self.assertEqual(self.times(), {n: 1 for n in range(1, 6)})

    def test_remembers_keys_of_any_text(self):
        keys = ['"', "a\\b", "ü🎉", "x,y", " padded ", "two\nlines", "7"]
        rows = [(n, "Call", "text", key) for n, key in enumerate(keys, 1)]
        self.file("a.csv", rows)
        self.keyed_import("a.csv", "one", exits=0)
        lines = [f'{{"contactId":9,"type":"Call","note":"n","ID":{key}}}'
                 for key in ('"\\""', '"a\\\\b"', '"\\u00fc🎉"', '"x,y"', '"padded"',
                             '"two\\nlines"', "7")]
        self.write("b.jsonl", "\n".join(lines))
        _, run = self.keyed_import("b.jsonl", "two", exits=0)
        self.assertEqual(run.counts, {"skipped": len(keys)})

    def test_outlives_removed_run_folders(self):
        self.file("a.csv", keyed(1, 2))
        self.keyed_import("a.csv", "gone", exits=0)
        shutil.rmtree(self.home / "runs/gone")
        _, run = self.keyed_import("a.csv", "again", exits=0)
        self.assertEqual(run.counts, {"skipped": 2})
        self.assertIn("gone", run.rows[1]["detail"])
        # A folder of the same name is another run, and hides nothing of the first.
        shutil.rmtree(self.home / "runs/again")
        self.file("b.csv", keyed(3))
        self.keyed_import("b.csv", "gone", exits=0)
        self.assertEqual(len(self.indexes()), 3)
        self.file("all.csv", keyed(1, 2, 3))
        _, run = self.keyed_import("all.csv", "all", exits=0)
        self.assertEqual(run.counts, {"skipped": 3})

    def test_is_of_the_same_server_organisation_and_column_alone(self):
        self.file("a.csv", [(*row, f"other-{i}") for i, row in enumerate(keyed(1, 2))],
                  (*HEADER, "second"))
        self.keyed_import("a.csv", "first", exits=0)
        _, column = self.run_import("a.csv", "--key", "second", "--run-dir", "runs/column",
                                    to=self.server, exits=0)
        self.assertEqual(column.counts, {"created": 2})
        _, none = self.run_import("a.csv", "--run-dir", "runs/none", to=self.server, exits=0)
        self.assertEqual(none.counts, {"created": 2})
        _, server = self.keyed_import("a.csv", "server", exits=0, to=self.sandbox())
        self.assertEqual(server.counts, {"created": 2})
        _, same = self.run_import("a.csv", "--key", " ID", "--run-dir", "runs/same",
                                  to=self.server, exits=0)
        self.assertEqual(same.counts, {"skipped": 2})

    def test_finds_a_history_that_is_elsewhere(self):
        self.file("a.csv", keyed(1, 2))
        (self.home / "history").mkdir()
        words = ("--history", "history")
        _, first = self.keyed_import("a.csv", "first", *words, exits=0)
        self.assertEqual(first.header["options"]["history"], str(self.home / "history"))
        self.assertEqual(len(self.indexes("history")), 1)
        _, second = self.run_import("a.csv", "--key", "id", *words, "--run-dir", "other/run",
                                    to=self.server, exits=0)
        self.assertEqual(second.counts, {"skipped": 2})
        _, alone = self.run_import("a.csv", "--key", "id", "--run-dir", "alone/run",
                                   to=self.server, exits=0)
        self.assertEqual(alone.counts, {"created": 2})

    def test_refuses_a_history_that_is_not_there(self):
        self.file("a.csv", keyed(1))
        result = self.noteload("import", "a.csv", "--key", "id", "--history", "hsitory",
                               to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "hsitory", "--history")
        self.assertEqual(self.times(), {})

    def test_counts_an_undone_note_as_not_imported(self):
        self.file("a.csv", keyed(1, 2, 3))
        _, run = self.keyed_import("a.csv", "first", exits=0)
        ids = [run.rows[row]["note_id"] for row in (1, 2, 3)]
        (run.path / "undo.jsonl").write_text(
            f'{{"note_id":{ids[0]},"row":1,"outcome":"undone"}}\n'
            f'{{"note_id":{ids[1]},"row":2,"outcome":"kept"}}\n'
            f'{{"note_id":{ids[2]},"row":3,"outcome":"gone"}}\n')
        _, run = self.keyed_import("a.csv", "second", exits=0)
        self.assertEqual(self.outcomes(run), [CREATED, SKIPPED, CREATED])

    def test_lets_skipped_rows_pass_whatever_is_wrong_with_them(self):
        self.file("a.csv", keyed(1, 2))
        self.keyed_import("a.csv", "first", exits=0)
        rows = [("x", "Call", "", "LGL-1"), (2, "No such type", "n", "LGL-2")]
        self.file("b.csv", rows)
        _, run = self.keyed_import("b.csv", "second", "--max-errors", "0", exits=0)
        self.assertEqual(self.outcomes(run), [SKIPPED, SKIPPED])


class Rows(WithHistory):
    def test_with_the_same_key_are_duplicates_unless_allowed(self):
        rows = keyed(1, 2, 1, 3, 1)
        self.file("a.csv", rows)
        result, run = self.keyed_import("a.csv", "refused", exits=1)
        duplicate = ("invalid", "duplicate_key")
        self.assertEqual(self.outcomes(run), [CREATED, CREATED, duplicate, CREATED, duplicate])
        self.assertIn("row 1 has the same key", run.rows[5]["detail"])
        self.assertEqual(run.bytes_of("invalid.csv"), csv_bytes([rows[2], rows[4]], HEADER))
        _, again = self.keyed_import("a.csv", "again", exits=1)
        self.assertEqual(self.outcomes(again), [SKIPPED, SKIPPED, duplicate, SKIPPED, duplicate])
        self.file("b.csv", keyed(7, 8, 7))
        words = ("--duplicate-keys", "allow")
        _, allowed = self.keyed_import("b.csv", "allowed", *words, exits=0)
        self.assertEqual(allowed.counts, {"created": 3})
        _, again = self.keyed_import("b.csv", "allowed-again", *words, exits=0)
        self.assertEqual(again.counts, {"skipped": 3})

    def test_without_a_key_are_invalid(self):
        self.file("a.csv", [*keyed(1), (2, "Call", "n", ""), (3, "Call", "n", "  ")])
        _, run = self.keyed_import("a.csv", "run", exits=1)
        missing = ("invalid", "missing_key")
        self.assertEqual(self.outcomes(run), [CREATED, missing, missing])
        self.write("b.csv", csv_bytes([(1, "Call", "n")]))
        result = self.noteload("import", "b.csv", "--key", "id", to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "id")

    def test_in_doubt_stay_unsent_until_resume_has_settled_them(self):
        self.file("a.csv", keyed(1, 2, 3))
        _, first = self.keyed_import("a.csv", "first", exits=0)
        # As if the answer about the second row had been lost.
        log = (first.path / "log.jsonl").read_text()
        created = f'"outcome":"created","note_id":{first.rows[2]["note_id"]},"status":200'
        self.assertIn(created, log)
        log = log.replace(created, '"outcome":"in_doubt"')
        line = next(line for line in log.splitlines() if "in_doubt" in line)
        log = log.replace(line, line.replace(',"at":', ',"reason":"timeout","detail":"","at":'))
        (first.path / "log.jsonl").write_text(log)
        _, second = self.keyed_import("a.csv", "second", exits=1)
        self.assertEqual(self.outcomes(second), [SKIPPED, ("invalid", "key_in_doubt"), SKIPPED])
        self.assertIn(f"noteload resume {self.home}/runs/first", second.rows[2]["detail"])
        self.assertEqual(self.times()[2], 1)
        shutil.rmtree(first.path)
        _, third = self.keyed_import("a.csv", "third", exits=1)
        self.assertEqual(self.outcomes(third), [SKIPPED, ("invalid", "key_in_doubt"), SKIPPED])
        self.assertIn("is gone", third.rows[2]["detail"])


class UnfinishedRuns(WithHistory):
    def begun(self, run, *words):
        """An import that has sent some of its rows and waits for more."""
        process = self.begin("import", "-", "--key", "id", "--run-dir", f"runs/{run}", *words,
                             to=self.server, stdin=subprocess.PIPE)
        process.stdin.write(csv_bytes(keyed(1, 2), HEADER))
        process.stdin.flush()
        wait_until("two rows have come", lambda: len(self.server.notes()) == 2)
        return process

    def refused(self, *words):
        self.file("a.csv", keyed(1, 2, 3))
        result = self.noteload("import", "a.csv", "--key", "id", "--run-dir", "runs/next", *words,
                               to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assertFalse((self.home / "runs/next").exists(), "a folder is left behind")
        self.assertEqual(self.times(), {1: 1, 2: 1})
        return result

    def test_stop_an_import_while_they_run(self):
        process = self.begun("first")
        result = self.refused()
        self.assert_says(result, "first", f"noteload resume {self.home}/runs/first")
        self.finish(process, b"")
        _, run = self.keyed_import("a.csv", "next", exits=0)
        self.assertEqual(run.counts, {"skipped": 2, "created": 1})

    def test_stop_an_import_after_a_crash(self):
        process = self.begun("first")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assert_says(self.refused(), f"noteload resume {self.home}/runs/first")
        # Its rows in doubt are known to nobody once its folder is gone.
        shutil.rmtree(self.home / "runs/first")
        result = self.refused()
        self.assert_says(result, "first", "is gone", str(self.indexes()[0]))
        self.indexes()[0].unlink()
        self.keyed_import("a.csv", "next", exits=0)

    def test_stop_an_import_from_a_folder_elsewhere(self):
        (self.home / "history").mkdir()
        process = self.begun("first", "--history", "history")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assert_says(self.refused("--history", "history"),
                         f"noteload resume {self.home}/runs/first")

    def test_that_came_to_rest_are_known_without_their_folder(self):
        process = self.begun("first")
        process.send_signal(signal.SIGTERM)
        process.wait()  # with its input still open
        self.assertEqual(self.finish(process, b"").code, 5)
        self.refused()
        shutil.rmtree(self.home / "runs/first")
        self.file("a.csv", keyed(1, 2, 3))
        _, run = self.keyed_import("a.csv", "next", exits=0)
        self.assertEqual(run.counts, {"skipped": 2, "created": 1})

    def test_do_not_stop_an_import_with_another_key(self):
        process = self.begun("first")
        self.file("a.csv", keyed(3))
        _, run = self.run_import("a.csv", "--key", "contactId", "--run-dir", "runs/other",
                                 to=self.server, exits=0)
        self.assertEqual(run.counts, {"created": 1})
        self.finish(process, b"")


class ACrash(WithHistory):
    def test_that_is_undone_has_a_way_out(self):
        self.file("a.csv", keyed(1, 2, 3))
        _, run = self.keyed_import("a.csv", "first", exits=0)
        # As if it had been killed before it could tell anything of the last two rows.
        lines = (run.path / "log.jsonl").read_text().splitlines(keepends=True)
        known = [line for line in lines if line.startswith(('{"sending"', '{"row":1,'))]
        self.assertEqual(len(known), 2)
        (run.path / "log.jsonl").write_text(lines[0] + "".join(known))
        result = self.noteload("undo", "runs/first", "--yes")
        self.assertEqual(result.code, 4, result)
        self.assert_says(result, "the notes of rows 2 to 3",
                         "noteload undo runs/first --looked-up")
        self.assertEqual(self.times(), {2: 1, 3: 1})
        result = self.noteload("import", "a.csv", "--key", "id", "--run-dir", "runs/next",
                               to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, f"noteload undo {self.home}/runs/first --looked-up")
        again = self.noteload("undo", "runs/first", "--yes")
        self.assertEqual(again.code, 4, again)
        self.assert_says(again, "the notes of rows 2 to 3")
        # A person deletes them, and says so.
        self.server.come_back("--reset")
        result = self.noteload("undo", "runs/first", "--looked-up", "--yes")
        self.assertEqual(result.code, 0, result)
        _, run = self.keyed_import("a.csv", "next", exits=0)
        self.assertEqual(run.counts, {"created": 3})
        self.assertEqual(self.noteload("undo", "runs/first", "--yes").code, 0)

    def test_sends_nothing_that_its_keys_kept_from_being_sent(self):
        self.file("a.csv", keyed(2))
        self.keyed_import("a.csv", "first", exits=0)
        self.file("b.csv", keyed(1, 2, 1, 3))
        _, run = self.keyed_import("b.csv", "second", exits=1)
        # As if it had been killed before it could tell anything of its rows.
        lines = (run.path / "log.jsonl").read_text().splitlines(keepends=True)
        marks = [line for line in lines if line.startswith('{"sending"')]
        self.assertEqual(len(marks), 1)
        (run.path / "log.jsonl").write_text(lines[0] + marks[0])
        result = self.noteload("resume", "runs/second", "--verify-window", "500ms")
        self.assertEqual(result.code, 1, result)
        self.assertEqual(self.outcomes(harness.RunFolder(run.path)),
                         [("already_there", "connection_lost"), SKIPPED,
                          ("invalid", "duplicate_key"), ("already_there", "connection_lost")])
        self.assertEqual(self.times(), {1: 1, 2: 1, 3: 1})


class Damage(WithHistory):
    def damaged(self):
        """The index of a run, with a byte of it turned."""
        self.file("a.csv", keyed(*range(1, 50)))
        self.keyed_import("a.csv", "first", exits=0)
        index, = self.indexes()
        return index, index.read_bytes()

    def turned(self, whole, at):
        return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]

    def test_is_mended_where_the_run_folder_is_there(self):
        index, whole = self.damaged()
        for at in (3, whole.index(b"\n") + 8, len(whole) // 2, len(whole) - 3):
            with self.subTest(at=at):
                index.write_bytes(self.turned(whole, at))
                _, run = self.keyed_import("a.csv", f"after-{at}", exits=0)
                self.assertEqual(run.counts, {"skipped": 49})
                self.assertEqual(index.read_bytes(), whole)

    def test_stops_the_import_where_the_folder_is_gone(self):
        index, whole = self.damaged()
        shutil.rmtree(self.home / "runs/first")
        for content in (self.turned(whole, 3), self.turned(whole, len(whole) // 2),
                        whole[:-1], whole + b"x", b""):
            index.write_bytes(content)
            result = self.noteload("import", "a.csv", "--key", "id", "--run-dir", "runs/next",
                                   to=self.server)
            self.assertEqual(result.code, 2, result)
            self.assert_says(result, index.name, "imported", "remove")
        self.assertEqual(sum(self.times().values()), 49)

    def test_a_history_is_private(self):
        index, whole = self.damaged()
        self.assertEqual(index.stat().st_mode & 0o777, 0o600)
        self.assertEqual(index.parent.stat().st_mode & 0o777, 0o700)
        self.assertNotIn(b"LGL", whole)


class Check(WithHistory):
    def test_tells_what_would_be_skipped_and_writes_nothing(self):
        self.file("a.csv", keyed(1, 2))
        self.keyed_import("a.csv", "first", exits=0)
        self.file("b.csv", keyed(1, 2, 3, 3))
        for index in self.indexes():
            index.unlink()
        words = ("--key", "id", "--base-url", self.server.url)
        result = self.noteload("check", "b.csv", "--history", "runs", *words)
        self.assertEqual(result.code, 1, result)
        for line in ("4  rows read", "1  would be sent", "1  invalid",
                     "2  imported by an earlier run", "duplicate_key"):
            self.assertIn(line, result.out)
        self.assertEqual(self.indexes(), [])
        result = self.noteload("check", "b.csv", *words, "--duplicate-keys", "allow")
        self.assertEqual(result.code, 0, result)
        self.assertIn("4  would be sent", result.out)


if __name__ == "__main__":
    harness.main()
