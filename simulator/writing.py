"""What can be written in the book: accounts, statuses, new versions, deletions, favourites."""

import sqlite3
from dataclasses import asdict, dataclass

from simulator import clock
from simulator.book import Book
from simulator.text import mentioned_names

IDEMPOTENCY_WINDOW_MS = 3600 * 1000
VISIBILITIES = ("public", "unlisted", "private", "direct")
SLOTS_PER_MILLISECOND_BITS = 16


class TakenError(Exception):
    """A user name or token is in use already."""


@dataclass(frozen=True)
class NewStatus:
    """A status about to be written. `created_at` (ms) backdates it; without it the time is now."""

    author_id: int
    text: str
    parent_id: int | None = None
    visibility: str = "public"
    language: str = "nb"
    via: str = "control"
    idempotency_key: str | None = None
    created_at: int | None = None


@dataclass(frozen=True)
class NewAccount:
    """An account about to be opened. `token` lets a program in, `browser` is the owner's cookie."""

    username: str
    display_name: str
    kind: str = "citizen"
    token: str | None = None
    browser: str | None = None
    note: str = ""
    platform: str = "mastodon"
    created_at: int | None = None


def open_account(book: Book, new: NewAccount) -> int:
    """Open an account and give its id; raises TakenError when the user name or the token is in use."""
    moment = clock.now_ms() if new.created_at is None else new.created_at
    with book.transaction() as db:
        account_id = _free_id(db, "SELECT MAX(id) FROM account WHERE id BETWEEN ? AND ?", moment)
        values = (account_id, new.platform, new.kind, new.username, new.display_name, new.note, new.token, new.browser)
        try:
            db.execute(
                "INSERT INTO account (id, platform, kind, username, display_name, note, token, browser, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, moment),
            )
        except sqlite3.IntegrityError as problem:
            raise TakenError(f"the user name {new.username!r} or its token is in use already") from problem
    return account_id


def write_status(book: Book, new: NewStatus) -> int:
    """Write a status with its notifications and give its id.

    The same idempotency key from the same account within an hour gives the id of the first one and writes nothing.
    """
    with book.transaction() as db:
        if new.idempotency_key and (earlier := _status_with_key(db, new)):
            db.execute("UPDATE status SET replays = replays + 1 WHERE id = ?", (earlier,))
            return earlier
        now = clock.now_ms()
        created_at = now if new.created_at is None else new.created_at
        status_id = _free_id(db, "SELECT MAX(id) FROM status WHERE id BETWEEN ? AND ?", created_at)
        db.execute(
            "INSERT INTO status (id, account_id, root_id, parent_id, visibility, language, via, idempotency_key,"
            " created_at, written_at) VALUES (:id, :author_id, :root_id, :parent_id, :visibility, :language, :via,"
            " :idempotency_key, :created_at, :written_at)",
            {
                **asdict(new),
                "id": status_id,
                "root_id": _root_of(db, new.parent_id, status_id),
                "created_at": created_at,
                "written_at": now,
            },
        )
        _add_version(db, status_id, new.text, created_at, now)
        if new.parent_id is not None:
            book.tell("add", status_id)
    return status_id


def edit_status(book: Book, status_id: int, text: str, edited_at: int | None = None) -> None:
    """Give a status a new version; the same text again is no new version. Newly mentioned people are notified."""
    now = clock.now_ms()
    with book.transaction() as db:
        row = db.execute(
            "SELECT text FROM version WHERE status_id = ? ORDER BY id DESC LIMIT 1", (status_id,)
        ).fetchone()
        if from_bytes(row["text"]) != text:
            _add_version(db, status_id, text, now if edited_at is None else edited_at, now)
            book.tell("edited", status_id)


def delete_status(book: Book, status_id: int) -> None:
    """Take a status away from every reader; the book keeps it."""
    with book.transaction() as db:
        gone = "UPDATE status SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL"
        if db.execute(gone, (clock.now_ms(), status_id)).rowcount:
            book.tell("remove", status_id)


