"""The session with a Bluesky server: two tokens, kept by whoever owns the channel and never asked for twice.

The access token lives two hours, the refresh token ninety days and is replaced with it. A server allows 300 sign-ins a
day (some 100), so nobody signs in to do something: `sign_in` is for the moment a person connects the account, and the
app password is not kept.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inbox.channels.answers import NotJsonError, parse
from inbox.channels.base import AuthExpiredError, ProtocolError, TransientError, UnclearError
from inbox.channels.bluesky_addresses import as_did
from inbox.channels.bluesky_errors import PLATFORM, error_of, not_understood, with_usual_headers
from inbox.channels.http import Answer, ChannelSession

CREATE = "/xrpc/com.atproto.server.createSession"
REFRESH = "/xrpc/com.atproto.server.refreshSession"

Opener = Callable[[str], ChannelSession]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a session is: as text it is what a channel stores as its token."""

    access: str
    refresh: str
    did: str = ""
    handle: str = ""

    @classmethod
    def read(cls, text: str) -> "Tokens":
        """The tokens stored as text; raises AuthExpiredError for anything else."""
        try:
            return _tokens(json.loads(text))
        except (ValueError, RecursionError) as problem:
            raise AuthExpiredError(PLATFORM, message="the channel holds no session: sign in") from problem

    def __str__(self) -> str:
        """The text to store, encrypted."""
        return json.dumps(
            {"accessJwt": self.access, "refreshJwt": self.refresh, "did": self.did, "handle": self.handle}
        )

    def __repr__(self) -> str:
        """Whose session it is: never the tokens, which could end in a log."""
        return f"Tokens({self.did or self.handle})"


def sign_in(base_url: str, identifier: str, app_password: str, *, open_session: Opener | None = None) -> str:
    """Sign in once with handle (or DID) and app password and return the text to store as the channel's token.

    Raises AuthExpiredError for a wrong password, RateLimitedError after too many sign-ins, TransientError when the
    server could not be reached.
    """
    session = open_session("") if open_session else ChannelSession(base_url, "", platform=PLATFORM)
    return str(_new_tokens(session, CREATE, {"identifier": identifier, "password": app_password}))


def refreshed(tokens: Tokens, open_session: Opener) -> Tokens:
    """Return new tokens for old (one call); the old refresh token may be of no use afterwards.

    Raises AuthExpiredError when a person must sign in again, TransientError when the server could not be reached.
    """
    new = _new_tokens(open_session(tokens.refresh), REFRESH, None)
    if tokens.did and new.did and new.did != tokens.did:
        raise ProtocolError(PLATFORM, message="the server gave the session of another account")
    return new


def _new_tokens(session: ChannelSession, path: str, body: dict[str, str] | None) -> Tokens:
    try:
        answer = with_usual_headers(session.post(path, json=body))
        error = error_of(answer, write=True)
        if error:
            raise error
        return _understood(answer)
    except UnclearError as problem:
        # Nothing a person would see was written, and a second session does no harm.
        raise TransientError(*problem.args) from problem


def _understood(answer: Answer) -> Tokens:
    try:
        return _tokens(parse(answer.body))
    except (NotJsonError, ValueError) as problem:
        raise not_understood(answer, "a session without tokens") from problem


def _tokens(found: Any) -> Tokens:
    if not isinstance(found, dict):
        raise ValueError("no session")
    access, refresh = (found.get(name) for name in ("accessJwt", "refreshJwt"))
    if not isinstance(access, str) or not isinstance(refresh, str) or not access + refresh:
        raise ValueError("a session without tokens")
    handle = found.get("handle")
    return Tokens(access, refresh, as_did(found.get("did")), handle if isinstance(handle, str) else "")
