"""Wake a worker after the commit.

A broker that is away never fails a person's click and hardly delays it: the row is the truth and the sweep finds it.
Wake-ups that are lost are counted and logged, never raised.
"""

import logging
import time
from functools import partial

from celery import Task, current_task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from audit import line, workers

log = logging.getLogger(__name__)
REST_SECONDS = 5.0


class _Broker:
    """What this process knows of the broker: until when to leave it alone, and how many wake-ups that has cost."""

    def __init__(self) -> None:
        self.rest_until = 0.0
        self.lost = 0

    @property
    def rests(self) -> bool:
        """After one failure the broker is left alone for a while: each failed try costs a person's click a second."""
        return time.monotonic() < self.rest_until

    def lose(self, task: Task, ids: tuple[int, ...], why: str) -> None:
        self.lost += 1
        workers.note_lost(task.name)
        log.warning("Lost wake-up %s%s: %s (%s lost). The sweep will find it.", task.name, ids, why, self.lost)


broker = _Broker()


def wake(task: Task, *ids: int, delay: float = 0.0) -> None:
    """Queue `task` with row ids once the transaction has committed; `delay` in seconds is only a convenience.

    What a sweep finds while it stands in the line already is not queued again: else a line that is longer than the
    time between two sweeps grows by itself, and a person's reply waits behind it.
    """
    sweep = current_task.name if current_task and not current_task.request.args else ""  # one without ids sweeps
    transaction.on_commit(partial(_send, task, ids, delay, sweep))


def _send(task: Task, ids: tuple[int, ...], delay: float, sweep: str) -> None:
    if broker.rests:
        broker.lose(task, ids, "the broker was away a moment ago")
        return
    try:
        if sweep:
            if not line.join(task.name, ids):
                return
            workers.note_found(sweep)
        task.apply_async(args=ids, countdown=delay or None, retry=False)
    except (BrokerError, RedisError, OSError) as error:
        broker.rest_until = time.monotonic() + REST_SECONDS
        broker.lose(task, ids, type(error).__name__)
