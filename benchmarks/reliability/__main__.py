"""`make figures`: prints one JSON line per figure; ONLY=<id> runs one, QUICK=1 the sizes of every day.

Each figure has a bound in time. One that does not end, or falls, says so in its line, and the next has its turn.
"""

import json
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import NoReturn

from benchmarks.choosing import run
from benchmarks.reliability import (
    away,
    celery_kills,
    claims,
    hostile,
    house,
    kills,
    load,
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
    "R6": (hostile.R6, 600, 900),
    "R7": (hostile.R7, 600, 3000),
    "R8": (hostile.R8, 600, 600),
    "R9": (claims.main, 600, 900),
    "R14": (tampering.main, 600, 900),
    "R15": (restoring.main, 600, 900),
    "R16": (secrets_kept.main, 600, 900),
    "LOAD1": (load.mix, 600, 1200),
    "LOAD2": (load.click, 600, 1200),
}


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


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that every place is cleared away
    try:
        sys.exit(run({name: partial(bounded, name) for name in FIGURES}))
    finally:
        house.close()