def set_favourite(book: Book, status_id: int, account_id: int, *, on: bool) -> None:
    """Mark or unmark a status as an account's favourite; twice is once."""
    with book.transaction() as db:
        if on:
            db.execute("INSERT OR IGNORE INTO favourite VALUES (?, ?)", (status_id, account_id))
        else:
            db.execute("DELETE FROM favourite WHERE status_id = ? AND account_id = ?", (status_id, account_id))


def set_hidden(book: Book, status_id: int, *, on: bool) -> None:
    """Hide or show a comment under one's post, on platforms that can; twice is once."""
    with book.transaction() as db:
        if on:
            done = db.execute("INSERT OR IGNORE INTO hidden VALUES (?, ?)", (status_id, clock.now_ms()))
        else:
            done = db.execute("DELETE FROM hidden WHERE status_id = ?", (status_id,))
        if done.rowcount:
            book.tell("hide" if on else "unhide", status_id)


def set_blocked(book: Book, by_id: int, account_id: int, *, on: bool) -> None:
    """Shut an account out, or let it in again; twice is once."""
    with book.transaction() as db:
        if on:
            db.execute("INSERT OR IGNORE INTO blocked VALUES (?, ?)", (by_id, account_id))
        else:
            db.execute("DELETE FROM blocked WHERE by_id = ? AND account_id = ?", (by_id, account_id))


def write_private_reply(book: Book, status_id: int, text: str) -> bool:
    """Write the one private answer to a comment; False, and nothing is written, when it has had one."""
    with book.transaction() as db:
        values = (status_id, to_bytes(text), clock.now_ms())
        return db.execute("INSERT OR IGNORE INTO private_reply VALUES (?, ?, ?)", values).rowcount == 1


def to_bytes(text: str) -> bytes:
    """Text as stored; keeps what UTF-8 proper refuses."""
    return text.encode("utf-8", "surrogatepass")


def from_bytes(stored: bytes) -> str:
    """Stored text as it was written."""
    return stored.decode("utf-8", "surrogatepass")


def _free_id(db: sqlite3.Connection, latest_between: str, moment: int) -> int:
    """Mastodon's kind of id: the millisecond in the upper bits, a number within it in the lower sixteen."""
    first = moment << SLOTS_PER_MILLISECOND_BITS
    latest = db.execute(latest_between, (first, first + 2**SLOTS_PER_MILLISECOND_BITS - 1)).fetchone()[0]
    return first if latest is None else int(latest) + 1


def _status_with_key(db: sqlite3.Connection, new: NewStatus) -> int | None:
    row = db.execute(
        "SELECT id FROM status WHERE account_id = ? AND idempotency_key = ? AND written_at > ? ORDER BY id LIMIT 1",
        (new.author_id, new.idempotency_key, clock.now_ms() - IDEMPOTENCY_WINDOW_MS),
    ).fetchone()
    return None if row is None else int(row["id"])


def _root_of(db: sqlite3.Connection, parent_id: int | None, own_id: int) -> int:
    if parent_id is None:
        return own_id
    return int(db.execute("SELECT root_id FROM status WHERE id = ?", (parent_id,)).fetchone()["root_id"])


def _add_version(db: sqlite3.Connection, status_id: int, text: str, created_at: int, written_at: int) -> None:
    version_id = db.execute(
        "INSERT INTO version (status_id, text, created_at, written_at) VALUES (?, ?, ?, ?)",
        (status_id, to_bytes(text), created_at, written_at),
    ).lastrowid
    author = db.execute(
        "SELECT account.id, platform FROM account JOIN status ON account.id = account_id WHERE status.id = ?",
        (status_id,),
    ).fetchone()
    for name in mentioned_names(text):
        person = db.execute(
            "SELECT id FROM account WHERE platform = ? AND username = ?", (author["platform"], name)
        ).fetchone()
        if person:
            db.execute("INSERT INTO mention VALUES (?, ?)", (version_id, person["id"]))
            _notify(db, person["id"], status_id, author["id"], (created_at, written_at))


def _notify(db: sqlite3.Connection, person_id: int, status_id: int, author_id: int, times: tuple[int, int]) -> None:
    if person_id != author_id:
        db.execute(
            "INSERT OR IGNORE INTO notification (account_id, status_id, created_at, written_at) VALUES (?, ?, ?, ?)",
            (person_id, status_id, *times),
        )
