"""Compile the message catalogues, without the gettext tools: a fresh machine does not have msgfmt."""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_all(root: Path) -> list[Path]:
    """Write a .mo beside every .po under a `locale` folder of `root` that is newer than it, and return the written."""
    written = []
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all(ROOT):
        print(f"compiled {path.relative_to(ROOT)}", file=sys.stderr)
