"""The Graph API's plumbing: what an error means, when to pause, where a list goes on."""

import json
from datetime import date
from typing import Any

import pytest

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
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph import DEFAULT_VERSION, DEFAULT_VERSION_ENDS, VERSION_ENDS, following, pause_asked_for
from inbox.channels.graph_walk import Round, Walk
from tests.inbox.channels.answering import AnsweringServer

US = "500"
HTML = b"<!DOCTYPE html><html><body>Something is not right</body></html>"


def told(code: int, subcode: int | None = None) -> dict[str, Any]:
    """An error as the Graph API writes it, in words nobody may read."""
    error: dict[str, Any] = {"message": "Noe er galt på et språk", "type": "OAuthException", "code": code}
    error |= {} if subcode is None else {"error_subcode": subcode}
    return {"error": error | {"fbtrace_id": "AbC-1"}}


# status, body, what a read raises, what a write raises
TABLE: list[tuple[int, object, type[ChannelError], type[ChannelError]]] = [
    (204, b"", ProtocolError, UnclearError),
    (200, HTML, ProtocolError, UnclearError),
    (200, b'{"data": [', ProtocolError, UnclearError),
    (200, [], ProtocolError, UnclearError),
    (302, b"", ProtocolError, UnclearError),
    (400, told(1), TransientError, UnclearError),
    (400, told(2), TransientError, UnclearError),
    (400, told(4), RateLimitedError, RateLimitedError),
    (403, told(17), RateLimitedError, RateLimitedError),
    (403, told(32), RateLimitedError, RateLimitedError),
    (400, told(341), RateLimitedError, RateLimitedError),
    (400, told(613), RateLimitedError, RateLimitedError),
    (400, told(80001), RateLimitedError, RateLimitedError),
    (400, told(3), PermissionMissingError, PermissionMissingError),
    (403, told(10), PermissionMissingError, PermissionMissingError),
    (400, told(200), PermissionMissingError, PermissionMissingError),
    (403, told(299), PermissionMissingError, PermissionMissingError),
    (400, told(102), AuthExpiredError, AuthExpiredError),
    (400, told(190, 463), AuthExpiredError, AuthExpiredError),
    (401, told(190, 460), AuthExpiredError, AuthExpiredError),
    (400, told(2500), AuthExpiredError, AuthExpiredError),
    (400, told(368), RejectedError, RejectedError),
    (400, told(506), RejectedError, RejectedError),
    (400, told(100, 33), GoneError, GoneError),
    (404, told(803), GoneError, GoneError),
    (400, told(99999), RejectedError, RejectedError),
    (400, HTML, RejectedError, RejectedError),
    (401, HTML, AuthExpiredError, AuthExpiredError),
    (403, HTML, PermissionMissingError, PermissionMissingError),
    (404, HTML, GoneError, GoneError),
    (429, HTML, RateLimitedError, RateLimitedError),
    (500, told(1), TransientError, UnclearError),
    (500, told(190), TransientError, UnclearError),
    (503, HTML, TransientError, UnclearError),
]


@pytest.mark.parametrize(("status", "body", "reading", "writing"), TABLE)
def test_an_error_is_known_by_its_code(
    status: int, body: object, reading: type[ChannelError], writing: type[ChannelError], server: AnsweringServer
):
    server.on("/", body, status)
    connector = FacebookConnector(server.url, "t", US)
    with pytest.raises(ChannelError) as read:
        connector.pull("")
    with pytest.raises(ChannelError) as written:
        connector.publish(ParentRef("1_7"), "Hei", "k", "nb")
    assert (type(read.value), type(written.value)) == (reading, writing)
    for error in (read.value, written.value):
        assert (error.platform, error.status) == ("facebook", status)
        assert error.raw == (body if isinstance(body, bytes) else json.dumps(body).encode())
        assert "språk" not in str(error)
        if isinstance(body, dict) and 400 <= status < 500:
            assert (error.code, error.request_id) == (str(body["error"]["code"]), "AbC-1")


def test_code_100_of_a_write_is_gone_only_when_the_comment_is(server: AnsweringServer):
    server.on("/v26.0/1_7/comments", told(100), 400)
    server.on("/v26.0/1_7?", {"id": "1_7"})
    connector = FacebookConnector(server.url, "t", US)
    with pytest.raises(RejectedError):
        connector.publish(ParentRef("1_7"), "Hei", "k", "nb")
    server.on("/v26.0/1_7?", told(100), 400)
    with pytest.raises(GoneError):
        connector.publish(ParentRef("1_7"), "Hei", "k", "nb")


@pytest.mark.parametrize("status", [400, 500])
def test_too_much_data_is_asked_for_in_smaller_pages(status: int, server: AnsweringServer):
    server.on("/", told(1), status)
    with pytest.raises(TransientError):
        FacebookConnector(server.url, "t", US).posts(40)
    assert [path.rsplit("limit=", 1)[1] for path in server.paths] == ["40", "20", "10", "5"]
    server.requests.clear()
    server.on("/", told(2), status)
    with pytest.raises(TransientError):
        FacebookConnector(server.url, "t", US).posts(40)
    assert len(server.requests) == 1


