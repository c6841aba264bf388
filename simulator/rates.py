"""Rate limits as Mastodon keeps them: per account (or address), in fixed windows of clock time."""

import threading
from dataclasses import dataclass

from simulator import clock

FIVE_MINUTES = 5 * 60
THIRTY_MINUTES = 30 * 60
THREE_HOURS = 3 * 3600
WRITES_PER_THREE_HOURS = 300
DELETIONS_PER_THIRTY_MINUTES = 30
DEFAULT_CALLS = 300


@dataclass(frozen=True)
class Family:
    """Calls counted together: at most `limit` in a window of `seconds`."""

    name: str
    limit: int
    seconds: int


@dataclass(frozen=True)
class Standing:
    """How one call stands: is it refused, how many are left, when the window ends (ms since 1970)."""

    refused: bool
    limit: int
    remaining: int
    reset_at: int


class Limits:
    """Counts calls. With `calls` 0 nothing is ever refused."""

    def __init__(self, calls: int = DEFAULT_CALLS) -> None:
        self._on = calls > 0
        self._general = Family("general", calls or DEFAULT_CALLS, FIVE_MINUTES)
        self._writing = Family("writing", WRITES_PER_THREE_HOURS, THREE_HOURS)
        self._deleting = Family("deleting", DELETIONS_PER_THIRTY_MINUTES, THIRTY_MINUTES)
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._counts = {}

    def count(self, who: str, *, writes: bool = False, deletes: bool = False) -> Standing:
        """Count one call. It is refused when any of its families is full; the narrowest one is reported."""
        families = [self._general]
        families += [self._writing] if writes else []
        families += [self._deleting] if deletes else []
        with self._lock:
            standings = [self._count(who, family) for family in families]
        refused = [standing for standing in standings if standing.refused]
        return refused[0] if refused else standings[-1]

    def _count(self, who: str, family: Family) -> Standing:
        window = clock.now_ms() // 1000 // family.seconds
        earlier_window, used = self._counts.get((who, family.name), (window, 0))
        used = used + 1 if earlier_window == window and self._on else 1
        self._counts[who, family.name] = (window, used)
        return Standing(
            refused=used > family.limit,
            limit=family.limit,
            remaining=max(0, family.limit - used),
            reset_at=(window + 1) * family.seconds * 1000,
        )
