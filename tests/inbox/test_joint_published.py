"""A joint reply on its way out: exactly once, whatever dies, and what comes of it for each comment and its record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive import intake as archive_intake
from archive.models import CaseRecord
from audit import log
from inbox import publishing, pulling
from inbox.actions import bulk, comments, joint, replies
from inbox.actions.errors import RefusedError
from inbox.counting import counts_of
from inbox.models import Channel, Comment, Reply
from inbox.obligations import missing_for_others
from inbox.together import answered_here
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership, Role
from tests.factories import make_comment, make_member
from tests.inbox.every_platform import open_channel
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
CAN = ["bluesky", "facebook", "instagram", "mastodon"]
API = {"mastodon": "/api/v1/statuses", "bluesky": "/xrpc/", "facebook": "/graph/", "instagram": "/graph/"}


def joint_reply(simulator: Simulator, platform: str = "mastodon", number: int = 3) -> Reply:
    """A joint reply to so many comments from the practice platform, approved, its hold over."""
    channel = open_channel(simulator, platform)
    post = simulator.post(platform=platform)
    for one in range(number):
        simulator.comment(post, f"Kommer bilen snart? {one}")
    for _ in range(3):
        pulling.pull(channel.pk)
    ola = make_member(channel.municipality, "Ola Svendsen")
    kari = make_member(channel.municipality, "Kari Holten", Role.LEAD)
    rows = list(Comment.objects.filter(channel=channel).exclude(status=CommentStatus.OURS).order_by("pk"))
    assert len(rows) == number
    for row in rows:
        comments.sort(row, sortings=["negative"], documentation_value=False, by=ola)
    picking = joint.Picking(joint.post_of_most(rows), by=ola)
    assert bulk.each(rows, picking).refused == []
    assert picking.reply is not None
    reply = replies.draft(picking.reply.comment, text="Bilen kommer før klokka ti.", by=ola)
    replies.submit(reply, by=ola)
    replies.approve(reply, by=kari)
    return reply


def lead_of(reply: Reply) -> Membership:
    return Membership.objects.get(municipality=reply.municipality, role=Role.LEAD)


def let_the_lease_end(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(lease_until=timezone.now() - timedelta(hours=1))


@pytest.mark.parametrize("platform", CAN)
def test_it_stands_once_under_the_post_and_answers_them_all(simulator: Simulator, platform: str) -> None:
    reply = joint_reply(simulator, platform)
    assert set(Comment.objects.exclude(status="OURS").values_list("status", "joint_reply")) == {("GOING_OUT", None)}
    simulator.fault("error_after", method="POST", path=API[platform], times=1)
    for _ in range(3):
        publishing.publish(reply.pk)
        let_the_lease_end(reply)
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.PUBLISHED
    (book,) = simulator.book("meraker", platform)
    assert book["in_reply_to_id"] == book["root_id"], "it stands under the post, not under a comment"
    first, *others = reply.answers
    assert (first.status, first.ending) == (CommentStatus.DONE, "")
    for one in others:
        assert (one.status, one.ending, one.joint_reply_id) == (CommentStatus.DONE, "answered_jointly", reply.pk)
        assert [event.action for event in log.history(one)].count("comment.answered_jointly") == 1


def test_a_platform_that_says_no_gives_them_all_back_and_nobody_is_answered(simulator: Simulator) -> None:
    reply = joint_reply(simulator)
    simulator.fault("status", method="POST", path="/api/v1/statuses", code=422, times=1)
    publishing.publish(reply.pk)
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.REFUSED
    assert {one.status for one in reply.answers} == {CommentStatus.TO_ANSWER}
    replies.rework(reply, by=lead_of(reply))
    assert len(reply.also_answers) == 2


def test_the_sender_is_not_named_in_an_answer_to_many(simulator: Simulator) -> None:
    reply = joint_reply(simulator)
    publishing.publish(reply.pk)
    (book,) = simulator.book("meraker")
    assert "@" not in book["text"]
    (count,) = counts_of([reply.comment.post])
    assert (count.replies, count.below) == (1, 0), "it is counted where the platform counts it"


def test_later_comments_get_the_hint_and_a_lawful_ending_that_points_at_it(simulator: Simulator) -> None:
    reply = joint_reply(simulator, number=1)
    publishing.publish(reply.pk)
    reply.refresh_from_db()
    post = reply.comment.post
    later, before = make_comment(post), make_comment(post, created_at=timezone.now() - timedelta(days=1))
    Comment.objects.filter(pk=later.pk).update(posted_at=timezone.now() + timedelta(seconds=1))
    rows = list(Comment.objects.filter(pk__in=[later.pk, before.pk]))
    assert answered_here(rows) == {later.pk: reply}
    client = Client()
    client.force_login(lead_of(reply).user)
    assert "Besvart her?" in client.get(reverse("inbox:queue")).content.decode()
    comments.sort(later, sortings=["negative"], by=lead_of(reply))
    page = client.get(reverse("inbox:comment", args=[later.pk])).content.decode()
    assert "Ferdig: besvart i felles svar" in page
    several = {"valgte": [str(later.pk)], "gjor": "avslutt:answered_jointly", "bekreft": "ja"}
    client.post(reverse("inbox:several"), several)
    later.refresh_from_db()
    assert (later.status, later.joint_reply) == (CommentStatus.DONE, reply)


def test_the_record_of_each_tells_the_joint_reply(simulator: Simulator) -> None:
    reply = joint_reply(simulator)
    Channel.objects.filter(pk=reply.channel_id).update(account_id="1")
    kari = lead_of(reply)
    replies.recall(reply, by=kari)
    for one in reply.answers:
        comments.sort(one, sortings=["negative"], documentation_value=True, by=kari)
    first, second, third = reply.answers
    reply.refresh_from_db()
    reply = replies.insert_notice(reply, code="C5-notice", by=kari)
    unit = reply.municipality.units.get()
    comments.choose_unit(first, unit=unit, by=kari)
    comments.choose_unit(second, unit=unit, by=kari)
    assert {pk: [one.code for one in lacks] for pk, lacks in missing_for_others(reply).items()} == {
        third.pk: ["C5-forward"]
    }
    with pytest.raises(RefusedError):
        replies.submit(reply, by=kari)
    comments.choose_unit(third, unit=unit, by=kari)
    replies.submit(reply, by=kari)
    approver = make_member(reply.municipality, "Liv Aas", Role.LEAD)
    replies.approve(reply, by=approver)
    publishing.publish(reply.pk)
    archive_intake.follow(reply.municipality_id)
    records = list(CaseRecord.objects.order_by("pk"))
    assert len(records) == 3
    for record in records:
        (copy,) = record.replies.all()
        assert (copy.key, copy.is_joint, copy.answers) == (reply.key, True, 3)
        assert record.answered
        assert record.forwardings.count() == 1
        assert "reply.publish" in record.events.values_list("action", flat=True)