def test_the_version_stands_in_every_address_and_the_token_in_none(server: AnsweringServer):
    server.on("/", {"data": [], "id": "1_7"})
    connector = FacebookConnector(server.url, "hemmelig", US, version="v25.0")
    connector.pull("")
    connector.like("1_7")
    connector.delete("1_7")
    assert len(server.requests) == 3
    assert all(path.split(" ")[1].startswith("/v25.0/") and "hemmelig" not in path for path in server.paths)


def test_every_known_version_has_its_end():
    assert DEFAULT_VERSION in VERSION_ENDS
    assert date(2027, 1, 1) < DEFAULT_VERSION_ENDS
    assert list(VERSION_ENDS.values()) == sorted(VERSION_ENDS.values())


def usage(**more: int) -> str:
    return json.dumps({"500": [{"type": "pages", "call_count": 1, "total_cputime": 2, "total_time": 3, **more}]})


PAUSES = {
    "nothing told": ({}, 0),
    "little used": ({"x-business-use-case-usage": usage()}, 0),
    "nearly used": ({"x-business-use-case-usage": usage(total_time=90)}, 300),
    "shut out": ({"x-business-use-case-usage": usage(estimated_time_to_regain_access=19)}, 19 * 60),
    "shut out for long": ({"x-business-use-case-usage": usage(estimated_time_to_regain_access=600)}, 3600),
    "the app's": ({"x-app-usage": '{"call_count":100,"total_time":0,"total_cputime":0}'}, 300),
    "nonsense": ({"x-app-usage": "mye"}, 0),
    "strange types": ({"x-app-usage": '{"call_count":"100","total_time":null,"x":[1,{"call_count":[]}]}'}, 0),
    "deep": ({"x-app-usage": "[" * 5000}, 0),
}


@pytest.mark.parametrize(("headers", "seconds"), PAUSES.values(), ids=PAUSES.keys())
def test_the_usage_headers_ask_for_a_pause(headers: dict[str, str], seconds: float):
    assert pause_asked_for(headers) == seconds


def test_a_page_and_a_refusal_carry_the_pause(server: AnsweringServer):
    server.on("/", {"data": []}, headers={"X-Business-Use-Case-Usage": usage(call_count=95)})
    connector = FacebookConnector(server.url, "t", US)
    assert connector.pull("").throttle_seconds == 300
    shut_out = {"X-Business-Use-Case-Usage": usage(estimated_time_to_regain_access=7)}
    server.on("/", told(32), 403, shut_out)
    with pytest.raises(RateLimitedError) as caught:
        connector.pull("")
    assert caught.value.retry_after == 420


NEXT = "https://evil.example/v1/x?access_token=t&limit=5"
ONWARDS = {
    "cursors": ({"cursors": {"before": "b", "after": "a"}, "next": NEXT + "&after=a"}, (("after", "a"),)),
    "the last page has cursors too": ({"cursors": {"before": "b", "after": "a"}}, ()),
    "only an address": ({"next": NEXT + "&after=z"}, (("after", "z"),)),
    "by time": ({"next": NEXT + "&until=7&__paging_token=p"}, (("until", "7"), ("__paging_token", "p"))),
    "nothing to go by": ({"next": NEXT}, ()),
    "no address": ({"next": "http://[", "cursors": []}, ()),
    "nonsense": (["next"], ()),
}


@pytest.mark.parametrize(("paging", "wanted"), ONWARDS.values(), ids=ONWARDS.keys())
def test_only_the_place_is_taken_from_the_next_page(paging: object, wanted: object):
    assert following(paging) == wanted


START = Walk("500", "feed")
STRANGE_CURSORS = [
    "",
    "tull",
    "7",
    "[]",
    "{}",
    '{"since":1}',
    '{"since":"1","began":2}',
    '{"since":true,"began":2}',
    '{"since":1,"began":2,"walks":7}',
    "\ud800",
]


@pytest.mark.parametrize("cursor", STRANGE_CURSORS)
def test_a_damaged_cursor_begins_from_the_beginning(cursor: str):
    assert Round.read(cursor, START, 1000) == Round(0, 1000, (START,))


def test_a_cursor_keeps_the_round_and_a_finished_one_begins_the_next_an_hour_back():
    half = Round(5, 9000, (Walk("1_2", "comments", "1_2", "after=x&until=%C3%A6", 3, "abc", 1), START))
    assert Round.read(str(half), START, 99999) == half
    assert Round.read(str(Round(5, 9000, ())), START, 99999) == Round(5400, 99999, (START,))


def test_a_walk_in_a_cursor_never_leads_out_of_its_list():
    cursor = str(Round(5, 9000, (Walk("../me", "accounts"),)))
    assert Round.read(cursor, START, 10000).walks == (START,)
