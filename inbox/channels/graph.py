"""Calls to Meta's Graph API, the same for Facebook and Instagram: versions, errors, limits, pages.

developers.facebook.com/docs/graph-api ("Handling errors", "Rate limits", "Paginated results", changelog). The status
says little here (nearly everything is 400), so errors are known by `error.code`, never by their words. The address in
`paging.next` is never called: only its place in the list is taken from it.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from inbox.channels.answers import LONGEST_WAIT, NotJsonError, as_id, parse
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    PermissionMissingError,
    Picture,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.cleaning import clean
from inbox.channels.http import Answer, ChannelSession, Query
from inbox.channels.refusals import error_for
from inbox.channels.uploading import uploading

BASE_URL = "https://graph.facebook.com"
DEFAULT_VERSION = "v26.0"
VERSION_ENDS: Mapping[str, date] = {
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
    "v26.0": date(2028, 7, 29),  # not announced yet; it cannot end before v25.0
}
DEFAULT_VERSION_ENDS = VERSION_ENDS[DEFAULT_VERSION]

NO_LONGER_THERE_OR_NOT_ALLOWED, UNKNOWN_ALIAS = 100, 803
OBJECT_DOES_NOT_EXIST = 33  # a subcode of 100
TOO_MUCH_DATA = "1"
SIGN_IN_AGAIN = {102, 190, 450, 452, 2500}
THROTTLED = {4, 17, 32, 341, 613, *range(80000, 80015)}
NOT_PERMITTED = {3, 10, *range(200, 300)}
FOR_A_PERSON = {368, 506}
PASSING = {1, 2}
BY_CODE: Mapping[int, type[ChannelError]] = {
    **dict.fromkeys(SIGN_IN_AGAIN, AuthExpiredError),
    **dict.fromkeys(THROTTLED, RateLimitedError),
    **dict.fromkeys(NOT_PERMITTED, PermissionMissingError),
    **dict.fromkeys(FOR_A_PERSON, RejectedError),
    NO_LONGER_THERE_OR_NOT_ALLOWED: GoneError,
    UNKNOWN_ALIAS: GoneError,
}

USAGE_HEADERS = ("x-business-use-case-usage", "x-app-usage", "x-page-usage")
SHARES = ("call_count", "total_cputime", "total_time")
NEARLY_USED = 90  # per cent
USUAL_PAUSE = 300.0
PLACE_IN_A_LIST = {"after", "until", "__paging_token", "offset"}
SMALLEST_PAGE = 5


class Listed(NamedTuple):
    """One page of a list; `following` are the parameters of the next one, none when this was the last."""

    answer: Answer
    pieces: list[Any]
    following: tuple[tuple[str, str], ...]


class GraphApi:
    """The Graph API seen with one token. Holds no state."""

    def __init__(self, session: ChannelSession, platform: str, version: str = DEFAULT_VERSION) -> None:
        """Take the session, the platform's name for errors, and the version that stands in every address."""
        self._session = session
        self.platform = platform
        self._version = version

    def object(self, path: str, query: Query = ()) -> tuple[Answer, dict[str, Any]]:
        """Read an object; raises ProtocolError with the body when a successful answer is none."""
        answer = self._session.get(f"/{self._version}/{path}", query)
        self._refuse_errors(answer, write=False)
        try:
            found = parse(answer.body)
        except NotJsonError as problem:
            raise self.not_understood(answer, str(problem)) from problem
        if not isinstance(found, dict) or isinstance(found.get("error"), dict):
            raise self.not_understood(answer, "something else than an object")
        return answer, found

    def list(self, path: str, query: Query, limit: int) -> Listed:
        """Read one page of a list; asks for fewer pieces when the platform finds the answer too large."""
        while True:
            try:
                answer, found = self.object(path, [*query, ("limit", str(limit))])
                break
            except TransientError as error:
                if error.code != TOO_MUCH_DATA or limit <= SMALLEST_PAGE:
                    raise
                limit = max(limit // 2, SMALLEST_PAGE)
        pieces = found.get("data")
        if not isinstance(pieces, list):
            raise self.not_understood(answer, "a list without data")
        return Listed(answer, pieces, following(found.get("paging")))

    def post(self, external_id: str, edge: str, body: Mapping[str, Any]) -> Answer:
        """Write to a node or to a list of it; the answer of a success is not looked into."""
        answer = self._session.post(f"/{self._version}/{self.node(external_id, edge)}", json=dict(body))
        self._refuse_write(answer, external_id)
        return answer

    def upload(self, external_id: str, edge: str, picture: Picture, fields: Query) -> str:
        """Put a picture on a list of a node and return its id (one call). PictureRefusedError, TransientError."""
        with uploading():
            path = f"/{self._version}/{self.node(external_id, edge)}"
            answer = self._session.upload(path, picture.data, picture.media_type, field="source", form=fields)
            self._refuse_errors(answer, write=True)
            try:
                told = parse(answer.body)
            except NotJsonError as problem:
                raise self.not_understood(answer, str(problem)) from problem
            found = as_id(told.get("id")) if isinstance(told, dict) else ""
            if not found:
                raise self.not_understood(answer, "an upload without an id")
            return found

    def delete(self, external_id: str) -> None:
        """Delete a node."""
        answer = self._session.delete(f"/{self._version}/{self.node(external_id)}")
        self._refuse_write(answer, external_id)

    def remove(self, external_id: str, edge: str, query: Query) -> None:
        """Take something off a list of a node."""
        answer = self._session.delete(f"/{self._version}/{self.node(external_id, edge)}", query)
        self._refuse_write(answer, external_id)

    def node(self, external_id: str, edge: str = "") -> str:
        """Return the path of a node or a list of it; raises RejectedError for what cannot be an id."""
        if not external_id or as_id(external_id) != external_id:
            raise RejectedError(self.platform, message="nothing can have this id")
        return external_id + (f"/{edge}" if edge else "")

    def not_understood(self, answer: Answer, reason: str) -> ProtocolError:
        """Return the error that keeps a body nobody understood."""
        return ProtocolError(self.platform, answer.status, "", answer.request_id, reason, answer.body)

    def _refuse_write(self, answer: Answer, external_id: str) -> None:
        """Code 100 says "gone", "not allowed" and "bad parameter" alike: what still can be read is not gone."""
        try:
            self._refuse_errors(answer, write=True)
        except GoneError as error:
            if _number(_error_of(answer).get("error_subcode")) != OBJECT_DOES_NOT_EXIST and self._is_there(external_id):
                raise RejectedError(*error.args) from error
            raise

    def _is_there(self, external_id: str) -> bool:
        try:
            self.object(self.node(external_id), [("fields", "id")])
        except ChannelError:
            return False
        return True

    def _refuse_errors(self, answer: Answer, *, write: bool) -> None:
        """Raise what the answer's status and machine code stand for."""
        told = _error_of(answer) if answer.status >= 400 else {}
        number = _number(told.get("code"))
        error = error_for(
            answer,
            platform=self.platform,
            write=write,
            code="" if number is None else str(number),
            by_code={} if number is None else {str(number): _kind(number, write=write)},
        )
        if error:
            raise _with_trace(error, told, answer)


def following(paging: object) -> tuple[tuple[str, str], ...]:
    """Return the parameters that lead to the next page: of `next` only its place in the list, else `cursors.after`."""
    if not isinstance(paging, dict) or not isinstance(paging.get("next"), str):
        return ()
    try:
        asked = parse_qsl(urlsplit(paging["next"]).query)
    except ValueError:
        asked = []
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if isinstance(after, str) and after:
        return (("after", clean(after)[0]),)
    return tuple((name, clean(value)[0]) for name, value in asked if name in PLACE_IN_A_LIST)


def pause_asked_for(headers: Mapping[str, str]) -> float:
    """Return how long to leave the platform alone, in seconds to an hour: 0 while less than 90 per cent are used.

    Business use cases count per cent of each share and tell in minutes when access comes back.
    """
    pause = 0.0
    for usage in (one for name in USAGE_HEADERS for one in _usages(headers.get(name, ""))):
        minutes = _number(usage.get("estimated_time_to_regain_access")) or 0
        used = max(_number(usage.get(share)) or 0 for share in SHARES)
        if minutes > 0:
            pause = max(pause, minutes * 60.0)
        elif used >= NEARLY_USED:
            pause = max(pause, USUAL_PAUSE)
    return min(pause, LONGEST_WAIT)


def without_lists(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a node without the comments that stand inside it: each of them is an item of its own."""
    return {name: value for name, value in raw.items() if name not in ("comments", "replies")}


def _usages(header: str) -> Iterator[dict[str, Any]]:
    """The usage objects of a header: one, or a list of them for each business object."""
    try:
        told = parse(header[:8000].encode("utf-8", "replace"))
    except NotJsonError:
        return
    if isinstance(told, dict):
        yield told
        for one in told.values():
            yield from (usage for usage in one if isinstance(usage, dict)) if isinstance(one, list) else ()


def _kind(code: int, *, write: bool) -> type[ChannelError]:
    if code in PASSING:
        return UnclearError if write else TransientError
    return BY_CODE.get(code, RejectedError)


def _error_of(answer: Answer) -> dict[str, Any]:
    try:
        told = parse(answer.body)
    except NotJsonError:
        return {}
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, dict) else {}


def _with_trace(error: ChannelError, told: Mapping[str, Any], answer: Answer) -> ChannelError:
    """The error with what Meta's support asks for, and with the wait that the usage headers tell."""
    trace = as_id(told.get("fbtrace_id")) or answer.headers.get("x-fb-trace-id", "")[:200] or error.request_id
    wait = error.retry_after
    if isinstance(error, RateLimitedError) and "retry-after" not in answer.headers:
        wait = pause_asked_for(answer.headers) or wait
    return type(error)(error.platform, error.status, error.code, trace, error.message, error.raw, wait)


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if abs(value) < 10**9 else None
