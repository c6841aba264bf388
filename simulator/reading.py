"""What can be read from the book. Every reader sees it as of `clock.seen_until`, and only what it may see."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.book import Book
from simulator.platforms import USUAL
from simulator.writing import from_bytes


@dataclass(frozen=True)
class Account:
    """Somebody who writes; times in milliseconds since 1970."""

    id: int
    platform: str
    kind: str
    username: str
    display_name: str
    note: str
    browser: str | None
    created_at: int
    statuses_count: int
    last_status_at: int | None

    @property
    def is_municipality(self) -> bool:
        """Whether this is a municipality's official account."""
        return self.kind == "municipality"

    @property
    def name(self) -> str:
        """The name people see; the user name where no other was given."""
        return self.display_name or self.username


@dataclass(frozen=True)
class Picture:
    """A picture in a comment."""

    id: int
    alt: str


@dataclass(frozen=True)
class Status:
    """A post or a comment in the version the reader sees; times in milliseconds since 1970.

    `parent_id` is None when the parent is gone; `is_reply` still tells that there was one.
    """

    id: int
    author: Account
    root_id: int
    parent_id: int | None
    parent_account_id: int | None
    is_reply: bool
    text: str
    visibility: str
    language: str
    via: str
    created_at: int
    edited_at: int | None
    replies_count: int
    favourites_count: int
    favourited: bool
    mentions: tuple[Account, ...]
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Version:
    """One version of a status; time in milliseconds since 1970."""

    text: str
    created_at: int


@dataclass(frozen=True)
class Notification:
    """Somebody was mentioned; times in milliseconds since 1970."""

    id: int
    created_at: int
    status: Status


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for, as on Mastodon: `min_id` walks upwards, the others cut downwards."""

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    def values(self) -> dict[str, int]:
        """The window as bounds for a query; rows strictly between `above` and `below`."""
        above = self.since_id if self.min_id is None else self.min_id
        return {
            "above": -1 if above is None else above,
            "below": 2**63 - 1 if self.max_id is None else self.max_id,
            "direction": -1 if self.min_id is None else 1,
            "limit": self.limit,
        }


def account_with_token(book: Book, token: str, platform: str) -> Account | None:
    """The account a program's token belongs to on a platform, or None."""
    values = {"token": token, "platform": platform}
    return _account(book.row("SELECT * FROM person WHERE token = :token AND platform = :platform", values))


def account_named(book: Book, username: str, platform: str = USUAL) -> Account | None:
    """The account with this user name (capitals do not matter), or None."""
    values = {"username": username, "platform": platform}
    return _account(book.row("SELECT * FROM person WHERE username = :username AND platform = :platform", values))


def accounts(book: Book, ids: Iterable[int]) -> dict[int, Account]:
    """Accounts by id; unknown ids are left out."""
    rows = book.rows(
        "SELECT * FROM person WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(set(ids)))}
    )
    return {row["id"]: account for row in rows if (account := _account(row))}


def municipalities(book: Book) -> list[Account]:
    """The municipalities' accounts by name."""
    rows = book.rows("SELECT * FROM person WHERE kind = 'municipality' ORDER BY display_name")
    return [account for row in rows if (account := _account(row))]


def citizen_of(book: Book, browser: str | None, display_name: str, platform: str = USUAL) -> Account | None:
    """The citizen with this name in this browser (None: not made in a browser) on a platform, or None."""
    values = {"browser": browser, "name": display_name, "platform": platform}
    return _account(
        book.row(
            "SELECT * FROM person WHERE kind = 'citizen' AND browser IS :browser AND display_name = :name"
            " AND platform = :platform",
            values,
        )
    )


def statuses(book: Book, ids: Sequence[int], viewer: int | None = None) -> list[Status]:
    """Statuses in the order of the ids; those that are gone or not for this viewer's eyes are left out."""
    rows = book.rows(
        "SELECT shown.*, EXISTS (SELECT 1 FROM favourite WHERE status_id = shown.id AND account_id = :viewer) AS"
        " favourited FROM shown WHERE id IN (SELECT value FROM json_each(:ids)) AND (visibility IN"
        " ('public', 'unlisted') OR account_id = :viewer OR EXISTS (SELECT 1 FROM mention JOIN version ON"
        " version.id = version_id WHERE version.status_id = shown.id AND mention.account_id = :viewer))",
        {"ids": json.dumps(list(ids)), "viewer": viewer},
    )
    mentioned = _mentioned(book, [row["version_id"] for row in rows])
    people = accounts(book, [row["account_id"] for row in rows] + [p for found in mentioned.values() for p in found])
    by_id = {row["id"]: _status(row, people, mentioned[row["version_id"]]) for row in rows}
    return [by_id[status_id] for status_id in ids if status_id in by_id]


def status(book: Book, status_id: int, viewer: int | None = None) -> Status | None:
    """One status, or None when it is gone or not for this viewer's eyes."""
    found = statuses(book, [status_id], viewer)
    return found[0] if found else None


