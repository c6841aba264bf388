"""The book read by a judge: what was really written, with nothing filtered away."""

import sqlite3
from typing import Any

from simulator.book import Book
from simulator.clock import iso
from simulator.reading import Account
from simulator.writing import from_bytes


def published(book: Book, account: Account | None) -> list[dict[str, Any]]:
    """Everything municipalities' programs wrote through a platform's API, oldest first; one account, or all."""
    return _entries(
        book,
        book.rows(
            "SELECT * FROM written WHERE via = 'api' AND (:account IS NULL OR account_id = :account)"
            " ORDER BY written_at, id",
            {"account": account and account.id},
        ),
    )


def comments(book: Book, account: Account | None) -> list[dict[str, Any]]:
    """Everything citizens wrote under one municipality's posts (or all), oldest first."""
    return _entries(
        book,
        book.rows(
            "SELECT * FROM written WHERE kind = 'citizen' AND (:account IS NULL OR root_account_id = :account)"
            " ORDER BY written_at, id",
            {"account": account and account.id},
        ),
    )


def _entries(book: Book, rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    return [_entry(book, row) for row in rows]


def _entry(book: Book, row: sqlite3.Row) -> dict[str, Any]:
    texts = book.rows("SELECT text, created_at FROM version WHERE status_id = :id ORDER BY id", {"id": row["id"]})
    notified = book.rows(
        "SELECT username FROM notification JOIN account ON account.id = account_id WHERE status_id = :id"
        " ORDER BY username",
        {"id": row["id"]},
    )
    return {
        "id": str(row["id"]),
        "account": row["username"],
        "account_id": str(row["account_id"]),
        "author": row["display_name"],
        "text": from_bytes(texts[-1]["text"]),
        "versions": [from_bytes(version["text"]) for version in texts],
        "in_reply_to_id": None if row["parent_id"] is None else str(row["parent_id"]),
        "root_id": str(row["root_id"]),
        "visibility": row["visibility"],
        "language": row["language"],
        "via": row["via"],
        "idempotency_key": row["idempotency_key"],
        "replays": row["replays"],
        "notified": [account["username"] for account in notified],
        "created_at": iso(row["created_at"]),
        "written_at": iso(row["written_at"]),
        "edited_at": iso(texts[-1]["created_at"]) if len(texts) > 1 else None,
        "deleted_at": None if row["deleted_at"] is None else iso(row["deleted_at"]),
    }


def acts(book: Book) -> dict[str, list[str]]:
    """What was done to what others wrote: ids of what is hidden, held back, liked, deleted, and who is blocked."""
    queries = {
        "hidden": "SELECT status_id AS id FROM hidden",
        "held": "SELECT id FROM status WHERE visibility IN ('heldForReview', 'rejected')",
        "liked": "SELECT status_id AS id FROM favourite",
        "deleted": "SELECT id FROM status WHERE deleted_at IS NOT NULL",
        "blocked": "SELECT account_id AS id FROM blocked",
        "told_privately": "SELECT status_id AS id FROM private_reply",
    }
    return {name: [str(row["id"]) for row in book.rows(query)] for name, query in queries.items()}
