"""Signing in at Meta for a Facebook Page and the Instagram account tied to it.

developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and .../access-tokens/get-long-lived: a code
gives a user token of an hour, that one a user token of about 60 days, and `me/accounts` with it Page tokens without an
end. `debug_token` tells what a token may do and until when.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from inbox.channels.answers import as_id
from inbox.channels.base import AuthExpiredError, ChannelError
from inbox.channels.cleaning import clean
from inbox.channels.graph import GraphApi
from inbox.channels.http import ChannelSession
from inbox.channels.oauth import App, FoundAccount, Grant, granted, moment_of, without_secrets

SCOPES = {
    "facebook": (
        "pages_show_list",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_engagement",
        "pages_manage_metadata",
    ),
    "instagram": ("pages_show_list", "pages_read_engagement", "instagram_basic", "instagram_manage_comments"),
}
PAGE_FIELDS = "id,name,username,access_token,instagram_business_account{id,username,name}"
PAGES_AT_ONCE = 100
MOST_CALLS = 10


class MetaSignIn:
    """Meta's sign-in for one of its platforms ("facebook" or "instagram")."""

    def __init__(self, platform: str, graph_url: str, version: str, app: App) -> None:
        self._platform = platform
        self._graph_url = graph_url
        self._version = version
        self._app = app

    def address(self, login_url: str, state: str, also: Sequence[str] = ()) -> str:
        """Return where to send the person, asking for `also` too. Rights refused before are asked for again."""
        query = {
            "client_id": self._app.client_id,
            "redirect_uri": self._app.redirect_uri,
            "state": state,
            "response_type": "code",
            "scope": ",".join([*SCOPES[self._platform], *also]),
            "auth_type": "rerequest",
        }
        return f"{login_url.rstrip('/')}/{self._version}/dialog/oauth?{urlencode(query)}"

    def accounts(self, code: str) -> list[FoundAccount]:
        """Return the accounts that the person gave access to, for the code that came back (four calls and more).

        Raises AuthExpiredError for a code that was used or is too old, and what GraphApi raises.
        """
        try:
            user = self._long_lived(self._exchanged(code))
            found = [one for page in self._pages(user.token) for one in self._account_of(page)]
            return [self._with_rights(one) for one in found]
        except ChannelError as error:
            raise without_secrets(error) from None

    def _exchanged(self, code: str) -> Grant:
        return self._token({"redirect_uri": self._app.redirect_uri, "code": code})

    def _long_lived(self, short: Grant) -> Grant:
        return self._token({"grant_type": "fb_exchange_token", "fb_exchange_token": short.token})

    def _token(self, more: dict[str, str]) -> Grant:
        """By POST: what stands in an address ends in logs."""
        form = {"client_id": self._app.client_id, "client_secret": self._app.client_secret, **more}
        try:
            return granted(self._session(""), f"/{self._version}/oauth/access_token", form)
        except ChannelError as error:
            if (
                error.status == 400 and not error.code
            ):  # Meta tells a number (100, subcode 36009) where others tell a word
                raise AuthExpiredError(self._platform, error.status, message="the code is not accepted") from error
            raise

    def _pages(self, user_token: str) -> list[dict[str, Any]]:
        pages: list[dict[str, Any]] = []
        more: Sequence[tuple[str, str]] = ()
        for _ in range(MOST_CALLS):
            listed = self._api(user_token).list("me/accounts", [("fields", PAGE_FIELDS), *more], PAGES_AT_ONCE)
            pages += [one for one in listed.pieces if isinstance(one, dict)]
            more = listed.following
            if not more:
                break
        return pages

    def _account_of(self, page: dict[str, Any]) -> list[FoundAccount]:
        """The Page, or the Instagram account tied to it; none for a Page we got no token for."""
        token = page.get("access_token")
        about = page if self._platform == "facebook" else page.get("instagram_business_account")
        account_id = as_id(about.get("id")) if isinstance(about, dict) else ""
        if not isinstance(about, dict) or not account_id or not isinstance(token, str) or not token:
            return []
        handle, name = (clean(str(about.get(one) or ""))[0] for one in ("username", "name"))
        return [FoundAccount(account_id, handle or account_id, name or handle or account_id, token)]

    def _with_rights(self, found: FoundAccount) -> FoundAccount:
        """The account with the rights and the end that `debug_token` tells of its token."""
        query = [("input_token", found.token)]
        about = (
            self._api(f"{self._app.client_id}|{self._app.client_secret}").object("debug_token", query)[1].get("data")
        )
        told = about if isinstance(about, dict) else {}
        if not told.get("is_valid") or str(told.get("app_id")) != self._app.client_id:
            raise AuthExpiredError(self._platform, message="the token is not valid, or another app's")
        scopes = told.get("scopes")
        rights = tuple(clean(one)[0] for one in scopes if isinstance(one, str)) if isinstance(scopes, list) else ()
        return found.with_grant(Grant(found.token, "", _first_end(told), rights))

    def _api(self, token: str) -> GraphApi:
        return GraphApi(self._session(token), self._platform, self._version)

    def _session(self, token: str) -> ChannelSession:
        return ChannelSession(self._graph_url, token, platform=self._platform)


def _first_end(told: dict[str, Any]) -> datetime | None:
    """When the token ends, or when it may read no more; None when neither has an end."""
    ends = [end for name in ("expires_at", "data_access_expires_at") if (end := moment_of(told.get(name)))]
    return min(ends, default=None)
