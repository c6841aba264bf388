"""Two people, or a person and the platform, in the same moment: one of them is told, and neither loses anything.

Each is a thread with a connection of its own. Where one must be in the middle of it when the other comes, the first
holds its transaction open until PostgreSQL says that the second waits for it.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from audit import log
from audit.models import AuditEvent
from inbox import intake, publishing
from inbox.actions import comments, replies
from inbox.actions.errors import ChangedMeanwhileError, ObligationsUnmetError, RefusedError, TakenError
from inbox.channels.base import Capabilities, Published
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership
from tests import cast
from tests.cast import Cast
from tests.database import app_connection
from tests.factories import make_comment, make_item, make_member, make_page
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def in_threads(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment, each with its own connection; return what each gave or raised, in order."""
    start = threading.Barrier(len(calls))

    def make(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


@contextmanager
def meanwhile(call: Callable[[], object]) -> Iterator[Future[object]]:
    """Begin the call in a thread once the block's transaction has done its part; it comes through at the commit."""
    with ThreadPoolExecutor(1) as pool:
        came: Future[object] = Future()
        with transaction.atomic():
            yield came
            coming = pool.submit(lambda: in_threads(call)[0])
            wait_for(_somebody_waits, "the other to wait for the row")
        came.set_result(coming.result(timeout=30))


def _somebody_waits() -> bool:
    with app_connection() as other, other.cursor() as cursor:
        cursor.execute(WAITS)
        return bool(cursor.fetchone()[0])


def sorted_comment(place: Cast, sorting: str = "praise") -> Comment:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=[sorting], by=place.ola)
    return comment


def in_review(place: Cast, text: str = "Vi brøyter i natt.") -> Reply:
    reply = replies.draft(sorted_comment(place), text=text, by=place.ola)
    replies.submit(reply, by=place.ola)
    return Reply.objects.get(pk=reply.pk)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def edit(comment: Comment, text: str) -> None:
    item = make_item(comment.post, text, external_id=comment.external_id)
    intake.receive(comment.channel, make_page(item), raw_page=None)


def test_what_was_sorted_anew_while_it_was_read_decides_what_the_reply_must_hold(place: Cast) -> None:
    read = in_review(place)
    assert read.comment.sortings == ["praise"]
    comments.sort(Comment.objects.get(pk=read.comment_id), sortings=["case_handling"], by=place.mari)
    with pytest.raises(ObligationsUnmetError):
        replies.approve(read, by=place.kari)
    read.refresh_from_db()
    assert read.status == ReplyStatus.IN_REVIEW


class TestClaims:
    def test_of_eight_people_one_gets_it_and_the_others_are_told_who(self, place: Cast) -> None:
        comment = make_comment(place.post)
        people = [make_member(place.municipality, f"Person{number} Moen") for number in range(8)]
        came = in_threads(
            *(lambda one=one: comments.claim(Comment.objects.get(pk=comment.pk), by=one) for one in people)  # type: ignore[misc]
        )
        comment.refresh_from_db()
        assert comment.assignee in people
        assert came.count(None) == 1
        told = [str(one) for one in came if isinstance(one, TakenError)]
        assert told == [f"{comment.assignee.name} har allerede tatt kommentaren."] * 7  # type: ignore[union-attr]
        assert AuditEvent.objects.filter(action="comment.claim").count() == 1

    def test_of_two_who_sort_what_both_saw_unsorted_one_is_told(self, place: Cast) -> None:
        comment = make_comment(place.post)
        came = in_threads(
            *(
                lambda by=by, one=one: comments.sort(  # type: ignore[misc]
                    Comment.objects.get(pk=comment.pk), sortings=[one], by=by, only_unsorted=True
                )
                for by, one in ((place.ola, "praise"), (place.mari, "negative"))
            )
        )
        assert came.count(None) == 1
        assert len(log.history(comment).filter(action="comment.sort")) == 1


class TestOneDraft:
    def test_of_two_who_save_the_same_version_one_is_shown_both_texts(self, place: Cast) -> None:
        comment = sorted_comment(place)
        seen = replies.draft(comment, text="Takk", by=place.ola).version
        texts = {"ola": "Takk fra Ola til deg.", "mari": "Takk fra Mari til deg."}
        clients = {name: signed_in(getattr(place, name)) for name in texts}

        def save(name: str) -> Any:
            form = {"text": texts[name], "version": seen}
            return clients[name].post(reverse("inbox:draft", args=[comment.pk]), form)

        answers = in_threads(*(lambda name=name: save(name) for name in texts))  # type: ignore[misc]
        assert sorted(one.status_code for one in answers) == [302, 409]  # type: ignore[attr-defined]
        (refused,) = [one for one in answers if one.status_code == 409]  # type: ignore[attr-defined]
        page = refused.content.decode()  # type: ignore[attr-defined]
        assert all(text in page for text in texts.values()), "neither text is lost"
        assert Reply.objects.get().text in texts.values()
        assert log.history(Reply.objects.get()).filter(action="reply.save").count() == 2


