"""A Mastodon status as an Item. Any JSON goes in; only what has no usable id is refused."""

import unicodedata
from dataclasses import replace
from typing import Any

import regex

from inbox.channels.answers import Fields, NotAnItemError, as_count, as_id, storable
from inbox.channels.base import Attachment, Item
from inbox.channels.html_text import plain_text
from inbox.channels.mastodon_api import PLATFORM

_FIRST_MENTIONS = regex.compile(r"^(?:@[\w.@:-]+\s*)+")
_MENTION_WITH_SERVER = regex.compile(r"(?<![\w/@.])(@[\w.-]+)@[\w.-]*\w(?::\d+)?")


def status_item(raw: Any, own_id: str, root_id: str = "") -> Item:
    """Return the item of a status; raises NotAnItemError when there is no id to know it by, or it is nested absurdly.

    `own_id` is our account there, `root_id` the thread's first post when it is known. A content warning stands as the
    first paragraph of the text, the choices of a poll as its last lines: the public wrote those too.
    """
    if not isinstance(raw, dict):
        raise NotAnItemError("a status that is no object")
    if not as_id(raw.get("id")):
        raise NotAnItemError("a status without a usable id")
    problems: list[str] = []
    status = Fields(raw, problems)
    for name in ("content", "created_at"):
        if raw.get(name) is None:
            status.note(name, "is missing")
    item = _with_text(_bare_item(raw, status, own_id, root_id), status, own_id)
    return replace(item, cleaned=item.cleaned or status.cleaned, problems=tuple(dict.fromkeys(problems)))


def folded(text: str) -> str:
    """Return the text in the form in which two readings of the same reply are equal.

    Mastodon trims, gives HTML back and shows mentions without their server; we put the parent's name in front.
    """
    text = _MENTION_WITH_SERVER.sub(r"\1", unicodedata.normalize("NFC", text).strip())
    return " ".join(_FIRST_MENTIONS.sub("", text).split())


def _bare_item(raw: dict[str, Any], status: Fields, own_id: str, root_id: str) -> Item:
    """Everything but the text."""
    external_id, author = as_id(raw["id"]), status.object("account")
    author_id = author.id("id")
    own = bool(own_id) and author_id == own_id
    is_root = raw.get("in_reply_to_id") is None
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=root_id or (external_id if is_root else ""),
        parent_id=status.id("in_reply_to_id") or None,
        author_id=author_id,
        author_name=author.text("display_name") or author.text("username"),
        author_handle=author.text("acct") or author.text("username"),
        author_url=author.web_address("url"),
        text="",
        text_raw=status.text("content"),
        is_html=True,
        language=status.text("language"),
        created_at=status.time("created_at"),
        edited_at=status.time("edited_at"),
        permalink=status.web_address("url") or status.web_address("uri"),
        own=own,
        visibility=status.text("visibility"),
        attachments=tuple(_attachment(one) for one in status.objects("media_attachments")),
        raw=storable(raw),
        is_post=own and is_root and not raw.get("reblog"),
        comment_count=as_count(raw.get("replies_count")),
        cleaned=author.cleaned,
    )


def _with_text(item: Item, status: Fields, own_id: str) -> Item:
    body = plain_text(item.text_raw, _own_pages(status, own_id))
    if body.problem:
        status.note("content", body.problem)
    parts = [status.text("spoiler_text"), body.text, _choices(item.raw, status)]
    return replace(item, text="\n\n".join(filter(None, parts)), cleaned=item.cleaned or body.cleaned)


def _own_pages(status: Fields, own_id: str) -> list[str]:
    """The profile pages under which this status mentions us."""
    return [one.text("url") for one in status.objects("mentions") if own_id and one.id("id") == own_id]


def _choices(raw: dict[str, Any], status: Fields) -> str:
    if raw.get("poll") is None:
        return ""
    return "\n".join(f"- {title}" for one in status.object("poll").objects("options") if (title := one.text("title")))


def _attachment(media: Fields) -> Attachment:
    """Mastodon tells no media type."""
    kind = media.text("type")
    return Attachment(
        kind=kind,
        url=media.web_address("url") or media.web_address("remote_url"),
        alt=media.text("description"),
        media_type="",
        preview="" if kind == "image" else media.web_address("preview_url"),
    )