def blocked_ids(book: Book, by_id: int) -> set[int]:
    """Who an account has shut out."""
    return {row["account_id"] for row in book.rows("SELECT account_id FROM blocked WHERE by_id = :by", {"by": by_id})}


def private_replies(book: Book) -> dict[int, str]:
    """The private answers by the comment they answer."""
    return {row["status_id"]: from_bytes(row["text"]) for row in book.rows("SELECT * FROM private_reply")}


def versions(book: Book, status_id: int) -> list[Version]:
    """The versions of a status, oldest first."""
    rows = book.rows(
        "SELECT text, created_at FROM version WHERE status_id = :id AND written_at <= seen_until() ORDER BY id",
        {"id": status_id},
    )
    return [Version(from_bytes(row["text"]), row["created_at"]) for row in rows]


def tree_below(book: Book, root: Status) -> list[tuple[int, int]]:
    """Ids and depths (1 = direct answer) of everything below a status, each branch whole, oldest first.

    What was below something deleted is no longer reached, as on Mastodon.
    """
    rows = book.rows("SELECT id, parent_id FROM live WHERE root_id = :root ORDER BY id DESC", {"root": root.root_id})
    children = defaultdict(list)
    for row in rows:
        children[row["parent_id"]].append(row["id"])
    found, waiting = [], [(child, 1) for child in children[root.id]]
    while waiting:
        status_id, depth = waiting.pop()
        found.append((status_id, depth))
        waiting += [(child, depth + 1) for child in children[status_id]]
    return found


def ids_above(book: Book, below: Status) -> list[int]:
    """Ids of what a status answers, the root first; stops at the first that is gone."""
    rows = book.rows("SELECT id, parent_id FROM live WHERE root_id = :root", {"root": below.root_id})
    parents = {row["id"]: row["parent_id"] for row in rows}
    found: list[int] = []
    current = parents.get(below.id)
    while current is not None and current in parents:
        found.insert(0, current)
        current = parents[current]
    return found


def ids_by_account(book: Book, account: Account, window: Window, *, with_replies: bool) -> list[int]:
    """Ids of an account's public statuses in the window, newest first. Answers to oneself count as no replies."""
    rows = book.rows(
        "SELECT id FROM shown WHERE account_id = :account AND visibility IN ('public', 'unlisted')"
        " AND (:with_replies OR NOT is_reply OR parent_account_id = :account)"
        " AND id > :above AND id < :below ORDER BY id * :direction LIMIT :limit",
        {"account": account.id, "with_replies": with_replies, **window.values()},
    )
    return sorted((row["id"] for row in rows), reverse=True)


def notifications(book: Book, account: Account, window: Window) -> list[Notification]:
    """An account's notifications in the window, newest first; those of deleted statuses are gone."""
    rows = book.rows(
        "SELECT notification.id, notification.created_at, status_id FROM notification JOIN live ON live.id = status_id"
        " WHERE notification.account_id = :account AND notification.written_at <= seen_until()"
        " AND notification.id > :above AND notification.id < :below"
        " ORDER BY notification.id * :direction LIMIT :limit",
        {"account": account.id, **window.values()},
    )
    by_id = {found.id: found for found in statuses(book, [row["status_id"] for row in rows], account.id)}
    newest_first = sorted(rows, key=lambda row: int(row["id"]), reverse=True)
    return [
        Notification(row["id"], row["created_at"], by_id[row["status_id"]])
        for row in newest_first
        if row["status_id"] in by_id
    ]


def hidden_ids(book: Book, root_id: int) -> set[int]:
    """Ids of the hidden comments in a thread."""
    rows = book.rows(
        "SELECT status_id FROM hidden JOIN status ON status.id = status_id"
        " WHERE root_id = :root AND hidden.written_at <= seen_until()",
        {"root": root_id},
    )
    return {row["status_id"] for row in rows}


def _account(row: sqlite3.Row | None) -> Account | None:
    return None if row is None else Account(**{name: row[name] for name in Account.__dataclass_fields__})


def _status(row: sqlite3.Row, people: dict[int, Account], mentioned: list[int]) -> Status:
    plain = {
        name: row[name]
        for name in Status.__dataclass_fields__
        if name not in {"author", "text", "mentions", "favourited", "is_reply", "pictures"}
    }
    return Status(
        author=people[row["account_id"]],
        text=from_bytes(row["text"]),
        mentions=tuple(people[person] for person in mentioned),
        favourited=bool(row["favourited"]),
        is_reply=bool(row["is_reply"]),
        pictures=tuple(Picture(one["id"], one["alt"]) for one in json.loads(row["pictures_json"])),
        **plain,
    )


def _mentioned(book: Book, version_ids: list[int]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for row in book.rows(
        "SELECT version_id, account_id FROM mention WHERE version_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(version_ids)},
    ):
        found[row["version_id"]].append(row["account_id"])
    return found
