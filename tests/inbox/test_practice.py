"""The practice for new members: the real pages on invented comments, and nothing of it anywhere else."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from archive.models import CaseRecord
from archive.tasks import follow_log
from audit import log
from audit.models import AuditEvent
from inbox import publishing, pulling
from inbox.actions import comments, forwardings, inserting, practice, replies
from inbox.health import stopped_channels
from inbox.library import thanks_for
from inbox.models import Channel, Comment, Reply
from inbox.practice import TASKS, progress_of
from inbox.queue import counts_for
from inbox.workflow import CommentStatus, ReplyStatus
from notices import sending
from notices.models import Notice
from team.access import practice_of
from team.models import Membership, Municipality
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return cast.meraker()


@pytest.fixture
def practising(place):
    return practice.begin(place.ola)


def task(practising, key):
    return Comment.objects.get(municipality=practising.municipality, external_id=key)


def thank(practising):
    comment = task(practising, "ros")
    comments.sort(comment, sortings=["praise"], by=practising)
    offer = thanks_for(comment)
    inserting.publish_preapproved(comment, offer.version.template, text_hash=offer.text_hash, by=practising)


def answer(practising, key, sorting, text, **more):
    comment = task(practising, key)
    comments.sort(comment, sortings=[sorting], by=practising)
    replies.submit(replies.draft(comment, text=text, by=practising, **more), by=practising)


def forward(practising):
    comment = task(practising, "sak")
    comments.sort(comment, sortings=["case_handling"], by=practising)
    reply = replies.draft(comment, text="Hei, Odd.", by=practising)
    for code in ("C4-notice", "C5-notice"):
        reply = replies.insert_notice(reply, code=code, by=practising)
    forwardings.plan(comment, to=practising.municipality.units.get(), by=practising)
    replies.submit(reply, by=practising)


def finish_all(practising):
    thank(practising)
    answer(practising, "noytral", "neutral", "Klokka ti.")
    answer(practising, "feil", "factual_error", "Den er åpen.", source="https://meraker.example/apent")
    comments.end(task(practising, "avslutt"), ending="spam", by=practising)
    forward(practising)


def test_a_new_member_is_offered_the_practice_and_an_old_one_is_not(place, client):
    client.force_login(place.ola.user)
    assert "Ny her?" in client.get(reverse("inbox:queue")).content.decode()
    assert "Ikke nå" in client.get(reverse("inbox:practice")).content.decode()
    client.post(reverse("inbox:practice_put_aside"))
    assert "Ny her?" not in client.get(reverse("inbox:queue")).content.decode()
    assert reverse("inbox:practice") in client.get(reverse("team:settings")).content.decode()


def test_the_practice_has_five_comments_under_the_rules_of_the_real_municipality(place, practising):
    town = practising.municipality
    assert town.is_practice
    assert Comment.objects.filter(municipality=town, status=CommentStatus.NEW).count() == len(TASKS) == 5
    ours = place.municipality.guideline.versions.get(status="in_force")
    theirs = town.guideline.versions.get(status="in_force")
    assert theirs.title == ours.title
    assert list(theirs.rows.values_list("code", flat=True)) == list(ours.rows.values_list("code", flat=True))


def test_one_is_in_the_practice_only_where_one_went_in(place, client):
    client.force_login(place.ola.user)
    client.post(reverse("inbox:practice_begin"))
    assert "Øving: 0 av 5 ferdig." in client.get(reverse("inbox:queue")).content.decode()
    client.logout()
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:queue")).content.decode()
    assert "Øving: 0 av 5" not in page
    client.post(reverse("inbox:practice_begin"))
    assert Municipality.objects.filter(practice_of=place.municipality).count() == 1


def test_each_finished_comment_is_a_step_and_the_end_says_du_er_i_gang(place, client):
    client.force_login(place.ola.user)
    client.post(reverse("inbox:practice_begin"))
    practising = practice_of(place.ola)
    thank(practising)
    assert [step.is_done for step in progress_of(practising).steps] == [True, False, False, False, False]
    answer(practising, "noytral", "neutral", "Klokka ti.")
    answer(practising, "feil", "factual_error", "Den er åpen.", source="https://meraker.example/apent")
    comments.end(task(practising, "avslutt"), ending="spam", by=practising)
    forward(practising)
    assert progress_of(practising).is_finished
    assert "Du er i gang" in client.get(reverse("inbox:queue")).content.decode()
    page = client.post(reverse("inbox:practice_leave"), follow=True).content.decode()
    assert "Du er i gang." in page
    assert "Øving:" not in page
    assert "Ny her?" not in page


def test_a_comment_finished_another_way_is_pointed_out_and_can_be_done_again(practising):
    comment = task(practising, "ros")
    comments.end(comment, ending="spam", by=practising)
    step = progress_of(practising).steps[0]
    assert step.is_astray
    assert not step.is_done
    comments.reopen(comment, by=practising)
    thank(practising)
    assert progress_of(practising).steps[0].is_done


def test_nothing_of_it_is_counted_logged_archived_or_mailed_with_the_real(place, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    before = AuditEvent.objects.filter(municipality_id=place.municipality.pk).count()
    counts = counts_for(place.ola)
    practising = practice.begin(place.ola)
    finish_all(practising)
    for reply in Reply.objects.filter(municipality=practising.municipality, status=ReplyStatus.APPROVED):
        publishing.publish(reply.pk)
    published = Reply.objects.get(municipality=practising.municipality, status=ReplyStatus.PUBLISHED)
    assert published.comment.external_id == "ros"
    planned = task(practising, "sak").forwardings.get()
    forwardings.send(planned, by=practising)
    for notice in Notice.objects.all():
        sending.send(notice.pk)
    assert {notice.status for notice in Notice.objects.all()} == {"SENT"}
    assert mail.outbox == []
    follow_log()
    assert not CaseRecord.objects.exists()
    assert counts_for(place.ola) == counts
    assert AuditEvent.objects.filter(municipality_id=place.municipality.pk).count() == before
    log.link_now()
    assert log.verify(place.municipality.pk).ok
    assert log.verify(practising.municipality_id).ok
    channel = Channel.objects.get(municipality=practising.municipality)
    assert channel.pk not in pulling.due_channels()
    assert stopped_channels(practising.municipality_id) == []


def test_beginning_again_brings_five_fresh_comments(place, practising, client):
    finish_all(practising)
    client.force_login(place.ola.user)
    client.post(reverse("inbox:practice_begin"))
    client.post(reverse("inbox:practice_begin"), {"pa_nytt": "1"})
    fresh = practice_of(place.ola)
    assert fresh.municipality_id != practising.municipality_id
    assert progress_of(fresh).done == 0
    assert "Øving: 0 av 5 ferdig." in client.get(reverse("inbox:queue")).content.decode()


def test_colleagues_practise_apart_and_see_nothing_of_each_other(place, practising, client):
    client.force_login(place.mari.user)
    client.post(reverse("inbox:practice_begin"))
    assert client.get(reverse("inbox:comment", args=[task(practising, "ros").pk])).status_code == 404
    assert practice_of(place.mari).municipality_id != practising.municipality_id


def test_a_lead_practises_as_a_member_and_an_archivist_not_at_all(place, client):
    assert practice.begin(place.kari).role == "member"
    client.force_login(place.arne.user)
    assert client.post(reverse("inbox:practice_begin")).status_code == 403


def test_a_practice_is_no_neighbour_and_no_choice_of_municipality(place, practising, client):
    client.force_login(place.kari.user)
    assert "øving" not in client.get(reverse("guidelines:compare")).content.decode().lower()
    client.force_login(place.ola.user)
    assert "Bytt hit" not in client.get(reverse("team:settings")).content.decode()


def test_who_is_no_longer_a_member_comes_out_to_nothing_of_theirs(place, client):
    client.force_login(place.ola.user)
    client.post(reverse("inbox:practice_begin"))
    Membership.objects.filter(pk=place.ola.pk).update(ends_on="2020-01-01")
    assert client.post(reverse("inbox:practice_leave")).status_code == 302
    assert client.get(reverse("inbox:queue")).status_code == 403


@pytest.mark.parametrize(("who", "words"), [("kari", "Koble til en kanal"), ("ola", "Se øvingen")])
def test_the_first_day_says_what_to_do_next(place, client, who, words):
    place.post.delete()
    Channel.objects.all().delete()
    client.force_login(getattr(place, who).user)
    page = client.get(reverse("inbox:queue")).content.decode()
    assert "Ingen kanaler ennå" in page
    assert words in page


def test_a_queue_nobody_has_written_to_says_when_it_was_read(place, client):
    Channel.objects.update(pulled_at=timezone.now())
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:queue")).content.decode()
    assert "Ingen kommentarer ennå" in page
    assert "Sist hentet" in page
