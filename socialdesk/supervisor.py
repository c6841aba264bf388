"""`make demo`: the whole of SocialDesk as children of one process that starts, watches and ends them.

    python -m socialdesk.supervisor demo     until Ctrl-C or TERM; a child that ends by itself ends everything
    python -m socialdesk.supervisor reset    remove the demo's data

The children are tied to this process (socialdesk/tether.py) and their pids are kept, so that after a `kill -9` of this
one nothing stays: on Linux the kernel ends them, elsewhere the next start does.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import psutil

from socialdesk.data_folder import ROOT_DIR, take_lock
from socialdesk.demo_plan import Command, Plan, PlanError, demo_plan
from socialdesk.embedded import EmbeddedServers, EmbeddedServersError, default_data_dir
from socialdesk.log_lines import LogLines
from socialdesk.processes import Mark, end, mark_of, session_of, start_tethered
from socialdesk.reachable import UnreachableError, answers, check_ports, check_servers, completed, with_addresses

CHILDREN = "children.json"
LOCK = "supervisor.lock"
US = "demo"
READY_SECONDS = 90.0
GRACE = 10.0  # seconds for the children to end what they are at
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SupervisorError(Exception):
    """The demo cannot go on; the message is one line."""


class StopRequested(Exception):  # noqa: N818 - no error: somebody asked
    """Ctrl-C, TERM or a closed terminal."""


@dataclass
class Child:
    """A program that was started."""

    command: Command
    process: subprocess.Popen[bytes]
    mark: Mark


class Supervisor:
    """Runs one plan with the data in `data_dir`. Use it once, from the main thread."""

    def __init__(self, plan: Plan, *, data_dir: Path, lines: LogLines, grace: float = GRACE) -> None:
        self._plan = plan
        self._grace = grace
        self._data_dir = data_dir
        self._lines = lines
        self._environment = {**os.environ, **plan.environment}
        self._children: list[Child] = []
        self._servers: EmbeddedServers | None = None
        self._requests = 0

    def run(self) -> int:
        """Do it all and return the exit code: 0 when somebody asked us to stop, 1 when something failed."""
        with ExitStack() as stack:
            try:
                stack.enter_context(take_lock(self._data_dir, name=LOCK, claim=f"a demo (process {os.getpid()})"))
                stack.enter_context(self._asked_by_signal())
                stack.callback(self._end_all)
                self._begin()
                self._watch()
            except StopRequested:
                self._say("Stopping.")
                return 0
            except (SupervisorError, UnreachableError, EmbeddedServersError) as error:
                self._say(str(error))
                return 1
        return 1

    def _begin(self) -> None:
        self._end_leftovers()
        check_ports(self._plan.ports())
        self._environment = with_addresses(self._environment)
        check_servers(self._environment)
        self._start_servers()
        for step in self._plan.steps:
            self._take(step)
        for program in self._plan.programs:
            self._start(program)
        self._wait_until_ready()
        for line in self._plan.ready_lines:
            self._lines.write(line)
        for step in self._plan.after:
            self._take(step)
        self._say("Ready. Ctrl-C ends it.")

    def _watch(self) -> None:
        """Pass on what the children write until one ends or somebody asks us to stop."""
        self._until(lambda: False, seconds=float("inf"))

    def _start_servers(self) -> None:
        """Start private servers for the addresses that were not given."""
        if self._environment.get("DATABASE_URL") and self._environment.get("REDIS_URL"):
            return
        self._servers = EmbeddedServers(self._data_dir)
        self._environment = completed(self._environment, self._servers.start().as_environment())
        self._say("Private PostgreSQL and Valkey are up.")

    def _take(self, step: Command) -> None:
        """Run one preparing command to its end. Raises SupervisorError naming it when it fails."""
        child = self._start(step)
        self._until(lambda: child.process.poll() is not None, seconds=600, unless_ended=(child,))
        self._lines.drain()
        self._children.remove(child)
        if child.process.returncode != 0:
            raise SupervisorError(f"{step.name} failed ({_how_it_ended(child.process)}): see the lines above.")

    def _start(self, command: Command) -> Child:
        process = start_tethered(
            command.line,
            death_signal=signal.SIGTERM,
            output=subprocess.PIPE,
            cwd=ROOT_DIR,
            environment={**self._environment, "SOCIALDESK_PROCESS": command.name, **command.environment},
        )
        child = Child(command, process, mark_of(process.pid) or Mark(process.pid, time.time()))
        self._children.append(child)
        self._note_children()
        if process.stdout is not None:
            self._lines.follow(command.name, process.stdout)
        return child

    def _wait_until_ready(self) -> None:
        waiting = [program for program in self._plan.programs if program.health]
        for program in waiting:
            self._until(lambda program=program: answers(program.port, program.health), seconds=READY_SECONDS)  # type: ignore[misc]

    def _until(self, done: Callable[[], bool], *, seconds: float, unless_ended: tuple[Child, ...] = ()) -> None:
        """Pass on output until `done`. Raises StopRequested, or SupervisorError when a child ends or time is up."""
        deadline = time.monotonic() + seconds
        while not done():
            self._lines.pass_on(0.1)
            if self._requests:
                raise StopRequested
            self._refuse_the_ended([child for child in self._children if child not in unless_ended])
            if time.monotonic() > deadline:
                raise SupervisorError(f"Not ready after {seconds:.0f} s. The lines above may say why.")

    def _refuse_the_ended(self, children: list[Child]) -> None:
        for child in children:
            if child.process.poll() is not None:
                self._lines.drain()
                how = _how_it_ended(child.process)
                raise SupervisorError(f"The {child.command.name} ended by itself ({how}). Ending the rest.")
        if self._servers is not None and (name := self._servers.ended()):
            raise SupervisorError(f"The private {name} ended by itself. Ending the rest.")

    def _end_all(self) -> None:
        """End the children, whole sessions of them, then the private servers. A second request makes it quick."""
        asked = self._requests
        for child in self._children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while self._some_run() and time.monotonic() < deadline and self._requests <= max(asked, 1):
            self._lines.pass_on(0.05)
        for child in self._children:
            end(session_of(child.mark), first=signal.SIGKILL, grace=5)
            child.process.wait()
        self._lines.drain()
        if self._servers is not None:
            self._servers.stop()
        (self._data_dir / CHILDREN).unlink(missing_ok=True)
        if self._children or self._servers is not None:
            self._say("Ended.")

    def _some_run(self) -> bool:
        return any(child.process.poll() is None for child in self._children)

    def _note_children(self) -> None:
        """Keep who our children are, for a next start that finds us killed."""
        path = self._data_dir / CHILDREN
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps([asdict(child.mark) for child in self._children]), encoding="utf-8")
        draft.replace(path)

    def _end_leftovers(self) -> None:
        """End what a killed supervisor left, and nothing that only bears the same number."""
        left = leftovers(self._data_dir / CHILDREN)
        if left:
            self._say(f"Ending {len(left)} processes that an earlier demo left.")
            end(left, first=signal.SIGTERM, grace=self._grace)

    @contextmanager
    def _asked_by_signal(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._note_request) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note_request(self, number: int, frame: FrameType | None) -> None:
        self._requests += 1

    def _say(self, line: str) -> None:
        self._lines.say(US, line)


def leftovers(path: Path) -> list[psutil.Process]:
    """Return the living processes of the sessions that the file names."""
    try:
        marks = [Mark(**mark) for mark in json.loads(path.read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return []
    return [process for mark in marks for process in session_of(mark)]


def reset(data_dir: Path) -> None:
    """Empty the data folder, except for the tests' own part. Raises AlreadyRunningError while somebody uses it."""
    with take_lock(data_dir, name=LOCK, claim=f"a reset (process {os.getpid()})"):
        end(leftovers(data_dir / CHILDREN), first=signal.SIGTERM, grace=5)
        EmbeddedServers(data_dir).remove()
        for path in data_dir.iterdir():
            if path.is_dir() and path.name != "test":
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    if process.returncode < 0:
        return f"signal {signal.Signals(-process.returncode).name}"
    return f"exit code {process.returncode}"


def main(arguments: list[str]) -> int:
    """Run `demo` or `reset` and return the exit code."""
    lines = LogLines(sys.stdout)
    try:
        if arguments == ["demo"]:
            return Supervisor(demo_plan(default_data_dir()), data_dir=default_data_dir(), lines=lines).run()
        if arguments == ["reset"]:
            reset(default_data_dir())
            lines.say(US, f"Emptied {default_data_dir()}.")
            return 0
    except (PlanError, EmbeddedServersError) as error:
        lines.say(US, str(error))
        return 1
    lines.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
