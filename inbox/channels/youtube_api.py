"""Calls to the YouTube Data API v3: the answer as JSON of the expected shape, or the right ChannelError."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from inbox.channels.answers import NotJsonError, as_id, parse
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    RejectedError,
)
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.refusals import error_for
from inbox.channels.youtube_quota import READ, WRITE, DailyQuota

PLATFORM = "youtube"
BASE = "/youtube/v3/"
QUOTA_IS_USED_UP = {"quotaExceeded", "dailyLimitExceeded"}
COMMENTS_ARE_OFF = "commentsDisabled"
BAD_PAGE = "invalidPageToken"
BY_REASON: dict[str, type[ChannelError]] = {
    "quotaExceeded": RateLimitedError,
    "dailyLimitExceeded": RateLimitedError,
    "rateLimitExceeded": RateLimitedError,
    "userRateLimitExceeded": RateLimitedError,
    "keyInvalid": AuthExpiredError,
    "authError": AuthExpiredError,
    "insufficientPermissions": PermissionMissingError,
    COMMENTS_ARE_OFF: RejectedError,
    "commentTextTooLong": RejectedError,
    "commentNotFound": GoneError,
    "commentThreadNotFound": GoneError,
    "videoNotFound": GoneError,
}
MOST_PAGES = 200
LONGEST_TOKEN = 4000
FRUITLESS_PAGES = 5
_REASON = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

Query = Sequence[tuple[str, str]]


class YoutubeApi:
    """YouTube seen with one token. Counts the quota of each call; safe for many threads."""

    def __init__(self, session: ChannelSession, channel_id: str, quota: DailyQuota) -> None:
        """Take the session, our channel's id or "" to ask for it when it is first needed, and the quota to count on."""
        self._session = session
        self._channel_id = channel_id
        self._uploads = ""
        self.quota = quota

    def own_id(self) -> str:
        """Our channel's id; one call the first time if it was not given."""
        if not self._channel_id:
            answer, channel = self.own_channel("snippet")
            self._channel_id = as_id(channel.get("id"))
            if not self._channel_id:
                raise not_understood(answer, "a channel without an id")
        return self._channel_id

    def uploads(self) -> str:
        """The id of the list of our films; one call the first time."""
        if not self._uploads:
            answer, found = self.own_channel("contentDetails")
            for name in ("contentDetails", "relatedPlaylists", "uploads"):
                found = found.get(name) if isinstance(found, dict) else None  # type: ignore[assignment]
            self._uploads = as_id(found)
            if not self._uploads:
                raise not_understood(answer, "a channel without a list of its films")
        return self._uploads

    def own_channel(self, part: str) -> tuple[Answer, dict[str, Any]]:
        """The channel the token speaks for; raises PermissionMissingError when the account has none."""
        answer, _, channels = self.page("channels", [("part", part), ("mine", "true")])
        if not channels:
            raise PermissionMissingError(PLATFORM, answer.status, message="the account has no YouTube channel")
        if not isinstance(channels[0], dict):
            raise not_understood(answer, "a channel that is no object")
        return answer, channels[0]

    def page(self, what: str, query: Query) -> tuple[Answer, str, list[Any]]:
        """One page of a list: the answer, the token of the next page ("" for none), and the pieces."""
        self.quota.spend(READ)
        answer = self._session.get(BASE + what, query)
        self._refuse_errors(answer, write=False)
        try:
            found = parse(answer.body)
        except NotJsonError as problem:
            raise not_understood(answer, str(problem)) from problem
        if not isinstance(found, dict) or not isinstance(found.get("items"), list):
            raise not_understood(answer, "a list without items")
        following = found.get("nextPageToken") or ""
        if not isinstance(following, str) or len(following) > LONGEST_TOKEN:
            raise not_understood(answer, "a token of the next page that is none")
        return answer, following, found["items"]

    def pages(self, what: str, query: Query) -> Iterator[tuple[Answer, list[Any]]]:
        """Page after page, to the end. Raises ProtocolError when there is no end to it: 200 pages, or 5 repeated."""
        known: set[str] = set()
        token, fruitless = "", 0
        for _ in range(MOST_PAGES):
            answer, token, pieces = self.page(what, [*query, *([("pageToken", token)] if token else [])])
            yield answer, pieces
            found = ids_of(pieces)
            fruitless = 0 if found - known else fruitless + 1
            known |= found
            if not token:
                return
            if fruitless >= FRUITLESS_PAGES:
                break
        raise not_understood(answer, "pages without an end")

    def write(self, method: str, what: str, query: Query, body: Any = None) -> Answer:
        """Write (POST, PUT or DELETE); the answer of a success is not looked into."""
        self.quota.spend(WRITE)
        address = f"{BASE}{what}?{urlencode(query)}"
        if method == "DELETE":
            answer = self._session.delete(address)
        else:
            answer = (self._session.post if method == "POST" else self._session.put)(address, json=body)
        self._refuse_errors(answer, write=True)
        return answer

    def _refuse_errors(self, answer: Answer, *, write: bool) -> None:
        """Raise what the answer's status and reason stand for; a used-up quota is waited for until midnight there."""
        code = reason(answer.body) if 400 <= answer.status < 500 else ""
        error = error_for(answer, platform=PLATFORM, write=write, code=code, by_code=BY_REASON)
        if error is None:
            return
        if isinstance(error, RateLimitedError) and code in QUOTA_IS_USED_UP:
            self.quota.use_up()
            error.retry_after = self.quota.seconds_to_midnight
            error.args = (*error.args[:-1], error.retry_after)
        raise error


def reason(body: bytes) -> str:
    """Return the machine code of an error body, or "": the reason of its first error. The sentence is never read."""
    try:
        found = parse(body)
    except NotJsonError:
        return ""
    for name in ("error", "errors", 0, "reason"):
        if isinstance(name, int):
            found = found[name] if isinstance(found, list) and found else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) and _REASON.fullmatch(found) else ""


def ids_of(pieces: Sequence[Any]) -> set[str]:
    """The ids on a page, of whatever can have one."""
    return {piece["id"] for piece in pieces if isinstance(piece, dict) and isinstance(piece.get("id"), str)}


def not_understood(answer: Answer, why: str) -> ProtocolError:
    """Return the error that keeps a body nobody understood."""
    return ProtocolError(PLATFORM, answer.status, "", answer.request_id, why, answer.body)
