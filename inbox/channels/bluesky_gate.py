"""Hiding answers under our own posts: the threadgate, a record of ours beside the post with a list of addresses.

A hidden answer is folded away in the apps and still seen by its author. A write replaces the whole list, so it is read,
changed and written only if nobody changed it meanwhile.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from inbox.channels.base import GoneError, RejectedError, TransientError
from inbox.channels.bluesky_addresses import THREADGATE, Address
from inbox.channels.bluesky_api import BlueskyApi, is_taken
from inbox.channels.bluesky_errors import PLATFORM

MOST_HIDDEN = 300
TRIES = 4


def hide(api: BlueskyApi, post: Address, uri: str) -> None:
    """Put the answer on the post's list; nothing is written when it is there. RejectedError when the list is full."""
    _change(api, post, lambda listed: listed if uri in listed else [*listed, uri])


def unhide(api: BlueskyApi, post: Address, uri: str) -> None:
    """Take the answer off the post's list; nothing is written when it is not there."""
    _change(api, post, lambda listed: [one for one in listed if one != uri])


def now_text() -> str:
    """This moment as records have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _change(api: BlueskyApi, post: Address, changed: Callable[[list[str]], list[str]]) -> None:
    for _ in range(TRIES):
        record, cid = _gate(api, post)
        listed = [one for one in record.get("hiddenReplies") or [] if isinstance(one, str)]
        wanted = changed(listed)
        if wanted == listed:
            return
        if len(wanted) > MOST_HIDDEN:
            raise RejectedError(PLATFORM, message=f"a post can hide at most {MOST_HIDDEN} answers")
        try:
            api.put(THREADGATE, post.rkey, record | {"hiddenReplies": wanted}, cid)
            return
        except RejectedError as error:
            if not is_taken(error):
                raise
    raise TransientError(PLATFORM, message="somebody else changes what is hidden at the same time")


def _gate(api: BlueskyApi, post: Address) -> tuple[dict[str, Any], str | None]:
    """The post's threadgate with its version, or a new one that lets everybody answer."""
    try:
        found = api.record(Address(post.did, THREADGATE, post.rkey))
        return found["value"], found["cid"]
    except GoneError:
        return {"$type": THREADGATE, "post": str(post), "createdAt": now_text()}, None
