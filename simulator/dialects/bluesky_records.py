"""Records in the book: posts are statuses, with what else their writer sent kept beside them; gates and likes too."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator import clock, reading, writing
from simulator.book import Book
from simulator.dialects import bluesky_names as names
from simulator.reading import Account, Status
from simulator.text import MENTION

Json = dict[str, Any]

# Goes away with its account, so that the book needs to know nothing of it.
TABLE = """
CREATE TABLE IF NOT EXISTS bluesky_record (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    collection TEXT NOT NULL,
    rkey TEXT NOT NULL,
    status_id INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (account_id, collection, rkey)
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Record:
    """A record with its version."""

    account_id: int
    collection: str
    rkey: str
    value: Json
    status_id: int | None = None
    basis: Json | None = None

    @property
    def uri(self) -> str:
        """Its address."""
        return names.uri_of(self.account_id, self.collection, self.rkey)

    @property
    def cid(self) -> str:
        """Its version."""
        return names.cid_of(self.basis or self.value)

    @property
    def reference(self) -> Json:
        """Address and version."""
        return {"cid": self.cid, "uri": self.uri}


def prepare(book: Book) -> None:
    """Make the table when it is missing."""
    with book.transaction() as db:
        db.execute(TABLE)
        db.execute("CREATE INDEX IF NOT EXISTS bluesky_record_by_status ON bluesky_record (status_id)")


def kept(book: Book, account_id: int, collection: str, rkey: str) -> Record | None:
    """A record as its writer sent it, or None."""
    row = book.row(
        "SELECT * FROM bluesky_record WHERE account_id = :account AND collection = :collection AND rkey = :rkey",
        {"account": account_id, "collection": collection, "rkey": rkey},
    )
    return Record(account_id, collection, rkey, json.loads(row["body"]), row["status_id"]) if row else None


def keep(book: Book, record: Record) -> None:
    """Write a record down, in place of an earlier version."""
    with book.transaction() as db:
        db.execute(
            "INSERT OR REPLACE INTO bluesky_record (account_id, collection, rkey, status_id, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (record.account_id, record.collection, record.rkey, record.status_id, json.dumps(record.value)),
        )


def forget(book: Book, record: Record) -> None:
    """Take a record away."""
    with book.transaction() as db:
        db.execute(
            "DELETE FROM bluesky_record WHERE account_id = ? AND collection = ? AND rkey = ?",
            (record.account_id, record.collection, record.rkey),
        )


def status_id_at(book: Book, account_id: int, rkey: str) -> int | None:
    """The status a post's key stands for, deleted or not; None when there never was one."""
    found = kept(book, account_id, names.POST, rkey)
    status_id = found.status_id if found else names.status_id_of(rkey)
    row = book.row(
        "SELECT id FROM status WHERE id = :id AND account_id = :account", {"id": status_id, "account": account_id}
    )
    return None if row is None else int(row["id"])


def post_records(book: Book, statuses: Iterable[Status]) -> dict[int, Record]:
    """The record of each status: as sent, or made from the book for what was written or changed elsewhere."""
    statuses = list(statuses)
    sent = _sent(book, [one.id for one in statuses])
    first = _first_versions(book, statuses)
    return {one.id: _record(one, sent.get(one.id), first) for one in statuses}


def gate_of(book: Book, post: Record) -> Record | None:
    """The threadgate of a post."""
    return kept(book, post.account_id, names.THREADGATE, post.rkey)


def _record(status: Status, sent: Record | None, first: dict[int, Record]) -> Record:
    if sent and sent.value.get("text") == status.text:
        return sent
    text, facets = _with_handles(status)
    value: Json = {
        "text": text,
        "$type": names.POST,
        "langs": [status.language],
        "createdAt": clock.iso(status.created_at),
    }
    above = first[status.id].value["above"]
    if above:
        root, parent = (first[one].reference for one in above)
        value["reply"] = {"root": root, "parent": parent}
    value |= {"facets": facets} if facets else {}
    rkey = sent.rkey if sent else names.rkey_of(status.id)
    return Record(status.author.id, names.POST, rkey, value, status.id, _basis(status.id, status.text))


def _sent(book: Book, status_ids: list[int]) -> dict[int, Record]:
    rows = book.rows(
        "SELECT * FROM bluesky_record WHERE status_id IN (SELECT value FROM json_each(:ids)) AND collection = :posts",
        {"ids": json.dumps(status_ids), "posts": names.POST},
    )
    return {
        row["status_id"]: Record(row["account_id"], names.POST, row["rkey"], json.loads(row["body"]), row["status_id"])
        for row in rows
    }


def _first_versions(book: Book, statuses: list[Status]) -> dict[int, Record]:
    """What each status answers ("above") and what answers name: the version that was there first, deleted or not."""
    rows = book.rows(
        "WITH wanted AS (SELECT value AS id FROM json_each(:ids)), near AS (SELECT id FROM wanted UNION"
        " SELECT parent_id FROM status WHERE id IN (SELECT id FROM wanted) UNION"
        " SELECT root_id FROM status WHERE id IN (SELECT id FROM wanted))"
        " SELECT status.id, account_id, parent_id, root_id, version.text FROM status JOIN version ON version.id ="
        " (SELECT MIN(id) FROM version WHERE status_id = status.id) WHERE status.id IN (SELECT id FROM near)",
        {"ids": json.dumps([one.id for one in statuses])},
    )
    sent = _sent(book, [row["id"] for row in rows])
    found = {}
    for row in rows:
        above = [row["root_id"], row["parent_id"]] if row["parent_id"] is not None else []
        known = sent.get(row["id"])
        basis = known.value if known else _basis(row["id"], writing.from_bytes(row["text"]))
        rkey = known.rkey if known else names.rkey_of(row["id"])
        found[row["id"]] = Record(row["account_id"], names.POST, rkey, {"above": above}, row["id"], basis)
    return found


def _basis(status_id: int, text: str) -> Json:
    """What a version's name is made from: of a status that was not written here, its text."""
    return {"id": status_id, "text": text}


def _with_handles(status: Status) -> tuple[str, list[Json]]:
    """The text with its mentions as this platform writes them, and the facets that make them live."""
    people: dict[str, Account] = {person.username.lower(): person for person in status.mentions}
    text, end = "", 0
    facets: list[Json] = []
    for match in MENTION.finditer(status.text):
        person = people.get(match.group(1).lower()) if not match.group(2) else None
        if person is None:
            continue
        text += status.text[end : match.start()]
        start = len(writing.to_bytes(text))
        text, end = f"{text}@{names.handle_of(person.username)}", match.end()
        mention = {"$type": "app.bsky.richtext.facet#mention", "did": names.did_of(person.id)}
        index = {"byteStart": start, "byteEnd": len(writing.to_bytes(text))}
        facets.append({"index": index, "features": [mention]})
    return text + status.text[end:], facets


def status_at(book: Book, uri: object, viewer: int) -> Status | None:
    """The status at an address, when it is there for this viewer."""
    parts = names.parts_of(uri)
    if parts is None or parts[1] != names.POST:
        return None
    status_id = status_id_at(book, parts[0], parts[2])
    return None if status_id is None else reading.status(book, status_id, viewer)
