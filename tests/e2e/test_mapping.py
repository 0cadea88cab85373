"""The mapping file as people use it: through check, through import, and drafted for an export."""

import json
import re
import tomllib

import harness
from harness import SAMPLES, SECRET, EndToEnd, multiset

MAPPINGS = SAMPLES / "mappings"

# Each sample, and its rows that are wrong on purpose: row, reason.
SAMPLE_FAULTS = {
    "little-green-light": {3: "bad_date"},
    "raisers-edge": {4: "excel_error"},
    "donorperfect": {},
    "salesforce": {},
    "hubspot": {},
    "civicrm": {},
    "bloomerang": {4: "unknown_contact"},
}

MAPPING = """
key = "Note ID"
[contactId]
column = "Old ID"
by = "file:contacts.csv"
[type]
column = "Kind"
values = { "Phone call" = "call", "" = "General" }
[note]
template = "{Text}\\n\\n(Recorded by {Who})"
max_length = 100
over = "truncate"
[noteDateTime]
column = "When"
formats = ["%m/%d/%Y %I:%M %p", "%m/%d/%Y"]
zone = "America/New_York"
[important]
column = "Flag"
true = ["X"]
[timeSpent]
column = "Time"
unit = "hh:mm"
"""
CONTACTS = "Old ID,contactId\nA1,17\nA2,18\n0012,19\n"
NOTES = f'''Note ID,Old ID,Kind,Text,Who,When,Flag,Time
n1,A1,Phone call,{SECRET} one,Kim,07/04/2019 01:30 AM,x,1:30
n2,A2,,"two, with a comma",Sam,07/04/2019,,
n3,0012,Thank You,{'long ' * 30},Kim,,no,0:05
n4,A9,Call,four,Kim,,,
n5,A1,Call,five,Kim,13/04/2019,,
n6,"=""0012""",Call,six,Kim,,,
n7,1.23E+05,Visit,#N/A,Kim,,,
'''


class Mapped(EndToEnd):
    def files(self, mapping=MAPPING, notes=NOTES, contacts=CONTACTS):
        self.write("contacts.csv", contacts)
        self.write("m.toml", mapping)
        self.write("notes.csv", notes)
        return ("notes.csv", "--mapping", "m.toml")

    def check_json(self, *words, code):
        result = self.noteload("check", *words, "--json", token=None)
        self.assertEqual(result.code, code, result)
        return json.loads(result.out)


