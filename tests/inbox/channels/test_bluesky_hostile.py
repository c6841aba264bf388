"""Answers made to break a reader of Bluesky, and what every error means: by status and machine code."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    Page,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import Tokens
from inbox.channels.http import Answer
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_posts import COMMENT, NEWS, POSTS, PUT, THREAD, US, connector, news, post, uri
from tests.inbox.channels.reference import lines_of, needs_reference

CASES = lines_of("hostile/responses.open.jsonl")
HTML = b"<!DOCTYPE html><html><body>Something is not right</body></html>"
WORDS = {"error": "Noe er galt", "message": "på et hvilket som helst språk"}


def coded(code: str) -> dict[str, str]:
    return {"error": code, "message": "words nobody reads"}


# status, body, what a read raises, what a write raises
TABLE: list[tuple[int, object, type[ChannelError], type[ChannelError]]] = [
    (204, b"", ProtocolError, UnclearError),
    (200, HTML, ProtocolError, UnclearError),
    (200, b'{"uri": "at', ProtocolError, UnclearError),
    (200, b"[]", ProtocolError, UnclearError),
    (301, b"", ProtocolError, UnclearError),
    (400, HTML, RejectedError, RejectedError),
    (400, WORDS, RejectedError, RejectedError),
    (400, coded("InvalidRequest"), RejectedError, RejectedError),
    (400, coded("InvalidToken"), AuthExpiredError, AuthExpiredError),
    (400, coded("ExpiredToken"), AuthExpiredError, AuthExpiredError),
    (400, coded("NotFound"), GoneError, GoneError),
    (400, coded("RecordNotFound"), GoneError, GoneError),
    (400, coded("AccountDeactivated"), PermissionMissingError, PermissionMissingError),
    (401, coded("AuthMissing"), AuthExpiredError, AuthExpiredError),
    (401, coded("AuthenticationRequired"), AuthExpiredError, AuthExpiredError),
    (401, coded("AccountTakedown"), PermissionMissingError, PermissionMissingError),
    (401, HTML, AuthExpiredError, AuthExpiredError),
    (403, WORDS, PermissionMissingError, PermissionMissingError),
    (404, HTML, GoneError, GoneError),
    (408, HTML, TransientError, UnclearError),
    (413, HTML, RejectedError, RejectedError),
    (429, coded("RateLimitExceeded"), RateLimitedError, RateLimitedError),
    (500, coded("InternalServerError"), TransientError, UnclearError),
    (500, coded("InvalidToken"), TransientError, UnclearError),
    (501, coded("MethodNotImplemented"), TransientError, UnclearError),
    (502, coded("UpstreamFailure"), TransientError, UnclearError),
    (504, b"", TransientError, UnclearError),
]


@pytest.mark.parametrize(("status", "body", "reading", "writing"), TABLE)
def test_each_error_has_its_meaning(
    status: int, body: object, reading: type[ChannelError], writing: type[ChannelError], server: AnsweringServer
):
    server.on(NEWS, body, status)
    server.on(PUT, body, status)
    server.on(POSTS, {"posts": [post()]})
    with pytest.raises(ChannelError) as read:
        connector(server).pull("")
    with pytest.raises(ChannelError) as written:
        connector(server).publish(ParentRef(COMMENT), "Hei", "k", "nb")
    assert (type(read.value), type(written.value)) == (reading, writing)
    assert read.value.platform == "bluesky"
    assert "words nobody reads" not in str(read.value)


def test_when_a_key_is_taken_and_nobody_says_by_what_it_is_unclear(server: AnsweringServer):
    server.on(POSTS, {"posts": [post()]})
    server.on(PUT, coded("InvalidSwap"), 400)
    server.on("/xrpc/com.atproto.repo.getRecord", b"", 500)
    with pytest.raises(UnclearError):
        connector(server).publish(ParentRef(COMMENT), "Hei", "k", "nb")


def outcome(ours: BlueskyConnector, cursor: str = "") -> Page | ChannelError:
    try:
        return ours.pull(cursor)
    except ChannelError as error:
        return error


@needs_reference
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_answer_never_breaks_the_reader(case: dict[str, Any], server: AnsweringServer):
    body = base64.b64decode(case["body_b64"])
    server.on("/", body, case["status"], case["headers"] | {"Content-Length": str(len(body))})
    found = outcome(connector(server))
    assert all("evil.example" not in path for path in server.paths)
    if isinstance(found, Page):
        assert case["expect"]["cursor_moves"] in ("any", "if all rows stored")
        assert found.raw == body
        return
    unpacked = gzip.decompress(body) if "Content-Encoding" in case["headers"] else body
    assert found.raw == (b"" if case["status"] == 204 else unpacked[: 1024 * 1024])  # a 204 ends with its head
    assert 0 <= found.retry_after <= 3600
    if case["status"] == 429:
        assert isinstance(found, RateLimitedError)
        assert found.retry_after > 0


GOOD = post(uri("3kgood2222222"))
STRANGE_PIECES = {
    "null": None,
    "a number": 7,
    "a list": [],
    "without an address": post() | {"uri": None},
    "an address that is a path": post() | {"uri": "at://../../x"},
    "an address of something else": post() | {"uri": COMMENT.replace("feed.post", "feed.like")},
    "an address of 4,000 letters": post() | {"uri": COMMENT + "x" * 4000},
    "nested 200 deep": post() | {"labels": json.loads("[" * 200 + "]" * 200)},
}


@pytest.mark.parametrize("piece", STRANGE_PIECES.values(), ids=STRANGE_PIECES.keys())
def test_one_strange_piece_is_kept_and_does_not_stop_its_page(piece: object, server: AnsweringServer):
    server.on(NEWS, news(piece, GOOD))
    page = connector(server).pull("")
    assert [item.external_id for item in page.items] == [GOOD["uri"]]
    assert len(page.unreadable) == 1
    assert page.unreadable[0].reason


WRONG = [None, 7, -1.5, True, "", "tull", "\x00\ud800", [], {}, [[]], ["x"], {"uri": {}}, 10**400]
PLACES = [*((None, name) for name in post() if name != "uri"), *(("record", name) for name in post()["record"])]


@pytest.mark.parametrize(("inside", "name"), [*PLACES, ("author", "handle"), ("record", "facets"), (None, "embed")])
def test_a_field_of_any_wrong_type_never_loses_the_comment(inside: str | None, name: str, server: AnsweringServer):
    pieces = []
    for number, wrong in enumerate(WRONG):
        piece = post(uri(f"3kpiece{number:06}"))
        (piece[inside] if inside else piece)[name] = wrong
        pieces.append(piece)
    server.on(NEWS, news(*pieces))
    page = connector(server).pull("")
    assert (len(page.items), page.unreadable) == (len(WRONG), ())
    for item in page.items:
        written = json.dumps(item.raw, ensure_ascii=False, allow_nan=False)
        assert "\x00" not in item.text + item.author_name + written
        written.encode()


@pytest.mark.parametrize("cursor", [7, [], {}, "x" * 501])
def test_a_page_whose_cursor_cannot_be_used_is_not_understood(cursor: object, server: AnsweringServer):
    server.on(NEWS, news(GOOD) | {"cursor": cursor})
    found = outcome(connector(server))
    assert isinstance(found, ProtocolError | Page)
    if isinstance(found, Page):
        assert not cursor  # an empty one is none
        assert not found.more


def test_a_thread_that_never_ends_is_left(server: AnsweringServer):
    cut = {"post": post(uri("3kcut22222222"), replyCount=9)}
    server.on(THREAD, {"thread": {"post": post(), "replies": [cut]}})
    assert len(connector(server).thread(COMMENT).items) == 2
    assert len(server.requests) < 5


def test_a_kind_of_node_that_is_no_text_is_read_over(server: AnsweringServer):
    server.on(THREAD, {"thread": {"post": post(), "$type": [{}], "replies": [{"$type": {}, "post": GOOD}]}})
    assert len(connector(server).thread(COMMENT).items) == 2


class Scripted:
    """Stands in for a session: every call gives the same body."""

    platform = "bluesky"

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, path: str, params: object = (), *, body_limit: int = 0) -> Answer:
        return Answer(200, {}, self.body)

    def post(self, path: str, *, json: object = None, headers: object = None) -> Answer:
        return Answer(200, {}, self.body)


def scripted(body: bytes) -> BlueskyConnector:
    session: Any = Scripted(body)
    return BlueskyConnector("https://bsky.example", str(Tokens("a", "r", US)), US, open_session=lambda _: session)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just(COMMENT)
FIELDS = "notifications posts feed thread replies records value cursor threadgate hiddenReplies facets index features"
DEEPER = "byteStart byteEnd embed images media did external playlist"
NAMES = st.sampled_from([*post(), *post()["record"], *FIELDS.split(), *DEEPER.split()])
ANY_JSON = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=8), max_leaves=40
)
NEARLY_POST = st.fixed_dictionaries({"uri": st.just(COMMENT), "record": st.dictionaries(NAMES, ANY_JSON)})
NEARLY_NEWS = st.fixed_dictionaries(
    {
        "notifications": st.lists(NEARLY_POST | ANY_JSON, max_size=5),
        "posts": st.lists(NEARLY_POST | ANY_JSON, max_size=5),
        "thread": st.fixed_dictionaries({"post": NEARLY_POST, "replies": ANY_JSON, "threadgate": ANY_JSON}),
        "records": st.lists(st.fixed_dictionaries({"uri": st.just(COMMENT), "value": ANY_JSON}), max_size=3),
        "cursor": SCALARS,
        "value": st.dictionaries(NAMES, ANY_JSON),
        "cid": SCALARS | st.just("bafy"),
    }
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANY_JSON | NEARLY_NEWS, cursor=st.text() | ANY_JSON.map(lambda one: json.dumps([one, one, "x"])))
def test_no_json_raises_anything_but_a_channel_error(answer: object, cursor: str):
    body = json.dumps(answer).encode()
    ours = scripted(body)
    assert outcome(ours, cursor).raw == body
    parent = ParentRef(COMMENT)
    acts = [
        lambda: ours.posts(5),
        lambda: ours.thread(COMMENT),
        lambda: ours.refresh([COMMENT, "x"]),
        lambda: ours.publish(parent, "Hei @kari.test", "k", "nb"),
        lambda: ours.find_published(parent, "Hei", datetime.now(UTC)),
        lambda: ours.like(COMMENT),
        lambda: ours.hide(COMMENT),
        lambda: ours.unhide(COMMENT),
        lambda: ours.delete(uri("3kours2222222", US)),
        ours.check_account,
    ]
    for act in acts:
        with suppress(ChannelError):
            act()


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_channel_error(body: bytes):
    assert outcome(scripted(body)).raw == body
