"""What the tests of the private servers share: a clean environment, and waiting for a condition."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESSES = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}


def plain_environment(**more: str) -> dict[str, str]:
    """Return our environment without the addresses of the session's own servers."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **more}


def wait_for(condition: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Return whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def living(pids: list[int]) -> list[str]:
    """Return the command lines of those of `pids` that still do something."""
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline())[:120])
        except psutil.NoSuchProcess:
            continue
    return found


def family(pid: int) -> list[int]:
    """Return the pids of all descendants of `pid`."""
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]
