"""Writing records: where one may be put, what a post may hold, and what it becomes in the book."""

from hashlib import sha256
from typing import Any

import regex

from simulator import clock, media, reading, writing
from simulator.book import Book
from simulator.clock import BadTimeError
from simulator.dialects import bluesky_names as names
from simulator.dialects.bluesky_records import Record, forget, keep, kept, post_records, status_at, status_id_at
from simulator.reading import Account

MOST_GRAPHEMES = 300
MOST_BYTES = 3000
COLLECTIONS = {names.POST, names.LIKE, names.THREADGATE}
BLOB = "bafkrei-"
GRAPHEME = regex.compile(r"\X")


class RefusedError(Exception):
    """A call the platform refuses, with its status, its machine code and its own words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def standing(book: Book, owner: Account, collection: str, rkey: str) -> Record | None:
    """The record that lies there now, or None."""
    if collection != names.POST:
        return kept(book, owner.id, collection, rkey)
    status_id = status_id_at(book, owner.id, rkey)
    status = None if status_id is None else reading.status(book, status_id, owner.id)
    return post_records(book, [status])[status.id] if status else None


def put(book: Book, owner: Account, wanted: Record, swap: dict[str, Any]) -> tuple[Record, bool]:
    """Write a record where none is or in place of another; gives it and whether anything changed.

    `swap` may hold `swapRecord`: the version to be replaced, None for "only where nothing is".
    """
    with book.transaction():
        check(wanted)
        there = standing(book, owner, wanted.collection, wanted.rkey)
        if there and there.value == wanted.value:
            return there, False
        if "swapRecord" in swap and swap["swapRecord"] != (there.cid if there else None):
            raise RefusedError(400, "InvalidSwap", f"Record was at {there.cid if there else 'null'}")
        return _write(book, owner, wanted, there), True


def create(book: Book, owner: Account, wanted: Record) -> Record:
    """Write a new record; a key that is in use ends as badly as on the real server."""
    with book.transaction():
        check(wanted)
        if standing(book, owner, wanted.collection, wanted.rkey):
            raise RefusedError(500, "InternalServerError", "Internal Server Error")
        return _write(book, owner, wanted, None)


def delete(book: Book, owner: Account, collection: str, rkey: str, swap: dict[str, Any]) -> bool:
    """Take a record away; False when there was none."""
    with book.transaction():
        there = standing(book, owner, collection, rkey)
        if swap.get("swapRecord") and swap["swapRecord"] != (there.cid if there else None):
            raise RefusedError(400, "InvalidSwap", f"Record was at {there.cid if there else 'null'}")
        if there is None:
            return False
        if collection == names.POST and there.status_id is not None:
            writing.delete_status(book, there.status_id)
        if collection == names.LIKE:
            _set_like(book, owner, there, on=False)
        forget(book, there)
        return True


def check(record: Record) -> None:
    """Refuse a record the platform's schema does not allow, in its words."""
    if record.collection not in COLLECTIONS:
        raise refused(f"{record.collection} is not practised here")
    if not names.is_tid(record.rkey):
        why = f'Invalid TID string (got "{record.rkey}") at $'
        raise refused(f"Invalid record key for {record.collection}: {why}")
    _time_of(record)
    if record.collection == names.POST:
        _check_text(record.value.get("text"))


def blob_of(data: bytes, kind: str) -> dict[str, Any]:
    """How a record names bytes: by their hash, so that the same bytes always have the same name."""
    return {
        "$type": "blob",
        "ref": {"$link": f"{BLOB}{sha256(data).hexdigest()}"},
        "mimeType": kind,
        "size": len(data),
    }


def _picture_in(book: Book, owner: Account, record: Record) -> tuple[int, str] | None:
    """The upload an embed shows with its alt text, or None; refused when the bytes were never sent."""
    embed = record.value.get("embed")
    if not isinstance(embed, dict) or embed.get("$type") != "app.bsky.embed.images":
        return None
    try:
        shown = embed["images"][0]
        name, alt = str(shown["image"]["ref"]["$link"]), str(shown["alt"])
    except (KeyError, IndexError, TypeError) as problem:
        raise refused("Invalid app.bsky.feed.post record: Missing required key at $.record.embed.images") from problem
    number = media.upload_with(book, owner.id, name.removeprefix(BLOB))
    if number is None:
        raise RefusedError(400, "BlobNotFound", f"Could not find blob: {name}")
    return number, alt


def refused(message: str) -> RefusedError:
    """400 InvalidRequest."""
    return RefusedError(400, "InvalidRequest", message)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise refused("Invalid app.bsky.feed.post record: Expected string value type at $.record.text")
    size, length = len(writing.to_bytes(text)), len(GRAPHEME.findall(text))
    if size > MOST_BYTES:
        problem = f"string too big (maximum {MOST_BYTES}, got {size})"
    elif length > MOST_GRAPHEMES:
        problem = f"grapheme too big (maximum {MOST_GRAPHEMES}, got {length})"
    else:
        return
    raise refused(f"Invalid app.bsky.feed.post record: {problem} at $.record.text")


def _write(book: Book, owner: Account, wanted: Record, there: Record | None) -> Record:
    status_id = _write_post(book, owner, wanted, there) if wanted.collection == names.POST else None
    if wanted.collection == names.LIKE:
        _set_like(book, owner, wanted, on=True)
    new = Record(owner.id, wanted.collection, wanted.rkey, wanted.value, status_id)
    keep(book, new)
    return new


def _write_post(book: Book, owner: Account, wanted: Record, there: Record | None) -> int:
    text = str(wanted.value["text"])
    if there and there.status_id is not None:
        writing.edit_status(book, there.status_id, text)
        return there.status_id
    langs = wanted.value.get("langs")
    new = writing.NewStatus(
        author_id=owner.id,
        text=text,
        parent_id=_parent_of(book, wanted),
        language=str(langs[0]) if isinstance(langs, list) and langs else "",
        via="api",
        idempotency_key=wanted.rkey,
        created_at=min(_time_of(wanted), clock.now_ms()),
    )
    picture = _picture_in(book, owner, wanted)
    status_id = writing.write_status(book, new)
    if picture:
        media.show_upload(book, status_id, picture[0], picture[1])
    return status_id


def _parent_of(book: Book, wanted: Record) -> int | None:
    """The status that is answered: the platform takes an answer to something deleted, too."""
    reply = wanted.value.get("reply")
    if reply is None:
        return None
    parent = reply.get("parent") if isinstance(reply, dict) else None
    parts = names.parts_of(parent.get("uri") if isinstance(parent, dict) else None)
    found = status_id_at(book, parts[0], parts[2]) if parts and parts[1] == names.POST else None
    if found is None:
        raise refused("Invalid app.bsky.feed.post record: nothing to answer at $.record.reply.parent.uri")
    return found


def _set_like(book: Book, owner: Account, like: Record, *, on: bool) -> None:
    subject = like.value.get("subject")
    status = status_at(book, subject.get("uri") if isinstance(subject, dict) else None, owner.id)
    if status:
        writing.set_favourite(book, status.id, owner.id, on=on)


def _time_of(record: Record) -> int:
    try:
        return clock.from_iso(record.value.get("createdAt"))  # type: ignore[arg-type]
    except BadTimeError as problem:
        raise refused(f"Invalid {record.collection} record: Invalid datetime at $.record.createdAt") from problem
