"""A question goes to the right body: with the publishing, once, minimised, and nobody waits for its receipt."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from guidelines.duties import State
from inbox import forwarding as outdoor
from inbox import publishing, pulling
from inbox.actions import comments, forwardings, recipients, replies
from inbox.actions.errors import NotAllowedError, ObligationsUnmetError, RefusedError
from inbox.models import Channel, Comment, Forwarding, Reply
from inbox.workflow import CommentStatus, ForwardingStatus, ReplyStatus
from notices.models import Notice
from team.models import Unit
from team.working_days import after_working_days
from tests import cast
from tests.factories import make_comment
from tests.inbox.forwarded import WORDS, outside, send_mail, sent, sorted_case, state_of_c5
from tests.simulator_server import Simulator

db = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_it_goes_out_with_the_publishing_once_and_the_receipt_holds_nothing(simulator: Simulator) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    simulator.comment(simulator.post(), WORDS, author="Randi Moen", username="randi")
    pulling.pull(place.channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = replies.draft(comment, text="Hei, vi ser på det.", by=place.ola)
    for code in ("C4-notice", "C5-notice"):
        reply = replies.insert_notice(reply, code=code, by=place.ola)
    forwardings.plan(comment, to=place.unit, remark="Haster litt", by=place.ola)
    assert state_of_c5(comment)[0] == State.LATER
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    assert not Notice.objects.exists(), "nothing leaves before the reply does"
    for _ in range(3):
        publishing.publish(reply.pk)
        send_mail()
    assert Reply.objects.get(pk=reply.pk).status == ReplyStatus.PUBLISHED
    assert Comment.objects.get(pk=comment.pk).status == CommentStatus.DONE
    (message,) = mail.outbox
    assert message.to == [place.unit.email]
    assert WORDS in str(message.body)
    assert "Randi Moen" in str(message.body)
    assert "Haster litt" in str(message.body)
    assert WORDS not in message.subject
    forwarding = Forwarding.objects.get()
    assert (forwarding.status, forwarding.sendings) == (ForwardingStatus.SENT, 1)
    assert state_of_c5(comment) == (State.MET, "Sendt, venter på kvittering")
    assert log.verify(place.municipality.pk).ok


@db
def test_only_the_one_comment_goes_along_and_not_the_thread() -> None:
    place = cast.meraker()
    first = make_comment(place.post, "En helt annen nabo skrev dette")
    comment = make_comment(place.post, WORDS, parent_id=first.external_id)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    sent(place, comment)
    (message,) = mail.outbox
    assert "En helt annen nabo" not in str(message.body)
    assert comment.permalink in str(message.body)
    assert place.unit.legal_basis in str(message.body)


@db
def test_it_goes_at_once_when_nothing_is_published() -> None:
    place = cast.meraker()
    comment = sorted_case(place)
    forwardings.plan(comment, to=place.unit, by=place.ola)
    Comment.objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
    comment.refresh_from_db()
    assert not Notice.objects.exists()
    comments.end(comment, ending=Comment.Ending.DELETED_BY_SENDER, by=place.ola)
    assert Forwarding.objects.get().status == ForwardingStatus.SENT
    later = forwardings.plan(comment, to=outside(place), by=place.ola)
    assert later is not None
    assert later.status == ForwardingStatus.SENT


@db
@pytest.mark.parametrize(
    ("flag", "own_word"), [("access_request", "offentleglova § 29"), ("complaint", "klagefristen")]
)
@pytest.mark.parametrize("town", [cast.meraker, cast.tydal])
def test_a_request_for_access_and_a_complaint_go_at_once_with_their_own_words(
    flag: str, own_word: str, town: object
) -> None:
    assert callable(town)
    place = town()
    comment = sorted_case(place)
    comments.flag(comment, flags=[flag], by=place.ola)
    forwarding = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert forwarding is not None
    assert forwarding.status == ForwardingStatus.SENT
    assert own_word in Notice.objects.get().body
    assert "sende" in Notice.objects.get().body


@db
def test_a_plan_leaves_at_once_when_the_comment_turns_out_to_be_a_complaint() -> None:
    place = cast.meraker()
    comment = sorted_case(place)
    forwardings.plan(comment, to=place.unit, by=place.ola)
    comments.flag(comment, flags=["complaint"], by=place.ola)
    assert Forwarding.objects.get().status == ForwardingStatus.SENT
    assert Notice.objects.get().subject.startswith("Klage")


@db
def test_an_access_request_cannot_be_answered_before_it_is_forwarded() -> None:
    place = cast.meraker()
    comment = make_comment(place.post, "Jeg krever innsyn i saken")
    comments.sort(comment, sortings=["negative"], by=place.ola)
    comments.flag(comment, flags=["access_request"], by=place.ola)
    text = "Hei. Vi har sendt kravet videre. Du trenger ikke sende det på nytt."
    reply = replies.draft(comment, text=text, by=place.ola)
    with pytest.raises(ObligationsUnmetError) as refused:
        replies.submit(reply, by=place.ola)
    assert [one.code for one in refused.value.missing] == ["law-access-forward"]
    forwardings.plan(comment, to=place.unit, by=place.ola)
    replies.submit(reply, by=place.ola)


@db
def test_a_plan_can_be_changed_and_taken_back_before_it_leaves() -> None:
    place = cast.meraker()
    comment = sorted_case(place)
    forwardings.plan(comment, to=place.unit, by=place.ola)
    forwardings.plan(comment, to=outside(place), remark="Se bildet", by=place.ola)
    planned = Forwarding.objects.get()
    assert (planned.unit, planned.legal_basis, planned.remark) == (None, "Brannloven § 9", "Se bildet")
    forwardings.plan(comment, to=None, by=place.ola)
    assert Forwarding.objects.get().status == ForwardingStatus.WITHDRAWN
    assert state_of_c5(comment)[0] == State.MISSING
    assert not Notice.objects.exists()


@db
def test_who_is_not_on_the_list_is_refused() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    comment = sorted_case(place)
    idle = outside(place)
    recipients.set_active(idle, active=False, by=place.kari)
    for to in (neighbour.unit, idle):
        with pytest.raises(RefusedError):
            forwardings.plan(comment, to=to, by=place.ola)
    sent(place, comment)
    with pytest.raises(RefusedError, match="allerede sendt"):
        forwardings.plan(comment, to=place.unit, by=place.ola)
    with pytest.raises(NotAllowedError):
        forwardings.plan(comment, to=place.unit, by=place.arne)


@db
def test_what_is_taken_back_after_it_left_is_told_and_its_link_is_dead() -> None:
    place = cast.meraker()
    forwarding = sent(place)
    forwardings.withdraw(forwarding, by=place.ola)
    send_mail()
    assert [message.subject.split(":")[0] for message in mail.outbox][1:] == ["Trukket tilbake"]
    assert forwarding.token_hash == ""


@db
def test_what_is_taken_back_before_the_mail_left_never_leaves() -> None:
    place = cast.meraker()
    forwarding = forwardings.plan(sorted_case(place), to=place.unit, by=place.ola)
    assert forwarding
    forwardings.send(forwarding, by=place.ola)
    forwarding.refresh_from_db()
    forwardings.withdraw(forwarding, by=place.ola)
    send_mail()
    assert mail.outbox == []


@db
def test_sending_again_stops_the_mail_that_failed() -> None:
    place = cast.meraker()
    forwarding = sent(place)
    Notice.objects.update(status="FAILED", problem="refused")
    forwarding = Forwarding.objects.select_related("notice", "unit", "comment", "municipality").get(pk=forwarding.pk)
    forwardings.send_again(forwarding, by=place.ola)
    send_mail()
    assert [one.status for one in Notice.objects.order_by("pk")] == ["CANCELLED", "SENT"]
    assert forwarding.sendings == 2


@db
def test_a_bad_address_holds_no_reply_back_and_is_shown() -> None:
    place = cast.meraker()
    comment = sorted_case(place)
    Unit.objects.filter(pk=place.unit.pk).update(email="ingen adresse")
    forwardings.plan(comment, to=place.unit, by=place.ola)
    Comment.objects.filter(pk=comment.pk).update(status=CommentStatus.DONE)  # the reply is published
    outdoor.send_planned(Comment.objects.get(pk=comment.pk), by=None)
    assert Forwarding.objects.get().status == ForwardingStatus.PLANNED
    client = Client()
    client.force_login(place.ola.user)
    assert "Adressen til mottakeren kan ikke brukes" in client.get(reverse("inbox:receipts")).content.decode()


@db
def test_the_answer_of_the_unit_is_noted_and_is_receipt_enough() -> None:
    place = cast.meraker()
    forwarding = sent(place)
    forwardings.record_answer(forwarding, answer="Hullet tettes tirsdag.", by=place.ola)
    assert (forwarding.status, bool(forwarding.received_at)) == (ForwardingStatus.ANSWERED, True)
    assert state_of_c5(forwarding.comment) == (State.MET, "Mottaket er bekreftet")


@pytest.mark.parametrize(
    ("sent_at", "due"),
    [
        ("2026-11-19 14:00", "2026-11-23 14:00"),  # Thursday: Friday and Monday
        ("2026-11-20 14:00", "2026-11-24 14:00"),  # Friday: over the weekend
        ("2026-11-21 14:00", "2026-11-25 00:00"),  # Saturday counts from Monday morning
        ("2026-12-23 10:00", "2026-12-28 10:00"),  # Christmas: the 24th, then the 28th
        ("2027-03-24 10:00", "2027-03-31 10:00"),  # Easter: Maundy Thursday to Easter Monday closed
        ("2027-05-14 10:00", "2027-05-19 10:00"),  # 17 May is a Monday, and Whit Monday too
    ],
)
def test_two_working_days_pass_over_weekends_and_norwegian_holidays(sent_at: str, due: str) -> None:
    oslo = timezone.get_default_timezone()
    began = datetime.fromisoformat(sent_at).replace(tzinfo=oslo)
    assert after_working_days(began.astimezone(UTC), 2) == datetime.fromisoformat(due).replace(tzinfo=oslo)


@db
def test_the_leads_are_told_once_of_a_missing_receipt_and_never_what_the_citizen_wrote() -> None:
    place = cast.meraker()
    friday = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    with mock.patch("django.utils.timezone.now", return_value=friday):
        forwarding = forwardings.plan(sorted_case(place), to=place.unit, by=place.ola)
        assert forwarding
        forwardings.send(forwarding, by=place.ola)
    for hours, told in ((60, 0), (95, 0), (97, 1), (200, 1)):
        with mock.patch("django.utils.timezone.now", return_value=friday + timedelta(hours=hours)):
            outdoor.chase()
        assert Notice.objects.filter(kind="forwarding.chase").count() == told
    reminder = Notice.objects.get(kind="forwarding.chase")
    assert reminder.to == place.kari.user.email
    assert WORDS not in reminder.body
    assert reverse("inbox:receipts") in reminder.body


@db
def test_nobody_is_told_of_what_was_confirmed() -> None:
    place = cast.meraker()
    forwarding = sent(place)
    forwardings.register_receipt(forwarding, name="Tor Vegdal", by=place.ola)
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=30)):
        assert outdoor.chase() == 0
