"""What is sealed leaves by no mail; that somebody took it on the phone is noted instead."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from guidelines.duties import State
from inbox.actions import comments, forwardings, sealing
from inbox.actions.errors import RefusedError
from inbox.models import Comment, Forwarding
from inbox.workflow import ForwardingStatus
from notices.models import Notice
from notices.workflow import NoticeStatus
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment
from tests.inbox.forwarded import send_mail, sent, state_of_c5
from tests.inbox.sealed import WORDS, arrived, arrived_and_sorted, none_of_it_in, sealed
from tests.inbox.test_erasing import client_of, everything_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def test_nothing_of_it_leaves_by_mail(place: Cast) -> None:
    comment = sealed(place)
    with pytest.raises(RefusedError, match=r"116 111.*Skriv ikke noe om barnet"):
        forwardings.plan(comment, to=place.unit, by=place.mari)
    send_mail()
    assert mail.outbox == []


def test_handing_it_over_by_phone_meets_the_duty_to_forward(place: Cast) -> None:
    comment = arrived_and_sorted(place)
    sealing.seal(comment, why="child", by=place.ola)
    mari, address = client_of(place.mari), reverse("inbox:choose_unit", args=[comment.pk])
    assert "Hvem du snakket med" in mari.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    chosen = {"to": f"unit:{place.unit.pk}"}
    assert "Skriv hvem du snakket med" in mari.post(address, {**chosen, "name": " "}, follow=True).content.decode()
    assert not Forwarding.objects.exists()
    mari.post(address, {**chosen, "name": "Berit på vakt"})
    taken = Forwarding.objects.get()
    assert (taken.status, taken.received_by, taken.text, taken.notice) == ("RECEIVED", "Berit på vakt", "", None)
    assert state_of_c5(comment)[0] == State.MET
    send_mail()
    assert mail.outbox == []
    open_one = make_comment(place.post, "Når brøytes det?")
    with pytest.raises(RefusedError, match="ikke forseglet"):
        forwardings.phone(open_one, to=place.unit, name="Berit", by=place.mari)


def test_what_was_to_be_forwarded_is_taken_back_before_it_leaves(place: Cast) -> None:
    planned, waiting = arrived(place), make_comment(place.post, WORDS, author_name="Torbjørg Aune")
    for one, sorting in ((planned, "neutral"), (waiting, "case_handling")):
        comments.sort(one, sortings=[sorting], addressed_to_us=True, by=place.ola)
        forwardings.plan(one, to=place.unit, by=place.ola)
    forwardings.send(Forwarding.objects.get(comment=waiting), by=place.ola)
    for one in (planned, waiting):
        sealing.seal(one, why="child", by=place.ola)
    assert set(Forwarding.objects.values_list("status", flat=True)) == {ForwardingStatus.WITHDRAWN}
    send_mail()
    assert mail.outbox == []
    assert none_of_it_in(everything_kept())


def test_a_mail_that_leaves_just_now_is_waited_for(place: Cast) -> None:
    comment = arrived(place)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    planned = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert planned
    forwardings.send(planned, by=place.ola)
    Notice.objects.update(status=NoticeStatus.SENDING)
    with pytest.raises(RefusedError, match="Prøv igjen om litt"):
        sealing.seal(comment, why="child", by=place.ola)
    assert Comment.objects.get().sealed_at is None


def test_the_recipients_link_shows_nothing_of_what_was_sealed_since(place: Cast) -> None:
    forwarding = sent(place, arrived_and_sorted(place))
    link = next(line for line in mail.outbox[0].body.splitlines() if "/kvittering/" in line)
    assert WORDS in Client().get(link).content.decode()
    comment = Comment.objects.get(pk=forwarding.comment_id)
    sealing.seal(comment, why="child", by=place.ola)
    shown = Client().get(link).content.decode()
    assert "forseglet innholdet" in shown
    assert none_of_it_in(shown)
    forwarding.refresh_from_db()
    assert forwarding.status == ForwardingStatus.SENT
    with pytest.raises(RefusedError, match="forseglet"):
        forwardings.send_again(forwarding, by=place.ola)
