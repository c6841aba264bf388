"""What real servers answered (Mastodon 4.6.4, Takahe 0.11), read by the connector."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.channels.base import (
    GONE,
    AccountProblem,
    AuthExpiredError,
    GoneError,
    ParentRef,
    PermissionMissingError,
    RejectedError,
)
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.mastodon_status import status_item
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.reference import needs_reference, read

pytestmark = needs_reference
EXPECTED = read("channels/expected.json") or {}
KOMMUNE, KARI = "646811914988254202", "646811916183665058"
POST, COMMENT = "646813948720566256", "646813949019738992"


def recorded(name: str, number: int = 0) -> Any:
    return read(f"channels/mastodon/{name}.json")[number]["response"]


def play(server: AnsweringServer, path: str, answer: dict[str, Any]) -> None:
    body, headers = answer["body"], answer["headers"] | {"Connection": "close"}
    content = body.encode() if isinstance(body, str) else body
    told = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    server.on(path, content, answer["status"], told)


def test_the_recorded_mention_is_read_as_expected(server: AnsweringServer):
    play(server, "/api/v1/notifications", recorded("test_notifications_mentions_only", 1))
    expected = EXPECTED["mastodon/test_notifications_mentions_only.json"]["items"][0]
    us = "117020565966271181"
    page = MastodonConnector(server.url, "t", us).pull("")
    (item,) = page.items
    assert (item.external_id, item.author_name) == (expected["status"], expected["author"])
    assert item.parent_id == expected["in_reply_to"]
    assert f"@mastodonpy_test {item.text}" == expected["text"]  # our own name in front is dropped
    assert item.root_id == item.external_id
    assert not item.own
    assert item.created_at == datetime(2026, 8, 1, 13, 51, 42, 823000, UTC)
    assert page.next_cursor.endswith(":21")
    assert page.more


def test_somebody_elses_mention_stays_in_the_text():
    body = recorded("test_status_reply", 2)["body"]
    expected = EXPECTED["mastodon/test_status_reply.json"]
    item = status_item(body, own_id="1")
    assert (item.external_id, item.parent_id, item.text) == (expected["reply"], expected["parent"], expected["text"])


def test_the_recorded_edit_has_its_time():
    before, after = (recorded("test_status_edit", number)["body"] for number in (0, 2))
    assert status_item(before, "").edited_at is None
    edited = status_item(after, "")
    assert edited.edited_at == datetime.fromisoformat(EXPECTED["mastodon/test_status_edit.json"]["edited_at"])
    assert edited.text.endswith("Kate")


def test_the_recorded_404_is_gone(server: AnsweringServer):
    play(server, "/api/v1/statuses/0", recorded("test_status_missing"))
    with pytest.raises(GoneError):
        MastodonConnector(server.url, "t", "1").thread("0")


def test_the_recorded_422_in_japanese_is_for_a_person(server: AnsweringServer):
    play(server, "/api/v1/statuses", recorded("test_status_empty"))
    with pytest.raises(RejectedError) as caught:
        MastodonConnector(server.url, "t", "1").publish(ParentRef("7", visibility="public"), "", "k", "nb")
    assert not caught.value.try_again


def test_the_recorded_401_is_an_expired_token(server: AnsweringServer):
    play(server, "/api/v1/notifications", recorded("test_home_tl_anonymous_throws"))
    with pytest.raises(AuthExpiredError):
        MastodonConnector(server.url, "t", "1").pull("")


def test_the_recorded_server_tells_its_longest_text(server: AnsweringServer):
    play(server, "/api/v2/instance", recorded("test_instance"))
    play(server, "/api/v1/accounts/verify_credentials", recorded("test_status_reply", 1))
    state = MastodonConnector(server.url, "t").check_account()
    assert state.ok
    assert state.max_length == EXPECTED["mastodon/test_instance.json"]["max_length"]
    assert (state.account_id, state.handle, state.name) == ("117020565693913441", "admin", "admin")


def test_a_comment_on_takahe_is_read_and_its_reply_found(server: AnsweringServer):
    mention, context = recorded("takahe-run", 9), recorded("takahe-run", 10)
    play(server, "/api/v1/notifications", mention)
    play(server, f"/api/v1/statuses/{POST}/context", context)
    kommune = MastodonConnector(server.url, "t", KOMMUNE)
    (item,) = kommune.pull("").items
    assert (item.external_id, item.parent_id, item.root_id) == (COMMENT, POST, "")
    assert item.text == "Kvifor går avgifta opp igjen?"
    (nested,) = kommune.thread(POST).items
    assert (nested.external_id, nested.root_id, nested.author_id) == (COMMENT, POST, KARI)


def test_a_doubled_reply_on_takahe_is_found_and_a_taken_id_left_out(server: AnsweringServer):
    first, second = (recorded("takahe-run", number)["body"] for number in (11, 12))
    server.on(f"/api/v1/statuses/{COMMENT}/context", {"ancestors": [], "descendants": [first, second]})
    kommune = MastodonConnector(server.url, "t", KOMMUNE)
    parent = ParentRef(COMMENT, POST, "kari@127.0.0.1:8765", "public")
    since = datetime(2026, 11, 21, 3, 47, tzinfo=UTC)
    found = kommune.find_published(parent, "Hei! Sjå saka i  kommunestyret.", since)
    other = kommune.find_published(parent, "Hei! Sjå saka i kommunestyret.", since, {first["id"]})
    assert found is not None
    assert other is not None
    assert (found.external_id, other.external_id) == (first["id"], second["id"])


def test_a_404_in_html_on_takahe_is_gone(server: AnsweringServer):
    play(server, "/api/v1/statuses?", {"status": 405, "headers": {}, "body": "Method Not Allowed"})
    play(server, f"/api/v1/statuses/{COMMENT}", recorded("takahe-run", 20))
    play(server, "/api/v1/accounts/verify_credentials", recorded("takahe-run", 4))
    assert MastodonConnector(server.url, "t", KOMMUNE).refresh([COMMENT]) == {COMMENT: GONE}


def test_a_bad_token_on_takahe_is_told_from_a_bad_text(server: AnsweringServer):
    play(server, "/api/v1/statuses", recorded("takahe-run", 18))
    play(server, "/api/v1/accounts/verify_credentials", recorded("takahe-run", 4))
    kommune = MastodonConnector(server.url, "t", KOMMUNE)
    with pytest.raises(RejectedError):
        kommune.publish(ParentRef(COMMENT, visibility="public"), "x" * 900, "k", "nn")
    play(server, "/", recorded("takahe-run", 22))
    with pytest.raises(AuthExpiredError):
        kommune.pull("")
    assert kommune.check_account().problem is AccountProblem.AUTH_EXPIRED


def test_no_token_on_takahe_is_an_expired_one(server: AnsweringServer):
    play(server, "/", recorded("takahe-run", 23))
    with pytest.raises(AuthExpiredError) as caught:
        MastodonConnector(server.url, "t", KOMMUNE).pull("")
    assert caught.value.code == "identity_token_required"


def test_a_token_without_a_right_is_not_an_expired_one(server: AnsweringServer):
    server.on("/", {"error": "insufficient_scope"}, 403)
    with pytest.raises(PermissionMissingError):
        MastodonConnector(server.url, "t", KOMMUNE).pull("")
