"""Signing in at Google for a YouTube channel.

developers.google.com/youtube/v3/guides/auth/server-side-web-apps: a code gives an access token of an hour and, with
`access_type=offline` and `prompt=consent`, a refresh token that has no end while it is used.
"""

from urllib.parse import urlencode

from inbox.channels.base import AccountProblem, RejectedError, TransientError
from inbox.channels.http import ChannelSession
from inbox.channels.oauth import App, FoundAccount, Grant, granted, question
from inbox.channels.oauth import asked as ask
from inbox.channels.youtube import YoutubeConnector

PLATFORM = "youtube"
NOT_LASTING = "no_refresh_token"
SCOPES = ("https://www.googleapis.com/auth/youtube.force-ssl",)


def address(login_url: str, app: App, state: str, verifier: str) -> str:
    """Return where to send the person."""
    query = question(app, SCOPES, state, verifier) | {
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{login_url}?{urlencode(query)}"


def exchanged(token_url: str, app: App, code: str, verifier: str) -> Grant:
    """Return the tokens for the code that came back (one call).

    Raises AuthExpiredError for a code that was used, is too old or came with another verifier, RejectedError when no
    refresh token came: the connection would die within the hour.
    """
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    grant = granted(_session(token_url), "", {**_of(app), "redirect_uri": app.redirect_uri, **form})
    if not grant.refresh_token:
        raise RejectedError(PLATFORM, code=NOT_LASTING, message="no refresh token came with the grant")
    return grant


def renewed(token_url: str, app: App, refresh_token: str) -> Grant:
    """Return a new access token (one call); the refresh token stays. AuthExpiredError when a person must sign in."""
    return granted(_session(token_url), "", {**_of(app), "grant_type": "refresh_token", "refresh_token": refresh_token})


def account(youtube_url: str, grant: Grant) -> FoundAccount | None:
    """Return the YouTube channel that the grant is for (one call), None when the person has none or may not say so.

    Raises TransientError when YouTube could not be asked.
    """
    state = YoutubeConnector(youtube_url, grant.token).check_account()
    if state.problem == AccountProblem.UNREACHABLE:
        raise TransientError(PLATFORM, message="YouTube did not tell whose token it is")
    if not state.account_id:
        return None
    return FoundAccount(state.account_id, state.handle or state.account_id, state.name, "").with_grant(grant)


def revoke(revoke_url: str, token: str) -> None:
    """Tell Google that the tokens of this grant are of no use any more (one call)."""
    ask(_session(revoke_url), "", {"token": token})


def _of(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}


def _session(url: str) -> ChannelSession:
    return ChannelSession(url, "", platform=PLATFORM)
