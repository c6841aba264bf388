"""YouTube against the practice platform: replies go out exactly once."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels.base import (
    GoneError,
    ParentRef,
    PermissionMissingError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.channels.youtube import YoutubeConnector
from tests.inbox.channels.answering import AnsweringServer
from tests.inbox.channels.mastodon_account import ids
from tests.inbox.channels.pulls import TEXT, an_hour_ago, read_all
from tests.inbox.channels.youtube_answers import US, number, page
from tests.inbox.channels.youtube_channel import COMMENTS, answer_id, film, parent_of, say, top
from tests.simulator_server import TOKENS, Simulator


@pytest.fixture
def channel(simulator: Simulator) -> YoutubeConnector:
    """Meråker's channel on the practice platform."""
    return YoutubeConnector(simulator.url, TOKENS["meraker"])


def test_an_answer_to_an_answer_goes_under_the_top_level_comment(simulator: Simulator, channel: YoutubeConnector):
    first = say(simulator, simulator.post())
    nested = say(simulator, first)
    published = channel.publish(parent_of(channel, answer_id(nested, first)), TEXT, "k1", "nb")
    (stands,) = simulator.book("meraker")
    assert (stands["text"], stands["in_reply_to_id"]) == (TEXT, first)
    assert published.external_id == answer_id(stands["id"], first)
    assert published.created_at is not None
    (ours,) = [item for item in read_all(channel)[0] if item.own]
    assert ours.external_id == published.external_id


@pytest.mark.parametrize("kind", ["error_after", "reset_after", "malformed"])
def test_a_reply_whose_answer_was_lost_is_found_and_stands_once(
    kind: str, simulator: Simulator, channel: YoutubeConnector
):
    first = say(simulator, simulator.post())
    parent = ParentRef(top(first))
    simulator.fault(kind, method="POST", path=COMMENTS, times=1)
    with pytest.raises(UnclearError):
        channel.publish(parent, TEXT, "k1", "nb")
    simulator.comment_all([{"parent": first, "text": f"Nr. {n}", "mention": False} for n in range(150)])
    found = channel.find_published(parent, TEXT, datetime.now(UTC))
    (stands,) = simulator.book("meraker")
    assert found is not None
    assert found.external_id == answer_id(stands["id"], first)
    assert channel.find_published(parent, TEXT, an_hour_ago(), {found.external_id}) is None
    assert channel.find_published(parent, TEXT, datetime.now(UTC) + timedelta(minutes=6)) is None


@pytest.mark.parametrize("kind", ["error_before", "reset_before"])
def test_a_reply_that_never_was_written_is_not_found(kind: str, simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    simulator.fault(kind, method="POST", path=COMMENTS, times=1)
    with pytest.raises(UnclearError):
        channel.publish(parent, TEXT, "k1", "nb")
    assert channel.find_published(parent, TEXT, an_hour_ago()) is None
    assert simulator.book("meraker") == []


@pytest.mark.parametrize(
    "text", ["Hei!\n\nSe https://kommune.example/?a=1&b=2.", "  Takk   for  det ", "<b> & 👩‍👩‍👧‍👦"]
)
def test_a_reply_is_recognised_however_it_is_given_back(text: str, simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    published = channel.publish(parent, text, "k1", "nb")
    found = channel.find_published(parent, text, an_hour_ago())
    assert found is not None
    assert found.external_id == published.external_id


def test_a_look_that_is_not_complete_raises(simulator: Simulator, channel: YoutubeConnector, server: AnsweringServer):
    comment_here = say(simulator, simulator.post())
    channel.check_account()
    simulator.fault("error_before", method="GET", path=COMMENTS, times=1)
    with pytest.raises(TransientError):
        channel.find_published(ParentRef(top(comment_here)), TEXT, an_hour_ago())
    simulator.delete(comment_here)
    with pytest.raises(GoneError):
        channel.find_published(ParentRef(top(comment_here)), TEXT, an_hour_ago())
    server.on(COMMENTS, page({"id": 7}))
    with pytest.raises(ProtocolError):
        YoutubeConnector(server.url, "t", US).find_published(ParentRef(number(1)), TEXT, an_hour_ago())


def test_hiding_and_showing_again(simulator: Simulator, channel: YoutubeConnector):
    post = simulator.post()
    here = say(simulator, post)
    channel.hide(top(here))
    channel.hide(top(here))
    assert channel.thread(film(post)).items == ()
    with pytest.raises(RejectedError):
        channel.publish(ParentRef(top(here)), TEXT, "k", "nb")
    channel.unhide(top(here))
    assert ids(list(channel.thread(film(post)))) == [top(here)]


def test_deleting_ours_and_never_what_others_wrote(simulator: Simulator, channel: YoutubeConnector):
    here = say(simulator, simulator.post())
    ours = channel.publish(ParentRef(top(here)), TEXT, "k1", "nb").external_id
    channel.delete(ours)
    with pytest.raises(GoneError):
        channel.delete(ours)
    with pytest.raises(PermissionMissingError):
        channel.delete(top(here))
    with pytest.raises(RejectedError):
        channel.like(top(here))
    allowed = channel.capabilities
    assert (allowed.like, allowed.hide, allowed.unhide, allowed.delete_own, allowed.delete_others) == (
        False,
        True,
        True,
        True,
        False,
    )


def test_the_longest_text_is_accepted_and_one_more_refused(simulator: Simulator, channel: YoutubeConnector):
    parent = ParentRef(top(say(simulator, simulator.post())))
    text = "😀" + "ø" * 9998
    assert (channel.count(f" {text} ", parent).used, channel.count(text).too_long) == (10_000, False)
    channel.publish(parent, text, "k1", "nb")
    assert channel.count(text + "x").too_long
    with pytest.raises(RejectedError):
        channel.publish(parent, text + "x", "k2", "nb")


def test_an_id_from_nowhere_is_never_sent(server: AnsweringServer):
    server.on("/", b"{}")
    connector = YoutubeConnector(server.url, "t", US)
    for strange in ("../x", "", "a b", "x" * 300, f"{number(1)},{number(2)}", f"{number(1)}&moderationStatus=x"):
        for act in (connector.hide, connector.unhide, connector.delete, connector.thread):
            with pytest.raises(RejectedError):
                act(strange)
        with pytest.raises(RejectedError):
            connector.publish(ParentRef(strange), TEXT, "k", "nb")
    assert server.requests == []
