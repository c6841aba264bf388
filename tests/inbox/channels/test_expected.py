"""Every recorded answer, read by its connector over HTTP, gives value by value what `expected.json` says it holds."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    Item,
    ParentRef,
    PermissionMissingError,
    RejectedError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_errors import error_of, machine_code
from inbox.channels.bluesky_session import Tokens
from inbox.channels.facebook import FacebookConnector
from inbox.channels.http import Answer, ChannelSession
from inbox.channels.instagram import InstagramConnector
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.mastodon_place import Place as MastodonPlace
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_items import thread_of
from inbox.channels.youtube_place import Place as YoutubePlace
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import needs_reference, read

pytestmark = needs_reference
EXPECTED: dict[str, dict[str, Any]] = read("channels/expected.json") or {}
PAGE, POST = "19292868552", "19292868552_10158407654328553"
CHANNEL = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
KINDS = {GoneError: "gone", AuthExpiredError: "auth", PermissionMissingError: "permission", RejectedError: "permanent"}
Reader = Callable[[AnsweringServer], dict[str, Any]]


def recorded(name: str) -> Any:
    return read(f"channels/{name}")


def mastodon_answer(server: AnsweringServer, path: str, name: str, number: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = recorded(f"mastodon/{name}.json")[number]["response"]
    body = answer["body"].encode() if isinstance(answer["body"], str) else answer["body"]
    told = {name: value for name, value in answer["headers"].items() if name.lower() != "content-length"}
    server.on(path, body, answer["status"], told | {"Connection": "close"})
    return answer


def error_from(call: Callable[[], object]) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        call()
    return caught.value


def facebook_page(server: AnsweringServer) -> dict[str, Any]:
    body = recorded("facebook/comments_p1.json")
    connector = FacebookConnector(server.url, "t", PAGE)
    server.on("/v26.0/", body)
    items = connector.thread(POST).items
    calls = len(server.requests)
    server.on(f"/v26.0/{PAGE}/feed", {"data": [{"id": POST, "from": {"id": PAGE}, "comments": body}]})
    (post,) = connector.posts(1)
    number = {one.external_id: one.external_id.rsplit("_", 1)[-1] for one in items}
    return {
        "comments": len(items),
        "top_level": sum(one.parent_id == POST for one in items),
        "replies": {number[one.external_id]: number[one.parent_id] for one in items if one.parent_id in number},
        "has_next": calls > 1,
        "reported_total": post.comment_count,
    }


def facebook_comment(server: AnsweringServer) -> dict[str, Any]:
    body = recorded("facebook/comment_full.json")
    server.on(f"/v26.0/{body['id']}", body)
    item = FacebookConnector(server.url, "t", "2121008874780932").refresh([body["id"]])[body["id"]]
    assert isinstance(item, Item)
    return {
        "id": item.external_id,
        "author": item.author_name,
        "author_id": item.author_id,
        "hidden": item.hidden,
        "can_hide": item.raw["can_hide"],
        "attachments": len(item.attachments),
    }


def facebook_error(server: AnsweringServer) -> dict[str, Any]:
    server.on("/", recorded("facebook/error_data.json"), 400)
    error = error_from(lambda: FacebookConnector(server.url, "t", PAGE).thread(POST))
    assert type(error) is GoneError  # the one kind for both
    return {"kind": "not_found_or_permission", "code": int(error.code)}


def instagram_thread(server: AnsweringServer, body: Any) -> list[Item]:
    server.on("/v26.0/17846368219941692?", {"id": "17846368219941692"})
    server.on("/v26.0/17846368219941692/comments", body)
    return list(InstagramConnector(server.url, "t", "17841406338772941").thread("17846368219941692"))


def instagram_page(server: AnsweringServer) -> dict[str, Any]:
    items = instagram_thread(server, recorded("instagram/comments_p1.json"))
    calls = [path for path in server.paths if "/comments" in path]
    return {"comments": [one.external_id for one in items], "has_next": len(calls) > 1}


def instagram_comment(server: AnsweringServer) -> dict[str, Any]:
    top, *answers = instagram_thread(server, {"data": [recorded("instagram/comment_full.json")]})
    return {
        "id": top.external_id,
        "author": top.author_name,
        "hidden": top.hidden,
        "replies": {one.external_id: one.parent_id for one in answers},
    }


def instagram_by_id(server: AnsweringServer) -> dict[str, Any]:
    body = recorded("instagram/comments_fields.json")
    server.on("/v26.0/?ids=", body)
    found = InstagramConnector(server.url, "t", "1").refresh(list(body))
    assert all(isinstance(one, Item) and one.text == body[name]["text"] for name, one in found.items())
    return {"comments": list(found)}


def youtube_threads(name: str) -> Reader:
    def reader(server: AnsweringServer) -> dict[str, Any]:
        body = recorded(name)
        server.on("/youtube/v3/commentThreads", body)
        page = YoutubeConnector(server.url, "t", CHANNEL).pull("")
        counts = {one.top.external_id: one.reply_count for one in (thread_of(raw, CHANNEL) for raw in body["items"])}
        told: dict[str, Any] = {
            "threads": {one.external_id: counts[one.external_id] for one in page},
            "authors": [one.author_name for one in page],
            "has_next": bool(body.get("nextPageToken")),
            "replies_to_fetch": [top for top, _ in YoutubePlace.read(page.next_cursor).waiting],
        }
        assert page.more is (told["has_next"] or bool(told["replies_to_fetch"]))
        return told

    return reader


def youtube_answers(server: AnsweringServer) -> dict[str, Any]:
    body, thread = recorded("youtube/comments_by_parent_paged_1.json"), recorded("youtube/thread_with_replies.json")
    top = body["items"][0]["snippet"]["parentId"]
    snippet = thread["snippet"]
    snippet |= {"totalReplyCount": 5, "topLevelComment": snippet["topLevelComment"] | {"id": top}}
    server.on("/youtube/v3/commentThreads", {"items": [thread | {"id": top, "replies": {"comments": []}}]})
    server.on("/youtube/v3/comments", body)
    connector = YoutubeConnector(server.url, "t", CHANNEL)
    page = connector.pull(connector.pull("").next_cursor)
    return {"replies": {one.external_id: one.parent_id for one in page}, "has_next": page.more}


def youtube_thread(server: AnsweringServer) -> dict[str, Any]:
    server.on("/youtube/v3/commentThreads", {"items": [recorded("youtube/thread_with_replies.json")]})
    top, *answers = YoutubeConnector(server.url, "t", CHANNEL).pull("").items
    replies = {one.external_id: one.parent_id for one in answers}
    return {"thread": top.external_id, "author": top.author_name, "replies": replies}


def youtube_error(server: AnsweringServer) -> dict[str, Any]:
    server.on("/", recorded("youtube/error_permission_resp.json"), 403)
    error = error_from(lambda: YoutubeConnector(server.url, "t", CHANNEL).pull(""))
    return {"kind": KINDS[type(error)], "retry": error.try_again}


def mastodon_mentions(server: AnsweringServer) -> dict[str, Any]:
    answer = mastodon_answer(server, "/api/v1/notifications", "test_notifications_mentions_only", 1)
    page = MastodonConnector(server.url, "t", "1").pull("")  # somebody else's account: the name in front stays
    items = [
        {
            "notification": news["id"],
            "status": one.external_id,
            "author": one.author_handle,
            "text": one.text,
            "in_reply_to": one.parent_id,
        }
        for one, news in zip(page, answer["body"], strict=True)
    ]
    return {"items": items, "next_since": MastodonPlace.read(page.next_cursor).begin}


def mastodon_reply(server: AnsweringServer) -> dict[str, Any]:
    wanted = EXPECTED["mastodon/test_status_reply.json"]
    mastodon_answer(server, "/api/v1/statuses", "test_status_reply", 2)
    left = ChannelSession(server.url, "t").get("/api/v1/statuses/1").headers["x-ratelimit-remaining"]
    done = MastodonConnector(server.url, "t", "1").publish(ParentRef(wanted["parent"]), "same!", "k", "en")
    item = MastodonConnector(server.url, "t", "1").refresh([done.external_id])[done.external_id]
    assert isinstance(item, Item)
    return {
        "reply": done.external_id,
        "parent": item.parent_id,
        "text": item.text,
        "rate_remaining": int(left),
    }


def mastodon_edit(server: AnsweringServer) -> dict[str, Any]:
    seen = []
    for number in (0, 3):
        told = mastodon_answer(server, "/api/v1/statuses/", "test_status_edit", number)["body"]["id"]
        server.on("/api/v1/statuses?", {"error": "x"}, 405)  # several at once: not in the recording
        item = MastodonConnector(server.url, "t", "1").refresh([told])[told]
        assert isinstance(item, Item)
        seen.append(item)
    edited = seen[-1].edited_at
    assert edited is not None
    assert seen[0].edited_at is None
    written = edited.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"versions": len({one.text for one in seen}), "edited_at": written}


def mastodon_refusal(name: str, path: str, call: Callable[[MastodonConnector], object]) -> Reader:
    def reader(server: AnsweringServer) -> dict[str, Any]:
        mastodon_answer(server, path, name)
        return {"kind": KINDS[type(error_from(lambda: call(MastodonConnector(server.url, "t", "1"))))]}

    return reader


def mastodon_server(server: AnsweringServer) -> dict[str, Any]:
    mastodon_answer(server, "/api/v2/instance", "test_instance")
    mastodon_answer(server, "/api/v1/accounts/verify_credentials", "test_status_reply", 1)
    connector = MastodonConnector(server.url, "t")
    state, link = connector.check_account(), "https://www.meraker.kommune.example/sosiale-medier/regler"
    return {"max_length": state.max_length, "url_length": connector.count(link).used}


def bluesky_run(server: AnsweringServer) -> dict[str, Any]:
    run, us = recorded("bluesky/recorded-run.json"), "did:plc:asnlfjgtel6nktugkz2lmj3y"
    server.on("/xrpc/app.bsky.notification.listNotifications", run[7]["response"]["body"])
    (item,) = BlueskyConnector(server.url, str(Tokens("a", "", us)), us).pull("").items
    failed = set()
    for one in run:
        answer = Answer(one["response"]["status"], {}, b"")
        with suppress(TypeError, KeyError):
            code = one["response"]["body"]["error"]
            answer = Answer(answer.status, {}, f'{{"error": "{code}"}}'.encode())
        if answer.status >= 400:
            assert isinstance(error_of(answer, write=one["request"]["method"] == "POST"), ChannelError)
            failed.add(str((answer.status, machine_code(answer.body))))
    return {
        "first_post": item.root_id,
        "first_comment": item.external_id,
        "comment_text": item.text,
        "errors": dict.fromkeys(failed, 1),  # each kind once; the run met some of them again
    }


BY_VIDEO, BY_CHANNEL = "youtube/comment_threads_by_video_paged_1.json", "youtube/comment_threads_by_channel.json"
NOBODY = ParentRef("7", visibility="public")
READERS: dict[str, Reader] = {
    "facebook/comments_p1.json": facebook_page,
    "facebook/comment_full.json": facebook_comment,
    "facebook/error_data.json": facebook_error,
    "instagram/comments_p1.json": instagram_page,
    "instagram/comment_full.json": instagram_comment,
    "instagram/comments_fields.json": instagram_by_id,
    BY_VIDEO: youtube_threads(BY_VIDEO),
    BY_CHANNEL: youtube_threads(BY_CHANNEL),
    "youtube/comments_by_parent_paged_1.json": youtube_answers,
    "youtube/thread_with_replies.json": youtube_thread,
    "youtube/error_permission_resp.json": youtube_error,
    "mastodon/test_notifications_mentions_only.json": mastodon_mentions,
    "mastodon/test_status_reply.json": mastodon_reply,
    "mastodon/test_status_edit.json": mastodon_edit,
    "mastodon/test_status_missing.json": mastodon_refusal(
        "test_status_missing", "/api/v1/statuses/0", lambda one: one.thread("0")
    ),
    "mastodon/test_status_empty.json": mastodon_refusal(
        "test_status_empty", "/api/v1/statuses", lambda one: one.publish(NOBODY, "", "k", "nb")
    ),
    "mastodon/test_home_tl_anonymous_throws.json": mastodon_refusal(
        "test_home_tl_anonymous_throws", "/api/v1/notifications", lambda one: one.pull("")
    ),
    "mastodon/test_instance.json": mastodon_server,
    "bluesky/recorded-run.json": bluesky_run,
}


def test_every_expectation_has_a_reader() -> None:
    assert set(READERS) == set(EXPECTED)


@pytest.mark.parametrize("name", READERS)
def test_the_recorded_answer_is_read_as_expected(name: str, server: AnsweringServer) -> None:
    wanted = {key: value for key, value in EXPECTED[name].items() if key != "note"}
    assert READERS[name](server) == wanted
