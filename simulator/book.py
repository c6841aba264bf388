"""The book: one SQLite file that holds everything written on the practice platforms."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from simulator import clock

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
TABLES_CHILDREN_FIRST = (
    "upload",
    "picture",
    "private_reply",
    "blocked",
    "hidden",
    "favourite",
    "notification",
    "mention",
    "version",
    "status",
    "account",
)

Values = Mapping[str, object]
Changes = list[tuple[str, int]]


class Book:
    """One connection behind one lock: every statement sees the one before it, whoever asked.

    A write is on disk when its call returns, so the book survives kill -9.
    """

    def __init__(self, folder: Path) -> None:
        """Open or create the book in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._changes: Changes = []
        self.listener: Callable[[Changes], None] | None = None
        self._db = sqlite3.connect(folder / "book.sqlite3", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.create_function("seen_until", 0, clock.seen_until.get)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def rows(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        """All rows of one query."""
        with self._lock:
            return self._db.execute(sql, values or {}).fetchall()

    def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """The first row of one query, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; nobody else reads or writes meanwhile. May be used inside itself."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                self._changes = []
                raise
            self._db.execute("COMMIT")
            changes, self._changes = self._changes, []
        if changes and self.listener:
            self.listener(changes)

    def tell(self, verb: str, number: int) -> None:
        """Let the listener know of a changed comment once the transaction is committed; for use inside one."""
        self._changes.append((verb, number))

    def is_empty(self) -> bool:
        """Whether no account has been opened yet."""
        return self.row("SELECT 1 FROM account LIMIT 1") is None

    def clear(self) -> None:
        """Remove everything (for tests)."""
        with self.transaction() as db:
            for table in TABLES_CHILDREN_FIRST:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constant above