class CheckWithAMapping(Mapped):
    def test_reads_every_sample(self):
        found = {p.stem for p in MAPPINGS.glob("*.toml")}
        self.assertEqual(found, set(SAMPLE_FAULTS))
        for name, faults in SAMPLE_FAULTS.items():
            with self.subTest(name):
                said = self.check_json(MAPPINGS / f"{name}.csv", "--mapping",
                                       MAPPINGS / f"{name}.toml", code=1 if faults else 0)
                self.assertEqual(said["invalid"], len(faults))
                self.assertGreater(said["would_be_sent"], 0)
                self.assertEqual({r["first"][0]["row"]: r["reason"] for r in said["reasons"]},
                                 faults)

    def test_every_sample_names_its_public_source(self):
        for path in MAPPINGS.glob("*.toml"):
            self.assertRegex(path.read_text("utf-8"), r"(?m)^# .*https://", path.name)

    def test_names_each_reason_and_counts_what_it_changed(self):
        said = self.check_json(*self.files(), code=1)
        self.assertEqual({r["reason"]: r["rows"] for r in said["reasons"]},
                         {"unknown_contact": 1, "bad_date": 1, "excel_formula": 1,
                          "excel_number": 1, "excel_error": 1})
        self.assertEqual({n["notice"]: n["rows"] for n in said["mapping"]},
                         {"note_truncated": 1, "day_month_exchanged": 1})
        self.assertEqual(said["mapping"][0]["first"], [{"file": 0, "row": 3, "line": 4}])

    def test_tells_of_day_and_month_exchanged(self):
        rows = "".join(f"17,Call,x,{d:02}/{m:02}/2017\n" for d in (3, 5, 14, 25) for m in (1, 2))
        self.write("n.csv", "contactId,type,note,D\n" + rows)
        self.write("m.toml", '[noteDateTime]\ncolumn = "D"\nformats = ["%m/%d/%Y"]\n')
        result = self.noteload("check", "n.csv", "--mapping", "m.toml", token=None)
        self.assertEqual(result.code, 1)
        for words in ("4 dates fit only with day and month exchanged", "4 can be read both ways",
                      "very likely", "n.csv:6, n.csv:7, n.csv:8, ..."):
            self.assertIn(words, result.out)

    def test_says_what_is_wrong_with_the_mapping_file(self):
        for mapping, words in {
                'kye = "x"': ["m.toml:1", 'did you mean "key"'],
                '[note]\ncolumn = "Text"\nover = "split"\nmax_length = 9': ["m.toml:3", "split",
                                                                            "one outcome"],
                '[note]\ncolumn = "Texxt"': ["notes.csv", '"Text" looks like Texxt'],
                '[note]\ncolumn = "a': ["m.toml:2", "not TOML"],
                '[contactId]\ncolumn = "Old ID"\nby = "file:none.csv"': ["none.csv", "no such"],
        }.items():
            with self.subTest(mapping):
                result = self.noteload("check", *self.files(mapping), token=None)
                self.assertEqual(result.code, 2, result)
                self.assert_says(result, *words)

    def test_contacts_that_only_the_server_knows_are_said_not_to_be_looked_up(self):
        self.files('[contactId]\ncolumn = "Old ID"\nby = "reference:LGL"\n[type]\notherwise = '
                   '"Call"\n[note]\ncolumn = "Text"')
        self.write("notes.csv", "Old ID,Text\nA1,x\n")
        result = self.noteload("check", "notes.csv", "--mapping", "m.toml", token=None)
        self.assertEqual(result.code, 0, result)
        self.assertIn("reference:LGL", result.out)

    def test_reads_jsonl_by_the_same_rules(self):
        self.write("m.toml", '[contactId]\ncolumn = "who"\n[type]\notherwise = "Call"\n'
                             '[note]\ntemplate = "{text} ({n})"\n')
        self.write("n.jsonl", '{"who":17,"text":"a","n":1}\n{"who":"18","text":"b"}\n')
        result = self.noteload("check", "n.jsonl", "--mapping", "m.toml", "--preview", "2",
                               token=None)
        self.assertEqual(result.code, 0, result)
        self.assertIn('{"contactId":17,"type":"Call","note":"a (1)"}', result.out)
        self.assertIn('{"contactId":18,"type":"Call","note":"b ()"}', result.out)


