"""Files as they come: whatever way the notes are written, the same notes are made."""

import bz2
import csv
import gzip
import io

import harness
from harness import EndToEnd, csv_bytes, jsonl_bytes, multiset

ROWS = [(1, "Call", 'She said "yes", then; and left\n\nquite late'),
        (2, "Email", "Jürgen – “quoted” € 5 | pipe\ttab"),
        (3, "Letter", "it's\r\ntwo lines"),
        (4, "Call", "plain")]


def written(delimiter=",", line_end="\n", quote='"', quoting=csv.QUOTE_MINIMAL, **more):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quotechar=quote,
                        quoting=quoting, **more)
    writer.writerow(("contactId", "type", "note"))
    writer.writerows(ROWS)
    return text.getvalue()


# What the file holds, and the options that it takes.
WAYS = {
    "usual": (written().encode(), ()),
    "UTF-16 with a mark, tabs": (written("\t", "\r\n").encode("utf-16"), ()),
    "UTF-16BE, semicolons": (written(";").encode("utf-16-be"), ()),
    "UTF-32LE": (written().encode("utf-32-le"), ()),
    "Windows-1252, old Mac": (written("|", "\r").encode("cp1252"), ()),
    "Windows-1252 by option": (written().encode("cp1252"), ("--encoding", "cp1252")),
    "single quotes": (written(";", quote="'").encode(), ()),
    "single quotes everywhere": (written(quote="'", quoting=csv.QUOTE_ALL).encode(), ()),
    "single quotes by option": (written(quote="'").encode(), ("--quote", "'")),
    "backslashes": (written(doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL).encode(),
                    ("--escape", "backslash")),
    "a caret": (written("^").encode(), ("--delimiter", "^")),
    "a character of two bytes": (written("|", quoting=csv.QUOTE_ALL).replace('"|"', '"¦"')
                                 .encode(), ("--delimiter", "¦")),
    "a preamble": (b"Export\r\nof 2019\n" + written().encode(), ("--skip-lines", "2")),
    "no header": (written().encode().split(b"\n", 1)[1],
                  ("--no-header", "--columns", "contactId,type,note")),
    "Excel's separator line": (b"sep=;\r\n" + written(";").encode(), ()),
    "gzip": (gzip.compress(written().encode()), ()),
    "bzip2 of UTF-16": (bz2.compress(written().encode("utf-16")), ()),
    "JSONL": (jsonl_bytes(ROWS), ("--format", "jsonl")),
}


class TheSameNotes(EndToEnd):
    def test_are_made_of_every_way_to_write_them(self):
        expected = None
        for n, (name, (content, options)) in enumerate(WAYS.items()):
            with self.subTest(name):
                server = self.sandbox()
                self.write("notes", content)
                self.run_import("notes", *options, "--run-dir", f"run-{n}", to=server, exits=0,
                                finished=True)
                found = multiset(server.notes())
                expected = expected or found
                self.assert_same_notes(found, expected)
        self.assertEqual({note[2] for note in expected}, {row[2] for row in ROWS})

    def test_are_made_of_a_pipe(self):
        server = self.sandbox()
        content = gzip.compress(written(";").encode("utf-16"))
        result, _ = self.run_import("-", to=server, exits=0, input=content)
        self.assert_says(result, "UTF-16LE", "byte order mark", "gzip", "semicolons")
        self.assertEqual(len(server.notes()), len(ROWS))

    def test_are_made_of_files_that_a_pattern_matches(self):
        server = self.sandbox()
        self.write("a.csv", written())
        self.write("b.csv", written())
        self.run_import("*.csv", to=server, exits=0, finished=True)
        self.assertEqual(len(server.notes()), 2 * len(ROWS))


class RejectsComeHome(EndToEnd):
    def test_with_the_options_that_the_closing_words_name(self):
        server = self.sandbox()
        content = b"contactId^type^note\n1^Call^'a^b'\nx^Call^Andr\xe9\n"
        self.write("notes.csv", content)
        result, run = self.run_import("notes.csv", "--quote", "'", "--delimiter", "^", to=server,
                                      exits=1)
        self.assertEqual(run.bytes_of("invalid.csv"),
                         b"contactId^type^note\nx^Call^Andr\xe9\n")
        self.assert_says(result, "invalid.csv --encoding 'windows-1252' --delimiter '^' "
                                 "--quote \"'\"")
        checked = self.noteload("check", "run/invalid.csv", "--encoding", "windows-1252",
                                "--delimiter", "^", "--quote", "'", "--run-dir", "again")
        self.assertEqual(checked.code, 1)
        self.assertEqual((self.home / "again" / "invalid.csv").read_bytes(),
                         run.bytes_of("invalid.csv"))

    def test_mended_as_they_are(self):
        server = self.sandbox()
        self.write("notes.csv", b"\xff\xfe" + csv_bytes([("x", "Call", "a;b")]).decode()
                   .replace(",", ";").replace("a;b", '"a;b"').encode("utf-16-le"))
        _, run = self.run_import("notes.csv", to=server, exits=1)
        mended = run.bytes_of("invalid.csv").decode("utf-16").replace("x;", "5;")
        self.write("mended.csv", mended.encode("utf-16"))
        self.run_import("mended.csv", "--run-dir", "second", to=server, exits=0)
        self.assertEqual([note["note"] for note in server.notes()], ["a;b"])


class AResumedRun(EndToEnd):
    def test_goes_on_in_a_packed_and_converted_file_and_tells_its_rejects_again(self):
        server = self.sandbox()
        rows = [("x" if i % 5 == 0 else i, "Call", f"note {i}; ü") for i in range(1, 41)]
        text = csv_bytes(rows, line_end="\r\n").decode()
        self.write("notes", gzip.compress(text.encode("utf-16")))
        _, run = self.run_import("notes", "--limit", 23, to=server, exits=1)
        self.assertEqual(len(server.notes()), 19)
        resumed = self.noteload("resume", "run", "--ca-file", server.ca)
        self.assertEqual(resumed.code, 1, resumed)
        self.assertEqual(len(server.notes()), 32)
        bad = "".join(line + "\n" for line in text.split("\r\n") if line[:1] in ("c", "x"))
        self.assertEqual(run.bytes_of("invalid.csv").decode("utf-16"), bad)


class AFileThatIsCutOff(EndToEnd):
    def test_has_one_truncated_record_and_all_before_it(self):
        server = self.sandbox()
        rows = [(i, "Call", f"note {i * 7919 % 10007}") for i in range(1, 400)]
        packed = gzip.compress(csv_bytes(rows))
        self.write("notes.csv.gz", packed[:len(packed) // 2])
        _, run = self.run_import("notes.csv.gz", to=server, exits=1, finished=True)
        last = max(run.rows)
        self.assertEqual(run.rows[last]["reason"], "truncated")
        self.assertEqual(run.counts["created"], last - 1)
        self.assertGreater(last, 50)


if __name__ == "__main__":
    harness.main()
