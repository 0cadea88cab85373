"""The results as an SVG: bars of ours beside theirs."""

from xml.sax.saxutils import escape

WIDTH, LABEL, BAR, GAP = 760, 330, 18, 8


def groups(results):
    """Those with somebody to compare with: title, unit, and pairs of a name and a value."""
    for line in results:
        if line["theirs"]:
            yield (f'{line["group"]}: {line["name"]}', line["unit"],
                   [("noteload", line["ours"]), *line["theirs"].items()])


def draw(results):
    parts, y = [], 14
    for title, unit, bars in groups(results):
        better = "more is better" if unit.startswith("MB") else "less is better"
        parts.append(f'<text x="0" y="{y + 8}" font-weight="bold">{escape(title)}, {escape(unit)} '
                     f'({better})</text>')
        y += 20
        longest = max(value for _, value in bars)
        for name, value in bars:
            width = max(1.0, value / longest * (WIDTH - LABEL - 90))
            color = "#1f6feb" if name == "noteload" else "#8c959f"
            parts.append(f'<text x="{LABEL - 10}" y="{y + 13}" text-anchor="end">{escape(name)}'
                         f'</text><rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" '
                         f'fill="{color}"/><text x="{LABEL + width + 6:.1f}" y="{y + 13}">'
                         f'{value:,.2f}</text>')
            y += BAR + 3
        y += GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {WIDTH + 16} {y + 8}" '
            f'font-family="sans-serif" font-size="13" fill="#57606a">\n'
            f'<rect x="-8" width="{WIDTH + 16}" height="{y + 8}" fill="#ffffff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
