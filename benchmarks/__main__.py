"""`make bench`: the figures for speed, one JSON line each; ONLY=<id> runs one."""

import sys

from benchmarks import exporting, log_under_load, pages
from benchmarks.choosing import run

FIGURES = {"LOG1": log_under_load.main, "P2": pages.main, "P4": exporting.main}

if __name__ == "__main__":
    sys.exit(run(FIGURES))
