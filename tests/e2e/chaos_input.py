"""Rows for the chaos test: few contacts, many of them alike, and every kind of text."""

import collections
import csv
import io
import json

TYPES = ("Call", "Email", "Letter", "General")
TEXTS = (
    "no answer",
    "She said \"yes\",\nthen left.\n\nCall again.",
    "Ünïcødé 👩‍👩‍👧 — gift of 50 €",
    "Thanks & <b>greetings</b>, see a < b",
    "&amp; was written here, and &lt;p&gt;",
    "line one\r\nline two\r\n",
    "  two  blanks,\tand a tab ",
    "x",
    "Long: " + "and so on, " * 40,
)
FIELDS = ("contactId", "type", "note", "noteDateTime", "important", "private", "timeSpent")

Row = collections.namedtuple("Row", FIELDS)


def make_rows(random, n):
    """About a fifth are exact copies of an earlier row; texts of one contact mostly differ."""
    rows = []
    contacts = max(3, n // 6)
    while len(rows) < n:
        if rows and random.random() < 0.2:
            rows.append(random.choice(rows[-50:]))
            continue
        text = random.choice(TEXTS)
        if random.random() < 0.7:
            text = f"{len(rows)}: {text}"
        date = random.choice((None, None, "2019-03-04", "2021-12-31T23:59:00"))
        rows.append(Row(random.randint(1, contacts), random.choice(TYPES), text, date,
                        random.choice((None, None, True, False)), random.choice((None, True)),
                        random.choice((None, None, 15))))
    return rows


def with_invalid(random, rows):
    """Some of them made wrong on purpose: (rows, the numbers of the wrong ones)."""
    wrong = {i for i in range(len(rows)) if random.random() < 0.02}
    return ([row._replace(contactId="LGL-7") if i in wrong else row
             for i, row in enumerate(rows)], {i + 1 for i in wrong})


def cell(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def as_csv(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    writer.writerows([cell(v) for v in row] for row in rows)
    return out.getvalue().encode("utf-8")


def as_jsonl(rows):
    return b"".join(json.dumps({k: v for k, v in row._asdict().items() if v is not None},
                               ensure_ascii=False).encode("utf-8") + b"\n" for row in rows)


def stored_row(note):
    """A note of the sandbox, as the row that made it."""
    return Row(*(note[k] for k in FIELDS))
