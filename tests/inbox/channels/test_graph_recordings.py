"""What the Graph API was recorded to answer, read by the connectors."""

from typing import Any

import pytest

from inbox.channels.base import GONE, GoneError, Item, ParentRef
from inbox.channels.facebook import FacebookConnector, comment_item, post_item
from inbox.channels.graph import following
from inbox.channels.instagram import InstagramConnector
from inbox.channels.instagram import comment_item as instagram_comment
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import needs_reference, read

pytestmark = needs_reference
EXPECTED = read("channels/expected.json") or {}
PAGE, POST = "19292868552", "19292868552_10158407654328553"


def recorded(name: str) -> Any:
    return read(f"channels/{name}")


def last_number(external_id: str | None) -> str:
    return (external_id or "").rsplit("_", 1)[-1]


def test_a_recorded_page_of_facebook_comments_has_its_nesting_without_ids_and_parents(server: AnsweringServer):
    expected, body = EXPECTED["facebook/comments_p1.json"], recorded("facebook/comments_p1.json")
    server.on("/v26.0/", body)
    onwards = following(body["paging"])
    assert (onwards == (("after", "after"),)) is expected["has_next"]
    assert body["summary"]["total_count"] == expected["reported_total"]
    connector = FacebookConnector(server.url, "t", PAGE)
    items = [comment_item(piece, PAGE, POST) for piece in body["data"]]
    assert len({item.external_id for item in items}) == expected["comments"]
    assert sum(item.parent_id == POST for item in items) == expected["top_level"]
    replies = {last_number(one.external_id): last_number(one.parent_id) for one in items if one.parent_id != POST}
    assert replies == expected["replies"]
    assert not any(item.own for item in items)
    assert [item.external_id for item in connector.thread(POST)] == [item.external_id for item in items]
    assert len(server.requests) < 6  # the recorded page leads to itself


def test_an_answer_to_a_recorded_answer_goes_to_the_comment_at_the_top(server: AnsweringServer):
    server.on("/", recorded("facebook/create_resp.json"))
    piece = recorded("facebook/comments_p1.json")["data"][5]
    connector = FacebookConnector(server.url, "t", PAGE)
    done = connector.publish(ParentRef.of(comment_item(piece, PAGE, POST)), "Hei", "k", "nb")
    assert server.paths == ["POST /v26.0/10158407654328553_10158407903973553/comments"]
    assert done.external_id == "245778718206154_229887283291835"
    assert done.permalink.endswith("comment_id=229887283291835")
    assert done.created_at is not None


def test_a_recorded_facebook_comment_is_read_whole():
    expected = EXPECTED["facebook/comment_full.json"]
    item = comment_item(recorded("facebook/comment_full.json"), "2121008874780932")
    assert (item.external_id, item.author_name, item.author_id) == (
        expected["id"],
        expected["author"],
        expected["author_id"],
    )
    assert item.hidden is expected["hidden"]
    assert item.raw["can_hide"] is expected["can_hide"]
    assert len(item.attachments) == expected["attachments"]
    assert (item.attachments[0].kind, item.text, item.problems) == ("photo", "My Nice Car ", ())
    assert item.parent_id == item.root_id == "2121008874780932_2954961744718970"


def test_recorded_facebook_posts_are_read_and_their_list_goes_on_by_time(server: AnsweringServer):
    body = recorded("facebook/feed_fields_p1.json")
    assert dict(following(body["paging"])) == {"until": "1624385168", "__paging_token": "__paging_token"}
    items = [post_item(piece, "4") for piece in body["data"]]
    assert len(items) == 5
    assert all(item.root_id == item.external_id and item.parent_id is None for item in items)
    server.on("/", body)
    page = FacebookConnector(server.url, "t", "4").pull("")
    assert page.more
    assert page.raw
    assert page.unreadable == ()
    full = post_item(recorded("facebook/post_full.json"), "565225540184937")
    assert (full.attachments[0].kind, full.attachments[0].alt) == ("album", "Photos from CGTN's post")


@pytest.mark.parametrize("kind", [FacebookConnector, InstagramConnector])
def test_the_recorded_error_is_gone_or_not_permitted(kind: Any, server: AnsweringServer):
    expected = EXPECTED["facebook/error_data.json"]
    assert expected["kind"] == "not_found_or_permission"
    server.on("/", recorded("facebook/error_data.json"), 400)
    connector = kind(server.url, "t", PAGE)
    with pytest.raises(GoneError) as caught:
        connector.thread(POST)
    assert caught.value.code == str(expected["code"])
    assert caught.value.request_id == recorded("facebook/error_data.json")["error"]["fbtrace_id"]
    with pytest.raises(GoneError):
        connector.refresh([POST])  # nothing of ours can be read, so nothing is called gone
    server.on(f"/v26.0/{PAGE}/", {"data": []})
    assert connector.refresh([POST]) == {POST: GONE}


def test_a_recorded_page_of_instagram_comments_is_read(server: AnsweringServer):
    expected, body = EXPECTED["instagram/comments_p1.json"], recorded("instagram/comments_p1.json")
    assert bool(following(body["paging"])) is expected["has_next"]
    server.on("/v26.0/17846368219941692?", {"id": "17846368219941692"})
    server.on("/v26.0/17846368219941692/comments", body)
    items = list(InstagramConnector(server.url, "t", "17841406338772941").thread("17846368219941692"))
    assert [item.external_id for item in items] == expected["comments"]
    assert {item.parent_id for item in items} == {"17846368219941692"}
    assert items[0].text == "Beautiful!"


def test_a_recorded_instagram_comment_brings_its_answers(server: AnsweringServer):
    expected, body = EXPECTED["instagram/comment_full.json"], recorded("instagram/comment_full.json")
    item = instagram_comment(body, "17841406338772941")
    assert (item.external_id, item.author_name, item.hidden) == (
        expected["id"],
        expected["author"],
        expected["hidden"],
    )
    assert item.own
    assert item.root_id == item.parent_id == body["media"]["id"]
    server.on("/v26.0/17846368219941692?", {"id": "17846368219941692"})
    server.on("/v26.0/17846368219941692/comments", {"data": [body]})
    thread = list(InstagramConnector(server.url, "t", "1").thread("17846368219941692"))
    assert {one.external_id: one.parent_id for one in thread[1:]} == expected["replies"]


def test_recorded_instagram_comments_by_id_are_read_from_an_object(server: AnsweringServer):
    expected = EXPECTED["instagram/comments_fields.json"]["comments"]
    server.on("/v26.0/?ids=", recorded("instagram/comments_fields.json"))
    found = InstagramConnector(server.url, "t", "1").refresh(expected)
    assert all(isinstance(found[one], Item) for one in expected)
    assert len(server.requests) == 1


def test_recorded_instagram_posts_and_a_mention_are_read(server: AnsweringServer):
    server.on("/", recorded("instagram/medias_p1.json"))
    posts = list(InstagramConnector(server.url, "t", "17841406338772941").posts(10))
    assert [one.external_id for one in posts] == ["17895731045244887", "17896622936197745"]
    assert all(one.own and one.is_post and one.permalink and one.attachments[0].kind == "image" for one in posts)
    mention = instagram_comment(recorded("instagram/mentioned_comment.json")["mentioned_comment"], "1")
    assert (mention.external_id, mention.author_name, mention.root_id) == ("17967008497439572", "ikroskun", "")
