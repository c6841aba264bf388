"""Signing in at a Mastodon server. docs.joinmastodon.org/methods/apps and .../methods/oauth; tokens have no end.

Any server may be one's own, so our app is registered at each, once. PKCE is checked from version 4.3; older servers
ignore it.
"""

from urllib.parse import urlencode

from inbox.channels.base import AccountProblem, AuthExpiredError, PermissionMissingError, TransientError
from inbox.channels.http import ChannelSession
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.oauth import App, FoundAccount, Grant, asked, granted, not_understood, question

PLATFORM = "mastodon"
SCOPES = (
    "read:notifications",
    "read:statuses",
    "read:accounts",
    "write:statuses",
    "write:favourites",
    "write:media",
)


def registered(base_url: str, redirect_uri: str, website: str) -> App:
    """Register our app at a server and return it (one call)."""
    form = {
        "client_name": "SocialDesk",
        "redirect_uris": redirect_uri,
        "scopes": " ".join(SCOPES),
        "website": website,
    }
    answer, told = asked(_session(base_url), "/api/v1/apps", form)
    client_id, client_secret = told.get("client_id"), told.get("client_secret")
    if not isinstance(client_id, str) or not isinstance(client_secret, str) or not client_id or not client_secret:
        raise not_understood(PLATFORM, answer, "an app without an id or a secret")
    return App(client_id, client_secret, redirect_uri)


def address(base_url: str, app: App, state: str, verifier: str) -> str:
    """Return where to send the person. They are asked to sign in, since they may hold private accounts there too."""
    query = question(app, SCOPES, state, verifier) | {
        "force_login": "true",
    }
    return f"{base_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


def exchanged(base_url: str, app: App, code: str, verifier: str) -> Grant:
    """Return the token for the code that came back (one call). AuthExpiredError for a code the server does not take."""
    form = {
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
        "code": code,
        "code_verifier": verifier,
        "scope": " ".join(SCOPES),
    }
    return granted(_session(base_url), "/oauth/token", form)


def account(base_url: str, grant: Grant) -> FoundAccount:
    """Return the account that the grant is for (three calls). Raises what stands in the way of asking."""
    state = MastodonConnector(base_url, grant.token).check_account()
    if state.account_id:
        return FoundAccount(state.account_id, state.handle, state.name or state.handle, "").with_grant(grant)
    if state.problem == AccountProblem.UNREACHABLE:
        raise TransientError(PLATFORM, message="the server did not tell whose token it is")
    if state.problem == AccountProblem.PERMISSION_MISSING:
        raise PermissionMissingError(PLATFORM, message="the token may not tell whose it is")
    raise AuthExpiredError(PLATFORM, message="the server does not take the token it gave")


def revoke(base_url: str, app: App, token: str) -> None:
    """Tell the server that the token is of no use any more (one call)."""
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token}
    asked(_session(base_url), "/oauth/revoke", form)


def _session(base_url: str) -> ChannelSession:
    return ChannelSession(base_url, "", platform=PLATFORM)
