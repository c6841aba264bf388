"""What a status code means, the same for every platform unless its machine code says more. Never by the text."""

from collections.abc import Mapping

from inbox.channels.answers import wait_after
from inbox.channels.base import (
    AccountProblem,
    AuthExpiredError,
    ChannelError,
    GoneError,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.http import Answer

BY_STATUS: Mapping[int, type[ChannelError]] = {
    401: AuthExpiredError,
    403: PermissionMissingError,
    404: GoneError,
    410: GoneError,
    429: RateLimitedError,
}
UNDECIDED = {408, 409, 425}  # something between us and the platform gave up, or the same call is still under way


def error_for(
    answer: Answer,
    *,
    platform: str,
    write: bool,
    code: str = "",
    by_code: Mapping[str, type[ChannelError]] | None = None,
) -> ChannelError | None:
    """Return the error an answer stands for, or None for a success (2xx).

    `by_code` maps the platform's machine codes (of refusals, 4xx) to errors that go before those of the status.
    """
    if 200 <= answer.status < 300:
        return None
    kind = _kind(answer.status, write=write, by_code=(by_code or {}).get(code))
    waits = kind is RateLimitedError or "retry-after" in answer.headers
    return kind(
        platform,
        answer.status,
        code,
        answer.request_id,
        "the platform answered with an error",
        answer.body,
        wait_after(answer.headers) if waits else 0.0,
    )


def _kind(status: int, *, write: bool, by_code: type[ChannelError] | None) -> type[ChannelError]:
    if status >= 500 or status in UNDECIDED:
        return UnclearError if write else TransientError
    if status < 400:
        return UnclearError if write else ProtocolError
    return by_code or BY_STATUS.get(status, RejectedError)


def account_problem(error: ChannelError) -> AccountProblem:
    """Return what an error of the first call says of the account."""
    if isinstance(error, AuthExpiredError):
        return AccountProblem.AUTH_EXPIRED
    if isinstance(error, PermissionMissingError):
        return AccountProblem.PERMISSION_MISSING
    return AccountProblem.UNREACHABLE if error.try_again else AccountProblem.NOT_UNDERSTOOD
