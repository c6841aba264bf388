"""Who else has a comment open right now: half a minute's memory in Redis, and nobody when Redis is away.

Nothing depends on it. A Redis that does not answer is left alone for a while, so that no page waits for it.
"""

import logging
import time
from functools import lru_cache

import redis
from django.conf import settings

LASTS = 25  # seconds: two and a half of the page's questions
PATIENCE = 0.25  # seconds a page may wait for Redis
LEFT_ALONE = 30.0  # seconds
logger = logging.getLogger(__name__)
_silent_until = 0.0


def others_at(comment_id: int, member_id: int) -> list[int]:
    """Note that the member has the comment open; return the memberships of the others who have, earliest first."""
    global _silent_until
    if not settings.REDIS_URL or time.monotonic() < _silent_until:
        return []
    try:
        return _note(comment_id, member_id)
    except (redis.RedisError, OSError) as error:
        _silent_until = time.monotonic() + LEFT_ALONE
        logger.warning("Who else is looking is not known: Redis does not answer (%s).", type(error).__name__)
        return []


def _note(comment_id: int, member_id: int) -> list[int]:
    now, key = time.time(), f"socialdesk:looking:{comment_id}"
    with _client(settings.REDIS_URL).pipeline(transaction=False) as pipe:
        pipe.zadd(key, {str(member_id): now})
        pipe.zremrangebyscore(key, "-inf", now - LASTS)
        pipe.expire(key, LASTS)
        pipe.zrange(key, 0, -1)
        *_done, found = pipe.execute()
    return [int(one) for one in found if int(one) != member_id]


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
