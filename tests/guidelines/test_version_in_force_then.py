"""Every sorting, reply, review and archive record keeps the version in force then, and shows it with a link."""

import pytest
from django.test import Client
from django.urls import reverse

from archive import intake
from archive.models import CaseRecord
from archive.papers import guideline_of
from audit import log
from guidelines.actions import put_in_force
from guidelines.queries import version_in_force
from guidelines.rule_actions import begin_draft
from inbox.actions import comments, replies
from inbox.models import Comment, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def page(member: Membership, name: str, pk: int) -> str:
    client = Client()
    client.force_login(member.user)
    return client.get(reverse(name, args=[pk])).content.decode()


def link_to(pk: int) -> str:
    return f'href="{reverse("guidelines:version", args=[pk])}"'


def new_version(place: cast.Cast) -> int:
    draft = begin_draft(version_in_force(place.municipality), by=place.kari)
    put_in_force(draft, by=place.kari)
    return draft.pk


def test_a_sorting_keeps_its_version_when_another_comes_into_force(place: cast.Cast) -> None:
    comment, first = make_comment(place.post), version_in_force(place.municipality)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    new_version(place)
    assert "Sortert etter" in page(place.ola, "inbox:comment", comment.pk)
    assert link_to(first.pk) in page(place.ola, "inbox:comment", comment.pk)


def test_a_sorting_that_raises_no_duty_shows_its_version_too(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    shown = page(place.ola, "inbox:comment", comment.pk)
    assert "Retningslinjene krever ikke noe av denne" in shown
    assert link_to(version_in_force(place.municipality).pk) in shown


def test_a_review_keeps_its_version_and_the_author_reads_the_remark(place: cast.Cast) -> None:
    comment, first = make_comment(place.post), version_in_force(place.municipality)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    reply = replies.draft(comment, text="Vi brøyter i morgen.", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.send_back(reply, remark="Si når på dagen.", by=place.kari)
    second = new_version(place)
    assert reply.reviews.get().guideline_version == first
    shown = page(place.ola, "inbox:comment", comment.pk)
    assert "Sendt tilbake av Kari Holten" in shown
    assert "Si når på dagen." in shown
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert reply.reviews.latest("pk").guideline_version_id == second
    assert "Vurdert etter" in page(place.ola, "inbox:comment", comment.pk)


def test_a_published_reply_shows_the_version_it_was_approved_under(place: cast.Cast) -> None:
    comment, first = make_comment(place.post), version_in_force(place.municipality)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    reply = replies.draft(comment, text="Vi brøyter i morgen.", by=place.ola)
    Reply.objects.filter(pk=reply.pk).update(status=ReplyStatus.PUBLISHED, external_id="r1")
    new_version(place)
    shown = page(place.ola, "inbox:comment", comment.pk)
    assert "Besvart etter" in shown
    assert link_to(first.pk) in shown


def test_the_archivist_reaches_the_version_s_text_from_the_record(place: cast.Cast) -> None:
    comment, first = make_comment(place.post), version_in_force(place.municipality)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = replies.draft(comment, text="Takk.", by=place.ola)
    Reply.objects.filter(pk=reply.pk).update(status=ReplyStatus.PUBLISHED, external_id="r1")
    comments.flag(Comment.objects.get(pk=comment.pk), flags=["press"], by=place.ola)
    log.link_now()
    intake.follow(place.municipality.pk)
    new_version(place)
    record = CaseRecord.objects.get()
    shown = page(place.arne, "archive:record", record.pk)
    assert shown.count(link_to(first.pk)) == 2
    assert "Besvart etter" in shown
    assert "Vedtatt av kommunestyret 24.04.2017, sak 41/17" in shown
    assert place.municipality.name in page(place.arne, "guidelines:version", first.pk)


@pytest.mark.parametrize(
    ("town", "words"), [("meraker", "vedtatt av kommunestyret 24.04.2017, sak 41/17"), ("tydal", "vedtak ikke reg")]
)
def test_the_package_says_how_the_version_was_adopted(town: str, words: str) -> None:
    there = cast.meraker() if town == "meraker" else cast.tydal()
    comments.sort(make_comment(there.post), sortings=["case_handling"], by=there.ola)
    assert words in guideline_of(CaseRecord.objects.select_related("guideline_version").get())
