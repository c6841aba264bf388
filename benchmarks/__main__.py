"""`make bench`: prints one JSON line per figure; ONLY=<id> runs one, QUICK=1 the small sizes."""

import os
import sys

from benchmarks import exporting, log_under_load
from benchmarks.reliability import kills

FIGURES = {"LOG1": log_under_load.main, "P4": exporting.main, "R2": kills.main}


def main() -> int:
    """Run the figures asked for; 1 when one misses its goal, 2 when there is no such figure."""
    wanted = os.environ.get("ONLY", "")
    if wanted and wanted not in FIGURES:
        print(f"There is no figure {wanted}: there are {', '.join(FIGURES)}.", file=sys.stderr)
        return 2
    return max(figure() for name, figure in FIGURES.items() if wanted in {"", name})


if __name__ == "__main__":
    sys.exit(main())
