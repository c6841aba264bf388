"""`make figures`: prints one JSON line per figure; ONLY=<id> runs one, QUICK=1 the sizes of every day."""

import signal
import sys
from collections.abc import Callable

from benchmarks.choosing import run
from benchmarks.reliability import (
    away,
    celery_kills,
    claims,
    hostile,
    kills,
    machines,
    restoring,
    secrets_kept,
    tampering,
)

FIGURES: dict[str, Callable[[], int]] = {
    "R1": celery_kills.main,
    "R2": kills.main,
    "R3": away.database,
    "R4": away.broker,
    "R5": hostile.R5,
    "R6": hostile.R6,
    "R8": hostile.R8,
    "R9": claims.main,
    "R13": machines.main,
    "R14": tampering.main,
    "R15": restoring.main,
    "R16": secrets_kept.main,
}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that every place is cleared away
    sys.exit(run(FIGURES))
