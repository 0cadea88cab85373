"""The main job on the samples: what a person sees who tries noteload for the first time."""

import collections
import json

import harness
import sample_reading as sample
from harness import SAMPLES, EndToEnd, RunFolder, multiset

CSV, JSONL = SAMPLES / "notes.csv", SAMPLES / "notes.jsonl"


class ImportOfTheSamples(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()

    def import_both(self):
        return self.run_import(CSV, JSONL, to=self.server, exits=1, finished=True)

    def test_makes_every_valid_row_exactly_once_with_the_very_text(self):
        from_csv, csv_rows = sample.csv_notes()
        from_jsonl, jsonl_rows = sample.jsonl_notes()
        _, run = self.import_both()
        self.assert_same_notes(multiset(self.server.notes()), from_csv + from_jsonl)
        counts = run.summary["counts"]
        self.assertEqual(counts["read"], csv_rows + jsonl_rows)
        self.assertEqual(counts["created"], len(from_csv) + len(from_jsonl))
        self.assertEqual(counts["invalid"], len(sample.CSV_FAULTS) + len(sample.JSONL_FAULTS))

    def test_names_the_fault_of_every_wrong_row(self):
        _, run = self.import_both()
        rows_before = sample.csv_notes()[1]
        expected = {**sample.CSV_FAULTS,
                    **{rows_before + row: why for row, why in sample.JSONL_FAULTS.items()}}
        self.assertEqual({e["row"]: e["reason"] for e in run.with_outcome("invalid")}, expected)
        self.assertEqual({int(p["row"]): p["reason"] for p in run.problems}, expected)
        self.assertEqual({p["outcome"] for p in run.problems}, {"invalid"})

    def test_names_all_faults_of_one_row(self):
        _, run = self.import_both()
        self.assertEqual(run.rows[31]["reasons"],
                         ["missing_contact_id", "bad_date", "bad_important"])
        for word in ("bad_date", "bad_important"):
            self.assertIn(word, run.rows[31]["detail"])

    def test_gives_the_file_and_line_of_each_row(self):
        _, run = self.import_both()
        line = 1
        starts = []
        for record in sample.csv_records():
            starts.append(line)
            line += record.count(b"\n")
        lines = [(0, at) for at in starts[1:]]
        lines += [(1, at) for at in range(1, len(sample.jsonl_records()) + 1)]
        self.assertEqual([(run.rows[r]["file"], run.rows[r]["line"]) for r in sorted(run.rows)],
                         lines)

    def test_marks_name_the_place_of_their_first_row(self):
        _, run = self.import_both()
        header, *records = sample.csv_records()
        places, byte = {}, len(header)
        for row, record in enumerate(records, 1):
            places[row] = (0, byte)
            byte += len(record)
        byte = 0
        for row, record in enumerate(sample.jsonl_records(), len(records) + 1):
            places[row] = (1, byte)
            byte += len(record)
        for _, mark in run.marks:
            self.assertEqual((mark["file"], mark["byte"]), places[mark["sending"][0]])
            self.assertEqual(mark["line"], run.rows[mark["sending"][0]]["line"])

    def test_keeps_wrong_rows_as_they_were_under_their_header(self):
        _, run = self.import_both()
        header, *records = sample.csv_records()
        self.assertEqual(run.bytes_of("invalid.csv"),
                         header + b"".join(records[row - 1] for row in sorted(sample.CSV_FAULTS)))
        lines = sample.jsonl_records()
        self.assertEqual(run.bytes_of("invalid-2.jsonl"),
                         b"".join(lines[row - 1] for row in sorted(sample.JSONL_FAULTS)))

    def test_rejects_imported_again_unmended_are_the_same_rejects(self):
        _, run = self.import_both()
        for name, first_time in (("invalid.csv", run), ("invalid-2.jsonl", run)):
            folder = "again-" + name
            _, again = self.run_import(first_time.path / name, "--run-dir", folder,
                                       to=self.server, exits=1, finished=True)
            rejects = "invalid" + (self.home / name).suffix
            self.assertEqual(again.bytes_of(rejects), first_time.bytes_of(name))
            self.assertEqual(again.counts["created"], 0)

    def test_mended_rejects_can_be_imported(self):
        _, run = self.import_both()
        mended = run.bytes_of("invalid.csv").replace(b"231,Telephone,", b"231,Call,")
        self.write("mended.csv", mended)
        _, again = self.run_import("mended.csv", "--run-dir", "again", to=self.server, exits=1)
        self.assertEqual(again.counts["created"], 1)
        self.assertEqual(again.counts["invalid"], len(sample.CSV_FAULTS) - 1)

    def test_the_same_rows_twice_in_the_input_are_two_notes(self):
        self.import_both()
        twins = collections.Counter(sample.csv_notes()[0])
        self.assertIn(2, twins.values(), "the sample has twins")
        stored = multiset(self.server.notes())
        for note, times in twins.items():
            self.assertEqual(stored[note], times)

    def test_log_begins_with_what_was_asked_for(self):
        _, run = self.import_both()
        self.assertEqual([i["path"] for i in run.header["inputs"]], [str(CSV), str(JSONL)])
        self.assertEqual([i["bytes"] for i in run.header["inputs"]],
                         [CSV.stat().st_size, JSONL.stat().st_size])
        for one in run.header["inputs"]:
            self.assertTrue(one["hash"])
        self.assertEqual(run.header["organization"], "Sandbox Foundation")
        self.assertEqual(run.header["base_url"], self.server.url)
        self.assertEqual(run.header["run"], run.path.name)

    def test_summary_file_agrees_with_the_log(self):
        _, run = self.import_both()
        summary = run.summary
        self.assertEqual(summary["run"], run.header["run"])
        self.assertEqual(summary["organization"], "Sandbox Foundation")
        self.assertEqual(summary["inputs"], [str(CSV), str(JSONL)])
        of_reason = collections.Counter(reason for e in run.with_outcome("invalid")
                                        for reason in e.get("reasons", [e["reason"]]))
        self.assertEqual({r["reason"]: r["rows"] for r in summary["reasons"]}, of_reason)
        self.assertGreater(summary["rows_per_second"], 0)

    def test_tells_the_organisation_the_webhooks_the_counts_and_what_to_do_next(self):
        result, _ = self.import_both()
        self.assert_says(result, "Sandbox Foundation", "US/Arizona", "webhook", "59", "13",
                         "invalid.csv", "invalid-2.jsonl", "problems.csv", "notes.csv:14",
                         "Old System ID")
        self.assertEqual(result.out,
                         "run: finished, 72 read, 59 created, 13 invalid, exit code 1\n")

    def test_makes_a_folder_named_after_the_first_file_when_none_is_named(self):
        result = self.noteload("import", CSV, to=self.server)
        self.assertEqual(result.code, 1, result)
        [folder] = (self.home / "noteload-runs").iterdir()
        self.assertRegex(folder.name, r"^notes-\d{8}T\d{6}Z$")
        self.assert_says(result, folder.name)
        RunFolder(folder).check(self, finished=True)

    def test_two_runs_in_one_second_get_two_folders(self):
        for _ in range(3):
            self.assertEqual(self.noteload("import", CSV, to=self.server).code, 1)
        self.assertEqual(len(list((self.home / "noteload-runs").iterdir())), 3)

    def test_log_never_holds_the_text_of_a_note(self):
        _, run = self.import_both()
        log = run.bytes_of("log.jsonl").decode()
        for stored in self.server.notes():
            text = json.dumps(stored["note"], ensure_ascii=False)[1:-1]
            self.assertNotIn(text, log)


if __name__ == "__main__":
    harness.main()
