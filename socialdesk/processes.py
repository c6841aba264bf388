"""Processes of our own: start them tied to us, recognise them later, end them and nobody else's."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

TETHER = Path(__file__).with_name("tether.py")
CLOCK_SLACK = 2.0  # seconds that two readings of one process's start time may differ


@dataclass(frozen=True)
class Mark:
    """What a process is known by: its pid, and its start time (seconds since 1970, UTC) since pids are used again."""

    pid: int
    started: float


def mark_of(pid: int) -> Mark | None:
    """Return the mark of a living process, or None when there is none."""
    try:
        return Mark(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(mark: Mark) -> bool:
    """Say whether the very process is still there; a stranger with its pid, or a zombie, is not."""
    try:
        process = psutil.Process(mark.pid)
        return abs(process.create_time() - mark.started) < CLOCK_SLACK and not has_ended(process)
    except psutil.Error:
        return False


def start_tethered(
    command: Sequence[str],
    *,
    death_signal: signal.Signals,
    output: IO[bytes] | int,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    user: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; on Linux the kernel sends it `death_signal` when this process ends.

    Both outputs go to `output`; `user` is (uid, gid) to give up root for. Call it from the main thread: the kernel ties
    the child to the thread that started it. Raises FileNotFoundError when the program is not on the PATH.
    """
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(command[0])
    become = "-" if user is None else f"{user[0]}:{user[1]}"
    tether = [sys.executable, "-I", "-S", str(TETHER), str(int(death_signal)), str(os.getpid()), become]
    return subprocess.Popen(
        [*tether, program, *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )


def session_of(leader: Mark) -> list[psutil.Process]:
    """Return the living processes of the session that `leader` opened, itself included.

    A pid is not given away while a session bears its number, so the members of a dead leader are still ours.
    """
    stranger = mark_of(leader.pid)
    if stranger is not None and abs(stranger.started - leader.started) >= CLOCK_SLACK:
        return []
    members = [process for process in psutil.process_iter() if _session_number(process) == leader.pid]
    return [process for process in members if not has_ended(process)]


def working_in(folder: Path, names: Iterable[str]) -> list[psutil.Process]:
    """Return the living processes with one of `names` whose working folder is `folder`."""
    wanted = set(names)
    return [process for process in psutil.process_iter(["name"]) if _works_in(process, folder, wanted)]


def end(processes: Sequence[psutil.Process], *, first: signal.Signals, grace: float) -> None:
    """Send `first` to all, wait `grace` seconds, kill what is left and wait for it; harmless on the dead."""
    _send(processes, first)
    left = _left_after(processes, seconds=grace)
    _send(left, signal.SIGKILL)
    _left_after(left, seconds=10)


def has_ended(process: psutil.Process) -> bool:
    """Say whether it is gone or a zombie: one that nobody has collected yet does no more, and may stay for ever in a
    container whose first process collects nothing.
    """
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _left_after(processes: Iterable[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Wait until all have ended, `seconds` at most, and return those that have not."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if not has_ended(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [process for process in left if not has_ended(process)]
    return left


def _send(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def _session_number(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except OSError:
        return None


def _works_in(process: psutil.Process, folder: Path, names: set[str]) -> bool:
    try:
        return process.info["name"] in names and Path(process.cwd()) == folder
    except psutil.Error:
        return False
