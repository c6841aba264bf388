"""How far the mentions have been read: the cursor of Mastodon's news."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import regex

from inbox.channels.answers import as_id

BEGINNING = "0"
OVERLAP = 10
_NEXT_UPWARDS = regex.compile(r"<([^<>]*)>\s*;[^,<>]*\brel=\"?prev\b")


class Place(NamedTuple):
    """The greatest id read, and one a few mentions before it.

    Ids are given before a mention is committed, so a smaller id can appear after a greater one. Each round therefore
    begins `OVERLAP` mentions back, then goes on upwards until a page brings nothing new.
    """

    is_looking_back: bool
    oldest: str
    newest: str

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place a cursor stands for; the very beginning for an empty or damaged one, which loses nothing."""
        parts = cursor.split(":")
        if len(parts) == 3 and parts[0] in {"back", "new"} and as_id(parts[1]) and as_id(parts[2]):
            return cls(parts[0] == "back", parts[1], parts[2])
        return cls(False, BEGINNING, BEGINNING)

    def __str__(self) -> str:
        """The cursor."""
        return f"{'back' if self.is_looking_back else 'new'}:{self.oldest}:{self.newest}"

    @property
    def begin(self) -> str:
        """What to give as `min_id`: the answer begins just above it."""
        return self.oldest if self.is_looking_back else self.newest

    def after(self, ids: Sequence[str]) -> "tuple[Place, bool]":
        """The place after a page with these ids, in order of age, and whether to read on at once."""
        newest = max([self.newest, *ids], key=by_age)
        known = [self.oldest, *ids] if self.is_looking_back else [self.oldest, self.newest, *ids]
        oldest = known[-OVERLAP - 1] if len(known) > OVERLAP else self.oldest
        read_on = self.is_looking_back or newest != self.newest
        return Place(not read_on, oldest, newest), read_on


def by_age(external_id: str) -> tuple[int, str]:
    """The order in which ids were given: numbers by size, equally long texts (ULIDs) by the alphabet."""
    return len(external_id), external_id


def ids_of_link(link: str) -> list[str]:
    """Return the id a Link header names for the page above this one; its address is never called."""
    found = _NEXT_UPWARDS.search(link[:2000])
    try:
        asked = parse_qs(urlsplit(found.group(1)).query) if found else {}
    except ValueError:
        return []
    return [one for one in asked.get("min_id", [])[:1] if as_id(one)]
