"""Answers made to break a reader, given to Facebook's and Instagram's: items, kept pieces, or a ChannelError."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import ChannelError, Page, ParentRef, RateLimitedError
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph_connector import GraphConnector
from inbox.channels.http import Answer
from inbox.channels.instagram import InstagramConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import lines_of, needs_reference

CASES = lines_of("hostile/responses.open.jsonl")
BOTH = [FacebookConnector, InstagramConnector]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def outcome(connector: GraphConnector, cursor: str = "") -> Page | ChannelError:
    try:
        return connector.pull(cursor)
    except ChannelError as error:
        return error


@needs_reference
@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_answer_never_breaks_the_reader(
    case: dict[str, Any], kind: type[GraphConnector], server: AnsweringServer
):
    body = base64.b64decode(case["body_b64"])
    server.on("/", body, case["status"], case["headers"] | {"Content-Length": str(len(body))})
    found = outcome(kind(server.url, "t", "500"))
    assert all("evil.example" not in path for path in server.paths)
    if isinstance(found, Page):
        assert case["expect"]["cursor_moves"] in ("any", "if all rows stored")
        assert found.raw == body
        return
    unpacked = gzip.decompress(body) if "Content-Encoding" in case["headers"] else body
    assert found.raw == (b"" if case["status"] == 204 else unpacked[: 1024 * 1024])
    assert 0 <= found.retry_after <= 3600
    if case["status"] == 429:
        assert isinstance(found, RateLimitedError)
        assert found.retry_after > 0


COMMENT: dict[str, Any] = {
    "id": "1_7",
    "message": "Når kommer brøytebilen?",
    "text": "Når kommer brøytebilen?",
    "created_time": "2026-11-21T10:00:00+0000",
    "timestamp": "2026-11-21T10:00:00+0000",
    "from": {"id": "2", "name": "Kari", "username": "kari"},
    "user": {"id": "2"},
    "username": "kari",
    "parent": {"id": "1_6"},
    "parent_id": "6",
    "media": {"id": "1", "permalink": "https://x.example/p/1"},
    "permalink_url": "https://x.example/500/posts/1/?comment_id=6&reply_comment_id=7",
    "is_hidden": False,
    "hidden": False,
    "attachment": {"type": "photo", "url": "https://x.example/1.jpg"},
    "attachments": {"data": []},
    "comments": {"data": []},
    "replies": {"data": []},
}
WRONG = [None, 7, -1.5, True, "", "tull", "\x00\ud800", [], {}, [[]], ["x"], {"id": {}}, {"data": [None]}, 10**400]


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("field", sorted(COMMENT))
def test_a_field_of_any_wrong_type_never_loses_the_comment(
    field: str, kind: type[GraphConnector], server: AnsweringServer
):
    server.on("/v26.0/500_1?", {"id": "500_1"})
    for wrong in WRONG:
        server.on("/v26.0/500_1/comments", {"data": [COMMENT | {field: wrong}, COMMENT | {"id": "1_8"}]})
        page = kind(server.url, "t", "500").thread("500_1")
        assert page.items[-1].external_id == "1_8"
        assert len(page.items) + len(page.unreadable) >= 2 or field in ("id", "permalink_url")
        for item in page.items:
            written = json.dumps(item.raw, ensure_ascii=False, allow_nan=False)
            assert "\x00" not in item.text + item.author_name + written
            written.encode()


@pytest.mark.parametrize("kind", BOTH)
def test_one_strange_piece_is_kept_and_does_not_stop_its_page(kind: type[GraphConnector], server: AnsweringServer):
    deep = json.loads("[" * 200 + "]" * 200)
    strange = [None, 7, [], {}, {"id": "../x"}, {"id": int("9" * 4000)}, COMMENT | {"parent": deep, "media": deep}]
    inside = {"id": "500_1", "from": {"id": "500"}, "comments": {"data": [*strange, COMMENT]}}
    server.on("/", {"data": [*strange[:6], inside]})
    page = kind(server.url, "t", "500").pull("")
    assert [item.external_id for item in page.items][-1] == "1_7"
    assert len(page.unreadable) == 13
    assert all(one.reason and one.raw for one in page.unreadable)


class Scripted:
    """Stands in for a session: every call gives the same body."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, path: str, params: object = (), *, body_limit: int = 0) -> Answer:
        return Answer(200, {}, self.body)

    def post(self, path: str, *, json: object = None, headers: object = None) -> Answer:
        return Answer(200, {}, self.body)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
NAMES = st.sampled_from([*COMMENT, "data", "paging", "next", "cursors", "after", "name", "instagram_business_account"])
ANY_JSON = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=8), max_leaves=40
)
NEARLY_A_PAGE = st.fixed_dictionaries(
    {"data": st.lists(st.dictionaries(NAMES, ANY_JSON) | st.just(COMMENT), max_size=4)}, optional={"paging": ANY_JSON}
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANY_JSON | NEARLY_A_PAGE, cursor=st.text() | st.just(""))
def test_no_json_raises_anything_but_a_channel_error(answer: object, cursor: str):
    scripted = Scripted(json.dumps(answer).encode())
    for kind in BOTH:
        connector = kind("https://graph.example", "t", "500", session=scripted)  # type: ignore[arg-type]
        assert outcome(connector, cursor).raw == scripted.body
        calls = [
            lambda c=connector: c.posts(5),
            lambda c=connector: c.thread("1"),
            lambda c=connector: c.refresh(["1", "1_2"]),
            lambda c=connector: c.find_published(ParentRef("1_2"), "Hei", NOW),
            lambda c=connector: c.publish(ParentRef("1_2"), "Hei", "k", "nb"),
            lambda c=connector: c.check_account(),
        ]
        for call in calls:
            with suppress(ChannelError):
                call()


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_channel_error(body: bytes):
    for kind in BOTH:
        connector = kind("https://graph.example", "t", "500", session=Scripted(body))  # type: ignore[arg-type]
        assert outcome(connector).raw == body
