"""Reading once more what could not be understood when it came, from the bytes that were kept. Asks nobody anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inbox.channels import facebook, instagram
from inbox.channels.answers import NotAnItemError, NotJsonError, parse
from inbox.channels.base import Item
from inbox.channels.bluesky_post import PostReader
from inbox.channels.mastodon_status import status_item
from inbox.channels.youtube_items import comment_item, film_item, thread_of


@dataclass(frozen=True, slots=True)
class Reread:
    """What today's code makes of the bytes: the items, and why the rest is still not understood ("" = all is)."""

    items: tuple[Item, ...]
    still: str = ""


def read_again(platform: str, body: bytes, *, own_id: str, base_url: str) -> Reread:
    """Read one kept piece, or a whole kept answer that was a list, as the platform's connector would today."""
    reader = READERS.get(platform)
    if reader is None:
        return Reread((), f"nothing of {platform or 'no platform'} can be read again")
    try:
        told = parse(body)
    except NotJsonError as problem:
        return Reread((), str(problem))
    items: dict[str, Item] = {}
    still = ""
    for piece in told if isinstance(told, list) else [told]:
        try:
            items |= {item.external_id: item for item in reader(piece, own_id, base_url)}
        except NotAnItemError as problem:
            still = str(problem)
    return Reread(tuple(items.values()), still)


def _mastodon(piece: Any, own_id: str, _base_url: str) -> list[Item]:
    """News holds the status inside; a status has no such field."""
    is_news = isinstance(piece, dict) and "status" in piece
    return [status_item(piece["status"] if is_news else piece, own_id)]


def _bluesky(piece: Any, own_id: str, base_url: str) -> list[Item]:
    return [PostReader(own_id, base_url).item(piece)]


def _facebook(piece: Any, own_id: str, _base_url: str) -> list[Item]:
    """A post's id begins with the Page's, a comment's with its post's."""
    is_post = isinstance(piece, dict) and bool(own_id) and str(piece.get("id")).startswith(f"{own_id}_")
    return [facebook.post_item(piece, own_id) if is_post else facebook.comment_item(piece, own_id)]


def _instagram(piece: Any, own_id: str, _base_url: str) -> list[Item]:
    """Only a post has a media type."""
    is_post = isinstance(piece, dict) and "media_type" in piece
    return [instagram.post_item(piece, own_id) if is_post else instagram.comment_item(piece, own_id)]


def _youtube(piece: Any, own_id: str, _base_url: str) -> list[Item]:
    """A thread with what came inside it, one comment, or a film; each names itself in its snippet."""
    snippet = piece.get("snippet") if isinstance(piece, dict) else None
    if isinstance(snippet, dict) and "topLevelComment" in snippet:
        thread = thread_of(piece, own_id)
        return [thread.top, *(comment_item(one, own_id, thread.top.root_id) for one in thread.replies)]
    if isinstance(snippet, dict) and "title" in snippet:
        return [film_item(piece, own_id)]
    return [comment_item(piece, own_id)]


READERS: dict[str, Callable[[Any, str, str], list[Item]]] = {
    "bluesky": _bluesky,
    "facebook": _facebook,
    "instagram": _instagram,
    "mastodon": _mastodon,
    "youtube": _youtube,
}
