"""Many rows: none lost, none twice, and no more memory than for few."""

import collections
import csv
import json
import sys

import harness
from harness import ROWS, SECRET, EndToEnd

# Sanitizers multiply memory; what they run is for their findings, not for this number.
MEASURES_MEMORY = ROWS >= 200_000
MOST_MEMORY = 150 << 20

# Linux counts the memory that a process had before its exec, which is its parent's: the importer
# is started by a small interpreter instead of by this large one.
SMALL_PARENT = """
import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
open(sys.argv[1], "w").write(str(used.ru_maxrss * 1024))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def text_of(row):
    if row % 2:
        return f"{SECRET} {row}: she said \"yes\",\r\nthen\n\nleft; 🎉 Ünï 👩‍👩‍👧\n"
    return f"{SECRET} {row}: no answer."


class ManyRows(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()

    def file_of(self, rows):
        path = self.home / f"{rows}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["contactId", "type", "note"])
            writer.writerows((row, "Call", text_of(row)) for row in range(1, rows + 1))
        return path

    def import_and_measure(self, rows):
        """(the run's folder, its peak memory)"""
        folder = f"run-{rows}"
        peak = self.home / f"peak-{rows}"
        result = self.noteload("import", self.file_of(rows), "--run-dir", folder, "--progress",
                               "none", to=self.server,
                               under=[sys.executable, "-S", "-c", SMALL_PARENT, str(peak)])
        self.assertEqual(result.code, 0, result)
        run = harness.RunFolder(self.home / folder)
        run.check(self, finished=True)
        return run, int(peak.read_text())

    def test_arrive_exactly_once_in_constant_memory(self):
        few, memory_of_few = self.import_and_measure(ROWS // 4)
        self.assertEqual(few.counts, {"created": ROWS // 4})
        self.server.come_back("--reset")
        many, memory_of_many = self.import_and_measure(ROWS)
        self.assertEqual(many.counts, {"created": ROWS})
        self.check_server(many)
        print(f"peak memory: {memory_of_few >> 20} MiB for {ROWS // 4} rows, "
              f"{memory_of_many >> 20} MiB for {ROWS}")
        if MEASURES_MEMORY:
            self.assertLess(memory_of_many, MOST_MEMORY)
            self.assertLess(memory_of_many, memory_of_few * 1.25 + (4 << 20))

    def check_server(self, run):
        seen = collections.Counter()
        contact_of = {}
        for line in self.server.ask("/_sandbox/notes").splitlines():
            note = json.loads(line)
            row = note["contactId"]
            seen[row] += 1
            contact_of[note["id"]] = row
            if note["note"] != text_of(row):
                self.fail(f"row {row} changed on its way: {note['note']!r}")
        self.assertEqual(len(seen), ROWS)
        self.assertEqual(seen.most_common(1)[0][1], 1, "a row was made twice")
        wrong = [e for e in run.rows.values() if contact_of.get(e["note_id"]) != e["row"]]
        self.assertEqual(wrong[:3], [], "the log names another row's note")


if __name__ == "__main__":
    harness.main()
