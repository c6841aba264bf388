"""How far the lists of a Graph account have been read: the cursor of a round over our posts and their comments.

There is no list of news. A round walks our posts, and for each the list of its comments. A place in a list is the
platform's own cursor, so what is written meanwhile moves pieces to a later page, which repeats them and loses none.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from inbox.channels.answers import NotAnItemError, NotJsonError, as_id, parse, unreadable
from inbox.channels.base import Item, Unreadable
from inbox.channels.http import Answer

OVERLAP_SECONDS = 3600
REPEATS_ALLOWED = 3
RESTARTS_ALLOWED = 2
LONGEST_LIST = 2000  # pages; a list that seems to go on for ever is left


@dataclass(frozen=True, slots=True)
class Walk:
    """One list on the way: whose (`node`), which (`edge`), the thread it belongs to, and where the next page begins."""

    node: str
    edge: str
    root: str = ""
    begin: str = ""
    page: int = 0
    mark: str = ""
    repeats: int = 0
    restarts: int = 0

    @property
    def place(self) -> list[tuple[str, str]]:
        """The parameters that lead to this page; none for the first."""
        return parse_qsl(self.begin)

    def after(self, following: Sequence[tuple[str, str]], ids: Collection[str]) -> "Walk | None":
        """The walk behind a page with these ids, or None at the end.

        Some lists give the same page for ever (a fault of new Pages): a place that leads to itself, or the same ids
        again and again, ends the walk.
        """
        begin = urlencode(following)
        mark = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
        repeats = self.repeats + 1 if mark == self.mark else 0
        if not begin or begin == self.begin or repeats >= REPEATS_ALLOWED or self.page >= LONGEST_LIST:
            return None
        return replace(self, begin=begin, page=self.page + 1, mark=mark, repeats=repeats)

    def again(self) -> "Walk | None":
        """The walk from its beginning, for a place that the platform no longer knows; None when that has not helped."""
        if not self.begin or self.restarts >= RESTARTS_ALLOWED:
            return None
        return Walk(self.node, self.edge, self.root, restarts=self.restarts + 1)

    def ends_broken(self, following: Sequence[tuple[str, str]], ids: Collection[str]) -> bool:
        """Whether the list ends although the platform says that it goes on."""
        return bool(following) and self.after(following, ids) is None


@dataclass(frozen=True, slots=True)
class Round:
    """What is left of a round. Times are seconds since 1970; `since` 0 wants everything there ever was."""

    since: int
    began: int
    walks: tuple[Walk, ...]

    @classmethod
    def read(cls, cursor: str, start: Walk, now: int) -> "Round":
        """The round a cursor stands for, a new one after a finished one; a damaged one begins from the beginning."""
        told = _told(cursor)
        since, began = told.get("since"), told.get("began")
        if not isinstance(since, int) or not isinstance(began, int) or isinstance(since, bool):
            return cls(0, now, (start,))
        walks = tuple(walk for one in told.get("walks") or () if (walk := _walk(one)))
        return cls(since, began, walks) if walks else cls(max(began - OVERLAP_SECONDS, 1), now, (start,))

    def __str__(self) -> str:
        """The cursor."""
        walks = [asdict(walk) for walk in self.walks]
        return json.dumps({"since": self.since, "began": self.began, "walks": walks}, separators=(",", ":"))


def _told(cursor: str) -> dict[str, Any]:
    try:
        told = parse(cursor.encode("utf-8", "replace"))
    except NotJsonError:
        return {}
    return told if isinstance(told, dict) and isinstance(told.get("walks", []), list) else {}


def _walk(told: object) -> Walk | None:
    try:
        walk = Walk(**told) if isinstance(told, dict) else None
    except TypeError:
        return None
    good = (
        walk
        and all(isinstance(one, str) for one in (walk.node, walk.edge, walk.root, walk.begin, walk.mark))
        and all(isinstance(one, int) for one in (walk.page, walk.repeats, walk.restarts))
        and as_id(walk.node)
        and as_id(walk.edge)
    )
    return walk if good else None


@dataclass
class Found:
    """What one answer held."""

    answer: Answer
    items: list[Item] = field(default_factory=list)
    bad: list[Unreadable] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    is_broken: bool = False

    def keep(self, piece: Any, read: Callable[[Any], list[Item]]) -> None:
        """Take the items of a piece; one bad piece never stops its page."""
        try:
            self.items += read(piece)
        except NotAnItemError as problem:
            self.bad.append(unreadable(piece, str(problem), self.answer.body))
