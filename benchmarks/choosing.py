"""Runs the figures that were asked for."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping


def run(figures: Mapping[str, Callable[[], int]]) -> int:
    """Run all figures, or those of ONLY (ids with commas between); 1 when one misses its goal, 2 for an unknown id."""
    try:
        return max(figures[name]() for name in wanted(figures))
    except UnknownFigureError as problem:
        print(problem, file=sys.stderr)
        return 2


class UnknownFigureError(Exception):
    """ONLY names a figure that there is none of; the message says which there are."""


def wanted(figures: Iterable[str]) -> list[str]:
    """Return the ids that ONLY asks for, else all. Raises UnknownFigureError."""
    known = list(figures)
    asked = [name for name in os.environ.get("ONLY", "").replace(" ", "").split(",") if name] or known
    if unknown := [name for name in asked if name not in known]:
        raise UnknownFigureError(f"There is no figure {', '.join(unknown)}: there are {', '.join(known)}.")
    return asked
