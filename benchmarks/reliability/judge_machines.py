"""R13: are there illegal states? Ten thousand random steps (QUICK=1: 100), and acts killed at every statement.

The lives and what must hold in them are those of `tests/machines`: `make test` lives a few of them, always the same.
Here each round has a seed of its own (SEED=n repeats a run, STEPS=n bounds it); `worst` says what broke and with which.
Lives go for the moves that none has come through yet. One that never occurs is told in `never_made`, and fails it.
"""

import json
import os
from collections import Counter
from secrets import randbelow

from tests.machines.comments import CommentMachine
from tests.machines.every import every_act, every_work
from tests.machines.forwardings import ForwardingMachine
from tests.machines.machine import HouseMachine, missing, run
from tests.machines.records import RecordMachine
from tests.machines.replies import ReplyMachine

MACHINES: list[type[HouseMachine]] = [CommentMachine, ReplyMachine, ForwardingMachine, RecordMachine]
IS_QUICK = os.environ.get("QUICK") == "1"
STEPS = int(os.environ.get("STEPS") or (100 if IS_QUICK else 10_000))
MOST_MORE = 1.5  # of the steps, until each move has been made; then it cannot be
LIVES_A_ROUND, STEPS_A_LIFE = (2, 25) if IS_QUICK else (5, 50)


def main() -> None:
    """Print the figure."""
    seed = int(os.environ.get("SEED") or randbelow(1_000_000))
    broken = _lives(seed)
    killed = {}
    for what, kill in (("acts", every_act), ("workers", every_work)):
        try:
            killed[what] = kill(stride=40 if IS_QUICK else 1)
        except AssertionError as problem:
            broken.append(f"{what}: {_said(problem)}")
    moves = sum((machine.score.moves for machine in MACHINES), Counter[str]())
    never = [] if IS_QUICK else sorted({one for machine in MACHINES for one in missing(machine)})
    detail = {
        "steps": sum(machine.score.steps for machine in MACHINES),
        "refused": sum(machine.score.refused for machine in MACHINES),
        "killed": sum(machine.score.killed for machine in MACHINES),
        "killed_everywhere": killed,
        "moves": moves.total(),
        "kinds_of_moves": len(moves),
        "never_made": never,
        "seed": seed,
        "worst": broken[:3],
    }
    print(json.dumps({"id": "R13", "value": len(broken), "goal": 0, "ok": not broken and not never, "detail": detail}))


def _lives(seed: int) -> list[str]:
    """Let rounds of lives go on until there are steps enough; return what broke."""
    broken: list[str] = []
    rounds = 0
    while (machine := _next(rounds)) and len(broken) < 20:
        machine.wanted = frozenset(missing(machine))
        try:
            run(machine, examples=LIVES_A_ROUND, steps=STEPS_A_LIFE, seed=seed + rounds)
        except BaseException as problem:
            if isinstance(problem, KeyboardInterrupt):
                raise
            broken.append(f"{machine.__name__}, seed {seed + rounds}: {_said(problem)}")
        rounds += 1
    return broken


def _next(rounds: int) -> type[HouseMachine] | None:
    """Return whose lives come next: each in turn; after the last step those that lack a move, within a bound."""
    steps = sum(machine.score.steps for machine in MACHINES)
    if steps < STEPS:
        return MACHINES[rounds % len(MACHINES)]
    lacking = [machine for machine in MACHINES if missing(machine)]
    return lacking[rounds % len(lacking)] if lacking and not IS_QUICK and steps < STEPS * MOST_MORE else None


def _said(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"[:300]
