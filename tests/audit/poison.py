"""Tasks for a real worker (test_poison.py): one that kills the process it runs in, and one that does its work."""

import os
import signal
from pathlib import Path

from celery import shared_task


@shared_task(name="tests.poison")
def poison(number: int) -> None:
    """Die as a process does that is out of memory; nothing can catch it. Leaves a trace first."""
    _leave_trace(f"poison-{number}")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="tests.honest")
def honest(number: int) -> None:
    """Do one's work."""
    _leave_trace(f"honest-{number}")


def _leave_trace(name: str) -> None:
    with (Path(os.environ["TRACES"]) / name).open("a") as trace:
        trace.write("x")
