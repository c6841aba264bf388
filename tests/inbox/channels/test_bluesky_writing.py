"""Bluesky against the practice platform: replies go out exactly once, and what else we do there."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests

from inbox.channels import connector_for
from inbox.channels.base import (
    GONE,
    AccountProblem,
    GoneError,
    Item,
    ParentRef,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import Tokens, sign_in
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.bluesky_account import one_comment
from tests.inbox.channels.bluesky_posts import (
    COMMENT,
    NEWS,
    POSTS,
    PUT,
    ROOT,
    SESSION,
    THREAD,
    US,
    connector,
    news,
    post,
    signed_in,
    uri,
)
from tests.inbox.channels.pulls import TEXT, an_hour_ago
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture
def meraker(simulator: Simulator) -> BlueskyConnector:
    return signed_in(simulator)


def test_a_reply_goes_under_the_comment_with_its_version_named(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    published = meraker.publish(parent, TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert (stands["text"], stands["in_reply_to_id"], stands["language"]) == (TEXT, comment, "nn")
    (item,) = meraker.refresh([published.external_id]).values()
    assert isinstance(item, Item)
    assert item.own
    assert item.created_at == published.created_at
    assert item.raw["record"]["reply"]["parent"] == {"uri": parent.external_id, "cid": parent.raw["cid"]}
    assert item.raw["record"]["reply"]["root"]["uri"] == parent.root_id
    assert requests.get(published.permalink, timeout=5).ok


def test_a_reply_names_the_version_that_was_read(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.edit(comment, "Endret etterpå")
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    assert meraker.refresh([ours])[ours].raw["record"]["reply"]["parent"]["cid"] == parent.raw["cid"]


def test_links_and_names_are_live_by_bytes(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post(), author="Kari Prøvestad")
    parent = one_comment(meraker)
    text = f"Æøå 👩‍👩‍👧‍👦 @{parent.author_handle} og @tydal.test, ikke @ingen.test: https://kommune.example/å?b=1."
    ours = meraker.publish(parent, text, "k1", "nb").external_id
    facets = meraker.refresh([ours])[ours].raw["record"]["facets"]
    written = text.encode()
    parts = [written[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets]
    assert parts == [f"@{parent.author_handle}", "@tydal.test", "https://kommune.example/å?b=1"]
    assert facets[0]["features"][0]["did"] == parent.author_id


def test_the_same_key_twice_is_one_reply_also_from_many_threads(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(meraker.publish(parent, TEXT, "k1", "nb").external_id))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6
    assert len(set(seen)) == 1
    assert len(simulator.book("meraker")) == 1


def test_the_same_key_never_overwrites_another_text(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    meraker.publish(parent, TEXT, "k1", "nb")
    with pytest.raises(RejectedError):
        meraker.publish(parent, "Noe annet", "k1", "nb")
    meraker.publish(parent, "Noe annet", "k2", "nb")
    assert [one["text"] for one in simulator.book("meraker")] == [TEXT, "Noe annet"]


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_doubled(
    kind: str, simulator: Simulator, meraker: BlueskyConnector
):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault(kind, method="POST", path=PUT, times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, TEXT, datetime.now(UTC))
    assert found is not None
    assert meraker.publish(parent, TEXT, "k1", "nb").external_id == found.external_id
    assert len(simulator.book("meraker")) == 1
    assert meraker.refresh([found.external_id])[found.external_id].text == TEXT


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.fault(kind, method="POST", path=PUT, times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


def test_the_look_is_for_this_parent_this_time_and_a_free_id(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    for number in range(2):
        simulator.comment(root, f"Nr. {number}")
    here, there = (ParentRef.of(item) for item in meraker.pull(""))
    ours = meraker.publish(here, TEXT, "k1", "nb")
    assert meraker.find_published(there, TEXT, an_hour_ago()) is None
    assert meraker.find_published(here, TEXT + " Mer.", an_hour_ago()) is None
    assert meraker.find_published(here, TEXT, an_hour_ago(), {ours.external_id}) is None
    assert meraker.find_published(here, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None
    assert meraker.find_published(here, "  " + TEXT.replace(" ", "  "), an_hour_ago()) == ours


def test_our_reply_is_found_although_the_comment_is_gone_and_news_lag(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    ours = meraker.publish(parent, TEXT, "k1", "nb")
    simulator.delete(comment)
    simulator.fault("read_lag", path="/xrpc/app.bsky", ms=60_000)
    assert meraker.find_published(parent, TEXT, an_hour_ago()) == ours


def test_a_citizen_who_repeats_our_words_is_not_us(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.comment(comment, TEXT, mention=False)
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None


def test_a_look_that_was_not_complete_never_says_none(server: AnsweringServer):
    server.on("/xrpc/com.atproto.repo.listRecords", {"records": [{"uri": 7}]})
    with pytest.raises(Exception, match="may be among"):
        connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago())
    server.on("/xrpc/com.atproto.repo.listRecords", {"records": []})
    server.on(THREAD, b"", 500)
    with pytest.raises(TransientError):
        connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago())
    server.on(THREAD, {"error": "NotFound", "message": "x"}, 400)
    assert connector(server).find_published(ParentRef(COMMENT), TEXT, an_hour_ago()) is None


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: BlueskyConnector):
    comment = simulator.comment(simulator.post())
    parent = one_comment(meraker)
    simulator.delete(comment)
    for act in (lambda: meraker.publish(parent, TEXT, "k1", "nb"), lambda: meraker.like(parent.external_id)):
        with pytest.raises(GoneError):
            act()
    with pytest.raises(GoneError):
        meraker.hide(parent.external_id)


@pytest.mark.parametrize("text", ["æ" * 300, "👨‍👩‍👧‍👦" * 120])
def test_a_text_at_a_limit_passes_and_one_more_is_rejected(text: str, simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    assert not meraker.count(text).too_long
    meraker.publish(parent, text, "k1", "nb")
    longer = text + text[-1]
    assert meraker.count(longer).too_long
    for number, bad in enumerate((longer, "", " \n")):
        with pytest.raises(RejectedError):
            meraker.publish(parent, bad, f"k{number + 2}", "nb")
    assert len(simulator.book("meraker")) == 1


def test_hiding_and_showing_again(simulator: Simulator, meraker: BlueskyConnector):
    root = simulator.post()
    for name in "AB":
        simulator.comment(root, name)
    ids = {item.text: item.external_id for item in meraker.pull("")}

    def hidden() -> set[str]:
        return {item.text for item in meraker.thread(ids["A"]) if item.hidden}

    for _ in range(2):
        meraker.hide(ids["A"])
    meraker.hide(ids["B"])
    assert hidden() == {"A", "B"}
    meraker.unhide(ids["A"])
    meraker.unhide(ids["A"])
    assert hidden() == {"B"}


def test_hiding_does_not_lose_what_somebody_else_hid_meanwhile(server: AnsweringServer):
    gate = {"post": ROOT, "hiddenReplies": [uri("3kother222222")], "allow": []}
    server.on(POSTS, {"posts": [post()]})
    server.on("/xrpc/com.atproto.repo.getRecord", {"uri": "x", "cid": "bafygate", "value": gate})
    server.on(PUT, {"error": "InvalidSwap", "message": "x"}, 400)
    with pytest.raises(TransientError):
        connector(server).hide(COMMENT)
    sent = json.loads(server.requests[-1][1])
    assert sent["swapRecord"] == "bafygate"
    assert sent["record"] == gate | {"hiddenReplies": [uri("3kother222222"), COMMENT]}


def test_a_full_list_and_somebody_elses_thread_are_for_a_person(server: AnsweringServer):
    full = {"hiddenReplies": [uri(f"3kfull{number:07}") for number in range(300)]}
    server.on(POSTS, {"posts": [post()]})
    server.on("/xrpc/com.atproto.repo.getRecord", {"uri": "x", "cid": "bafygate", "value": full})
    with pytest.raises(RejectedError, match="300"):
        connector(server).hide(COMMENT)
    foreign = post()
    foreign["record"]["reply"]["root"]["uri"] = uri("3kforeign2222")
    server.on(POSTS, {"posts": [foreign]})
    with pytest.raises(RejectedError, match="our own posts"):
        connector(server).hide(COMMENT)


def test_liking_and_deleting(simulator: Simulator, meraker: BlueskyConnector):
    simulator.comment(simulator.post())
    parent = one_comment(meraker)
    for _ in range(2):
        meraker.like(parent.external_id)
    assert meraker.refresh([parent.external_id])[parent.external_id].raw["likeCount"] == 1
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    meraker.delete(ours)
    with pytest.raises(GoneError):
        meraker.delete(ours)
    with pytest.raises(RejectedError):
        meraker.delete(parent.external_id)
    assert meraker.refresh([ours, parent.external_id])[ours] is GONE


def test_an_id_from_nowhere_is_never_put_into_a_call(server: AnsweringServer):
    server.on("/", b"{}")
    ours = connector(server)
    for strange in ("../x", "", "7", "at://x/y/z", f"at://{US}/app.bsky.feed.like/3k", COMMENT + "?x=1", "a" * 300):
        with pytest.raises(RejectedError):
            ours.publish(ParentRef(strange), TEXT, "k", "nb")
        for act in (ours.like, ours.delete, ours.thread, ours.hide, ours.unhide):
            with pytest.raises(RejectedError):
                act(strange)
    assert server.requests == []


def test_the_account_is_checked(simulator: Simulator, meraker: BlueskyConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name, state.max_length) == (True, "meraker.test", "Meråker kommune", 300)
    tydal = sign_in(simulator.url, "tydal.test", TOKENS["tydal"])
    other = BlueskyConnector(simulator.url, tydal, state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = BlueskyConnector(simulator.url, str(Tokens("feil", "feil"))).check_account()
    assert bad.problem is AccountProblem.AUTH_EXPIRED
    simulator.fault("error_before", path="/xrpc/")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_deactivated_account_may_not_act(server: AnsweringServer):
    server.on("/", SESSION | {"active": False})
    assert connector(server).check_account().problem is AccountProblem.PERMISSION_MISSING


def test_a_rate_limit_says_how_long_in_seconds_since_1970(server: AnsweringServer):
    reset = int((datetime.now(UTC) + timedelta(seconds=90)).timestamp())
    told = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(reset)}
    server.on("/", {"error": "RateLimitExceeded", "message": "x"}, 429, told)
    with pytest.raises(RateLimitedError) as caught:
        connector(server).pull("")
    assert 80 < caught.value.retry_after <= 91
    server.on(NEWS, news(post()), headers=told)
    assert 80 < connector(server).pull("").throttle_seconds <= 91


def test_the_registry_knows_it(simulator: Simulator):
    token = sign_in(simulator.url, "meraker.test", TOKENS["meraker"])
    assert connector_for("bluesky", simulator.url, token).check_account().ok
