"""The house's rules, read off the include lines: which folder may include which, and that each
third-party library has its door (DESIGN.md, "The house")."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Folder: the folders of ours that it may include besides itself and the root headers.
MAY_INCLUDE = {
    "": set(),
    "source": set(),
    "mapping": set(),
    "delivery": set(),
    "ledger": set(),
    "report": {"ledger"},
    "run": {"source", "mapping", "delivery", "ledger", "report"},
    "cli": {"run", "report"},
    "sandbox": set(),
    "network": set(),
}

# Include prefix: the folders under src/ that may use it. Headers under include/ may use none of
# them, but for Asio's coroutine types, which are delivery's and run's vocabulary.
DOORS = {
    "csv.h": {"source"},
    "simdjson": {"source", "delivery"},
    "unicode/": {"source"},
    "zlib.h": {"source"},
    "zstd.h": {"source"},
    "bzlib.h": {"source"},
    "boost/beast": {"delivery", "sandbox", "network"},
    "boost/asio/ssl": {"delivery", "sandbox", "network"},
    "openssl": {"delivery", "sandbox"},
    "CLI": {"cli", ""},
    "sqlite3": {"sandbox"},
    "date/": {"", "mapping", "delivery", "ledger", "sandbox"},
    "toml++": {"mapping", "cli"},
    "xxhash": {"source", "ledger"},
    "boost/asio": {"delivery", "run", "sandbox", "network"},
}
IN_HEADERS = {"boost/asio": {"delivery", "run", "sandbox"}, "date/": {"mapping"}}

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^">]+)[">]', re.M)


def folder_of(path):
    parts = path.relative_to(ROOT).parts
    inner = parts[2:] if parts[0] == "include" else parts[1:]
    return inner[0] if len(inner) > 1 else ""


def is_entry_point(path):
    return path.name in ("main.cpp", "sandbox_main.cpp")


def wrong_inclusion(path, name):
    folder = folder_of(path)
    ours = re.match(r"noteload/(?:(\w+)/)?[\w.]+$", name)
    if ours:
        target = ours.group(1) or ""
        allowed = {"", folder} | MAY_INCLUDE[folder]
        if target not in allowed and not is_entry_point(path):
            return f"{folder or 'a root file'} may not include {target}"
        return None
    is_header = "include" in path.relative_to(ROOT).parts[:1]
    for prefix in sorted(DOORS, key=len, reverse=True):
        if name.startswith(prefix):
            doors = IN_HEADERS.get(prefix, set()) if is_header else DOORS[prefix]
            if folder not in doors:
                return f"{prefix} has its door elsewhere: {sorted(doors)}"
            return None
    return None


def main():
    files = sorted(p for top in ("include", "src") for p in (ROOT / top).rglob("*.?pp"))
    wrong = []
    for path in files:
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            why = wrong_inclusion(path, name)
            if why:
                wrong.append(f"{path.relative_to(ROOT)}: {name}: {why}")
    print("\n".join(wrong) or f"{len(files)} files keep the rules")
    if len(files) < 50:
        sys.exit("too few files were found: the test looks in the wrong place")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