class TestReview:
    def test_what_is_saved_while_the_lead_approves_is_not_let_out_unread(self, place: Cast) -> None:
        reply = in_review(place)
        read = Reply.objects.select_related("comment", "municipality").get(pk=reply.pk)
        with meanwhile(lambda: replies.approve(read, by=place.kari)) as came:
            replies.draft(reply.comment, text="Noe ingen har lest.", by=place.ola)
        assert isinstance(came.result(), ChangedMeanwhileError)
        assert Reply.objects.get().status == ReplyStatus.IN_REVIEW

    def test_what_is_saved_while_the_author_hands_in_is_not_handed_in_unread(self, place: Cast) -> None:
        reply = replies.draft(sorted_comment(place), text="Vi brøyter i natt.", by=place.ola)
        read = Reply.objects.select_related("comment", "municipality").get(pk=reply.pk)
        with meanwhile(lambda: replies.submit(read, by=place.ola)) as came:
            replies.draft(reply.comment, text="Noe ingen har lest.", by=place.mari)
        assert isinstance(came.result(), ChangedMeanwhileError)
        assert Reply.objects.get().status == ReplyStatus.DRAFT

    def test_an_edit_of_the_comment_in_the_moment_of_approval_is_told_to_the_reviewer(self, place: Cast) -> None:
        reply, kari = in_review(place), signed_in(place.kari)
        address = reverse("inbox:comment", args=[reply.comment_id])
        page = kari.get(address)
        form = {"version": reply.version, "read": page.context["comment"].content_hash}
        assert f'name="read" value="{form["read"]}"' in page.content.decode()
        approve = reverse("inbox:approve", args=[reply.comment_id])
        with meanwhile(lambda: kari.post(approve, form, follow=True).content.decode()) as came:
            edit(reply.comment, "Og hvorfor svarer dere aldri?")
        assert "Avsenderen endret kommentaren mens du leste" in str(came.result())
        assert "Avsenderen har endret kommentaren etter at svaret ble skrevet" in str(came.result())
        assert Reply.objects.get().status == ReplyStatus.IN_REVIEW
        form["read"] = kari.get(address).context["comment"].content_hash
        kari.post(approve, form)
        assert Reply.objects.get().status == ReplyStatus.APPROVED

    def test_of_two_leads_who_approve_and_send_back_one_decision_stands(self, place: Cast) -> None:
        reply, other = in_review(place), make_member(place.municipality, "Liv Leder", "LEAD")
        came = in_threads(
            lambda: replies.approve(Reply.objects.get(pk=reply.pk), by=place.kari),
            lambda: replies.send_back(Reply.objects.get(pk=reply.pk), remark="Kortere", by=other),
        )
        assert came.count(None) == 1
        assert Reply.objects.get().reviews.count() == 1


class SlowPlatform:
    """A platform that takes its time: it says when it has begun, and writes when it is let."""

    capabilities = Capabilities()

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.written: list[str] = []

    def publish(self, parent: Any, text: str, key: str, language: str) -> Published:
        self.begun.set()
        assert self.go_on.wait(30)
        self.written.append(text)
        return Published("s1", "https://social.example/s1", None)


@contextmanager
def publishing_slowly(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowPlatform]:
    """Let a worker be in the middle of the call to the platform while the block runs."""
    platform = SlowPlatform()
    monkeypatch.setattr(publishing, "connect", lambda _channel: platform)
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(lambda: in_threads(lambda: publishing.publish(reply.pk))[0])
        try:
            assert platform.begun.wait(30)
            yield platform
        finally:
            platform.go_on.set()
        assert worker.result(timeout=30) is None


class TestDeletingWhilePublishing:
    def test_the_sender_deletes_while_it_is_published_and_both_are_kept(
        self, place: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply = approved(place)
        with publishing_slowly(reply, monkeypatch) as platform:
            intake.mark_deleted([Comment.objects.get()])
        comment = Comment.objects.get()
        assert (comment.status, platform.written) == (CommentStatus.DONE, [reply.text])
        assert comment.deleted_at is not None
        assert Reply.objects.get().status == ReplyStatus.PUBLISHED
        assert log.verify(place.municipality.pk).ok

    @pytest.mark.parametrize("act", [replies.recall, replies.discard])
    def test_nobody_takes_back_what_is_being_published(
        self, place: Cast, monkeypatch: pytest.MonkeyPatch, act: Callable[..., None]
    ) -> None:
        reply = approved(place)
        with publishing_slowly(reply, monkeypatch):
            (came,) = in_threads(lambda: act(Reply.objects.get(), by=place.ola))
            assert isinstance(came, RefusedError | log.AuditError)
        assert Reply.objects.get().status == ReplyStatus.PUBLISHED

    def test_of_a_worker_that_begins_and_a_person_who_takes_back_one_gets_it(
        self, place: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply = approved(place)
        platform = SlowPlatform()
        platform.go_on.set()
        monkeypatch.setattr(publishing, "connect", lambda _channel: platform)
        came = in_threads(
            lambda: publishing.publish(reply.pk), lambda: replies.recall(Reply.objects.get(), by=place.ola)
        )
        status = Reply.objects.get().status
        assert (status, tuple(platform.written)) in {(ReplyStatus.PUBLISHED, (reply.text,)), (ReplyStatus.DRAFT, ())}
        assert isinstance(came[1], RefusedError) == (status == ReplyStatus.PUBLISHED)

    def test_what_was_deleted_during_the_hold_is_not_sent_at_all(
        self, place: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply = approved(place)
        intake.mark_deleted([Comment.objects.get()])
        calls = SimpleNamespace(made=0)
        monkeypatch.setattr(publishing, "connect", lambda _channel: setattr(calls, "made", 1))
        publishing.publish(reply.pk)
        reply.refresh_from_db()
        assert (reply.status, reply.problem, calls.made) == (ReplyStatus.REFUSED, Reply.Problem.GONE, 0)
        assert Comment.objects.get().status == CommentStatus.TO_ANSWER


def approved(place: Cast) -> Reply:
    reply = in_review(place)
    replies.approve(reply, by=place.kari)
    return Reply.objects.get(pk=reply.pk)
