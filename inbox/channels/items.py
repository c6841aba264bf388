"""What every connector does with what came: pieces become items, known items are asked about again."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from inbox.channels.answers import NotAnItemError, unreadable
from inbox.channels.base import GONE, UNKNOWN, ChannelError, Item, Published, Refreshed, Unreadable
from inbox.channels.cleaning import clean


def understood(
    pieces: Iterable[Any], body: bytes, read: Callable[[Any], Item]
) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
    """Return the items of a page and what could not become one: one bad piece never stops its page."""
    items: list[Item] = []
    bad: list[Unreadable] = []
    for piece in pieces:
        try:
            items.append(read(piece))
        except NotAnItemError as problem:
            bad.append(unreadable(piece, str(problem), body))
    return tuple(items), tuple(bad)


def published(item: Item) -> Published:
    """Return what is kept of a reply of ours."""
    return Published(item.external_id, item.permalink, item.created_at)


def folded(text: str) -> str:
    """Return the text in the form in which two readings of the same reply are equal."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words(about: dict[str, Any], name: str) -> str:
    """Return a field's text, cleaned; "" when it is none."""
    value = about.get(name)
    return clean(value)[0] if isinstance(value, str) else ""


def refreshed(
    external_ids: Iterable[str],
    askable: Sequence[str],
    at_once: int,
    *,
    several: Callable[[Sequence[str]], dict[str, Any]],
    one: Callable[[str], Refreshed],
    prove_access: Callable[[], object],
) -> dict[str, Refreshed]:
    """How known items look now: `several` for groups of `at_once`, and `one` for each that was left out of its answer.

    What could not be asked stays UNKNOWN. Nothing is called gone before `prove_access` when nothing at all was there: a
    server that is broken or has moved says the same to everything. Raises only when nothing could be learned.
    """
    found: dict[str, Refreshed] = dict.fromkeys(external_ids, UNKNOWN)
    try:
        for start in range(0, len(askable), at_once):
            found |= several(askable[start : start + at_once])
        for left_out in [name for name in askable if found[name] is UNKNOWN]:
            found[left_out] = one(left_out)
        if GONE in found.values() and not has_item(found):
            prove_access()
    except ChannelError:
        if not has_item(found):
            raise
    return found


def has_item(found: dict[str, Refreshed]) -> bool:
    """Whether anything that was asked for is there."""
    return any(isinstance(answer, Item) for answer in found.values())
