"""A comment that cannot be answered yet waits until a day, in sight, and comes back by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox import queue
from inbox.actions import comments, waiting
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment
from inbox.tasks import resume_waiting
from inbox.workflow import CommentStatus
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


@pytest.fixture
def comment(place: Cast) -> Comment:
    one = make_comment(place.post)
    comments.sort(one, sortings=["negative"], by=place.ola)
    return one


def soon() -> object:
    return timezone.localdate() + timedelta(days=3)


def test_it_stands_under_venter_with_its_day_and_comes_back_by_itself(place: Cast, comment: Comment) -> None:
    deadline = comment.answer_by
    waiting.wait(comment, until=soon(), reason="Svar fra teknisk", by=place.ola)
    assert queue.counts_for(place.ola)["venter"] == 1
    assert [row.pk for row in queue.queue_for(place.ola, "venter").rows] == [comment.pk]
    resume_waiting()
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.WAITING
    Comment.objects.filter(pk=comment.pk).update(wait_until=timezone.now())
    resume_waiting()
    resume_waiting()
    comment.refresh_from_db()
    assert (comment.status, comment.wait_until, comment.answer_by) == (CommentStatus.TO_ANSWER, None, deadline)
    assert [event.action for event in log.history(comment)].count("comment.resume") == 1


def test_a_person_takes_it_up_again_before_its_day(place: Cast, comment: Comment) -> None:
    waiting.wait(comment, until=soon(), by=place.ola)
    waiting.resume(comment, by=place.mari)
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.TO_ANSWER


def test_it_can_wait_longer(place: Cast, comment: Comment) -> None:
    waiting.wait(comment, until=soon(), by=place.ola)
    waiting.wait(comment, until=soon() + timedelta(days=4), by=place.ola)
    assert timezone.localtime(Comment.objects.get(pk=comment.pk).wait_until).date() == soon() + timedelta(days=4)


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_a_day_that_is_past_or_far_away_is_refused(place: Cast, comment: Comment, days: int) -> None:
    with pytest.raises(RefusedError):
        waiting.wait(comment, until=timezone.localdate() + timedelta(days=days), by=place.ola)


def test_an_unsorted_comment_and_an_archivist_do_not_wait(place: Cast, comment: Comment) -> None:
    with pytest.raises(RefusedError, match="Sorter kommentaren først"):
        waiting.wait(make_comment(place.post), until=soon(), by=place.ola)
    with pytest.raises(NotAllowedError):
        waiting.wait(comment, until=soon(), by=place.arne)


def test_what_waits_can_be_ended_lawfully(place: Cast, comment: Comment) -> None:
    waiting.wait(comment, until=soon(), by=place.ola)
    comments.end(comment, ending="spam", by=place.ola)
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.DONE


def test_the_page_offers_days_and_takes_another(client: Client, place: Cast, comment: Comment) -> None:
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:comment", args=[comment.pk]))
    assert "Vent til" in page.content.decode()
    client.post(reverse("inbox:wait", args=[comment.pk]), {"other": soon().isoformat(), "reason": "Svar fra teknisk"})
    assert Comment.objects.get(pk=comment.pk).wait_reason == "Svar fra teknisk"
    page = client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Svar fra teknisk" in page
    client.post(reverse("inbox:resume", args=[comment.pk]))
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.TO_ANSWER


@pytest.mark.parametrize("form", [{}, {"until": "i morgen"}, {"other": "2026-13-45"}])
def test_a_form_without_a_day_says_so_and_changes_nothing(
    client: Client, place: Cast, comment: Comment, form: dict[str, str]
) -> None:
    client.force_login(place.ola.user)
    client.post(reverse("inbox:wait", args=[comment.pk]), form)
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.TO_ANSWER


def test_several_wait_together(client: Client, place: Cast, comment: Comment) -> None:
    client.force_login(place.ola.user)
    client.post(
        reverse("inbox:several"), {"valgte": [comment.pk], "gjor": f"vent:{soon().isoformat()}", "bekreft": "ja"}
    )
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.WAITING
