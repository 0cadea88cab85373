"""The results as an SVG: bars of ours beside theirs, for light and dark pages.

    python3 bench/picture.py results.json > results.svg
"""

import json
import sys
from xml.sax.saxutils import escape

WIDTH, LABEL, VALUE, BAR, ROW = 760, 190, 120, 14, 22

STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #57606a }
.title { font-weight: 600; font-size: 14px; fill: #1f2328 }
.ours { font-weight: 600; fill: #1f2328 }
.bar { fill: #b6bec8 }
.bar.ours { fill: #2563eb }
.track { fill: #818b98; opacity: .12 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 }
  .title, text.ours { fill: #f0f6fc }
  .bar { fill: #4d5661 }
  .bar.ours { fill: #58a6ff }
}
"""

# What the results are called for people; those that are not here are not drawn.
TITLES = {
    ("delivery", "16 connections"): "Sending notes over TLS, 16 connections",
    ("delivery", "64 connections"): "Sending notes over TLS, 64 connections",
    ("delivery", "against what people write"): "Sending notes, beside what one would write",
    ("check", "csv"): "Reading and checking CSV",
    ("check", "jsonl"): "Reading and checking JSONL",
}
UNITS = {
    "s / 100,000 rows": "processor seconds for 100,000 notes, less is better",
    "MB / processor s": "MB for a processor second, more is better",
}


def groups(results):
    """Title, unit, and pairs of a name and a value, the best first."""
    measured = {(line["group"], line["name"]): line for line in results}
    for key, title in TITLES.items():
        line = measured.get(key)
        if line and line["theirs"]:
            bars = [("noteload", line["ours"]), *line["theirs"].items()]
            yield (title, UNITS[line["unit"]],
                   sorted(bars, key=lambda b: b[1], reverse=line["unit"].startswith("MB")))


def shown(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def draw(results):
    parts, y = [], 8
    for title, unit, bars in groups(results):
        parts.append(f'<text class="title" x="0" y="{y + 14}">{escape(title)}</text>'
                     f'<text x="{WIDTH}" y="{y + 14}" text-anchor="end">{escape(unit)}</text>')
        y += 26
        longest = max(value for _, value in bars)
        room = WIDTH - LABEL - VALUE
        for name, value in bars:
            kind = " ours" if name == "noteload" else ""
            width = max(2.0, value / longest * room)
            parts.append(
                f'<text class="{kind.strip()}" x="{LABEL - 10}" y="{y + 12}" text-anchor="end">'
                f'{escape(name)}</text>'
                f'<rect class="track" x="{LABEL}" y="{y}" width="{room}" height="{BAR}" rx="3"/>'
                f'<rect class="bar{kind}" x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" '
                f'rx="3"/><text class="{kind.strip()}" x="{LABEL + room + 10}" y="{y + 12}">'
                f'{shown(value)}</text>')
            y += ROW
        y += 16
    height = max(y - 8, 1)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" '
            f'aria-label="noteload beside other programs">\n<style>{STYLE}</style>\n'
            + "\n".join(parts) + "\n</svg>\n")


if __name__ == "__main__":
    with open(sys.argv[1]) as source:
        sys.stdout.write(draw(json.load(source)["results"]))
