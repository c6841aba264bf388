"""Comments and films of YouTube as Items. Any JSON goes in; only what has no usable id is refused.

We always ask for `textFormat=plainText`. `textOriginal` is what was typed, but is certain to be there only for our own
comments; `textDisplay` always is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from inbox.channels.answers import Fields, NotAnItemError, as_id, storable, unreadable
from inbox.channels.base import Item, Unreadable
from inbox.channels.items import understood
from inbox.channels.youtube_api import PLATFORM

WEB = "https://www.youtube.com"
FILM_ID_LENGTH = 11
HIDDEN = {"heldForReview", "likelySpam", "rejected"}
_COMMENT_ID = re.compile(r"[A-Za-z0-9_-]{12,90}(\.[A-Za-z0-9_-]{1,90})?")
_FILM_ID = re.compile(rf"[A-Za-z0-9_-]{{{FILM_ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Thread:
    """A top-level comment with the answers that came along, and how many there are in all."""

    top: Item
    replies: tuple[Any, ...]
    reply_count: int

    @property
    def is_whole(self) -> bool:
        """Whether all answers came along."""
        return len(self.replies) >= self.reply_count


def is_film(external_id: str) -> bool:
    """Whether this is a film's id; ids of comments are longer."""
    return bool(_FILM_ID.fullmatch(external_id))


def comment_id(value: object) -> str:
    """Return a comment's id, or "" for what is none. An answer's id is its top-level comment's, a dot, and its own."""
    return value if isinstance(value, str) and _COMMENT_ID.fullmatch(value) else ""


def top_of(external_id: str) -> str:
    """The id of the top-level comment a comment stands under; YouTube has one level of answers."""
    return external_id.split(".", 1)[0]


def thread_of(raw: Any, own_id: str) -> Thread:
    """Return a thread; raises NotAnItemError when its top-level comment has no usable id."""
    if not isinstance(raw, dict):
        raise NotAnItemError("a thread that is no object")
    problems: list[str] = []
    snippet = Fields(raw, problems).object("snippet")
    around = raw["snippet"] if isinstance(raw.get("snippet"), dict) else {}
    top = comment_item(around.get("topLevelComment"), own_id, snippet.id("videoId"))
    inside = raw.get("replies")
    came = inside.get("comments") if isinstance(inside, dict) else None
    replies = tuple(came) if isinstance(came, list) else ()
    count = around.get("totalReplyCount")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 10**9:
        count = len(replies)
    return Thread(top, replies, count)


def threads_of(pieces: Sequence[Any], body: bytes, own_id: str) -> tuple[list[Thread], list[Item], list[Unreadable]]:
    """Return the threads of a page, all items that came along, and what could not become one."""
    threads: list[Thread] = []
    items: list[Item] = []
    bad: list[Unreadable] = []
    for piece in pieces:
        try:
            threads.append(thread_of(piece, own_id))
        except NotAnItemError as problem:
            bad.append(unreadable(piece, str(problem), body))
            continue
        top = threads[-1].top
        film = top.root_id if is_film(top.root_id) else ""
        answers, strange = understood(threads[-1].replies, body, partial(comment_item, own_id=own_id, film=film))
        items += [top, *answers]
        bad += strange
    return threads, items, bad


def comment_item(raw: Any, own_id: str, film: str = "") -> Item:
    """Return the item of a comment; raises NotAnItemError when there is no id to know it by.

    `own_id` is our channel, `film` the film it stands under when the answer does not say so itself. A top-level
    comment answers the film; one on the channel's own page answers nothing.
    """
    if not isinstance(raw, dict):
        raise NotAnItemError("a comment that is no object")
    external_id = comment_id(raw.get("id"))
    if not external_id:
        raise NotAnItemError("a comment without a usable id")
    problems: list[str] = []
    told = Fields(raw, problems).object("snippet")
    snippet = raw["snippet"] if isinstance(raw.get("snippet"), dict) else {}
    author_id = Fields(snippet, problems, "snippet.").object("authorChannelId").id("value")
    film = told.id("videoId") or film
    parent = comment_id(snippet.get("parentId")) or (top_of(external_id) if "." in external_id else "")
    name, text = told.text("authorDisplayName"), told.text("textOriginal") or told.text("textDisplay")
    created, updated = told.time("publishedAt"), told.time("updatedAt")
    if not text:
        told.note("textDisplay", "is missing")
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=film or top_of(external_id),
        parent_id=parent or film or None,
        author_id=author_id,
        author_name=name,
        author_handle=name[1:] if name.startswith("@") else "",
        author_url=told.web_address("authorChannelUrl"),
        text=text,
        text_raw=text,
        is_html=False,
        language="",
        created_at=created,
        edited_at=updated if updated != created else None,
        permalink=f"{film_page(film)}&lc={external_id}" if film else "",
        own=bool(own_id) and author_id == own_id,
        visibility="public",
        attachments=(),
        raw=storable(raw),
        hidden=told.text("moderationStatus") in HIDDEN,
        cleaned=told.cleaned,
        problems=tuple(dict.fromkeys(problems)),
    )


def film_item(raw: Any, own_id: str) -> Item:
    """Return the item of one of our films, out of a list of films or of `videos`; raises NotAnItemError without an id.

    The text is the title and, after an empty line, the description.
    """
    if not isinstance(raw, dict):
        raise NotAnItemError("a film that is no object")
    problems: list[str] = []
    entry = Fields(raw, problems)
    told = entry.object("snippet")
    in_a_list = isinstance(raw.get("contentDetails"), dict) and "videoId" in raw["contentDetails"]
    details = Fields(raw["contentDetails"] if in_a_list else {}, problems, "contentDetails.")
    external_id = details.id("videoId") if in_a_list else as_id(raw.get("id"))
    if not is_film(external_id):
        raise NotAnItemError("a film without a usable id")
    text = "\n\n".join(filter(None, [told.text("title"), told.text("description")]))
    status = raw["status"] if isinstance(raw.get("status"), dict) else {}
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=external_id,
        parent_id=None,
        author_id=told.id("channelId"),
        author_name=told.text("channelTitle"),
        author_handle="",
        author_url="",
        text=text,
        text_raw=text,
        is_html=False,
        language=told.text("defaultLanguage"),
        created_at=details.time("videoPublishedAt") or told.time("publishedAt"),
        edited_at=None,
        permalink=film_page(external_id),
        own=told.id("channelId") == own_id,
        visibility=Fields(status, problems, "status.").text("privacyStatus"),
        attachments=(),
        raw=storable(raw),
        is_post=True,
        cleaned=told.cleaned,
        problems=tuple(dict.fromkeys(problems)),
    )


def comment_counts(films: Sequence[Any]) -> dict[str, int]:
    """Return how many comments YouTube counts on each film, by its id; films that do not tell are left out."""
    found: dict[str, int] = {}
    for film in films:
        told = film.get("statistics") if isinstance(film, dict) else None
        number = str(told.get("commentCount", "")) if isinstance(told, dict) else ""
        if number.isascii() and number.isdigit() and len(number) < 10:
            found[as_id(film.get("id"))] = int(number)
    return found


def film_page(film: str) -> str:
    """The address of a film."""
    return f"{WEB}/watch?v={film}"


def at(item: Item, web: str) -> Item:
    """The same item with its page on another web site than YouTube's own: the practice platform's."""
    return replace(item, permalink=item.permalink.replace(WEB, web, 1))
