"""What a real Bluesky network (PDS and AppView, 2026) answered, read by the connector."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.channels.base import (
    GONE,
    AuthExpiredError,
    ChannelError,
    GoneError,
    Item,
    ParentRef,
    RejectedError,
    UnclearError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_addresses import as_address, own_key
from inbox.channels.bluesky_errors import error_of, machine_code
from inbox.channels.bluesky_session import Tokens
from inbox.channels.http import Answer
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_posts import NEWS, POSTS, PUT, THREAD
from tests.inbox.channels.reference import needs_reference, read

pytestmark = needs_reference
RUN: list[dict[str, Any]] = read("channels/bluesky/recorded-run.json") or []
EXPECTED = (read("channels/expected.json") or {}).get("bluesky/recorded-run.json", {})
KOMMUNE = "did:plc:asnlfjgtel6nktugkz2lmj3y"
OUR_REPLY = f"at://{KOMMUNE}/app.bsky.feed.post/3n2s75mpd5n2l"
RECORD = "/xrpc/com.atproto.repo.getRecord"


def play(server: AnsweringServer, path: str, number: int) -> None:
    answer = RUN[number]["response"]
    server.on(path, answer["body"], answer["status"])


def connector(server: AnsweringServer) -> BlueskyConnector:
    return BlueskyConnector(server.url, str(Tokens("a", "", KOMMUNE)), KOMMUNE)


def test_the_recorded_errors_are_those_expected_and_each_has_its_meaning():
    failed = [one["response"] for one in RUN if one["response"]["status"] >= 400]
    counted = Counter(str((one["status"], one["body"]["error"])) for one in failed)
    assert EXPECTED["errors"].keys() <= counted.keys()
    meanings = {}
    for one in RUN:
        answer, write = one["response"], one["request"]["method"] == "POST"
        if answer["status"] >= 400:
            body = json.dumps(answer["body"]).encode()
            error = error_of(Answer(answer["status"], {}, body), write=write)
            meanings[answer["status"], machine_code(body)] = type(error)
    assert meanings == {
        (400, "InvalidRequest"): RejectedError,
        (400, "InvalidSwap"): RejectedError,
        (400, "InvalidToken"): AuthExpiredError,
        (400, "NotFound"): GoneError,
        (401, "AuthenticationRequired"): AuthExpiredError,
        (500, "InternalServerError"): UnclearError,
    }


def test_the_recorded_comment_is_read_as_expected(server: AnsweringServer):
    play(server, NEWS, 7)
    page = connector(server).pull("")
    (item,) = page.items
    assert (item.external_id, item.text) == (EXPECTED["first_comment"], EXPECTED["comment_text"])
    assert item.root_id == item.parent_id == EXPECTED["first_post"]
    assert (item.author_handle, item.author_name) == ("kari-cf47c5.test", "kari-cf47c5.test")
    assert (item.language, item.own, item.is_post, item.problems) == ("nb", False, False, ())
    assert item.created_at == datetime(2026, 11, 21, 3, 51, 38, tzinfo=UTC)
    assert not page.more


def test_a_recorded_empty_page_keeps_its_place(server: AnsweringServer):
    play(server, NEWS, 6)
    page = connector(server).pull("")
    assert (page.items, page.more) == ((), False)


def test_five_comments_with_one_time_are_all_on_the_large_page(server: AnsweringServer):
    play(server, NEWS, 33)
    assert sum(item.text.startswith("same time") for item in connector(server).pull("")) == 5


def test_after_a_small_page_the_next_is_asked_for_a_little_higher(server: AnsweringServer):
    play(server, NEWS, 34)
    ours = connector(server)
    page = ours.pull("")
    assert page.more
    ours.pull(page.next_cursor)
    assert server.paths[-1].endswith("cursor=2026-11-21T03%3A51%3A40.001Z")


def test_the_recorded_threads_are_read_whole(server: AnsweringServer):
    play(server, THREAD, 8)
    root, comment = connector(server).thread(EXPECTED["first_post"]).items
    assert (root.external_id, root.is_post, root.own) == (EXPECTED["first_post"], True, True)
    assert (comment.external_id, comment.hidden) == (EXPECTED["first_comment"], False)
    play(server, THREAD, 22)
    ours = connector(server).thread(EXPECTED["first_post"]).items[-1]
    assert (ours.external_id, ours.parent_id, ours.own) == (OUR_REPLY, EXPECTED["first_comment"], True)


def test_a_recorded_hidden_reply_is_told_and_still_there(server: AnsweringServer):
    play(server, THREAD, 23)
    hidden = {item.external_id: item.hidden for item in connector(server).thread(EXPECTED["first_post"])}
    assert hidden == {EXPECTED["first_post"]: False, EXPECTED["first_comment"]: True, OUR_REPLY: False}


def test_the_recorded_edit_has_another_version_and_text(server: AnsweringServer):
    found = []
    for number in (23, 27, 38):
        play(server, THREAD, number)
        page = connector(server).thread(EXPECTED["first_post"])
        found += [one for one in page if one.external_id == EXPECTED["first_comment"]]
    assert {one.text for one in found} >= {EXPECTED["comment_text"], "Kvifor går avgifta opp? (endra)"}
    assert len({one.raw["cid"] for one in found}) == 2


def test_our_reply_under_a_recorded_deletion_is_read_from_itself(server: AnsweringServer):
    play(server, THREAD, 42)
    play(server, f"{THREAD}?uri={EXPECTED['first_post'].replace(':', '%3A').replace('/', '%2F')}", 39)
    items = connector(server).thread(OUR_REPLY).items
    assert items[0].external_id == EXPECTED["first_post"]
    assert items[-1].external_id == OUR_REPLY
    assert items[-1].parent_id == EXPECTED["first_comment"]
    assert EXPECTED["first_comment"] not in [item.external_id for item in items]


def test_a_recorded_missing_post_is_gone(server: AnsweringServer):
    play(server, POSTS, 41)
    play(server, THREAD, 40)
    found = connector(server).refresh([EXPECTED["first_comment"], EXPECTED["first_post"]])
    assert found[EXPECTED["first_comment"]] is GONE
    assert isinstance(found[EXPECTED["first_post"]], Item)
    with pytest.raises(GoneError):
        connector(server).thread(EXPECTED["first_comment"])


def test_the_recorded_refusal_of_a_second_version_adopts_the_first(server: AnsweringServer):
    comment = RUN[8]["response"]["body"]["thread"]["replies"][0]["post"]
    sent = RUN[9]["request"]["json"]["record"]
    server.on(POSTS, {"posts": [comment]})
    play(server, PUT, 14)
    server.on(RECORD, {"uri": OUR_REPLY, "cid": "bafyone", "value": sent})
    parent = ParentRef(comment["uri"])
    published = connector(server).publish(parent, sent["text"], "key", "nb")
    (_, body), _ = server.requests[-2:]
    assert b'"swapRecord": null' in body
    assert published.external_id.startswith(f"at://{KOMMUNE}/app.bsky.feed.post/3n2s")  # beside what it answers
    assert published.created_at == datetime(2026, 11, 21, 3, 51, 39, tzinfo=UTC)
    with pytest.raises(RejectedError):
        connector(server).publish(parent, "Noe annet", "key", "nb")


@pytest.mark.parametrize("number", [12, 13])
def test_the_recorded_success_and_the_recorded_no_op_are_published(number: int, server: AnsweringServer):
    comment = RUN[8]["response"]["body"]["thread"]["replies"][0]["post"]
    server.on(POSTS, {"posts": [comment]})
    play(server, PUT, number)
    assert connector(server).publish(ParentRef(comment["uri"]), "Hei", "key", "nb").created_at


def test_the_recorded_lengths_are_counted_as_the_server_counted_them(server: AnsweringServer):
    ours = connector(server)
    family = "👨‍👩‍👧‍👦"
    for number, text in {17: "æ" * 300, 18: "æ" * 301, 19: family * 300, 20: family * 120}.items():
        assert ours.count(text).too_long == (RUN[number]["response"]["status"] == 400)


def test_the_recorded_tokens_are_told_from_other_refusals(server: AnsweringServer):
    play(server, "/", 43)
    with pytest.raises(AuthExpiredError) as caught:
        connector(server).pull("")
    assert caught.value.code == "InvalidToken"
    play(server, NEWS, 46)
    with pytest.raises(RejectedError):
        connector(server).pull("")


def test_the_recorded_renewal_is_understood(server: AnsweringServer):
    kept: list[str] = []
    play(server, NEWS, 43)
    play(server, "/xrpc/com.atproto.server.refreshSession", 44)
    ours = BlueskyConnector(server.url, str(Tokens("a", "r", KOMMUNE)), KOMMUNE, keep_token=kept.append)
    with pytest.raises(ChannelError):
        ours.pull("")
    assert Tokens.read(kept[0]) == Tokens("<accessJwt>", "<refreshJwt>", KOMMUNE, "kommune-cf47c5.test")


def test_a_key_of_ours_has_the_form_the_server_asks_for():
    from_recording = EXPECTED["first_comment"].rsplit("/", 1)[1]
    assert "Invalid TID" in RUN[15]["response"]["body"]["message"]
    about = as_address(EXPECTED["first_comment"])
    assert about is not None
    key = own_key("0d0c7f5e-0a5a-4a7c-9a86-0d6f0f5a8f11", about)
    assert len(key) == len(from_recording) == 13
    assert key > from_recording
