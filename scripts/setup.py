#!/usr/bin/env python3
"""`make setup`: find a Python that is new enough and hand over to scripts/installing.py.

This one file keeps to words that an old Python can read, so that an old Python says one clear line.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - read by any Python
NAMES = ["python3.14", "python3.13", "python3.12", "python3.11"]
PROBE = "import sys; sys.exit(sys.version_info < (%d, %d))" % OLDEST  # noqa: UP031


def new_enough() -> "str | None":
    """Return this Python, or another on the PATH that is new enough and runs, or None."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for path in filter(None, map(shutil.which, NAMES)):
        if subprocess.call([path, "-c", PROBE], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main() -> None:
    """Run the set-up with a Python that is new enough, or end with one line."""
    python = new_enough()
    if python is None:
        version = sys.version.split()[0]
        sys.exit("SocialDesk needs Python 3.11 or newer; this is " + version + ". Install one, then: make setup")
    os.chdir(ROOT)
    os.execv(python, [python, "-m", "scripts.installing"])  # noqa: S606


if __name__ == "__main__":
    main()
