"""A reply in parts on each practice platform: in order, once, also when an answer is lost; and found by its address."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox import publishing, pulling
from inbox.actions import comments, replies, too_long, unclear
from inbox.actions.errors import RefusedError
from inbox.channels.base import Page, UnclearError
from inbox.connecting import connect
from inbox.lengths import length_of
from inbox.models import Channel, Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership
from tests import cast
from tests.inbox.every_platform import PLATFORMS, open_channel
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
WRITES = {
    "bluesky": "/xrpc/com.atproto.repo.putRecord",
    "facebook": "/graph",
    "instagram": "/graph",
    "mastodon": "/api/v1/statuses",
    "youtube": "/youtube",
}
SENTENCE = "Vi brøyter hovedveiene først. "


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture(params=PLATFORMS)
def channel(request: pytest.FixtureRequest, simulator: Simulator, place: cast.Cast) -> Channel:
    return open_channel(simulator, request.param)


@pytest.fixture
def approved(channel: Channel, simulator: Simulator, place: cast.Cast) -> Reply:
    """A citizen's comment with an answer in three parts, approved, its hold over."""
    simulator.comment(simulator.post(platform=channel.platform), "Når brøyter dere, og hvorfor så sent?")
    pulling.pull(channel.pk)
    comment = Comment.objects.get(channel=channel)
    comments.sort(comment, sortings=["praise"], documentation_value=False, by=place.ola)
    reply = replies.draft(comment, text="Hei.", by=place.ola)
    room = length_of(reply, "").limit * 9 // 10 // len(SENTENCE)
    text = "\n\n".join(f"Avsnitt {number}. " + SENTENCE * room for number in (1, 2, 3))
    reply = replies.draft(comment, text=text, by=place.ola)
    too_long.choose(reply, choice="parts", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.parts.count() == 3
    return reply


def until_it_rests(reply: Reply, rounds: int = 8) -> Reply:
    for _ in range(rounds):
        Reply.objects.filter(pk=reply.pk, status=ReplyStatus.PUBLISHING).update(
            lease_until=timezone.now() - timedelta(hours=1)
        )
        Reply.objects.filter(pk=reply.pk, status=ReplyStatus.APPROVED).update(publish_after=timezone.now())
        publishing.publish(reply.pk)
    reply.refresh_from_db()
    return reply


def assert_three_stand_in_order(reply: Reply, simulator: Simulator) -> None:
    book = simulator.book("meraker", reply.channel.platform)
    parts = list(reply.parts.all())
    assert [one["text"].rstrip()[-5:] for one in book] == ["(1/3)", "(2/3)", "(3/3)"]
    assert reply.status == ReplyStatus.PUBLISHED
    assert len({part.external_id for part in parts}) == 3
    assert reply.external_id == parts[0].external_id
    assert Comment.objects.get(pk=reply.comment_id).status == CommentStatus.DONE
    under = [one["in_reply_to_id"] for one in book]
    if connect(reply.channel).capabilities.reply_depth is None:
        assert under[1:] == [book[0]["id"], book[1]["id"]], "each answers the one before"
    else:
        assert len(set(under)) == 1, "all stand under the comment"


def test_the_parts_stand_in_order(approved: Reply, simulator: Simulator) -> None:
    assert_three_stand_in_order(until_it_rests(approved), simulator)


@pytest.mark.parametrize("fault", ["error_after", "reset_before"])
def test_a_lost_answer_to_part_two_neither_loses_nor_doubles_one(
    approved: Reply, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, method="POST", path=WRITES[approved.channel.platform], after=1, times=1)
    until_it_rests(approved)
    assert_three_stand_in_order(approved, simulator)


def unclear_at_part_two(reply: Reply, simulator: Simulator) -> None:
    """Part two stands there, its answer was lost, and no look finds it: a person is asked."""
    simulator.fault("error_after", method="POST", path=WRITES[reply.channel.platform], after=1, times=1)
    publishing.publish(reply.pk)
    Reply.objects.filter(pk=reply.pk).update(attempt=publishing.ATTEMPTS)
    until_it_rests(reply, rounds=1)
    assert (reply.status, reply.problem) == (ReplyStatus.UNCLEAR, Reply.Problem.UNCLEAR)
    assert len(simulator.book("meraker", reply.channel.platform)) == 2


def lead_of(reply: Reply) -> Membership:
    assert reply.approved_by is not None
    return reply.approved_by


def thread_of(reply: Reply) -> Page:
    assert reply.comment.post is not None
    return connect(reply.channel).thread(reply.comment.post.external_id)


def address_of(reply: Reply, number: int) -> str:
    """The address a person copies at the platform for a part that stands there."""
    thread = thread_of(reply)
    item = next(one for one in thread if one.own and one.text.rstrip().endswith(f"({number}/3)"))
    if reply.channel.platform == "facebook":
        top = reply.comment.external_id.rpartition("_")[2]
        return f"https://www.facebook.com/1/posts/2/?comment_id={top}&reply_comment_id={item.external_id.split('_')[1]}"
    if reply.channel.platform == "instagram":
        return f"https://www.instagram.com/p/abc/c/{reply.comment.external_id}/r/{item.external_id}/"
    if reply.channel.platform == "bluesky":
        return f"https://bsky.app/profile/meraker.test/post/{item.external_id.rpartition('/')[2]}"
    return item.permalink


def citizens_own(reply: Reply) -> str:
    """The address of the comment that is answered. Instagram's API knows the post's page only, the same for all."""
    if reply.channel.platform == "instagram":
        return f"https://www.instagram.com/p/abc/c/{reply.comment.external_id}/"
    return reply.comment.permalink


def test_the_address_a_person_pastes_is_looked_up_at_the_platform(approved: Reply, simulator: Simulator) -> None:
    lead = lead_of(approved)
    unclear_at_part_two(approved, simulator)
    with pytest.raises(RefusedError, match="alt registrert"):
        unclear.settle_found(approved, permalink=address_of(approved, 1), by=lead)
    with pytest.raises(RefusedError, match="fant ikke"):
        unclear.settle_found(approved, permalink="https://example.org/profile/noen/post/3kaaaaaaaaaa2", by=lead)
    with pytest.raises(RefusedError, match="fant ikke"):
        unclear.settle_found(approved, permalink=citizens_own(approved), by=lead)
    unclear.settle_found(approved, permalink=f"  {address_of(approved, 2)} ", by=lead)
    until_it_rests(approved)
    assert_three_stand_in_order(approved, simulator)


def test_the_id_itself_is_taken_too(approved: Reply, simulator: Simulator) -> None:
    unclear_at_part_two(approved, simulator)
    thread = thread_of(approved)
    (part_two,) = [one for one in thread if one.own and one.text.rstrip().endswith("(2/3)")]
    unclear.settle_found(approved, permalink=part_two.external_id, by=lead_of(approved))
    until_it_rests(approved)
    assert_three_stand_in_order(approved, simulator)


def test_a_platform_that_does_not_answer_changes_nothing(
    approved: Reply, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    unclear_at_part_two(approved, simulator)
    address = address_of(approved, 2)
    monkeypatch.setattr("inbox.recognising.look", lambda *_: (_ for _ in ()).throw(UnclearError("x")))
    with pytest.raises(RefusedError, match="svarte ikke"):
        unclear.settle_found(approved, permalink=address, by=lead_of(approved))
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.UNCLEAR
