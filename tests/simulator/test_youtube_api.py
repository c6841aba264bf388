"""The practice platform speaks YouTube: shapes as recorded, the same book, refusals by reason."""

from pathlib import Path
from typing import Any

import pytest

from simulator.dialects.youtube_shapes import channel_id, comment_id, film_id, number_of
from tests.inbox.channels.reference import FOLDER, needs_reference, read
from tests.simulator.test_shapes import differences
from tests.simulator_server import Simulator

BASE = "/youtube/v3/"
assert isinstance(FOLDER, Path)


def get(simulator: Simulator, what: str, **query: str) -> Any:
    response = simulator.api("GET", BASE + what, params={"part": "snippet,replies,contentDetails", **query})
    assert response.status_code == 200, response.text
    return response.json()


def refused(simulator: Simulator, method: str, what: str, **more: Any) -> tuple[int, str]:
    response = simulator.api(method, BASE + what, **more)
    error = response.json()["error"]
    assert error["code"] == response.status_code
    return response.status_code, error["errors"][0]["reason"]


@pytest.fixture
def channel(simulator: Simulator) -> str:
    return str(get(simulator, "channels", mine="true")["items"][0]["id"])


@pytest.fixture
def top(simulator: Simulator) -> str:
    return simulator.comment(simulator.post("Vi brøyter."), "Når?\nOg <hvor>?", mention=False)


def say(simulator: Simulator, parent: str, text: str = "Enig") -> str:
    return simulator.comment(parent, text, mention=False)


@needs_reference
def test_threads_with_their_answers_are_shaped_as_recorded(simulator: Simulator, channel: str, top: str):
    say(simulator, top)
    given = get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel)
    (thread,) = given["items"]
    assert differences(read("channels/youtube/thread_with_replies.json"), thread, "thread") == []
    wanted = read("channels/youtube/comment_threads_by_video_paged_1.json")
    del wanted["nextPageToken"], wanted["items"], given["items"]
    assert differences(wanted, given) == []
    assert thread["snippet"]["totalReplyCount"] == 1


@needs_reference
def test_a_last_page_of_threads_is_shaped_as_recorded(simulator: Simulator, channel: str, top: str):
    wanted = read("channels/youtube/comment_threads_by_channel.json")
    given = get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel)
    assert "nextPageToken" not in given
    (thread,) = given["items"]
    snippet = thread["snippet"]
    # The recorded ones stand on the channel's own page: they name the channel, and have no film.
    film = snippet.pop("videoId")
    assert snippet["topLevelComment"]["snippet"].pop("videoId") == film
    for one in (wanted["items"][0]["snippet"], wanted["items"][0]["snippet"]["topLevelComment"]["snippet"]):
        assert one.pop("channelId")
    assert differences(wanted, given) == []


@needs_reference
def test_a_page_of_answers_is_shaped_as_recorded(simulator: Simulator, top: str):
    for _ in range(3):
        say(simulator, top)
    given = get(simulator, "comments", parentId=comment_id(int(top)), maxResults="2")
    wanted = read("channels/youtube/comments_by_parent_paged_1.json")
    given["pageInfo"].pop("totalResults")
    assert differences(wanted, given) == []


@needs_reference
@pytest.mark.parametrize("name", ["error_permission_resp", "error_response"])
def test_a_refusal_is_shaped_as_recorded(name: str, simulator: Simulator):
    wanted = read(f"channels/youtube/{name}.json")
    wanted["error"].pop("status", None)
    assert differences(wanted, simulator.api("GET", BASE + "channels", token="x").json()) == []


@needs_reference
def test_an_insertion_has_the_recorded_comment(simulator: Simulator, top: str):
    body = {"snippet": {"parentId": comment_id(int(top)), "textOriginal": " Klokka sju. "}}
    given = simulator.api("POST", f"{BASE}comments?part=snippet", json=body).json()
    wanted = read("channels/youtube/insert_response.json")["snippet"]["topLevelComment"]
    del wanted["snippet"]["channelId"]
    assert differences(wanted | {"snippet": wanted["snippet"] | {"parentId": ""}}, given) == []
    assert given["snippet"]["textOriginal"] == "Klokka sju."
    assert simulator.book("meraker")[0]["in_reply_to_id"] == top


def test_ids_lead_back_to_the_book():
    for number in (0, 1, 2**62 + 5):
        ids = (film_id(number), channel_id(number), comment_id(number), comment_id(number, 7))
        assert [number_of(one) for one in ids] == [number] * 4
        assert [len(one) for one in ids] == [11, 24, 26, 49]
    assert number_of("tull") is None


def test_answers_of_any_depth_are_one_level_and_only_five_come_along(simulator: Simulator, channel: str, top: str):
    below = top
    written = [below := say(simulator, below) for _ in range(7)]
    simulator.delete(written[2])
    (thread,) = get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel)["items"]
    assert thread["snippet"]["totalReplyCount"] == 6
    assert len(thread["replies"]["comments"]) == 5
    answers = get(simulator, "comments", parentId=thread["id"])["items"]
    left = [one for one in reversed(written) if one != written[2]]
    assert [one["id"] for one in answers] == [comment_id(int(one), int(top)) for one in left]
    assert {one["snippet"]["parentId"] for one in answers} == {thread["id"]}


