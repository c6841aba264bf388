"""What an error answer means: by status and machine code, never by its words."""

import json
from datetime import UTC, datetime

import pytest

from inbox.channels.answers import machine_code, throttle_seconds, wait_after
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.statuses import US, account

HTML = b"<!DOCTYPE html><html><body>Something is not right</body></html>"
WORDS = {"error": "Noe er galt på et hvilket som helst språk"}
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

# status, body, what a read raises, what a write raises
TABLE: list[tuple[int, object, type[ChannelError], type[ChannelError]]] = [
    (204, b"", ProtocolError, UnclearError),
    (200, HTML, ProtocolError, UnclearError),
    (200, b'[{"id": "1', ProtocolError, UnclearError),
    (301, b"", ProtocolError, UnclearError),
    (307, HTML, ProtocolError, UnclearError),
    (400, WORDS, RejectedError, RejectedError),
    (400, {"error": "invalid_token"}, AuthExpiredError, AuthExpiredError),
    (401, WORDS, AuthExpiredError, AuthExpiredError),
    (401, HTML, AuthExpiredError, AuthExpiredError),
    (403, WORDS, PermissionMissingError, PermissionMissingError),
    (403, {"error": "invalid_token"}, AuthExpiredError, AuthExpiredError),
    (404, WORDS, GoneError, GoneError),
    (404, HTML, GoneError, GoneError),
    (405, HTML, RejectedError, RejectedError),
    (408, HTML, TransientError, UnclearError),
    (409, WORDS, TransientError, UnclearError),
    (410, WORDS, GoneError, GoneError),
    (413, HTML, RejectedError, RejectedError),
    (422, WORDS, RejectedError, RejectedError),
    (425, HTML, TransientError, UnclearError),
    (429, WORDS, RateLimitedError, RateLimitedError),
    (451, WORDS, RejectedError, RejectedError),
    (500, WORDS, TransientError, UnclearError),
    (500, {"error": "invalid_token"}, TransientError, UnclearError),
    (502, HTML, TransientError, UnclearError),
    (503, HTML, TransientError, UnclearError),
    (504, b"", TransientError, UnclearError),
    (599, b"", TransientError, UnclearError),
]


@pytest.mark.parametrize(("status", "body", "reading", "writing"), TABLE)
def test_an_error_is_known_by_status_and_code(
    status: int, body: object, reading: type[ChannelError], writing: type[ChannelError], server: AnsweringServer
):
    server.on("/api/v1/notifications", body, status, {"X-Request-Id": "r-1"})
    server.on("/api/v1/statuses", body, status, {"X-Request-Id": "r-1"})
    server.on("/api/v1/accounts/verify_credentials", account(US))
    connector = MastodonConnector(server.url, "t", US)
    with pytest.raises(ChannelError) as read:
        connector.pull("")
    with pytest.raises(ChannelError) as written:
        connector.publish(ParentRef("7", visibility="public"), "Hei", "k", "nb")
    assert (type(read.value), type(written.value)) == (reading, writing)
    for error in (read.value, written.value):
        assert (error.platform, error.status, error.request_id) == ("mastodon", status, "r-1")
        assert error.raw == server_body(body)
        assert "språk" not in str(error)


def server_body(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def test_only_transient_and_rate_limited_may_be_tried_again():
    kinds = ChannelError.__subclasses__()
    assert len(kinds) == 8
    assert {kind for kind in kinds if kind.try_again} == {TransientError, RateLimitedError}


WAITS = {
    "seconds": ({"retry-after": "7"}, 7),
    "too long": ({"retry-after": "86400"}, 3600),
    "absurdly long": ({"retry-after": "9" * 5000}, 3600),
    "negative": ({"retry-after": "-1"}, 60),
    "zero": ({"retry-after": "0"}, 60),
    "nonsense": ({"retry-after": "snart"}, 60),
    "other digits": ({"retry-after": "٧"}, 60),
    "nothing": ({}, 60),
    "a date": ({"retry-after": "Sat, 21 Nov 2026 10:02:00 GMT"}, 120),
    "a date in the past": ({"retry-after": "Fri, 20 Nov 2026 10:02:00 GMT"}, 60),
    "a reset": ({"x-ratelimit-reset": "2026-11-21T10:05:00.336319Z"}, 300.336319),
    "a reset long hence": ({"x-ratelimit-reset": "2027-11-21T10:05:00Z"}, 3600),
    "a reset that is no date": ({"x-ratelimit-reset": "i morgen"}, 60),
    "a reset in a moment": ({"x-ratelimit-reset": "2026-11-21T10:00:00.1Z"}, 1),
    "both": ({"retry-after": "5", "x-ratelimit-reset": "2026-11-21T10:05:00Z"}, 5),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS.keys())
def test_the_wait_asked_for_is_kept_within_an_hour(headers: dict[str, str], seconds: float):
    assert wait_after(headers, NOW) == seconds


def test_a_nearly_used_limit_asks_for_a_pause():
    reset = {"x-ratelimit-reset": datetime(2099, 1, 1, tzinfo=UTC).isoformat()}
    assert throttle_seconds(reset | {"x-ratelimit-remaining": "6"}) == 0
    assert throttle_seconds(reset | {"x-ratelimit-remaining": "5"}) == 3600
    assert throttle_seconds({"x-ratelimit-remaining": "0"}) == 0
    assert throttle_seconds({"x-ratelimit-remaining": "tull"}) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error": "invalid_grant"}', "invalid_grant"),
        (b'{"error": "Not Found"}', ""),
        (b'{"error": {"code": 4}}', ""),
        (b'["error"]', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_a_machine_code_is_one_word_in_small_letters(body: bytes, code: str):
    assert machine_code(body) == code
