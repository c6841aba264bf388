"""Whatever comes back as YouTube's answer: kept, never obeyed, never fatal."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channels.base import ChannelError, Page, ParentRef, ProtocolError, RateLimitedError
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_place import Place
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import lines_of, needs_reference
from tests.inbox.channels.test_hostile_answers import WRONG, Scripted
from tests.inbox.channels.youtube_answers import FILM, US, comment, number, page, thread

CASES = lines_of("hostile/responses.open.jsonl")
THREADS = "/youtube/v3/commentThreads"


def outcome(connector: YoutubeConnector, cursor: str = "") -> Page | ChannelError:
    try:
        return connector.pull(cursor)
    except ChannelError as error:
        return error


@needs_reference
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_answer_never_breaks_the_reader(case: dict[str, Any], server: AnsweringServer):
    body = base64.b64decode(case["body_b64"])
    server.on("/", body, case["status"], case["headers"] | {"Content-Length": str(len(body))})
    found = outcome(YoutubeConnector(server.url, "t", US))
    assert isinstance(found, ChannelError)  # not one of them is a page of YouTube's
    unpacked = gzip.decompress(body) if "Content-Encoding" in case["headers"] else body
    assert found.raw == (b"" if case["status"] == 204 else unpacked[: 1024 * 1024])  # a 204 ends with its head
    assert 0 <= found.retry_after <= 3600
    assert isinstance(found, RateLimitedError) is (case["status"] == 429)


@needs_reference
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_same_rows_as_youtubes_page_are_kept_as_unreadable(case: dict[str, Any], server: AnsweringServer):
    body = base64.b64decode(case["body_b64"]).replace(b'"data"', b'"items"')
    server.on("/", body, 200)
    found = outcome(YoutubeConnector(server.url, "t", US))
    if isinstance(found, Page):
        assert found.raw == body
        assert len(found.unreadable) == len(json.loads(body)["items"])


STRANGE = {
    "null": None,
    "a list": [],
    "a thread without a comment": {"id": "x", "snippet": {}},
    "a comment without an id": thread({"snippet": {}}),
    "an id that is a path": thread(comment("../../x/../../y")),
    "an id that is two": thread(comment(f"{number(1)},{number(2)}")),
    "a comment nested 200 deep": thread(comment() | {"x": json.loads("[" * 200 + "]" * 200)}),
}


@pytest.mark.parametrize("piece", STRANGE.values(), ids=STRANGE.keys())
def test_one_strange_piece_is_kept_and_does_not_stop_its_page(piece: object, server: AnsweringServer):
    server.on(THREADS, page(piece, thread(comment(number(1)), 1, (piece, comment(number(1, 1))))))
    found = YoutubeConnector(server.url, "t", US).pull("")
    assert [item.external_id for item in found] == [number(1), number(1, 1)]
    assert len(found.unreadable) == 2


@pytest.mark.parametrize("field", [*sorted(comment()["snippet"]), "parentId", "textOriginal", "moderationStatus"])
def test_a_field_of_any_wrong_type_never_loses_the_comment(field: str, server: AnsweringServer):
    tops = [thread(comment(number(n), **{field: wrong})) for n, wrong in enumerate(WRONG)]
    server.on(THREADS, page(*tops))
    found = YoutubeConnector(server.url, "t", US).pull("")
    assert len(found.items) == len(WRONG)
    for item in found:
        written = json.dumps(item.raw, ensure_ascii=False, allow_nan=False)
        assert "\x00" not in item.text + item.author_name + written
        written.encode()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_thread_with_any_wrong_number_of_answers_is_kept(wrong: object, server: AnsweringServer):
    piece = thread(comment(number(1)))
    piece["snippet"]["totalReplyCount"] = wrong
    piece["replies"] = wrong
    server.on(THREADS, page(piece))
    assert [item.external_id for item in YoutubeConnector(server.url, "t", US).pull("")] == [number(1)]


def test_a_token_of_megabytes_is_not_kept(server: AnsweringServer):
    server.on(THREADS, page(thread(comment()), following="x" * 10**6))
    with pytest.raises(ProtocolError):
        YoutubeConnector(server.url, "t", US).pull("")


@pytest.mark.parametrize(
    "cursor", ["tull", "[]", "7", '{"known":7}', '{"waiting":[1]}', '{"seen":{"a":null}}', "[" * 10**5, '{"pages":"x"}']
)
def test_a_damaged_cursor_begins_from_the_beginning(cursor: str):
    assert Place.read(cursor) == Place()


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just(number(1))
COMMENT, THREAD = comment(), thread(comment())
IN_CHANNELS = ["contentDetails", "relatedPlaylists", "uploads", "status"]
NAMES = st.sampled_from(
    [*COMMENT, *COMMENT["snippet"], *THREAD, *THREAD["snippet"], "replies", "comments", "value", "items", *IN_CHANNELS]
)
ANY_JSON = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=8), max_leaves=40
)
NEARLY = st.fixed_dictionaries({"items": st.lists(ANY_JSON | st.builds(thread, st.builds(comment)), max_size=5)})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANY_JSON | NEARLY, cursor=st.text() | st.just('{"waiting":[["x","y"]]}'))
def test_no_json_raises_anything_but_a_channel_error(answer: object, cursor: str):
    scripted = Scripted(json.dumps(answer).encode())
    connector = YoutubeConnector("https://youtube.example", "t", US, session=scripted)  # type: ignore[arg-type]
    assert outcome(connector, cursor).raw == scripted.body
    for read in (
        lambda: connector.posts(5),
        lambda: connector.thread(FILM),
        lambda: connector.thread(number(1)),
        lambda: connector.refresh([number(1)]),
        lambda: connector.find_published(ParentRef(number(1)), "x", datetime.now(UTC)),
        connector.check_account,
    ):
        with suppress(ChannelError):
            read()
