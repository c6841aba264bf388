"""Mastodon against the practice platform: replies go out exactly once, and what else we do there."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels.base import (
    GONE,
    AccountProblem,
    GoneError,
    ParentRef,
    ProtocolError,
    Published,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.mastodon import MastodonConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.mastodon_account import SINCE, parent_of
from tests.inbox.channels.pulls import TEXT, an_hour_ago
from tests.inbox.channels.statuses import US, account, our_reply
from tests.simulator_server import TOKENS, Simulator


def test_a_reply_goes_under_the_comment_with_the_author_in_front(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post(), author="Kari Prøvestad")
    parent = parent_of(meraker, comment)
    published = meraker.publish(parent, TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert isinstance(published, Published)
    assert stands["id"] == published.external_id
    assert stands["text"] == f"@{parent.author_handle} {TEXT}"
    assert published.permalink.endswith(published.external_id)
    assert published.created_at is not None
    assert meraker.refresh([published.external_id])[published.external_id].language == "nn"


def test_a_name_already_in_the_text_is_not_repeated(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    meraker.publish(parent, f"Takk for spørsmålet, @{parent.author_handle.upper()}.", "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert stands["text"].lower().count(f"@{parent.author_handle}") == 1


@pytest.mark.parametrize(
    "text", ["Hei @karianne", "Skriv til post@kari", "Se https://x.example/@kari", "@kari@annet.example"]
)
def test_somebody_elses_name_is_not_the_authors(text: str):
    connector = MastodonConnector("https://sosial.example", "t", US)
    parent = ParentRef("7", author_handle="kari", visibility="public")
    assert connector.count(text, parent).used == connector.count(f"@kari {text}").used


def test_we_do_not_call_ourselves(server: AnsweringServer):
    server.on("/api/v1/statuses", our_reply("8", "7", TEXT))
    parent = ParentRef("7", author_handle="kommune", author_id=US, visibility="public")
    MastodonConnector(server.url, "t", US).publish(parent, TEXT, "k1", "nb")
    assert b"@kommune" not in server.requests[0][1]


@pytest.mark.parametrize(
    ("parents", "ours"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "private"),
        ("direct", "direct"),
        ("", "direct"),
        ("x", "direct"),
    ],
)
def test_a_reply_is_never_more_public_than_what_it_answers(parents: str, ours: str, server: AnsweringServer):
    server.on("/api/v1/statuses", our_reply("8", "7", TEXT))
    MastodonConnector(server.url, "t", US).publish(ParentRef("7", visibility=parents), TEXT, "k1", "nb")
    assert f'"visibility": "{ours}"'.encode() in server.requests[0][1]
    assert "Idempotency-Key: k1" in server.requests[0][0]


def test_the_same_key_twice_is_one_reply(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    first, second = (meraker.publish(parent, TEXT, "k1", "nb") for _ in range(2))
    assert first == second
    assert len(simulator.book("meraker")) == 1


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_sent_again(
    kind: str, simulator: Simulator, meraker: MastodonConnector
):
    comment = simulator.comment(simulator.post())
    parent = parent_of(meraker, comment)
    simulator.fault(kind, method="POST", path="/api/v1/statuses", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, TEXT, datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert found.external_id == stands["id"]


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    simulator.fault(kind, method="POST", path="/api/v1/statuses", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


@pytest.mark.parametrize(
    "text",
    [
        "Hei!\n\nSe https://kommune.example/veg?a=1&b=2.\nHilsen oss",
        "  Takk   for  spørsmålet  ",
        "Vi <b>beklager</b> & ordner det 👩‍👩‍👧‍👦",
        "Spør @tydal og @ukjent@annet.example om #veg",
    ],
)
def test_a_reply_is_recognised_however_the_server_gives_it_back(
    text: str, simulator: Simulator, meraker: MastodonConnector
):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    published = meraker.publish(parent, text, "k1", "nb")
    found = meraker.find_published(parent, text, an_hour_ago())
    assert found is not None
    assert found.external_id == published.external_id
    assert meraker.find_published(parent, text + " Mer.", an_hour_ago()) is None


def test_the_look_is_for_this_parent_this_time_and_a_free_id(simulator: Simulator, meraker: MastodonConnector):
    post = simulator.post()
    here, there = (parent_of(meraker, simulator.comment(post, f"Nr. {number}")) for number in range(2))
    published = meraker.publish(here, TEXT, "k1", "nb")
    assert meraker.find_published(there, TEXT, an_hour_ago()) is None
    assert meraker.find_published(here, TEXT, an_hour_ago(), {published.external_id}) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=4)) is not None


def test_a_citizen_who_repeats_our_words_is_not_us(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    simulator.comment(comment, TEXT)
    assert meraker.find_published(parent_of(meraker, comment), TEXT, an_hour_ago()) is None


def test_our_reply_is_found_when_the_comment_has_been_deleted_since(server: AnsweringServer):
    server.on("/api/v1/statuses/7/context", {"error": "Not Found"}, 404)
    server.on(f"/api/v1/accounts/{US}/statuses", [our_reply("9", "6", TEXT), our_reply("8", None, TEXT)])
    found = MastodonConnector(server.url, "t", US).find_published(ParentRef("7"), TEXT, SINCE)
    assert found is not None
    assert found.external_id == "8"


def test_a_look_that_does_not_reach_back_far_enough_never_says_none(server: AnsweringServer):
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": []})
    server.on(f"/api/v1/accounts/{US}/statuses", [our_reply("9", "6", TEXT)])
    with pytest.raises(TransientError, match="reach back"):
        MastodonConnector(server.url, "t", US).find_published(ParentRef("7"), TEXT, SINCE)
    assert len(server.requests) < 10


def test_a_look_that_was_not_complete_never_says_none(server: AnsweringServer):
    server.on(f"/api/v1/accounts/{US}/statuses", [])
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": [{"id": {}}]})
    connector = MastodonConnector(server.url, "t", US)
    with pytest.raises(ProtocolError):
        connector.find_published(ParentRef("7"), TEXT, SINCE)
    server.on("/api/v1/statuses/7/context", {"ancestors": [], "descendants": []})
    assert connector.find_published(ParentRef("7"), TEXT, SINCE) is None
    server.on(f"/api/v1/accounts/{US}/statuses", b"", 500)
    with pytest.raises(TransientError):
        connector.find_published(ParentRef("7"), TEXT, SINCE)


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    parent = parent_of(meraker, comment)
    simulator.delete(comment)
    with pytest.raises(GoneError):
        meraker.publish(parent, TEXT, "k1", "nb")


def test_a_text_at_the_limit_passes_and_one_more_is_rejected(simulator: Simulator, meraker: MastodonConnector):
    parent = parent_of(meraker, simulator.comment(simulator.post()))
    room = 500 - meraker.count("", parent).used - 1
    link = "https://kommune.example/" + "a" * 200
    text = link + " 👩‍👩‍👧‍👦" + "x" * (room - 25)
    assert meraker.count(text, parent).used == 500
    meraker.publish(parent, text, "k1", "nb")
    assert meraker.count(text + "x", parent).too_long
    with pytest.raises(RejectedError):
        meraker.publish(parent, text + "x", "k2", "nb")


def test_an_id_from_nowhere_is_never_put_into_an_address(server: AnsweringServer):
    server.on("/", b"{}")
    connector = MastodonConnector(server.url, "t", US)
    for strange in ("../accounts", "7/context", "", "7?x=1", "a" * 200):
        with pytest.raises(RejectedError):
            connector.publish(ParentRef(strange, visibility="public"), TEXT, "k", "nb")
        for act in (connector.like, connector.delete, connector.thread):
            with pytest.raises(RejectedError):
                act(strange)
    assert server.requests == []


def test_liking_and_deleting(simulator: Simulator, meraker: MastodonConnector):
    comment = simulator.comment(simulator.post())
    meraker.like(comment)
    meraker.like(comment)
    ours = meraker.publish(parent_of(meraker, comment), TEXT, "k1", "nb").external_id
    meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(comment)
    assert meraker.refresh([ours, comment])[ours] is GONE


def test_the_account_is_checked(simulator: Simulator, meraker: MastodonConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name, state.max_length) == (True, "meraker", "Meråker kommune", 500)
    assert state.problem is AccountProblem.NONE
    other = MastodonConnector(simulator.url, TOKENS["tydal"], state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = MastodonConnector(simulator.url, "feil").check_account()
    assert (bad.ok, bad.problem) == (False, AccountProblem.AUTH_EXPIRED)
    simulator.fault("error_before")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_right_that_surely_is_missing_is_told(server: AnsweringServer):
    server.on("/", {"error": "x"}, 404)
    server.on("/api/v1/accounts/verify_credentials", account(US))
    server.on("/api/v1/apps/verify_credentials", {"scopes": ["read", "write:favourites"]})
    assert MastodonConnector(server.url, "t").check_account().problem is AccountProblem.PERMISSION_MISSING
    server.on("/api/v1/apps/verify_credentials", {"scopes": ["read", "write:statuses"]})
    assert MastodonConnector(server.url, "t").check_account().ok


def test_a_rate_limit_says_how_long(simulator: Simulator, meraker: MastodonConnector):
    simulator.fault("status", code=429, headers={"Retry-After": "17"})
    with pytest.raises(RateLimitedError) as caught:
        meraker.pull("")
    assert caught.value.retry_after == 17


def test_one_connector_serves_many_threads(simulator: Simulator, meraker: MastodonConnector):
    simulator.comment(simulator.post())
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(meraker.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
