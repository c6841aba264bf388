"""Foreløpig svar: published like any other, it keeps the comment open until the day the final one is promised."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive import intake as archive_intake
from archive.models import CaseRecord
from inbox import publishing, pulling
from inbox.actions import comments, interim, replies, waiting
from inbox.actions.errors import RefusedError
from inbox.endings import joint_replies_for
from inbox.models import Channel, Comment, Reply
from inbox.obligations import panel_for
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment
from tests.simulator_server import Simulator


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def drafted(place: Cast, *sortings: str, text: str = "Vi har sett spørsmålet og kommer tilbake.") -> Reply:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=sortings or ["negative"], by=place.ola)
    return replies.draft(comment, text=text, by=place.ola)


def a_day() -> date:
    return waiting.days_to_choose()[1].day


@pytest.mark.django_db
def test_it_lacks_no_duty_that_the_final_answer_must_meet(place: Cast) -> None:
    reply = drafted(place, "case_handling")
    with pytest.raises(RefusedError, match="dokumentasjonsplikt"):
        replies.submit(reply, by=place.ola)
    interim.promise(reply, final_by=a_day(), by=place.ola)
    assert panel_for(reply.comment, reply).missing == []
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.comment.status == CommentStatus.GOING_OUT


@pytest.mark.django_db
def test_the_day_must_come_and_be_near_and_still_be_ahead_when_it_is_let_out(place: Cast) -> None:
    reply = drafted(place)
    saturday = a_day() + timedelta(days=(5 - a_day().weekday()) % 7)
    for day in (timezone.localdate(), timezone.localdate() + timedelta(days=61), saturday):
        with pytest.raises(RefusedError, match="endelige svaret"):
            interim.promise(reply, final_by=day, by=place.ola)
    interim.promise(reply, final_by=a_day(), by=place.ola)
    Reply.objects.filter(pk=reply.pk).update(final_by=timezone.localdate())
    reply.refresh_from_db()
    with pytest.raises(RefusedError, match="er kommet"):
        replies.submit(reply, by=place.ola)
    interim.promise(reply, final_by=None, by=place.ola)
    replies.submit(reply, by=place.ola)
    with pytest.raises(RefusedError, match="levert"):
        interim.promise(reply, final_by=a_day(), by=place.ola)


@pytest.mark.django_db
def test_the_composer_offers_days_saves_the_text_and_says_what_happens(place: Cast) -> None:
    reply = drafted(place)
    ola = Client()
    ola.force_login(place.ola.user)
    url = reverse("inbox:comment", args=[reply.comment_id])
    assert "Foreløpig svar …" in ola.get(url).content.decode()
    day = a_day()
    form = {"text": "Vi sjekker saken.", "version": reply.version, "final_by": "other", "final_other": day.isoformat()}
    ola.post(reverse("inbox:interim", args=[reply.comment_id]), form)
    reply.refresh_from_db()
    assert (reply.text, reply.is_interim, reply.final_by) == ("Vi sjekker saken.", True, day)
    page = ola.get(url).content.decode()
    assert "blir ny frist" in page
    ola.post(reverse("inbox:interim", args=[reply.comment_id]), {"final_by": "other"})
    assert Reply.objects.get(pk=reply.pk).is_interim, "no day given: nothing is changed"
    ola.post(reverse("inbox:interim", args=[reply.comment_id]), {"final_by": ""})
    assert not Reply.objects.get(pk=reply.pk).is_interim


@pytest.mark.django_db(transaction=True)
def test_once_published_the_comment_waits_with_a_new_deadline_and_is_not_answered(simulator: Simulator) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    simulator.comment(simulator.post(), "Jeg vil klage på brøytingen")
    pulling.pull(place.channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = replies.draft(comment, text="Vi har sett spørsmålet og kommer tilbake.", by=place.ola)
    day = a_day()
    interim.promise(reply, final_by=day, by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    publishing.publish(reply.pk)
    comment.refresh_from_db()
    assert (comment.status, comment.ending) == (CommentStatus.WAITING, "")
    assert timezone.localtime(comment.wait_until).isoformat()[:16] == f"{day}T08:00"
    assert timezone.localtime(comment.answer_by).isoformat()[:16] == f"{day}T15:30"
    assert comment.status != CommentStatus.DONE
    assert joint_replies_for(make_comment(comment.post)) == []
    archive_intake.follow(place.municipality.pk)
    record = CaseRecord.objects.get()
    (copy,) = record.replies.all()
    assert (copy.is_interim, copy.final_by, record.answered) == (True, day, False)
    ola = Client()
    ola.force_login(place.ola.user)
    page = ola.get(reverse("inbox:comment", args=[comment.pk]))
    assert "Foreløpig svar" in page.content.decode()
    assert not page.context["answered"]
    waiting.resume(comment, by=place.ola)
    final = replies.draft(comment, text="Vi brøyter i dag.", by=place.ola)
    assert final.pk != reply.pk
    assert Reply.objects.get(pk=reply.pk).status == ReplyStatus.PUBLISHED
    with pytest.raises(RefusedError):
        replies.submit(final, by=place.ola)
