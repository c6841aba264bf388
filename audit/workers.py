"""What the workers go through, for people to see: how long tasks waited, what sweeps found, what fell, what is stuck.

Counted in the process and written every few seconds; a fall is written at once. Measuring never fails the work itself.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from audit.models import StuckTask, TaskHour

WRITE_EVERY = 10.0
KEPT_DAYS = 30
TRIES = 3  # times a task may bring its worker down before it is left alone
REST = timedelta(hours=1)
logger = logging.getLogger(__name__)


@dataclass
class Counts:
    """What has happened to one task since it was last written."""

    ran: int = 0
    longest_wait: float = 0.0
    found: int = 0
    lost: int = 0
    fell: int = 0
    last_fall: str = ""


_lock = threading.Lock()
_counts: dict[str, Counts] = defaultdict(Counts)
_written_at = time.monotonic()


def note_run(task: str, waited: float) -> None:
    """Count a run that waited so many seconds in the queue."""
    with _lock:
        _counts[task].ran += 1
        _counts[task].longest_wait = max(_counts[task].longest_wait, waited)
    write(unless_recent=True)


def note_found(task: str) -> None:
    """Count one that a sweep woke a task for."""
    with _lock:
        _counts[task].found += 1


def note_lost(task: str) -> None:
    """Count a wake-up that the queue did not take."""
    with _lock:
        _counts[task].lost += 1
    write(unless_recent=True)


def note_fall(task: str, ids: Sequence[object], why: str) -> None:
    """Count a task that fell, with the class of its error, and write it down at once."""
    with _lock:
        _counts[task].fell += 1
        _counts[task].last_fall = f"{why} {_as_text(ids)}"[:200]
    write()


def write(*, unless_recent: bool = False) -> None:
    """Add what was counted to this hour's rows; kept for the next time when the database does not answer."""
    global _written_at
    with _lock:
        if unless_recent and time.monotonic() - _written_at < WRITE_EVERY:
            return
        taken = dict(_counts)
        _counts.clear()
        _written_at = time.monotonic()
    if not _tried(lambda: _add(taken)):
        with _lock:
            _counts.update({task: _sum(counts, _counts[task]) for task, counts in taken.items()})


def _sum(old: Counts, new: Counts) -> Counts:
    return Counts(
        ran=old.ran + new.ran,
        longest_wait=max(old.longest_wait, new.longest_wait),
        found=old.found + new.found,
        lost=old.lost + new.lost,
        fell=old.fell + new.fell,
        last_fall=new.last_fall or old.last_fall,
    )


def _add(taken: dict[str, Counts]) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        for task, one in sorted(taken.items()):
            counted = (one.ran, one.longest_wait, one.found, one.lost, one.fell, one.last_fall)
            cursor.execute(_ADD, (hour, task, *counted))


_ADD = """
    INSERT INTO audit_taskhour AS old (hour, task, ran, longest_wait, found, lost, fell, last_fall)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (hour, task) DO UPDATE SET
        ran = old.ran + excluded.ran, longest_wait = greatest(old.longest_wait, excluded.longest_wait),
        found = old.found + excluded.found, lost = old.lost + excluded.lost, fell = old.fell + excluded.fell,
        last_fall = CASE WHEN excluded.last_fall = '' THEN old.last_fall ELSE excluded.last_fall END
"""


def _tried(act: Callable[[], object]) -> bool:
    try:
        act()
    except Exception as problem:  # whatever it is: the work goes on, and the log says so
        logger.warning("The workers' measures were not written: %s", type(problem).__name__)
        return False
    return True


def may_run(task: str, ids: Sequence[object], *, again: bool) -> bool:
    """Say whether a task may run. `again`: its last worker died with it.

    After TRIES deaths it is left alone for an hour at a time, whoever queues it, so that it stops taking others down.
    """
    if not ids:
        return True  # a sweep: what it finds has ids of its own
    known = StuckTask.objects.filter(task=task, ids=_as_text(ids))
    if again:
        row, _ = StuckTask.objects.get_or_create(task=task, ids=_as_text(ids), defaults={"last_at": timezone.now()})
        known.update(times=row.times + 1, last_at=timezone.now())
    return not known.filter(times__gte=TRIES, last_at__gt=timezone.now() - REST).exists()


def went_well(task: str, ids: Sequence[object]) -> None:
    """Forget that a task was stuck."""
    if ids:
        StuckTask.objects.filter(task=task, ids=_as_text(ids)).delete()


def _as_text(ids: Sequence[object]) -> str:
    return str(tuple(ids))[:100]


@dataclass(frozen=True)
class Row:
    """One task over a time: see TaskHour."""

    task: str
    ran: int
    longest_wait: float
    found: int
    lost: int
    fell: int
    last_fall: str


def since(moment: datetime) -> list[Row]:
    """Return what each task went through since then, those that fell first."""
    found: dict[str, Row] = {}
    for one in TaskHour.objects.filter(hour__gt=moment).order_by("hour"):
        old = found.get(one.task, Row(one.task, 0, 0.0, 0, 0, 0, ""))
        found[one.task] = Row(
            one.task,
            old.ran + one.ran,
            max(old.longest_wait, one.longest_wait),
            old.found + one.found,
            old.lost + one.lost,
            old.fell + one.fell,
            one.last_fall or old.last_fall,
        )
    return sorted(found.values(), key=lambda row: (-row.fell, -row.found, row.task))


def stuck() -> list[StuckTask]:
    """Return the tasks that brought their worker down so often within a day that they are left alone."""
    lately = timezone.now() - timedelta(days=1)
    return list(StuckTask.objects.filter(times__gte=TRIES, last_at__gt=lately).order_by("-last_at"))


def forget_old() -> None:
    """Delete what is older than KEPT_DAYS."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    TaskHour.objects.filter(hour__lt=old).delete()
    StuckTask.objects.filter(last_at__lt=old).delete()
