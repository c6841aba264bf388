"""Facebook and Instagram against the practice platform: replies go out exactly once, and what else we do there."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels.base import (
    GONE,
    AccountProblem,
    AuthExpiredError,
    GoneError,
    Item,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph_connector import GraphConnector
from inbox.channels.instagram import InstagramConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.graph_pages import BOTH, found_in, number, say
from tests.inbox.channels.pulls import TEXT, an_hour_ago
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture(params=BOTH)
def meraker(request: pytest.FixtureRequest, simulator: Simulator) -> GraphConnector:
    """Meråker's connector to the practice platform, once for each of the two."""
    kind: type[GraphConnector] = BOTH[request.param]
    return kind(f"{simulator.url}/graph", TOKENS["meraker"])


def test_a_reply_goes_under_the_comment(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    published = meraker.publish(found_in(meraker, comment), TEXT, "k1", "nn")
    (stands,) = simulator.book("meraker")
    assert (stands["id"], stands["text"]) == (number(published.external_id), TEXT)
    assert stands["in_reply_to_id"] == comment
    again = meraker.refresh([published.external_id])[published.external_id]
    assert isinstance(again, Item)
    assert (again.own, number(again.parent_id or "")) == (True, comment)


def test_a_reply_to_a_reply_goes_under_the_comment_at_the_top(simulator: Simulator, meraker: GraphConnector):
    top = say(simulator, simulator.post())
    parent = found_in(meraker, say(simulator, top, "Ja, når?"))
    meraker.publish(parent, TEXT, "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert stands["in_reply_to_id"] == top
    found = meraker.find_published(parent, TEXT, an_hour_ago())
    assert found is not None
    assert number(found.external_id) == stands["id"]


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_not_sent_again(
    kind: str, simulator: Simulator, meraker: GraphConnector
):
    parent = found_in(meraker, say(simulator, simulator.post()))
    simulator.fault(kind, method="POST", path="/graph/", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    found = meraker.find_published(parent, f"  {TEXT.replace(' ', '  ')}\n", datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert number(found.external_id) == stands["id"]
    assert meraker.find_published(parent, TEXT, an_hour_ago(), {found.external_id}) is None
    assert meraker.find_published(parent, TEXT, datetime.now(UTC) + timedelta(hours=1)) is None


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    say(simulator, comment, TEXT)  # a citizen repeats our words
    parent = found_in(meraker, comment)
    simulator.fault(kind, method="POST", path="/graph/", times=1)
    with pytest.raises(UnclearError):
        meraker.publish(parent, TEXT, "k1", "nb")
    assert meraker.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


def test_our_reply_is_found_among_hundreds_of_answers(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    simulator.comment_all([{"parent": comment, "text": f"Nr. {one}"} for one in range(90)])
    parent = found_in(meraker, comment)
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    simulator.comment_all([{"parent": comment, "text": f"Nr. {one}"} for one in range(90)])
    found = meraker.find_published(parent, TEXT, an_hour_ago())
    assert found is not None
    assert found.external_id == ours


def test_a_look_that_fails_never_says_that_nothing_is_there(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    simulator.fault("error_before", method="GET", times=1)
    with pytest.raises(TransientError):
        meraker.find_published(parent, TEXT, an_hour_ago())
    simulator.clear_faults()
    simulator.fault("malformed", method="GET", times=1)
    with pytest.raises(ProtocolError):
        meraker.find_published(parent, TEXT, an_hour_ago())


def test_our_words_without_an_author_are_a_doubt_and_no_answer(server: AnsweringServer):
    for kind in BOTH.values():
        server.on("/", {"data": [{"id": "1_9", "message": TEXT, "text": TEXT}]})
        with pytest.raises(ProtocolError):
            kind(server.url, "t", "500").find_published(ParentRef("1_7"), TEXT, an_hour_ago())
        server.on("/", {"data": [None]})
        with pytest.raises(ProtocolError):
            kind(server.url, "t", "500").find_published(ParentRef("1_7"), TEXT, an_hour_ago())


def test_an_answer_to_something_deleted_is_gone(simulator: Simulator, meraker: GraphConnector):
    comment = say(simulator, simulator.post())
    parent = found_in(meraker, comment)
    simulator.delete(comment)
    with pytest.raises(GoneError):
        meraker.publish(parent, TEXT, "k1", "nb")
    with pytest.raises(GoneError):
        meraker.find_published(parent, TEXT, an_hour_ago())


def test_a_text_at_the_limit_passes_and_one_more_is_rejected(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    limit = meraker.capabilities.max_length
    text = "👍" + "å" * (limit - 2)
    assert (meraker.count(text).used, meraker.count(text).too_long) == (limit, False)
    meraker.publish(parent, text, "k1", "nb")
    assert meraker.count(text + "x", parent).too_long
    with pytest.raises(RejectedError):
        meraker.publish(parent, text + "x", "k2", "nb")


def test_hiding_and_showing_again(simulator: Simulator, meraker: GraphConnector):
    comment = found_in(meraker, say(simulator, simulator.post())).external_id
    for act, hidden in ((meraker.hide, True), (meraker.hide, True), (meraker.unhide, False)):
        act(comment)
        item = meraker.refresh([comment])[comment]
        assert isinstance(item, Item)
        assert item.hidden is hidden


def test_a_hidden_comment_on_instagram_cannot_be_answered(simulator: Simulator):
    instagram = InstagramConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    parent = found_in(instagram, say(simulator, simulator.post()))
    instagram.hide(parent.external_id)
    with pytest.raises(RejectedError):
        instagram.publish(parent, TEXT, "k1", "nb")
    instagram.unhide(parent.external_id)
    instagram.publish(parent, TEXT, "k1", "nb")
    assert len(simulator.book("meraker")) == 1


def test_deleting_ours_and_others(simulator: Simulator, meraker: GraphConnector):
    parent = found_in(meraker, say(simulator, simulator.post()))
    ours = meraker.publish(parent, TEXT, "k1", "nb").external_id
    for one in (ours, parent.external_id):
        meraker.delete(one)
        with pytest.raises(GoneError):
            meraker.delete(one)
    assert meraker.refresh([ours]) == {ours: GONE}


def test_liking_on_facebook_and_not_on_instagram(simulator: Simulator):
    comment = say(simulator, simulator.post())
    facebook = FacebookConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    liked = found_in(facebook, comment).external_id
    facebook.like(liked)
    facebook.like(liked)
    item = facebook.refresh([liked])[liked]
    assert isinstance(item, Item)
    assert item.raw["like_count"] == 1
    instagram = InstagramConnector(f"{simulator.url}/graph", TOKENS["meraker"])
    assert not instagram.capabilities.like
    with pytest.raises(RejectedError):
        instagram.like(comment)


def test_the_account_is_checked(simulator: Simulator, meraker: GraphConnector):
    state = meraker.check_account()
    assert (state.ok, state.handle, state.name) == (True, "meraker", "Meråker kommune")
    assert state.max_length == meraker.capabilities.max_length
    kind = type(meraker)
    other = kind(f"{simulator.url}/graph", TOKENS["tydal"], state.account_id).check_account()
    assert (other.ok, other.problem) == (False, AccountProblem.WRONG_ACCOUNT)
    bad = kind(f"{simulator.url}/graph", "feil")
    assert bad.check_account().problem is AccountProblem.AUTH_EXPIRED
    with pytest.raises(AuthExpiredError):
        bad.pull("")
    simulator.fault("error_before")
    assert meraker.check_account().problem is AccountProblem.UNREACHABLE


def test_a_missing_right_is_told(simulator: Simulator, meraker: GraphConnector):
    body = {"error": {"message": "x", "type": "OAuthException", "code": 10, "fbtrace_id": "A"}}
    simulator.fault("status", code=403, body=body, match={"regex": "/(feed|media)$"})
    assert meraker.check_account().problem is AccountProblem.PERMISSION_MISSING
    with pytest.raises(PermissionMissingError):
        meraker.pull("")


def test_one_connector_serves_many_threads(simulator: Simulator, meraker: GraphConnector):
    say(simulator, simulator.post())
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(meraker.pull("").items))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