class ImportWithAMapping(Mapped):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()

    def test_makes_the_notes_that_the_mapping_says(self):
        result, run = self.run_import(*self.files(), to=self.server, exits=1, finished=True)
        tail = " [shortened: 169 characters before]"
        self.assert_same_notes(multiset(self.server.notes()), [
            (17, "Call", f"{SECRET} one\n\n(Recorded by Kim)", "2019-07-03T22:30:00", True, None,
             90),
            (18, "General", "two, with a comma\n\n(Recorded by Sam)", "2019-07-04", None, None,
             None),
            (19, "Thank You", ("long " * 30)[:100 - len(tail)] + tail, None, False, None, 5),
        ])
        self.assertEqual({e["row"]: e["reason"] for e in run.with_outcome("invalid")},
                         {4: "unknown_contact", 5: "bad_date", 6: "excel_formula",
                          7: "excel_number"})
        self.assert_says(result, "1 note is shortened", "notes.csv:4")
        told = {e["reason"]: e["detail"] for e in run.events if e["event"] == "mapped"}
        self.assertIn("note_truncated", told)

    def test_keeps_the_mapping_as_resolved(self):
        _, run = self.run_import(*self.files(), to=self.server, exits=1)
        kept = tomllib.loads(run.bytes_of("mapping.toml").decode())
        self.assertEqual(kept["contactId"]["by"], f"file:{self.home}/contacts.csv")
        self.assertRegex(kept["contactId"]["hash"], r"^xxh3:[0-9a-f]{16}$")
        self.assertEqual(kept["type"]["values"], {"Phone call": "call", "": "General"})
        # The kept file is the mapping: the same rows give the same requests by it.
        by_file, by_kept = (
            self.noteload("check", "notes.csv", "--mapping", m, "--preview", "9", token=None).out
            for m in ("m.toml", run.path / "mapping.toml"))
        self.assertEqual(by_kept, by_file)
        _, again = self.run_import("notes.csv", "--mapping", run.path / "mapping.toml",
                                   "--run-dir", "again", to=self.server, exits=1)
        self.assertEqual(again.header["mapping_hash"], run.header["mapping_hash"])
        self.assertEqual(again.bytes_of("mapping.toml"), run.bytes_of("mapping.toml"))

    def test_hash_of_the_mapping_changes_with_the_contacts(self):
        _, run = self.run_import(*self.files(), to=self.server, exits=1)
        self.write("contacts.csv", CONTACTS + "A9,20\n")
        _, again = self.run_import("notes.csv", "--mapping", "m.toml", "--run-dir", "again",
                                   to=self.server, exits=1)
        self.assertNotEqual(again.header["mapping_hash"], run.header["mapping_hash"])
        result = self.noteload("check", "notes.csv", "--mapping", run.path / "mapping.toml",
                               token=None)
        self.assertNotIn(result.code, (0, 1), result)
        self.assert_says(result, "contacts.csv", "is not the one")

    def test_a_type_that_the_organisation_has_not_stops_before_anything_is_sent(self):
        words = self.files(MAPPING.replace('"call"', '"Telephone"'))
        result = self.noteload("import", *words, to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "Telephone", "note types")
        self.assertEqual(self.server.notes(), [])

    def test_imports_the_samples_whose_contacts_stand_in_a_file(self):
        for name, faults in SAMPLE_FAULTS.items():
            if not (MAPPINGS / f"{name}-contacts.csv").exists():
                continue
            with self.subTest(name):
                _, run = self.run_import(MAPPINGS / f"{name}.csv", "--mapping",
                                         MAPPINGS / f"{name}.toml", "--run-dir", name,
                                         to=self.server, exits=1 if faults else 0)
                self.assertEqual({e["row"]: e["reason"] for e in run.with_outcome("invalid")},
                                 faults)

    def test_looks_contacts_up_by_reference_each_once(self):
        self.server.kill()
        self.server.start("--contacts", "100")
        mapping = ('[contactId]\ncolumn = "Old"\nby = "reference:Old CRM"\n[type]\notherwise = '
                   '"Call"\n[note]\ncolumn = "Text"\n')
        rows = "".join(f"A/{n % 50},{SECRET} {n}\n" for n in range(1, 300))
        words = self.files(mapping, "Old,Text\n" + rows + "A/555,x\nB/1,y\n..,z\n,w\n")
        result, run = self.run_import(*words, to=self.server, exits=1, finished=True)
        self.assert_same_notes(
            multiset(self.server.notes()),
            [(n % 50, "Call", f"{SECRET} {n}", None, None, None, None)
             for n in range(1, 300) if n % 50])
        wrong = {e["row"]: e["reason"] for e in run.with_outcome("invalid")}
        self.assertEqual({row for row, why in wrong.items() if why == "unknown_contact"},
                         {50, 100, 150, 200, 250, 300, 301, 302})
        self.assertEqual(wrong[303], "missing_contact_id")
        self.assert_says(result, "Looked up 53 contacts: 4 are not known")
        looked_up = [json.loads(line) for line in
                     run.bytes_of("looked-up-contacts.jsonl").splitlines()]
        self.assertEqual(len(looked_up), 53)
        self.assertIn({"value": "A/7", "contactId": 7}, looked_up)
        self.assertIn({"value": "A/555", "contactId": None}, looked_up)
        # With the run's folder, the same can be checked without the server.
        result = self.noteload("check", "notes.csv", "--mapping", run.path / "mapping.toml",
                               "--json", token=None)
        self.assertEqual(json.loads(result.out)["invalid"], 9)

    def test_looks_contacts_up_by_address_and_follows_merges(self):
        self.server.kill()
        self.server.start("--contacts", "100", "--merged", "200-202")
        mapping = ('[contactId]\ncolumn = "Mail"\nby = "email"\n[type]\notherwise = "Call"\n'
                   '[note]\ncolumn = "Text"\n')
        words = self.files(mapping, "Mail,Text\ncontact42@example.org,a\ncontact201@example.org,b\n"
                                    "nobody@example.org,c\nno address,d\n")
        _, run = self.run_import(*words, to=self.server, exits=1, finished=True)
        self.assertEqual({(n["contactId"], n["note"]) for n in self.server.notes()},
                         {(42, "a"), (2, "b")})
        self.assertEqual({e["row"]: e["reason"] for e in run.with_outcome("invalid")},
                         {3: "unknown_contact", 4: "bad_contact_id"})

    def test_contacts_of_rows_that_are_not_sent_are_not_looked_up(self):
        mapping = ('[contactId]\ncolumn = "Old"\nby = "reference:LGL"\n[type]\notherwise = '
                   '"Call"\n[note]\ncolumn = "Text"\n')
        words = self.files(mapping, "Old,Text\n" + "".join(f"L{n},x\n" for n in range(1, 21)))
        _, run = self.run_import(*words, "--skip", "5", "--limit", "3", to=self.server, exits=0)
        looked_up = run.bytes_of("looked-up-contacts.jsonl").splitlines()
        self.assertEqual([json.loads(line)["value"] for line in looked_up], ["L6", "L7", "L8"])

    def test_looks_nothing_up_for_a_pipe(self):
        self.files('[contactId]\ncolumn = "Old"\nby = "email"\n[type]\notherwise = "Call"\n'
                   '[note]\ncolumn = "Text"\n')
        result = self.noteload("import", "-", "--mapping", "m.toml", to=self.server,
                               input=b"Old,Text\na@b,x\n")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "as a file")

    def test_rejects_come_home(self):
        _, run = self.run_import(*self.files(), to=self.server, exits=1)
        (self.home / "invalid.csv").write_bytes(run.bytes_of("invalid.csv"))
        _, again = self.run_import("invalid.csv", "--mapping", "m.toml", "--run-dir", "again",
                                   to=self.server, exits=1)
        self.assertEqual(again.bytes_of("invalid.csv"), run.bytes_of("invalid.csv"))


