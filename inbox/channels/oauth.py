"""What the sign-ins of all platforms have in common (RFC 6749, RFC 7636): app, grant, the answer with tokens."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.channels.answers import NotJsonError, machine_code, parse
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    PermissionMissingError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.cleaning import clean
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.refusals import error_for

# RFC 6749 section 5.2. A refused code or refresh token is for a person; a refused app is for the administrator.
BY_CODE: Mapping[str, type[ChannelError]] = {
    "invalid_grant": AuthExpiredError,
    "invalid_client": RejectedError,
    "unauthorized_client": RejectedError,
    "invalid_scope": PermissionMissingError,
    "access_denied": PermissionMissingError,
}
LONGEST_LIFE = 10 * 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class App:
    """Our app as a platform knows it, and the address it sends people back to."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform gave for a code: tokens, until when (aware, UTC; None: no end told), and which rights."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account that the person may speak for, with the token to do it."""

    account_id: str
    handle: str
    name: str
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()

    def with_grant(self, grant: Grant) -> "FoundAccount":
        """The account with other tokens and rights."""
        return replace(
            self,
            token=grant.token,
            refresh_token=grant.refresh_token,
            expires_at=grant.expires_at,
            scopes=grant.scopes,
        )


def as_text(found: list[FoundAccount]) -> str:
    """Return the accounts as text to store, encrypted."""
    rows = [asdict(one) | {"expires_at": one.expires_at.isoformat() if one.expires_at else ""} for one in found]
    return json.dumps(rows)


def from_text(text: str) -> list[FoundAccount]:
    """Return the accounts that `as_text` wrote."""
    rows = json.loads(text) if text else []
    return [
        FoundAccount(
            **row
            | {
                "expires_at": datetime.fromisoformat(row["expires_at"]) if row["expires_at"] else None,
                "scopes": tuple(row["scopes"]),
            }
        )
        for row in rows
    ]


def new_state() -> str:
    """Return a state nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def new_verifier() -> str:
    """Return a PKCE verifier: 64 characters (RFC 7636 section 4.1)."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def question(app: App, scopes: Sequence[str], state: str, verifier: str) -> dict[str, str]:
    """Return what every way there asks: a code for these rights, bound to the state and the verifier (RFC 7636)."""
    return {
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }


def granted(session: ChannelSession, path: str, form: Mapping[str, str]) -> Grant:
    """Ask a token endpoint and return what it gave.

    Raises AuthExpiredError for a code or refresh token it does not take, RejectedError for an app it does not know,
    TransientError when it could not be asked: nothing a person would see was written, so asking again does no harm.
    """
    answer, told = asked(session, path, form)
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise not_understood(session.platform, answer, "an answer without a token")
    refresh, scope = told.get("refresh_token"), told.get("scope")
    return Grant(
        token=token,
        refresh_token=refresh if isinstance(refresh, str) else "",
        expires_at=end_of(told.get("expires_in")),
        scopes=tuple(clean(scope)[0].split()) if isinstance(scope, str) else (),
    )


def asked(session: ChannelSession, path: str, form: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
    """Send a form and return the object that came back; errors as for `granted`."""
    try:
        answer = session.post(path, form=form)
        if error := error_for(
            answer, platform=session.platform, write=True, code=machine_code(answer.body), by_code=BY_CODE
        ):
            raise without_secrets(error)
    except UnclearError as problem:
        raise TransientError(*problem.args) from problem
    return answer, object_in(session.platform, answer)


def object_in(platform: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON object of a body; raises ProtocolError."""
    try:
        told = parse(answer.body)
    except NotJsonError as problem:
        raise not_understood(platform, answer, str(problem)) from problem
    if not isinstance(told, dict):
        raise not_understood(platform, answer, "something else than an object")
    return told


def not_understood(platform: str, answer: Answer, reason: str) -> ProtocolError:
    """Return the error of an answer nobody understood. Its body is left out: it may hold a token."""
    return ProtocolError(platform, answer.status, "", answer.request_id, reason)


def without_secrets(error: ChannelError) -> ChannelError:
    """Return the error without the body: a token endpoint may repeat what it was sent."""
    return type(error)(
        error.platform, error.status, error.code, error.request_id, error.message, b"", error.retry_after
    )


def end_of(seconds: object) -> datetime | None:
    """Return the moment that lies so many seconds ahead (UTC), None for what is no such number."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_LIFE:
        return None
    return datetime.now(UTC) + timedelta(seconds=seconds)


def moment_of(seconds: object) -> datetime | None:
    """Return a moment told in seconds since 1970 (UTC), None for 0 (no end) and for what is no such number."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 10**11:
        return None
    return datetime.fromtimestamp(seconds, UTC)
