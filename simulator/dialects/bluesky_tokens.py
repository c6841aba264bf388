"""Sessions as a Bluesky server gives them: signed tokens that end. The account's own token is the app password."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from simulator import clock
from simulator.book import Book

ACCESS, REFRESH = "com.atproto.appPass", "com.atproto.refresh"
LIVES = {ACCESS: 2 * 3600, REFRESH: 90 * 24 * 3600}
HEADER = {"typ": "at+jwt", "alg": "HS256"}


class BadTokenError(Exception):
    """A token nobody can be let in with; `code` is the platform's word for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def new_token(account_id: int, app_password: str, scope: str) -> str:
    """A token for this account, as a JWT."""
    ends = clock.now_ms() // 1000 + LIVES[scope]
    claims = {"scope": scope, "sub": str(account_id), "exp": ends, "jti": secrets.token_hex(8)}
    signed = f"{_packed(HEADER)}.{_packed(claims)}"
    return f"{signed}.{_signature(signed, app_password)}"


def account_id_in(book: Book, token: str, scope: str) -> int:
    """Whose token it is; raises BadTokenError for one that is forged, of another kind or at its end."""
    signed, _, signature = token.rpartition(".")
    claims = _claims(signed)
    row = book.row("SELECT id, token FROM account WHERE id = :id", {"id": claims.get("sub")})
    if row is None or not row["token"] or not hmac.compare_digest(_signature(signed, row["token"]), signature):
        raise BadTokenError("InvalidToken", "Token could not be verified")
    if claims.get("scope") != scope:
        raise BadTokenError("InvalidToken", "Bad token scope")
    if int(claims.get("exp", 0)) * 1000 <= clock.now_ms():
        raise BadTokenError("ExpiredToken", "Token has expired")
    return int(row["id"])


def _claims(signed: str) -> dict[str, Any]:
    try:
        middle = signed.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError, binascii.Error, RecursionError):
        claims = None
    if not isinstance(claims, dict) or not isinstance(claims.get("sub"), str):
        raise BadTokenError("InvalidToken", "Token could not be verified")
    return claims


def _packed(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signature(signed: str, app_password: str) -> str:
    digest = hmac.new(app_password.encode(), signed.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
