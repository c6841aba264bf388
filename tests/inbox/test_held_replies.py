"""A channel that is shut out holds its replies: nothing is burnt, nothing is lost, and each goes out once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox import channel_state, publishing, pulling
from inbox.actions import comments, replies
from inbox.actions.errors import RefusedError
from inbox.channels.base import AuthExpiredError
from inbox.models import Channel, Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from notices.models import Notice
from tests import cast
from tests.factories import make_comment
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
WRITING = {"method": "POST", "path": "/api/v1/statuses"}


@pytest.fixture
def place(simulator: Simulator) -> cast.Cast:
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    return place


@pytest.fixture
def approved(place: cast.Cast, simulator: Simulator) -> Reply:
    simulator.comment(simulator.post(), "Takk for brøytinga!")
    pulling.pull(place.channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Takk, det varmer.", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    return reply


def again(reply: Reply) -> Reply:
    """Try once more, as the sweep does when the wait is over."""
    Reply.objects.filter(pk=reply.pk, status=ReplyStatus.APPROVED).update(publish_after=timezone.now())
    publishing.publish(reply.pk)
    reply.refresh_from_db()
    return reply


def page(member: cast.Membership, name: str, *args: int) -> str:
    client = Client()
    client.force_login(member.user)
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.parametrize(("code", "problem"), [(401, "token"), (403, "permission")])
def test_a_reply_the_channel_has_no_right_to_send_waits_and_burns_no_attempt(
    approved: Reply, simulator: Simulator, code: int, problem: str
) -> None:
    simulator.fault("status", code=code, **WRITING)
    for _ in range(5):
        again(approved)
    assert (approved.status, approved.problem, approved.attempt) == (ReplyStatus.APPROVED, problem, 0)
    assert Comment.objects.get().status == CommentStatus.GOING_OUT
    assert approved.publish_after is not None
    assert approved.publish_after > timezone.now() + timedelta(seconds=50)
    assert simulator.book("meraker") == []


def test_it_goes_out_by_itself_once_the_channel_is_connected_anew(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("status", code=401, path="/api/v1/")
    publishing.publish(approved.pk)
    pulling.pull(place.channel.pk)
    assert publishing.due_replies() == []
    simulator.clear_faults()
    channel_state.reconnected(place.channel.pk)
    assert publishing.due_replies() == [approved.pk]
    publishing.publish(approved.pk)
    publishing.publish(approved.pk)
    assert len(simulator.book("meraker")) == 1


def test_it_goes_out_when_the_token_is_taken_again(place: cast.Cast, approved: Reply, simulator: Simulator) -> None:
    simulator.fault("status", code=401, path="/api/v1/")
    publishing.publish(approved.pk)
    pulling.pull(place.channel.pk)
    simulator.clear_faults()
    pulling.pull(place.channel.pk)
    assert publishing.due_replies() == [approved.pk]


def test_reading_that_goes_well_does_not_free_what_lacks_the_right_to_answer(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("status", code=403, **WRITING)
    publishing.publish(approved.pk)
    pulling.pull(place.channel.pk)
    assert publishing.due_replies() == []
    place.channel.refresh_from_db()
    assert (place.channel.problem, place.channel.reply_problem) == ("", "permission")


def test_a_channel_that_is_shut_out_is_not_even_asked(place: cast.Cast, approved: Reply, simulator: Simulator) -> None:
    channel_state.note_problem(place.channel.pk, AuthExpiredError())
    assert publishing.due_replies() == []
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.attempt) == (ReplyStatus.APPROVED, 0)
    assert "Kanalen er frakoblet, svaret venter." in page(place.ola, "inbox:comment", approved.comment_id)


def test_a_lost_answer_is_still_looked_for_after_the_channel_was_shut_out(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("error_after", times=1, **WRITING)
    publishing.publish(approved.pk)
    simulator.fault("status", code=401, path="/api/v1/")
    for _ in range(4):
        Reply.objects.filter(pk=approved.pk).update(lease_until=timezone.now() - timedelta(hours=1))
        again(approved)
    assert (approved.status, approved.problem, approved.attempt) == (ReplyStatus.APPROVED, "token", 1)
    with pytest.raises(RefusedError, match="kan ha nådd plattformen"):
        replies.recall(approved, by=place.ola)
    simulator.clear_faults()
    again(approved)
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker")) == 1


def test_a_held_reply_can_be_taken_back_and_does_not_leave(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("status", code=401, times=1, **WRITING)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    replies.recall(approved, by=place.ola)
    channel_state.reconnected(place.channel.pk)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.DRAFT, "")
    assert simulator.book("meraker") == []


def test_one_refusal_is_a_hiccup_and_the_second_is_told_to_the_lead(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("status", code=403, **WRITING)
    publishing.publish(approved.pk)
    assert not Notice.objects.exists()
    earlier = timezone.now() - timedelta(minutes=1)
    Channel.objects.filter(pk=place.channel.pk).update(reply_problem_since=earlier)
    again(approved)
    mail = Notice.objects.get(kind="channel.stop")
    assert "svar går ikke ut" in mail.body
    assert "tar ikke imot svar." in page(place.kari, "inbox:review")
    pulling.pull(place.channel.pk)
    assert not Notice.objects.filter(kind="channel.recover").exists(), "reading was never the matter"
    simulator.clear_faults()
    again(approved)
    assert approved.status == ReplyStatus.PUBLISHED
    assert Notice.objects.filter(kind="channel.recover").count() == 1


def test_the_conversation_says_that_it_waits_and_offers_the_way_back(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("status", code=403, **WRITING)
    publishing.publish(approved.pk)
    shown = page(place.ola, "inbox:comment", approved.comment_id)
    assert "Kanalen mangler lov til å svare, svaret venter." in shown
    assert reverse("inbox:undo", args=[approved.comment_id]) in shown
    assert "Svaret publiseres om" not in shown
    assert "Svaret til <bdi>Randi" not in page(place.kari, "inbox:queue")


def test_what_did_not_get_out_is_listed_with_what_to_do(
    place: cast.Cast, approved: Reply, simulator: Simulator
) -> None:
    assert "Alle godkjente svar er ute" in page(place.ola, "inbox:not_out")
    simulator.fault("status", code=401, times=1, **WRITING)
    publishing.publish(approved.pk)
    held = page(place.ola, "inbox:not_out")
    assert "Kanalen er frakoblet, svaret venter." in held
    assert "Det går ut av seg selv" in held
    assert "1 svar venter på kanalen." in page(place.ola, "inbox:channels")
    simulator.fault("status", code=422, times=1, **WRITING)
    again(approved)
    refused = page(place.ola, "inbox:not_out")
    assert "Plattformen godtok ikke teksten." in refused
    assert "Skriv om svaret" in refused


def test_the_neighbour_sees_none_of_our_replies(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("status", code=401, times=1, **WRITING)
    publishing.publish(approved.pk)
    assert "Takk, det varmer." not in page(cast.tydal().ola, "inbox:not_out")


def test_many_replies_cost_no_more_queries_than_one(place: cast.Cast, approved: Reply) -> None:
    channel_state.note_problem(place.channel.pk, AuthExpiredError())
    client = Client()
    client.force_login(place.ola.user)
    client.get(reverse("inbox:not_out"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("inbox:not_out"))
    for number in range(5):
        comment = make_comment(place.post, text=f"Hei {number}")
        comments.sort(comment, sortings=["praise"], by=place.ola)
        reply = replies.draft(comment, text=f"Takk {number}", by=place.ola)
        replies.submit(reply, by=place.ola)
        replies.approve(reply, by=place.kari)
    with CaptureQueriesContext(connection) as six:
        response = client.get(reverse("inbox:not_out"))
    assert response.context["page"].total == 6
    assert len(six) <= len(one)
