"""What the practice sign-ins give out: codes that work once, tokens that stand for an account, with their rights.

Kept beside the book's own tables, so that the demo's connections survive a restart. An account's own token stays what
it is; a token given out here stands for it (`simulator.sign_in.let_granted_tokens_in`).
"""

import hashlib
import json
import secrets
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator import clock
from simulator.book import Book

CODE_LIVES = 10 * 60 * 1000
TABLE = """
CREATE TABLE IF NOT EXISTS grant_given (
    secret TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('app', 'code', 'user', 'token', 'refresh')),
    platform TEXT NOT NULL,
    accounts TEXT NOT NULL,
    scopes TEXT NOT NULL,
    app TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    ends_at INTEGER,
    used_at INTEGER
)
"""


@dataclass(frozen=True)
class Given:
    """A code or token: for which accounts (ids), with which rights, for which app. Times in milliseconds, 0: no end."""

    kind: str
    platform: str
    accounts: tuple[int, ...] = ()
    scopes: tuple[str, ...] = ()
    app: str = ""
    redirect_uri: str = ""
    challenge: str = ""
    ends_at: int = 0
    secret: str = ""

    @property
    def is_over(self) -> bool:
        """Whether its time is over."""
        return bool(self.ends_at) and self.ends_at <= clock.now_ms()


def give(book: Book, given: Given, *, prefix: str) -> str:
    """Keep it and return the secret it is known by."""
    secret = given.secret or f"{prefix}-{secrets.token_urlsafe(24)}"
    values = {
        "secret": secret,
        "kind": given.kind,
        "platform": given.platform,
        "accounts": json.dumps(given.accounts),
        "scopes": json.dumps(given.scopes),
        "app": given.app,
        "redirect_uri": given.redirect_uri,
        "challenge": given.challenge,
        "ends_at": given.ends_at,
    }
    with _open(book) as db:
        db.execute(
            "INSERT INTO grant_given VALUES (:secret, :kind, :platform, :accounts, :scopes, :app, :redirect_uri,"
            " :challenge, :ends_at, NULL)",
            values,
        )
    return secret


def known(book: Book, secret: str, kind: str) -> Given | None:
    """What this secret stands for, or None when it is of another kind, over, used or taken back."""
    with _open(book) as db:
        row = db.execute(
            "SELECT * FROM grant_given WHERE secret = ? AND kind = ? AND used_at IS NULL", (secret, kind)
        ).fetchone()
    found = _given(row) if row else None
    return None if found is None or found.is_over else found


def use_up(book: Book, code: str) -> Given | None:
    """What a code stands for, once."""
    with _open(book) as db:
        found = known(book, code, "code")
        db.execute("UPDATE grant_given SET used_at = ? WHERE secret = ?", (clock.now_ms(), code))
    return found


def take_back(book: Book, secret: str) -> None:
    """Let a token, and all others of the same app for the same accounts, be of no use any more."""
    with _open(book) as db:
        row = db.execute("SELECT * FROM grant_given WHERE secret = ?", (secret,)).fetchone()
        if row:
            db.execute(
                "UPDATE grant_given SET used_at = ? WHERE app = ? AND accounts = ? AND platform = ? AND kind != 'app'",
                (clock.now_ms(), row["app"], row["accounts"], row["platform"]),
            )


def end_now(book: Book, secret: str) -> None:
    """Let a token reach its end (for tests)."""
    with _open(book) as db:
        db.execute("UPDATE grant_given SET ends_at = 1 WHERE secret = ?", (secret,))


def answers_challenge(challenge: str, verifier: str) -> bool:
    """Whether the verifier is the one the S256 challenge was made from; without a challenge none is asked for."""
    made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return not challenge or secrets.compare_digest(made, challenge)


def own_token(book: Book, account_id: int) -> str:
    """The token the account itself is known by in the dialects, or ""."""
    row = book.row("SELECT token FROM account WHERE id = :id", {"id": account_id})
    return str(row["token"] or "") if row else ""


def _open(book: Book) -> "_Opened":
    return _Opened(book)


class _Opened:
    """A transaction in which the table is there."""

    def __init__(self, book: Book) -> None:
        self._transaction = book.transaction()

    def __enter__(self) -> sqlite3.Connection:
        db = self._transaction.__enter__()
        db.execute(TABLE)
        return db

    def __exit__(self, *problem: object) -> None:
        self._transaction.__exit__(*problem)  # type: ignore[arg-type]


def _given(row: Mapping[str, object] | sqlite3.Row) -> Given:
    accounts: Sequence[int] = json.loads(str(row["accounts"]))
    return Given(
        kind=str(row["kind"]),
        platform=str(row["platform"]),
        accounts=tuple(accounts),
        scopes=tuple(json.loads(str(row["scopes"]))),
        app=str(row["app"]),
        redirect_uri=str(row["redirect_uri"]),
        challenge=str(row["challenge"]),
        ends_at=int(str(row["ends_at"] or 0)),
        secret=str(row["secret"]),
    )
