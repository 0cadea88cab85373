"""The files that the bench reads: the same rows as CSV and as JSONL."""

import json
import os

TEXT = ("Spoke with the family about the spring appeal, they asked for the annual report and for a "
        "call in May. ") * 4


def rows(count):
    for i in range(count):
        yield {"contactId": 100000 + i % 50000, "type": "General",
               "note": f"{TEXT[:330]} ({i:010d})",
               "noteDateTime": f"2019-03-{1 + i % 28:02d}T12:00:00", "important": False}


def write(folder, count):
    """Returns the paths of the CSV and the JSONL file; each row is one line of about 390 and 450
    bytes. Files that are there are taken as they are."""
    csv, jsonl = (os.path.join(folder, f"notes-{count}.{end}") for end in ("csv", "jsonl"))
    if not os.path.exists(jsonl):
        with open(csv, "w") as a, open(jsonl + ".part", "w") as b:
            a.write("contactId,type,note,noteDateTime,important\n")
            for row in rows(count):
                a.write(f'{row["contactId"]},General,"{row["note"]}",{row["noteDateTime"]},false\n')
                b.write(json.dumps(row, separators=(",", ":")) + "\n")
        os.rename(jsonl + ".part", jsonl)
    return csv, jsonl


def write_short(folder, count):
    """A CSV file with as many rows of about 40 bytes: for what does not depend on their size."""
    path = os.path.join(folder, "short.csv")
    with open(path, "w") as f:
        f.write("contactId,type,note\n")
        for begin in range(0, count, 10000):
            f.write("".join(f"{100000 + i % 50000},General,Note number {i:010d}\n"
                            for i in range(begin, min(count, begin + 10000))))
    return path


def copies(source, target, times):
    """`target` holds the rows of the CSV `source` so many times over."""
    with open(source, "rb") as a, open(target, "wb") as b:
        header = a.readline()
        b.write(header)
        for _ in range(times):
            a.seek(len(header))
            while block := a.read(1 << 22):
                b.write(block)
