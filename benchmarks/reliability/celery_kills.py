"""R1: Celery as in production, and everything that befalls it; the practice platform's book counts afterwards.

Two workers of two processes and two beats. At each step one of them is struck by kill -9: in turn one child of a worker
and a whole worker. Every tenth step wipes its broker, every eighth pauses a worker for longer than a lease (SIGSTOP), a
beat is killed every twelfth. The platform resets, answers 500 before and after the write, is slower than our patience,
says 429 and nonsense, shows what was written late, and ignores the Idempotency-Key. Lost, doubled, out of order and
unfinished after two minutes of peace must be 0.
`QUICK=1`: 6 kills over 30 replies, a quarter of them in parts; else 200 over 4,000, one of twenty in parts, and a rest
between two kills that lets a worker start: it takes four seconds, and half of the kills ask for one.
"""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field

import psutil
import redis

from benchmarks.reliability.kills import FAULTS, judge, left, misbehave
from benchmarks.reliability.place import Figure, Place, end_at_once, opened, quick

WORKERS = BEATS = 2
DRAINED_WITHIN = 120
CHILDREN_WITHIN = 180  # a busy machine is slow, not wrong
PAUSE_SECONDS = 8.0  # longer than the lease of this place
SLOW: tuple[str, str, float, dict[str, object]] = ("delay", "POST", 0.02, {"seconds": 5})


@dataclass(frozen=True)
class Size:
    """How much befalls how many replies, how many of them go out in parts, how often it is swept, and the rest of
    seconds before each strike."""

    kills: int
    replies: int
    in_parts: int
    sweep_every: str
    rest: tuple[float, float]


QUICK, WHOLE = Size(6, 30, 4, "2", (1.0, 4.0)), Size(200, 4000, 20, "5", (2.0, 5.0))


@dataclass
class House:
    """The workers and beats of a place, and what has befallen them."""

    place: Place
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    beats: list[subprocess.Popen[bytes]] = field(default_factory=list)
    children_killed: int = 0
    workers_killed: int = 0
    beats_killed: int = 0
    pauses: int = 0
    wipes: int = 0
    gave_up: int = 0

    def open(self) -> None:
        """Start everything."""
        self.workers = [self._worker() for _ in range(WORKERS)]
        self.beats = [self._beat(number) for number in range(BEATS)]

    def close(self) -> None:
        """End everything at once."""
        for process in [*self.workers, *self.beats]:
            end_at_once(process)

    def strike(self, step: int, luck: random.Random) -> None:
        """Let one step's misfortunes happen."""
        self.start_those_that_gave_up()
        place = luck.randrange(WORKERS)
        if step % 2:
            luck.choice(self._children(place)).kill()
            self.children_killed += 1
        else:
            end_at_once(self.workers[place])
            self.workers[place] = self._worker()
            self.workers_killed += 1
        if step % 10 == 5:
            redis.Redis.from_url(self.place.environment["REDIS_URL"]).flushdb()  # ours: another figure may be at work
            self.wipes += 1
        if step % 8 == 7:
            self._pause(self.workers[1 - place])
        if step % 12 == 11:
            end_at_once(self.beats[0])
            self.beats[0] = self._beat(0)
            self.beats_killed += 1

    def start_those_that_gave_up(self) -> None:
        """Do what operation does (`restart` in Compose): Celery ends itself when a child is killed while it starts."""
        for place, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[place] = self._worker()
                self.gave_up += 1

    def _children(self, place: int) -> list[psutil.Process]:
        """Return the children of a worker, waiting while it starts them. Raises TimeoutError."""
        end = time.monotonic() + CHILDREN_WITHIN
        while time.monotonic() < end:
            self.start_those_that_gave_up()
            children: list[psutil.Process] = psutil.Process(self.workers[place].pid).children()
            if children:
                return children
            time.sleep(0.2)
        raise TimeoutError(f"A worker has no children after {CHILDREN_WITHIN} s")

    def _pause(self, worker: subprocess.Popen[bytes]) -> None:
        if worker.poll() is not None:
            return
        os.killpg(worker.pid, signal.SIGSTOP)
        time.sleep(PAUSE_SECONDS)
        os.killpg(worker.pid, signal.SIGCONT)
        self.pauses += 1

    def _worker(self) -> subprocess.Popen[bytes]:
        options = "--concurrency=2 --loglevel=critical --without-gossip --without-mingle --without-heartbeat"
        return self.place.begin("celery", "--app=socialdesk", "worker", *options.split())

    def _beat(self, number: int) -> subprocess.Popen[bytes]:
        schedule = f"{self.place.environment['SOCIALDESK_DATA_DIR']}/beat-{number}"
        return self.place.begin("celery", "--app=socialdesk", "beat", f"--schedule={schedule}", "--pidfile=")


def main() -> Figure:
    """Return the figure: nothing may be lost, doubled or left, and the last not come out too late."""
    size = QUICK if quick() else WHOLE
    with opened() as place:
        place.environment |= {"SWEEP_EVERY": size.sweep_every, "PULL_EVERY": "3600"}
        place.run("benchmarks.reliability.replies", "plant", str(size.replies), place.simulator, str(size.in_parts))
        misbehave(place, [*FAULTS, SLOW])
        house, luck = House(place), random.Random(2026)
        try:
            house.open()
            for step in range(size.kills):
                time.sleep(luck.uniform(*size.rest))
                house.strike(step, luck)
            drained = _drained(place, house)
        finally:
            house.close()
        figure = judge("R1", place, size.replies)
    befallen = {name: value for name, value in vars(house).items() if isinstance(value, int)}
    figure["detail"] |= {"replies": size.replies, "drained_in_seconds": drained, **befallen}
    return figure


def _drained(place: Place, house: House) -> int:
    """Leave the workers in peace until nothing is left, or the time is up; return the seconds."""
    began = time.monotonic()
    while left(place)[0] and time.monotonic() - began < DRAINED_WITHIN:
        house.start_those_that_gave_up()
        time.sleep(1)
    return round(time.monotonic() - began)
