"""A person's name in a public title: found, and masked with `*****` as archives do."""

import re
from collections.abc import Iterable

from archive.arkivmelding.fields import Entry

MASK = "*****"
_HANDLE = re.compile(r"@([^\s,()]+)")
_SHORTEST_PART = 3


def people_of(entry: Entry) -> tuple[str, ...]:
    """The correspondence names that are persons' names, as they stand in the entry."""
    return tuple(part.korrespondansepart_navn for part in entry.korrespondansepart if part.er_personnavn)


def names_of(person: str) -> tuple[str, ...]:
    """«Kari Eksempel (@kari.ek, Facebook)» -> («Kari Eksempel», «kari.ek»): what would give the person away."""
    display = person.partition("(")[0].strip()
    return tuple(name for name in (display, *_HANDLE.findall(person)) if name)


def masked(title: str, people: Iterable[str]) -> str:
    """The title with every full name, handle and part of a name replaced by `*****`."""
    for person in people:
        for name in (*names_of(person), *_parts(person)):
            title = _whole(name).sub(MASK, title)
    return re.sub(rf"{re.escape(MASK)}(?:[ ,]+{re.escape(MASK)})+", MASK, title)


def names_in(title: str, people: Iterable[str]) -> tuple[str, ...]:
    """The full names and handles that can be read in the title."""
    return tuple(name for person in people for name in names_of(person) if _whole(name).search(title))


def name_parts_in(title: str, people: Iterable[str]) -> tuple[str, ...]:
    """First names and surnames that can be read in the title; «Vik» may also be a place."""
    return tuple(part for person in people for part in _parts(person) if _whole(part).search(title))


def _parts(person: str) -> tuple[str, ...]:
    display = person.partition("(")[0]
    return tuple(part for part in re.split(r"[\s,.]+", display) if len(part) >= _SHORTEST_PART)


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
