"""The samples, read independently of the product: with Python's csv and json, and by eye.

Which rows are wrong is written down here, not computed: the samples were made with these faults.
"""

import csv
import datetime
import json

from harness import SAMPLES

TYPES = ("General", "Call", "Text Message", "Letter", "Direct Mail", "Social Media", "Email",
         "In Person", "Event", "Alert", "Thank You")
PHOENIX = datetime.timezone(datetime.timedelta(hours=-7))  # US/Arizona, which has no summer time

# (row, its first reason); rows are counted over both files.
CSV_FAULTS = {10: "bad_contact_id", 14: "missing_note", 19: "unknown_type", 25: "bad_date",
              31: "missing_contact_id", 34: "wrong_column_count", 39: "bad_contact_id"}
JSONL_FAULTS = {7: "bad_json", 10: "bad_contact_id", 14: "missing_note", 17: "unknown_type",
                20: "not_an_object", 23: "bad_contact_id"}


def date_as_sent(text):
    if not text:
        return None
    text = text.replace(" ", "T")
    if "T" not in text:
        return text
    if text.endswith("Z"):
        text = text[:-1] + "+00:00"
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo:
        moment = moment.astimezone(PHOENIX)
    return moment.replace(tzinfo=None, microsecond=0).isoformat()  # sent in whole seconds


def boolean(value):
    if value is None or value == "":
        return None
    return str(value).strip().lower() in ("1", "true", "yes", "y", "t")


def number(value):
    return None if value is None or value == "" else int(value)


def note(fields):
    kind = next(t for t in TYPES if t.lower() == fields["type"].strip().lower())
    return (int(fields["contactid"]), kind, fields["note"],
            date_as_sent(fields.get("notedatetime")), boolean(fields.get("important")),
            boolean(fields.get("private")), number(fields.get("timespent")))


def csv_notes():
    with open(SAMPLES / "notes.csv", newline="", encoding="utf-8") as file:
        header, *records = csv.reader(file)
    return [note(dict(zip((h.lower() for h in header), record)))
            for row, record in enumerate(records, 1) if row not in CSV_FAULTS], len(records)


def jsonl_notes():
    lines = (SAMPLES / "notes.jsonl").read_bytes().splitlines()
    return [note({k.lower(): v for k, v in json.loads(line).items()})
            for row, line in enumerate(lines, 1) if row not in JSONL_FAULTS], len(lines)


def csv_records():
    """The records' own bytes: physical lines, joined while a quote is open."""
    records, open_record = [], b""
    for line in (SAMPLES / "notes.csv").read_bytes().splitlines(keepends=True):
        open_record += line
        # The one stray quote of the sample (11" wide) would turn the count.
        if open_record.replace(b'(the 11" one', b"").count(b'"') % 2 == 0:
            records.append(open_record)
            open_record = b""
    return records


def jsonl_records():
    return (SAMPLES / "notes.jsonl").read_bytes().splitlines(keepends=True)
