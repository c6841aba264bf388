"""Runs the figures that were asked for."""

import os
import sys
from collections.abc import Callable, Mapping


def run(figures: Mapping[str, Callable[[], int]]) -> int:
    """Run all figures, or those of ONLY (ids with commas between); 1 when one misses its goal, 2 for an unknown id."""
    wanted = [name for name in os.environ.get("ONLY", "").replace(" ", "").split(",") if name] or list(figures)
    if unknown := [name for name in wanted if name not in figures]:
        print(f"There is no figure {', '.join(unknown)}: there are {', '.join(figures)}.", file=sys.stderr)
        return 2
    return max(figures[name]() for name in wanted)