@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_bring_every_thread_once_newest_first(size: int, simulator: Simulator, channel: str):
    post = simulator.post()
    written = simulator.comment_all([{"parent": post, "text": f"{n}", "mention": False} for n in range(10)])
    found: list[str] = []
    token = ""
    for _ in range(20):
        asked = {"allThreadsRelatedToChannelId": channel, "maxResults": str(size)} | (
            {"pageToken": token} if token else {}
        )
        given = get(simulator, "commentThreads", **asked)
        found += [one["id"] for one in given["items"]]
        if not (token := given.get("nextPageToken", "")):
            break
    assert found == [comment_id(int(one)) for one in reversed(written)]


def test_text_comes_as_html_unless_plain_is_asked_for(simulator: Simulator, top: str):
    number = comment_id(int(top))
    (usual,) = get(simulator, "comments", id=number)["items"]
    (plain,) = get(simulator, "comments", id=number, textFormat="plainText")["items"]
    assert usual["snippet"]["textDisplay"] == "<p>Når?<br />Og &lt;hvor&gt;?</p>"
    assert plain["snippet"]["textDisplay"] == "Når?\nOg <hvor>?"


def test_a_held_comment_is_only_in_the_list_of_held_ones(simulator: Simulator, channel: str, top: str):
    number = comment_id(int(top))
    moderate = f"{BASE}comments/setModerationStatus?id={number}&moderationStatus="
    assert simulator.api("POST", moderate + "heldForReview").status_code == 204
    assert get(simulator, "comments", id=number)["items"] == []
    assert get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel)["items"] == []
    (held,) = get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel, moderationStatus="heldForReview")[
        "items"
    ]
    assert held["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] == "heldForReview"
    assert simulator.api("POST", moderate + "published").status_code == 204
    assert len(get(simulator, "comments", id=number)["items"]) == 1


def test_our_own_is_changed_and_deleted_and_others_is_not(simulator: Simulator, top: str):
    theirs = comment_id(int(top))
    body = {"snippet": {"parentId": theirs, "textOriginal": "Sju."}}
    ours = simulator.api("POST", f"{BASE}comments?part=snippet", json=body).json()["id"]
    change = {"id": ours, "snippet": {"textOriginal": "Åtte."}}
    changed = simulator.api("PUT", f"{BASE}comments?part=snippet", json=change).json()["snippet"]
    assert changed["textOriginal"] == "Åtte."
    assert changed["updatedAt"] >= changed["publishedAt"]
    assert simulator.api("DELETE", f"{BASE}comments?id={ours}").status_code == 204
    assert refused(simulator, "DELETE", f"comments?id={ours}") == (404, "commentNotFound")
    assert refused(simulator, "DELETE", f"comments?id={theirs}") == (403, "forbidden")


def test_what_cannot_be_done_is_refused_by_its_reason(simulator: Simulator, channel: str, top: str):
    number = comment_id(int(top))
    nested = comment_id(int(say(simulator, top)), int(top))
    threads = f"commentThreads?part=snippet&allThreadsRelatedToChannelId={channel}"
    write = {"method": "POST", "what": "comments?part=snippet"}
    assert refused(simulator, "GET", "commentThreads?videoId=x") == (400, "missingRequiredParameter")
    assert refused(simulator, "GET", f"{threads}&maxResults=500") == (400, "invalidValue")
    assert refused(simulator, "GET", f"{threads}&pageToken=tull") == (400, "invalidPageToken")
    assert refused(simulator, "GET", f"{threads}&moderationStatus=x") == (400, "invalidValue")
    assert refused(simulator, "GET", "commentThreads?part=snippet&videoId=AAAAAAAAAAA") == (404, "videoNotFound")
    assert refused(simulator, "GET", "channels?part=snippet&mine=true", token=None) == (401, "authError")
    for parent, text, told in (
        (number, " ", (400, "commentTextRequired")),
        (number, "x" * 10_001, (400, "commentTextTooLong")),
        (nested, "x", (400, "operationNotSupported")),
        (comment_id(7), "x", (404, "commentNotFound")),
    ):
        assert refused(simulator, **write, json={"snippet": {"parentId": parent, "textOriginal": text}}) == told
    assert refused(simulator, **write, json=[]) == (400, "invalidCommentMetadata")
    other = {"token": "demo-token-tydal"}
    moderate = f"comments/setModerationStatus?id={number}&moderationStatus="
    assert refused(simulator, "POST", f"{moderate}rejected", **other) == (403, "forbidden")
    assert refused(simulator, "POST", f"{moderate}likelySpam") == (400, "operationNotSupported")


def test_faults_and_read_lag_hold_here_too(simulator: Simulator, channel: str):
    simulator.fault("status", path=BASE, code=403, body={"error": {"code": 403}}, times=1)
    assert simulator.api("GET", f"{BASE}channels?part=id&mine=true").status_code == 403
    simulator.fault("read_lag", path=f"{BASE}commentThreads", ms=60_000)
    simulator.comment(simulator.post(), mention=False)
    assert get(simulator, "commentThreads", allThreadsRelatedToChannelId=channel)["items"] == []
