"""What must hold in the log and on the server: after each kill, and at the end."""

import collections
import csv
import json
import math

from chaos_input import stored_row
from harness import OUTCOMES

AGAIN = ("in_doubt", "not_attempted")
NOT_SENT = {"outcome": "not_attempted"}
MADE = ("created", "already_there")


class Log:
    """A log as it stands, read on at each `update`; a torn last line is left out, as resume cuts it.
    """

    def __init__(self, path):
        self.path, self.bytes_read, self.end = path, 0, None
        self.marked, self.last, self.history = set(), {}, collections.defaultdict(list)
        self.open = set()  # what a resumed run has to ask about
        self.times = []    # of outcomes of the last process, in milliseconds

    def update(self):
        with open(self.path, "rb") as file:
            file.seek(self.bytes_read)
            new = file.read()
        new = new[:new.rfind(b"\n") + 1]
        self.bytes_read += len(new)
        for line in new.splitlines():
            self.take(json.loads(line))
        return self

    def take(self, line):
        self.end = line.get("end")
        if "sending" in line:
            first, last = line["sending"]
            rows = set(range(first, last + 1))
            self.marked |= rows
            # An invalid row may stand between; a row given back before may now leave.
            self.open |= {r for r in rows if self.last.get(r, NOT_SENT)["outcome"] in AGAIN}
        elif "row" in line:
            self.last[line["row"]] = line
            self.history[line["row"]].append(line["outcome"])
            self.times.append(_milliseconds(line["at"]))
            if line["outcome"] != "in_doubt":
                self.open.discard(line["row"])
        elif line.get("event") == "resumed":
            self.times = []

    def outcomes(self):
        return {row: line["outcome"] for row, line in self.last.items()}

    def most_in_50_ms(self):
        """By the busiest 400 ms of the last process."""
        times = sorted(self.times)
        most, first = 0, 0
        for i, time in enumerate(times):
            while times[first] < time - 400:
                first += 1
            most = max(most, i - first + 1)
        return math.ceil(most / 8)


def _milliseconds(at):
    hours, minutes, seconds = at[11:-1].split(":")
    return int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000)


def counts_of(numbers, rows):
    return collections.Counter(rows[n - 1] for n in numbers)


def fail_unless(true, what, *more):
    if not true:
        raise AssertionError(" ".join(str(w) for w in (what, *more)))


def check_kill(log, before, faults, concurrency, rows):
    """No more rows are open than were in flight, sent in 50 ms, or aside. Aside are those that were
    open before this process, those that a fault hit, and twins of these. `before`: open rows when
    the process began; `faults`: how many it met, or None where the server cannot tell.
    """
    if faults is None:
        return None
    fresh = log.open - before
    twins = collections.Counter(rows[n - 1] for n in log.open)
    fresh -= {n for n in fresh if twins[rows[n - 1]] > 1}
    allowed = concurrency + log.most_in_50_ms() + faults
    # A busy machine may keep the log's thread from its 5 ms.
    fail_unless(len(fresh) <= allowed + 8 + log.most_in_50_ms(), "too many rows are open:",
                len(fresh), "of", allowed, "allowed:", sorted(fresh)[:50])
    return len(fresh), allowed


def check_server_so_far(log, notes, rows):
    """What the log says was made is there; nothing is there that no mark covers."""
    there = collections.Counter(map(stored_row, notes))
    made = counts_of((n for n, o in log.outcomes().items() if o in MADE), rows)
    fail_unless(made <= there, "created, and not there:", made - there)
    covered = counts_of(log.marked, rows)
    fail_unless(there <= covered, "there, and under no mark:", there - covered)


def check_history(log):
    """One last outcome a row; another follows only where the design allows it."""
    for row, history in log.history.items():
        fail_unless(all(o in AGAIN for o in history[:-1]), "row", row, "became", history)


def check_end(log, notes, rows, wrong):
    check_history(log)
    outcomes = log.outcomes()
    fail_unless(sorted(outcomes) == list(range(1, len(rows) + 1)), "rows without an outcome:",
                sorted(set(range(1, len(rows) + 1)) - set(outcomes))[:20])
    counts = collections.Counter(outcomes.values())
    end = log.end
    fail_unless({o: end[o] for o in OUTCOMES} == {o: counts[o] for o in OUTCOMES}, end, counts)
    fail_unless(end["read"] == len(rows) and counts["not_attempted"] == 0, end)
    fail_unless({n for n, o in outcomes.items() if o == "invalid"} == wrong, "invalid rows")
    there = collections.Counter(map(stored_row, notes))
    made = counts_of((n for n, o in outcomes.items() if o in MADE), rows)
    doubtful = counts_of((n for n, o in outcomes.items() if o == "in_doubt"), rows)
    fail_unless(made <= there, "LOST:", made - there)
    fail_unless(there <= made + doubtful, "DOUBLED:", there - made - doubtful)
    check_note_ids(log, notes, rows)


def check_files(folder, log, kind):
    """What stands beside the log says the same, however often it was told again."""
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    fail_unless(summary["counts"] == log.end, "summary.json:", summary["counts"], log.end)
    for outcome in ("invalid", "refused", "in_doubt"):
        path = folder / f"{outcome}.{kind}"
        rejects = 0
        if path.exists():
            with open(path, newline="", encoding="utf-8") as file:
                rejects = sum(1 for _ in csv.DictReader(file)) if kind == "csv" else sum(
                    1 for _ in file)
        fail_unless(rejects == log.end[outcome], path.name, "has", rejects, "rows;", log.end)


def check_note_ids(log, notes, rows):
    """Each note belongs to one row, and to one that says what the note says."""
    by_id = {note["id"]: stored_row(note) for note in notes}
    ids = {n: line["note_id"] for n, line in log.last.items() if line["outcome"] in MADE}
    fail_unless(len(set(ids.values())) == len(ids), "two rows name one note")
    for row, note_id in ids.items():
        fail_unless(by_id.get(note_id) == rows[row - 1], "row", row, "names note", note_id)
