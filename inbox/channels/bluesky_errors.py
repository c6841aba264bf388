"""What the errors of a Bluesky server mean. 400 is also a bad token and a missing post: the machine code tells."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from inbox.channels.answers import NotJsonError, parse
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    PermissionMissingError,
    ProtocolError,
)
from inbox.channels.http import Answer
from inbox.channels.refusals import error_for

PLATFORM = "bluesky"
TAKEN = "InvalidSwap"
BY_CODE: dict[str, type[ChannelError]] = {
    "ExpiredToken": AuthExpiredError,
    "InvalidToken": AuthExpiredError,
    "AuthMissing": AuthExpiredError,
    "AuthenticationRequired": AuthExpiredError,
    "AccountTakedown": PermissionMissingError,
    "AccountDeactivated": PermissionMissingError,
    "NotFound": GoneError,
    "RecordNotFound": GoneError,
}
A_NEW_TOKEN_HELPS = {"ExpiredToken", "InvalidToken", "AuthMissing"}
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,63}")


def error_of(answer: Answer, *, write: bool) -> ChannelError | None:
    """Return the error an answer stands for, or None for a success."""
    code = machine_code(answer.body) if 400 <= answer.status < 500 else ""
    return error_for(answer, platform=PLATFORM, write=write, code=code, by_code=BY_CODE)


def machine_code(body: bytes) -> str:
    """Return the code of an error body such as `InvalidToken`, or ""."""
    try:
        answer = parse(body)
    except NotJsonError:
        return ""
    word = answer.get("error") if isinstance(answer, dict) else None
    return word if isinstance(word, str) and _CODE.fullmatch(word) else ""


def with_usual_headers(answer: Answer) -> Answer:
    """Return the answer with its rate limit also in the headers every reader here knows.

    Bluesky writes `RateLimit-Reset` in seconds since 1970, and no `X-`.
    """
    more = {}
    if "ratelimit-remaining" in answer.headers:
        more["x-ratelimit-remaining"] = answer.headers["ratelimit-remaining"]
    reset = answer.headers.get("ratelimit-reset", "").strip()
    if reset.isascii() and reset.isdigit() and len(reset) < 12:
        more["x-ratelimit-reset"] = datetime.fromtimestamp(int(reset), UTC).isoformat()
    return replace(answer, headers={**answer.headers, **more}) if more else answer


def not_understood(answer: Answer, reason: str) -> ProtocolError:
    """Return the error that keeps a body nobody understood."""
    return ProtocolError(PLATFORM, answer.status, "", answer.request_id, reason, answer.body)
