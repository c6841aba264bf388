"""The out-door: published exactly once, whatever the platform does. The simulator's own book is the judge."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from audit import log
from inbox import publishing, pulling, queries
from inbox.actions import comments, replies, unclear
from inbox.counting import counts_of
from inbox.models import Channel, Comment, Post, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def approved(simulator: Simulator) -> Reply:
    """A praise from the practice platform, answered and approved, its hold over."""
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    simulator.comment(simulator.post(), "Takk for brøytinga!")
    pulling.pull(place.channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Takk, det varmer.", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    return reply


def let_the_lease_end(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(lease_until=timezone.now() - timedelta(hours=1))


def test_an_approved_reply_stands_on_the_platform_once(approved: Reply, simulator: Simulator) -> None:
    for _ in range(3):
        publishing.publish(approved.pk)
    approved.refresh_from_db()
    (book,) = simulator.book("meraker")
    assert approved.status == ReplyStatus.PUBLISHED
    assert approved.external_id == str(book["id"])
    assert Comment.objects.get(pk=approved.comment_id).status == CommentStatus.DONE
    assert "reply.publish" in [event.action for event in log.history(approved)]


def test_a_held_reply_does_not_leave(approved: Reply, simulator: Simulator) -> None:
    Reply.objects.filter(pk=approved.pk).update(publish_after=timezone.now() + timedelta(seconds=30))
    publishing.publish(approved.pk)
    assert simulator.book("meraker") == []
    assert publishing.due_replies() == []


@pytest.mark.parametrize("fault", ["error_after", "reset_after"])
def test_an_answer_lost_after_the_write_is_looked_for_and_not_sent_again(
    approved: Reply, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, method="POST", path="/api/v1/statuses", times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.PUBLISHING
    publishing.publish(approved.pk)
    assert len(simulator.book("meraker")) == 1, "nobody may touch it while the lease lasts"
    let_the_lease_end(approved)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker")) == 1


def test_an_error_before_the_write_ends_in_one_reply(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("error_before", method="POST", path="/api/v1/statuses", times=1)
    publishing.publish(approved.pk)
    let_the_lease_end(approved)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker")) == 1


def test_a_platform_that_asks_us_to_wait_is_waited_for(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("status", method="POST", path="/api/v1/statuses", code=429, headers={"Retry-After": "120"}, times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.APPROVED
    assert approved.problem == Reply.Problem.BUSY
    assert approved.publish_after is not None
    assert approved.publish_after > timezone.now() + timedelta(seconds=60)
    assert approved.attempt == 0


def test_a_platform_that_says_no_gives_the_comment_back_to_the_team(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("status", method="POST", path="/api/v1/statuses", code=422, times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.REFUSED, Reply.Problem.TEXT)
    assert Comment.objects.get(pk=approved.comment_id).status == CommentStatus.TO_ANSWER


def test_what_three_attempts_cannot_settle_is_shown_to_a_person(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("error_before", method="POST", path="/api/v1/statuses")
    for _ in range(4):
        publishing.publish(approved.pk)
        let_the_lease_end(approved)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.UNCLEAR, Reply.Problem.UNCLEAR)
    assert simulator.book("meraker") == []


def test_a_look_that_fails_never_leads_to_a_send(approved: Reply, simulator: Simulator) -> None:
    simulator.fault("error_after", method="POST", path="/api/v1/statuses", times=1)
    publishing.publish(approved.pk)
    let_the_lease_end(approved)
    simulator.fault("status", method="GET", path="/api/v1/statuses", code=503)
    publishing.publish(approved.pk)
    assert len(simulator.book("meraker")) == 1


def test_a_worker_that_was_paused_past_its_lease_does_not_send(
    approved: Reply, simulator: Simulator, settings: LazySettings
) -> None:
    settings.PUBLISH_LEASE = settings.PUBLISH_TIMEOUT  # nothing of the lease is left when it comes to sending
    publishing.publish(approved.pk)
    assert simulator.book("meraker") == []


def test_our_reply_that_comes_back_in_the_thread_is_not_queued(approved: Reply, simulator: Simulator) -> None:
    publishing.publish(approved.pk)
    pulling.pull(approved.channel_id)
    assert Comment.objects.count() == 1


def test_two_replies_with_the_same_text_are_not_both_let_out(approved: Reply) -> None:
    publishing.publish(approved.pk)
    comment = Comment.objects.get(pk=approved.comment_id)
    comments.reopen(comment, by=approved.author)
    again = replies.draft(comment, text="Takk, det varmer.", by=approved.author)
    replies.submit(again, by=approved.author)
    assert approved.approved_by is not None
    with pytest.raises(replies.RefusedError, match="allerede gitt"):
        replies.approve(again, by=approved.approved_by)


def read_before_it_is_written_down(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish; the channel is pulled between the platform's answer and the moment we have written down its id."""
    settle = publishing.settle_published

    def settle_late(*claim_piece_published: Any) -> bool:
        Post.objects.update(thread_read_at=None)
        pulling.pull(reply.channel_id)
        return settle(*claim_piece_published)

    monkeypatch.setattr(publishing, "settle_published", settle_late)
    publishing.publish(reply.pk)


def test_our_reply_that_is_read_before_its_id_is_written_down_is_left_alone(
    approved: Reply, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_before_it_is_written_down(approved, monkeypatch)
    assert Reply.objects.get().status == ReplyStatus.PUBLISHED
    assert Comment.objects.get().pk == approved.comment_id
    Post.objects.update(thread_read_at=None)
    pulling.pull(approved.channel_id)
    assert Comment.objects.count() == 1


def test_what_we_write_there_ourselves_meanwhile_comes_in_with_the_next_reading(
    approved: Reply, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = simulator.comment(simulator.post(), "Og hos oss?")
    pulling.pull(approved.channel_id)
    by_hand = {"status": "Takk, det varmer.", "in_reply_to_id": elsewhere, "visibility": "public"}
    assert simulator.api("POST", "/api/v1/statuses", data=by_hand).ok
    read_before_it_is_written_down(approved, monkeypatch)
    assert Comment.objects.filter(status=CommentStatus.OURS).count() == 0
    Post.objects.update(thread_read_at=None)
    pulling.pull(approved.channel_id)
    assert Comment.objects.get(status=CommentStatus.OURS).parent_external_id == elsewhere


def test_our_reply_that_was_read_as_ours_before_a_person_settled_it_stands_once_in_the_thread(
    approved: Reply, simulator: Simulator
) -> None:
    simulator.fault("error_after", method="POST", path="/api/v1/statuses", times=1)
    publishing.publish(approved.pk)
    Reply.objects.filter(pk=approved.pk).update(status=ReplyStatus.UNCLEAR)
    Post.objects.update(thread_read_at=None)
    pulling.pull(approved.channel_id)
    mine = Comment.objects.get(status=CommentStatus.OURS)  # so that the lead sees it where the answer is unclear
    asked = Comment.objects.get(pk=approved.comment_id)
    assert mine in queries.thread_of(asked)
    assert approved.approved_by is not None
    unclear.settle_found(approved, permalink=f"{simulator.url}/@meraker/{mine.external_id}", by=approved.approved_by)
    assert queries.thread_of(asked) == [asked]
    Post.objects.update(counted_at=None)
    (count,) = counts_of(Post.objects.filter(pk=asked.post_id).select_related("channel"))
    assert (count.visible, count.below) == (1, 1)
