"""The logs of the private servers: short, and quoted when a server does not start."""

from pathlib import Path
from typing import IO

LONGEST = 5_000_000  # bytes kept from one start to the next


def open_log(path: Path) -> IO[bytes]:
    """Open `path` for appending, begun anew when it has grown too long; only its user can read it."""
    too_long = path.exists() and path.stat().st_size > LONGEST
    log = path.open("wb" if too_long else "ab")
    path.chmod(0o600)
    return log


def last_lines(path: Path, count: int = 3) -> str:
    """Return the last lines of a log on one line, or a word that there are none."""
    if not path.exists():
        return "(none)"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return " / ".join(lines[-count:]) or "(none)"
