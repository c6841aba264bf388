"""`make figures`: prints one JSON line per figure; ONLY=<id> runs one, QUICK=1 the sizes of every day.

Each figure has a bound in time. One that does not end, or falls, says so in its line, and the next has its turn. With
QUICK=1 two lines of figures run at the same time, each with a broker of its own: most of their time is waiting.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import NoReturn

from benchmarks.choosing import UnknownFigureError, run, wanted
from benchmarks.reliability import (
    away,
    celery_kills,
    claims,
    hostile,
    house,
    kills,
    load,
    machines,
    restoring,
    secrets_kept,
    tampering,
)
from benchmarks.reliability.place import basis, quick

# What it is, and after how many seconds it is given up: at QUICK size, and whole. Idle, it takes a fifth.
FIGURES: dict[str, tuple[Callable[[], int], int, int]] = {
    "R1": (celery_kills.main, 600, 1800),
    "R2": (kills.main, 600, 1800),
    "R3": (away.database, 600, 600),
    "R4": (away.broker, 600, 600),
    "R5": (hostile.R5, 600, 600),
    "R6": (hostile.R6, 900, 1800),
    "R7": (hostile.R7, 600, 3000),
    "R8": (hostile.R8, 600, 600),
    "R9": (claims.main, 600, 900),
    "R13": (machines.main, 600, 1800),
    "R14": (tampering.main, 600, 900),
    "R15": (restoring.main, 600, 900),
    "R16": (secrets_kept.main, 600, 900),
    "LOAD1": (load.mix, 600, 1200),
    "LOAD2": (load.click, 600, 1200),
}


# One after the other: they stop the servers that all share, or measure how long a click takes.
ALONE = ("R3", "R4", "LOAD2")
# One line: they have workers, and R1 wipes every broker there is. The others need none.
WITH_WORKERS = ("R1", "R2", "R16", "LOAD1")


class OutOfTimeError(Exception):
    """A figure did not end within its bound."""


def bounded(name: str) -> int:
    """Run a figure within its bound and return its exit code; 1 and a line that says why when it came to nothing.

    The house is opened before the clock starts: it belongs to no figure.
    """
    figure, quick_bound, whole_bound = FIGURES[name]
    bound = quick_bound if quick() else whole_bound
    house.the_house(basis())
    signal.signal(signal.SIGALRM, partial(_out_of_time, bound))
    signal.alarm(bound)
    try:
        return figure()
    except Exception as problem:
        why = f"{type(problem).__name__}: {problem}"
        print(json.dumps({"id": name, "value": None, "goal": None, "ok": False, "detail": {"problem": why[:500]}}))
        return 1
    finally:
        signal.alarm(0)


def _out_of_time(bound: int, _number: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTimeError(f"not done within {bound} s")


def side_by_side(names: list[str]) -> int:
    """Run figures in two lines, after those that must be alone; returns the worst exit code."""
    worst = max([bounded(name) for name in names if name in ALONE], default=0)
    rest = [name for name in names if name not in ALONE]
    lines = [[one for one in rest if one in WITH_WORKERS], [one for one in rest if one not in WITH_WORKERS]]
    own = house.the_house(basis())
    own.static(basis())
    children = [_begin(own, lane, line) for lane, line in enumerate(lines) if line]
    try:
        while children:
            worst = max(worst, os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]))
            children.pop(0)
    finally:
        for child in children:  # we are told to stop: so are they, and they clear their places away
            with suppress(ProcessLookupError, ChildProcessError):  # it may have heard of the end before us
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
    return worst


def _begin(own: house.House, lane: int, names: list[str]) -> int:
    """Run the figures of a line in a process of its own; returns its id."""
    sys.stdout.flush()
    if child := os.fork():
        return child
    code = 1
    try:
        own.lane = lane
        code = max(bounded(name) for name in names)
    except SystemExit:
        pass
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that every place is cleared away
    try:
        if quick() and len(wanted(FIGURES)) > 1:
            sys.exit(side_by_side(wanted(FIGURES)))
        sys.exit(run({name: partial(bounded, name) for name in FIGURES}))
    except UnknownFigureError as problem:
        sys.exit(str(problem))
    finally:
        house.close()