class DraftedMapping(Mapped):
    def test_of_every_sample_names_the_system_and_its_source(self):
        for name in SAMPLE_FAULTS:
            with self.subTest(name):
                result = self.noteload("mapping", MAPPINGS / f"{name}.csv", token=None)
                self.assertEqual(result.code, 0, result)
                self.assertIn("An export of", result.err)
                self.assertRegex(result.out, r"https://\S+")
                self.assertIn("contactId", tomllib.loads(result.out))

    def test_can_be_checked_at_once(self):
        for name in SAMPLE_FAULTS:
            with self.subTest(name):
                export = MAPPINGS / f"{name}.csv"
                drafted = self.noteload("mapping", export, "--output", f"{name}.toml", token=None)
                self.assertEqual((drafted.code, drafted.out), (0, ""), drafted)
                result = self.noteload("check", export, "--mapping", f"{name}.toml", token=None)
                self.assertIn(result.code, (0, 1), result)
                self.assertTrue(re.search(r"[1-9]\d*  would be sent", result.out), result)

    def test_of_an_unknown_export_is_a_skeleton(self):
        self.write("n.csv", "Who,What\n1,x\n")
        result = self.noteload("mapping", "n.csv", token=None)
        self.assertEqual(result.code, 0, result)
        self.assertIn('#     "Who"', result.out)
        self.assertEqual(tomllib.loads(result.out), {})

    def test_never_writes_over_a_file(self):
        self.write("m.toml", "mine")
        self.write("n.csv", "a,b\n1,2\n")
        result = self.noteload("mapping", "n.csv", "--output", "m.toml", token=None)
        self.assertEqual(result.code, 2, result)
        self.assertEqual((self.home / "m.toml").read_text(), "mine")


if __name__ == "__main__":
    harness.main()
