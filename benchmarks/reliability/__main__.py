"""`make figures`: prints one JSON line per figure; ONLY=<id> takes one, QUICK=1 the sizes of every day.

Each figure has a bound in time. One that does not end, or falls, says so in its line, and the next has its turn. Three
run at the same time, each in a process and with a broker of its own, because most of their time is waiting; one that
stops the servers has servers of its own, and one that must be alone comes first.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import NoReturn

from benchmarks.choosing import UnknownFigureError, wanted
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
from benchmarks.reliability.place import Figure, basis, quick

LANES = 3  # on two cores: nearly all of a figure is waiting


@dataclass(frozen=True)
class Promise:
    """How a figure is taken, and after how many seconds it is given up: at QUICK size, and whole.

    `apart`: it stops the servers, so it has some that nobody shares. `alone`: it measures how long something takes;
    `whole_alone`: it does at whole size.
    """

    take: Callable[[], Figure]
    quick_bound: int = 600
    whole_bound: int = 900
    apart: bool = False
    alone: bool = False
    whole_alone: bool = False

    @property
    def has_company(self) -> bool:
        """Whether other figures may be taken at the same time."""
        return not self.alone and (quick() or not self.whole_alone)


# The longest first, so that no lane is left alone with one at the end. Idle, a figure takes a third of its bound.
FIGURES = {
    "R1": Promise(celery_kills.main, whole_bound=2400, whole_alone=True),
    "LOAD2": Promise(load.click, whole_bound=1200, alone=True),
    "R13": Promise(machines.main, whole_bound=2400),
    "R7": Promise(hostile.R7, whole_bound=3000),
    "LOAD1": Promise(load.mix, whole_bound=1200),
    "R2": Promise(kills.main, whole_bound=2400),
    "R6": Promise(hostile.R6, quick_bound=900, whole_bound=1800),
    "R9": Promise(claims.main, whole_bound=1800),
    "R4": Promise(away.broker, apart=True),
    "R16": Promise(secrets_kept.main),
    "R3": Promise(away.database, apart=True),
    "R15": Promise(restoring.main),
    "R5": Promise(hostile.R5),
    "R8": Promise(hostile.R8),
    "R14": Promise(tampering.main, whole_bound=1800),
}


class OutOfTimeError(Exception):
    """A figure did not end within its bound."""


def bounded(name: str, shared: house.House | None = None) -> int:
    """Take a figure within its bound and print its line; returns 0 when it is ok, else 1. A line says why it fell.

    `shared`: the house that other figures use meanwhile.
    """
    bound = FIGURES[name].quick_bound if quick() else FIGURES[name].whole_bound
    signal.signal(signal.SIGALRM, partial(_out_of_time, bound))
    signal.alarm(bound)
    began = time.monotonic()
    try:
        with _away_from(shared) if shared and FIGURES[name].apart else nullcontext():
            figure = FIGURES[name].take()
    except Exception as problem:
        why = f"{type(problem).__name__}: {problem}"[:500]
        figure = {"id": name, "value": None, "goal": None, "ok": False, "detail": {"problem": why}}
    finally:
        signal.alarm(0)
    figure["detail"]["seconds"] = round(time.monotonic() - began)
    print(f"{json.dumps(figure)}\n", end="", flush=True)  # in one piece: another figure may say its line now
    return 0 if figure["ok"] else 1


@contextmanager
def _away_from(shared: house.House) -> Iterator[None]:
    """Let the figure have servers that nobody else uses."""
    with house.apart(shared, basis()) as mine, house.stands(mine):
        yield


def _out_of_time(bound: int, _number: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTimeError(f"not done within {bound} s")


def all_of(names: list[str]) -> int:
    """Take those that must be alone one by one, then the others three at a time; returns 1 when any is not ok."""
    own = house.the_house(basis())
    worst = [bounded(name) for name in FIGURES if name in names and not FIGURES[name].has_company]
    return max([*worst, _side_by_side(own, [name for name in FIGURES if name in names and FIGURES[name].has_company])])


def _side_by_side(own: house.House, names: list[str]) -> int:
    """Take figures, each in a process of its own, as many at a time as there are lanes; returns the worst exit code."""
    free, under_way, worst = list(range(LANES)), dict[int, int](), 0
    try:
        for name in names:
            while not free:
                worst = max(worst, _wait_for_one(under_way, free))
            lane = free.pop()
            under_way[_begin(own, lane, name)] = lane
        while under_way:
            worst = max(worst, _wait_for_one(under_way, free))
    finally:
        for child in under_way:  # we are told to stop: so are they, and they clear their places away
            with suppress(ProcessLookupError, ChildProcessError):  # it may have heard of the end before us
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
    return worst


def _wait_for_one(under_way: dict[int, int], free: list[int]) -> int:
    """Wait until a figure ends, and free its lane; returns its exit code."""
    child, status = os.wait()
    if child not in under_way:  # a server of the house: the figures will say so themselves
        return 1
    free.append(under_way.pop(child))
    return abs(os.waitstatus_to_exitcode(status))


def _begin(own: house.House, lane: int, name: str) -> int:
    """Take a figure in a process of its own; returns the process's id."""
    sys.stdout.flush()
    if child := os.fork():
        return child
    code = 1
    try:
        own.lane = lane
        code = bounded(name, shared=own)
    except SystemExit:
        pass
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> int:
    """Take the figures that ONLY asks for, else all."""
    names = wanted(FIGURES)
    return all_of(names) if len(names) > 1 else bounded(names[0])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that every place is cleared away
    try:
        sys.exit(main())
    except UnknownFigureError as problem:
        sys.exit(str(problem))
    finally:
        house.close()
