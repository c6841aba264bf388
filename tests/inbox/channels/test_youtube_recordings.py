"""What YouTube was recorded to answer, read by the connector."""

from typing import Any

import pytest

from inbox.channels.base import AuthExpiredError, ParentRef, PermissionMissingError
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_items import comment_item, thread_of
from inbox.channels.youtube_place import Place
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.pulls import read_all
from tests.inbox.channels.reference import needs_reference, read

pytestmark = needs_reference
EXPECTED = {name: told for name, told in (read("channels/expected.json") or {}).items() if name.startswith("youtube/")}
US = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
BY_FILM, BY_CHANNEL = "youtube/comment_threads_by_video_paged_1.json", "youtube/comment_threads_by_channel.json"
ANSWERS, WITH_ANSWERS = "youtube/comments_by_parent_paged_1.json", "youtube/thread_with_replies.json"
THREADS = "/youtube/v3/commentThreads"


def recorded(name: str) -> Any:
    return read(f"channels/{name}")


@pytest.mark.parametrize("name", [BY_FILM, BY_CHANNEL])
def test_recorded_threads_are_read_as_expected(name: str, server: AnsweringServer):
    server.on(THREADS, recorded(name))
    page = YoutubeConnector(server.url, "t", US).pull("")
    expected = EXPECTED[name]
    assert [item.external_id for item in page] == list(expected["threads"])
    assert [item.author_name for item in page] == expected["authors"]
    assert [thread for thread, _ in Place.read(page.next_cursor).waiting] == expected["replies_to_fetch"]
    assert page.more is expected["has_next"]
    assert page.unreadable == ()
    assert all(item.created_at and not item.problems and not item.edited_at for item in page)
    counts = {one.top.external_id: one.reply_count for one in (thread_of(raw, US) for raw in recorded(name)["items"])}
    assert counts == expected["threads"]


def test_a_recorded_comment_has_its_film_and_its_words_without_html(server: AnsweringServer):
    server.on(THREADS, recorded(BY_FILM))
    first = YoutubeConnector(server.url, "t", US).pull("").items[0]
    assert (first.text, first.is_html) == ("Google.com", False)
    assert (first.root_id, first.parent_id) == ("F1UP7wRCPH8", "F1UP7wRCPH8")
    assert first.author_url == "http://www.youtube.com/channel/UCzj-CjKYmGlZ7vTL-vOe57A"


def test_a_recorded_comment_on_the_channel_itself_answers_nothing():
    top = thread_of(recorded(BY_CHANNEL)["items"][0], US).top
    assert (top.root_id, top.parent_id, top.permalink, top.is_post) == (top.external_id, None, "", False)


def test_recorded_answers_belong_to_their_thread():
    items = [comment_item(raw, US, "F1UP7wRCPH8") for raw in recorded(ANSWERS)["items"]]
    assert {item.external_id: item.parent_id for item in items} == EXPECTED[ANSWERS]["replies"]
    assert {item.root_id for item in items} == {"F1UP7wRCPH8"}
    assert bool(recorded(ANSWERS).get("nextPageToken")) is EXPECTED[ANSWERS]["has_next"]


def test_recorded_answers_inside_a_thread_come_along(server: AnsweringServer):
    server.on(THREADS, {"items": [recorded(WITH_ANSWERS)]})
    page = YoutubeConnector(server.url, "t", US).pull("")
    expected = EXPECTED[WITH_ANSWERS]
    top, *answers = page.items
    assert (top.external_id, top.author_name) == (expected["thread"], expected["author"])
    assert {item.external_id: item.parent_id for item in answers} == expected["replies"]
    assert not page.more


def test_the_recorded_page_given_for_ever_is_five_threads_and_an_end(server: AnsweringServer):
    server.on(THREADS, recorded(BY_FILM))
    server.on("/youtube/v3/comments", recorded(ANSWERS) | {"nextPageToken": ""})
    items, _ = read_all(YoutubeConnector(server.url, "t", US))
    assert {item.external_id for item in items} == {*EXPECTED[BY_FILM]["threads"], *EXPECTED[ANSWERS]["replies"]}


def test_the_recorded_insertion_is_ours():
    own = "UCa-vrCLQHviTOVnEKDOdetQ"
    top = thread_of(recorded("youtube/insert_response.json"), own).top
    assert (top.own, top.text, top.root_id) == (True, "Sun from the api", "JE8xdDp5B8Q")


def test_the_recorded_403_is_a_missing_right_whatever_its_reason_says(server: AnsweringServer):
    server.on("/", recorded("youtube/error_permission_resp.json"), 403)
    with pytest.raises(PermissionMissingError) as caught:
        YoutubeConnector(server.url, "t", US).pull("")
    assert EXPECTED["youtube/error_permission_resp.json"] == {"kind": "permission", "retry": caught.value.try_again}


def test_the_recorded_400_is_about_the_key(server: AnsweringServer):
    server.on("/", recorded("youtube/error_response.json"), 400)
    with pytest.raises(AuthExpiredError) as caught:
        YoutubeConnector(server.url, "t", US).publish(ParentRef("UgydxWWoeA7F1OdqypJ4AaABAg"), "Hei", "k", "nb")
    assert caught.value.code == "keyInvalid"
