"""The line of tasks, as sweeps see it: what stands in it because of a sweep, so that the next one leaves it alone.

Kept in the broker itself, so a wiped one forgets both. A place holds only for a while: a wake-up can be lost with the
worker that had taken it, and is then found again.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

import redis
from django.conf import settings

HOLDS_SECONDS = 30


def join(task: str, ids: Sequence[object]) -> bool:
    """Take a place in the line; False when this task with these ids has one. Raises redis.RedisError."""
    return bool(_broker().set(_place(task, ids), 1, nx=True, ex=HOLDS_SECONDS))


def leave(task: str, ids: Sequence[object]) -> None:
    """Give the place up: the task begins, and what is due after it may be found at once."""
    with suppress(redis.RedisError):  # then the place is given up in a while
        _broker().delete(_place(task, ids))


def _place(task: str, ids: Sequence[object]) -> str:
    return f"socialdesk:line:{task}{tuple(ids)}"


@lru_cache(maxsize=1)
def _broker() -> "redis.Redis":
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=options["socket_timeout"],
        socket_connect_timeout=options["socket_connect_timeout"],
    )
