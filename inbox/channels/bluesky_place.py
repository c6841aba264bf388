"""How far the notifications have been read: the cursor of Bluesky's news, which come newest first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inbox.channels.answers import as_time

OVERLAP = timedelta(hours=1)
A_LITTLE = timedelta(milliseconds=1)
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Everything down to `until` has been read in earlier rounds.

    A round begins with the newest and walks down until `OVERLAP` below `until`: the times are the commenters' own, so a
    comment can appear below newer ones. `newest` and `going_on` (the platform's cursor) tell where a walk is.

    The platform's cursor is a time too, and the next page begins strictly below it: what shares that time would be
    lost. So we ask a millisecond higher, as long as that leads on. What remains (more than a page of one time, or
    backdated further) stands in the thread.
    """

    until: datetime | None = None
    newest: datetime | None = None
    going_on: str = ""

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place a cursor stands for; the very beginning for an empty or damaged one, which loses nothing."""
        try:
            until, newest, going_on = json.loads(cursor)
        except (ValueError, TypeError, RecursionError):
            return cls()
        if not isinstance(going_on, str):
            return cls()
        return cls(as_time(until)[0], as_time(newest)[0], going_on)

    def __str__(self) -> str:
        """The cursor."""
        return json.dumps([_text(self.until), _text(self.newest), self.going_on])

    def after(self, times: Sequence[datetime], next_page: str) -> "tuple[Place, bool]":
        """The place after a page with these times and this cursor for the next one, and whether to read on at once."""
        newest = _latest(self.newest, *times)
        going_on = "" if self._is_reached(times) else self._way_down(next_page)
        if going_on:
            return Place(self.until, newest, going_on), True
        # A time in the future would hide everything that comes before it.
        until = _latest(self.until, newest)
        return Place(min(until, datetime.now(UTC)) if until else None), False

    def _is_reached(self, times: Sequence[datetime]) -> bool:
        return self.until is not None and bool(times) and min(times) < self.until - OVERLAP

    def _way_down(self, next_page: str) -> str:
        """The cursor to ask with, or "" when it would lead nowhere: each must be lower than the one before."""
        moment = as_time(next_page)[0] if next_page else None
        if moment is None:
            return next_page if next_page != self.going_on else ""
        before = as_time(self.going_on)[0] if self.going_on else None
        try:
            higher = moment + A_LITTLE
        except OverflowError:
            return next_page if next_page != self.going_on else ""
        if before is None or higher.replace(microsecond=higher.microsecond // 1000 * 1000) < before:
            return _text(higher)
        return next_page if moment < before else ""


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one), default=None)


def _text(moment: datetime | None) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""
