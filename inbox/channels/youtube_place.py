"""Where reading YouTube has come to, as one text. There is no `since`: a round reads newest first until what is known.

What is known of the newest threads is their number of answers: answers do not lift an old thread, so a changed number
is the only sign of them. Each pull makes one call: a page of threads, or a page of one thread's answers.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

KEPT = 200  # two pages: a page may begin anywhere, and what was known may have been deleted
MOST_PAGES = 1000
FRUITLESS_PAGES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """`known` is from the last whole round, `seen` from this one, newest first: ids of threads, numbers of answers.

    `page` is the token of the page of threads to be read next, `waiting` the threads (with their films) whose answers
    are to be read before that, `answers` the token of the first one's next page. `marks` tells repeated pages.
    `since` (seconds since 1970) is where the first round ends.
    """

    known: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    page: str = ""
    is_last: bool = False
    pages: int = 0
    mark: str = ""
    fruitless: int = 0
    waiting: tuple[tuple[str, str], ...] = ()
    answers: str = ""
    since: float = 0.0

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place in a cursor; the very beginning for an empty or damaged one."""
        try:
            found = json.loads(cursor) if cursor else {}
            return cls._of(found) if isinstance(found, dict) else cls()
        except (ValueError, TypeError, AttributeError, RecursionError):
            return cls()

    @classmethod
    def _of(cls, found: dict[str, Any]) -> "Place":
        return cls(
            known={str(one): int(count) for one, count in found.get("known", {}).items()},
            seen={str(one): int(count) for one, count in found.get("seen", {}).items()},
            page=str(found.get("page", "")),
            is_last=bool(found.get("is_last", False)),
            pages=int(found.get("pages", 0)),
            mark=str(found.get("mark", "")),
            fruitless=int(found.get("fruitless", 0)),
            waiting=tuple((str(thread), str(film)) for thread, film in found.get("waiting", [])),
            answers=str(found.get("answers", "")),
            since=float(found.get("since", 0.0)),
        )

    def __str__(self) -> str:
        """The cursor; what is as in the beginning is left out."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps({name: value for name, value in told.items() if value}, separators=(",", ":"))

    def has_news(self, thread: str, count: int) -> bool:
        """Whether a thread has another number of answers than we know of."""
        return self.seen.get(thread, self.known.get(thread)) != count

    def after_threads(
        self,
        counts: Mapping[str, int],
        waiting: Iterable[tuple[str, str]],
        following: str,
        *,
        reached_back: bool = False,
    ) -> "tuple[Place, bool]":
        """The place after a page of threads with these numbers of answers, and whether to read on at once.

        `reached_back`: the page holds what is older than `since`.
        """
        mark = _mark(counts)
        fruitless = self.fruitless + 1 if mark == self.mark else 0
        is_over = reached_back or any(one in self.known for one in counts) or fruitless >= FRUITLESS_PAGES
        place = replace(
            self,
            seen=_first({**self.seen, **counts}),
            page=following,
            is_last=is_over or not following or following == self.page or self.pages + 1 >= MOST_PAGES,
            pages=self.pages + 1,
            mark=mark,
            fruitless=fruitless,
            waiting=tuple(waiting),
        )
        return place._settled()

    def after_answers(self, following: str) -> "tuple[Place, bool]":
        """The place after a page of the first waiting thread's answers, and whether to read on at once."""
        if following and following != self.answers and self.pages < MOST_PAGES:
            return replace(self, answers=following, pages=self.pages + 1), True
        return replace(self, waiting=self.waiting[1:], answers="")._settled()

    def from_the_top(self) -> "Place":
        """The place for a round that begins anew, because its page is no longer there; what is known stays."""
        return Place(known=self.known)

    def _settled(self) -> "tuple[Place, bool]":
        """The beginning of the next round when nothing is left of this one."""
        if self.waiting or not self.is_last:
            return self, True
        return Place(
            known=_first({**self.seen, **{one: count for one, count in self.known.items() if one not in self.seen}})
        ), False


def _first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:KEPT])


def _mark(ids: Mapping[str, int] | Sequence[str]) -> str:
    return hashlib.sha256(" ".join(sorted(ids)).encode("utf-8", "replace")).hexdigest()[:16] if ids else ""
