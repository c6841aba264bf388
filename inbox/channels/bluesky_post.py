"""A Bluesky post (from news, a thread, or a repository) as an Item. Only what has no usable address is refused."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from inbox.channels import items
from inbox.channels.answers import Fields, NotAnItemError, as_count, as_time, storable
from inbox.channels.base import Attachment, Item, Published, Unreadable
from inbox.channels.bluesky_addresses import Address, as_address, as_did, page_of, post_uri, profile_page
from inbox.channels.bluesky_errors import PLATFORM
from inbox.channels.bluesky_facets import without_name_in_front
from inbox.channels.cleaning import clean
from inbox.channels.items import folded

PUBLIC = "public"


class PostReader:
    """Reads posts for one account on one server."""

    def __init__(self, own_did: str, base_url: str) -> None:
        """Take our DID and the server's address."""
        self._own_did = own_did
        self._base_url = base_url

    def item(self, raw: Any, hidden: Collection[str] | None = None) -> Item:
        """Return the item of a post; raises NotAnItemError when there is no address to know it by.

        `hidden` are the addresses that our threadgate hides (None: the answer does not tell). An edit shows as another
        text and `cid` in `raw`: the platform tells no time of it.
        """
        address = _address(raw)
        problems: list[str] = []
        post = Fields(raw, problems)
        record, author = post.object("record"), post.object("author")
        for name in ("text", "createdAt"):
            if not isinstance(raw.get("record"), dict) or raw["record"].get(name) is None:
                record.note(name, "is missing")
        written = record.text("text")
        text, cleaned = self._text(raw, written)
        root_id, parent_id = _above(raw, record)
        created_at, name, handle = record.time("createdAt"), author.text("displayName"), author.text("handle")
        return Item(
            platform=PLATFORM,
            external_id=str(address),
            root_id=root_id or str(address),
            parent_id=parent_id or None,
            author_id=address.did,
            author_name=name or handle,
            author_handle=handle,
            author_url=profile_page(address.did, self._base_url),
            text=text,
            text_raw=written,
            is_html=False,
            language=_language(raw),
            created_at=created_at,
            edited_at=None,
            permalink=page_of(address, self._base_url),
            own=bool(self._own_did) and address.did == self._own_did,
            visibility=PUBLIC,
            attachments=tuple(_attachments(raw.get("embed"), problems)),
            raw=storable(raw),
            is_post=address.did == self._own_did and not parent_id and not _has_reply(raw),
            hidden=str(address) in (hidden or ()),
            tells_hidden=hidden is not None,
            comment_count=as_count(raw.get("replyCount")),
            cleaned=cleaned or record.cleaned or author.cleaned,
            problems=tuple(dict.fromkeys(problems)),
        )

    def published(self, address: Address, created_at: datetime | None) -> Published:
        """Return what is kept of a reply of ours."""
        return Published(str(address), page_of(address, self._base_url), created_at)

    def _text(self, raw: dict[str, Any], written: str) -> tuple[str, bool]:
        record = raw.get("record")
        sent = record.get("text") if isinstance(record, dict) else None
        if not isinstance(sent, str):
            return written, False
        return clean(without_name_in_front(sent, record.get("facets"), self._own_did))  # type: ignore[union-attr]


def understood(
    pieces: Iterable[Any], body: bytes, read: Callable[[Any], Item]
) -> tuple[tuple[Item, ...], tuple[Unreadable, ...]]:
    """Return the items of a page, each once, and what could not become one: one bad piece never stops its page."""
    found, bad = items.understood(pieces, body, read)
    once: dict[str, Item] = {}
    for one in found:
        once.setdefault(one.external_id, one)
    return tuple(once.values()), bad


def own_record_matches(record: Any, parent_id: str, text: str) -> bool:
    """Whether a record is an answer to this parent with this text."""
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        return False
    is_same = folded(clean(record["text"])[0]) == folded(clean(text)[0])
    return is_same and uri_in(record, "parent") == parent_id


def uri_in(record: Any, which: str) -> str:
    """Return the address a record's `reply` names as "parent" or "root", or ""."""
    reply = record.get("reply") if isinstance(record, dict) else None
    reference = reply.get(which) if isinstance(reply, dict) else None
    return post_uri(reference.get("uri")) if isinstance(reference, dict) else ""


def time_in(record: Any) -> datetime | None:
    """Return the time a record says it was written."""
    return as_time(record.get("createdAt"))[0] if isinstance(record, dict) else None


def _address(raw: Any) -> Address:
    if not isinstance(raw, dict):
        raise NotAnItemError("a post that is no object")
    address = as_address(raw.get("uri"))
    if not address or not post_uri(raw.get("uri")) or not as_did(address.did):
        raise NotAnItemError("a post without a usable address")
    return address


def _has_reply(raw: dict[str, Any]) -> bool:
    record = raw.get("record")
    return isinstance(record, dict) and record.get("reply") is not None


def _above(raw: dict[str, Any], record: Fields) -> tuple[str, str]:
    """The root's and the parent's address, each "" for a post that answers nothing."""
    if not _has_reply(raw):
        return "", ""
    root, parent = uri_in(raw["record"], "root"), uri_in(raw["record"], "parent")
    if not parent:
        record.note("reply", "does not tell what it answers")
    return root, parent


def _language(raw: dict[str, Any]) -> str:
    record = raw.get("record")
    langs = record.get("langs") if isinstance(record, dict) else None
    first = langs[0] if isinstance(langs, list) and langs else ""
    return clean(first)[0] if isinstance(first, str) else ""


def _attachments(embed: Any, problems: list[str]) -> Iterable[Attachment]:
    """Pictures, films and link cards, as the AppView shows them; it tells no media type."""
    if not isinstance(embed, dict):
        return
    view = Fields(embed, problems, "embed.")
    if isinstance(embed.get("media"), dict):
        yield from _attachments(embed["media"], problems)
    for picture in view.objects("images"):
        yield Attachment("image", picture.web_address("fullsize"), picture.text("alt"), "")
    if embed.get("playlist") is not None:
        yield Attachment("video", view.web_address("playlist"), view.text("alt"), "", view.web_address("thumbnail"))
    if isinstance(embed.get("external"), dict):
        card = view.object("external")
        yield Attachment("link", card.web_address("uri"), card.text("title"), "", card.web_address("thumb"))
