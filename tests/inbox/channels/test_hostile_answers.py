"""Answers made to break a reader: every one ends as items, as kept unreadable pieces, or as a ChannelError."""

import base64
import gzip
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import ChannelError, Page, ProtocolError, RateLimitedError
from inbox.channels.http import Answer
from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import lines_of, needs_reference
from tests.inbox.channels.statuses import US, mention, status

CASES = lines_of("hostile/responses.open.jsonl")


def outcome(connector: MastodonConnector, cursor: str = "new:5:7") -> Page | ChannelError:
    try:
        return connector.pull(cursor)
    except ChannelError as error:
        return error


@needs_reference
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_answer_never_breaks_the_reader(case: dict[str, Any], server: AnsweringServer):
    body = base64.b64decode(case["body_b64"])
    server.on("/", body, case["status"], case["headers"] | {"Content-Length": str(len(body))})
    found = outcome(MastodonConnector(server.url, "t", US))
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


@needs_reference
def test_all_hostile_answers_are_there():
    assert len(CASES) == 43


GOOD = mention("9", status("1000"))
STRANGE_PIECES = {
    "null": None,
    "a number": 7,
    "a list": [],
    "a mention without a status": {"id": "11", "type": "mention"},
    "a status without an id": mention("11", status() | {"id": None}),
    "an id that is a path": mention("11", status("../../x")),
    "an id of 5,000 digits": mention("11", status() | {"id": int("9" * 4000)}),
    "a status nested 200 deep": mention("11", status() | {"poll": json.loads("[" * 200 + "]" * 200)}),
}


@pytest.mark.parametrize("piece", STRANGE_PIECES.values(), ids=STRANGE_PIECES.keys())
def test_one_strange_piece_is_kept_and_does_not_stop_its_page(piece: object, server: AnsweringServer):
    server.on("/api/v1/notifications", [piece, GOOD])
    page = MastodonConnector(server.url, "t", US).pull("")
    assert [item.external_id for item in page.items] == ["1000"]
    assert len(page.unreadable) == 1
    assert page.unreadable[0].reason
    assert json.loads(page.unreadable[0].raw) is not ...
    assert page.next_cursor != ""


WRONG = [None, 7, -1.5, True, "", "tull", "\x00\ud800", [], {}, [[]], ["x"], {"id": {}}, 10**400]


@pytest.mark.parametrize("field", sorted(status()))
def test_a_field_of_any_wrong_type_never_loses_the_comment_unless_it_is_the_id(field: str, server: AnsweringServer):
    news = [mention(str(100 + number), status() | {field: wrong}) for number, wrong in enumerate(WRONG)]
    server.on("/api/v1/notifications", news)
    page = MastodonConnector(server.url, "t", US).pull("")
    assert len(page.items) + len(page.unreadable) == len(WRONG)
    if field != "id":
        assert page.unreadable == ()
    for item in page.items:
        written = json.dumps(item.raw, ensure_ascii=False, allow_nan=False)
        assert "\x00" not in item.text + item.author_name + written
        written.encode()


def test_a_comment_without_an_author_is_kept(server: AnsweringServer):
    server.on("/api/v1/notifications", [mention("9", status() | {"account": None})])
    (item,) = MastodonConnector(server.url, "t", US).pull("").items
    assert (item.author_id, item.author_name, item.text) == ("", "", "Når kommer brøytebilen?")
    assert "account is missing" in item.problems


def test_a_page_of_news_without_any_id_is_not_understood(server: AnsweringServer):
    server.on("/api/v1/notifications", [{"type": "mention", "status": status()}])
    with pytest.raises(ProtocolError) as caught:
        MastodonConnector(server.url, "t", US).pull("")
    assert json.loads(caught.value.raw)[0]["status"]["id"] == "1000"


def test_without_ids_the_link_says_where_to_go_on_and_its_address_is_never_called(server: AnsweringServer):
    link = '<https://evil.example/x?max_id=1>; rel="next", <https://evil.example/x?types=a,b&min_id=55>; rel="prev"'
    server.on("/api/v1/notifications", [{"type": "mention"}], headers={"Link": link})
    page = MastodonConnector(server.url, "t", US).pull("")
    assert (page.next_cursor, page.more) == ("new:0:55", True)
    assert len(server.requests) == 1


def test_bytes_that_are_no_utf8_do_not_cost_the_comment(server: AnsweringServer):
    body = json.dumps([GOOD], ensure_ascii=False).encode("latin-1")
    server.on("/api/v1/notifications", body)
    page = MastodonConnector(server.url, "t", US).pull("")
    assert page.items[0].text == "N\ufffdr kommer br\ufffdytebilen?"
    assert page.raw == body


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le"])
def test_json_in_other_unicode_encodings_is_read(encoding: str, server: AnsweringServer):
    server.on("/api/v1/notifications", json.dumps([GOOD], ensure_ascii=False).encode(encoding))
    assert MastodonConnector(server.url, "t", US).pull("").items[0].text == "Når kommer brøytebilen?"


class Scripted:
    """Stands in for a session: every read gives the same body."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, path: str, params: object = (), *, body_limit: int = 0) -> Answer:
        return Answer(200, {}, self.body)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
NAMES = st.sampled_from(
    [*status(), *status()["account"], "type", "status", "ancestors", "descendants", "options", "title"]
)
ANY_JSON = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=8), max_leaves=40
)
NEARLY_NEWS = st.lists(
    st.fixed_dictionaries({"id": SCALARS | st.just("7"), "status": st.dictionaries(NAMES, ANY_JSON) | ANY_JSON}),
    max_size=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANY_JSON | NEARLY_NEWS, cursor=st.text() | st.just("") | st.just("back:3:9"))
def test_no_json_raises_anything_but_a_channel_error(answer: object, cursor: str):
    scripted = Scripted(json.dumps(answer).encode())
    connector = MastodonConnector("https://sosial.example", "t", US, session=scripted)  # type: ignore[arg-type]
    found = outcome(connector, cursor)
    assert found.raw == scripted.body
    for read in (lambda: connector.posts(5), lambda: connector.thread("1"), lambda: connector.refresh(["1"])):
        with suppress(ChannelError):
            read()


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_channel_error(body: bytes):
    connector = MastodonConnector("https://sosial.example", "t", US, session=Scripted(body))  # type: ignore[arg-type]
    assert outcome(connector).raw == body


@settings(max_examples=150, deadline=None)
@given(content=st.text(st.characters() | st.sampled_from("<>&/'\"= ap!-#;\x00\n")))
def test_no_html_costs_the_comment(content: str):
    scripted = Scripted(json.dumps([mention("9", status(content=content))]).encode())
    connector = MastodonConnector("https://sosial.example", "t", US, session=scripted)  # type: ignore[arg-type]
    (item,) = connector.pull("").items
    assert "\x00" not in item.text
    item.text.encode()
