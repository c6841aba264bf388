"""The outbox against a real SMTP server on loopback, with every way a mail can go wrong."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from audit.moves import IllegalMoveError
from notices import actions, sending
from notices.errors import NoticeError
from notices.models import Notice
from notices.workflow import NoticeStatus
from tests import cast
from tests.factories import make_municipality
from tests.notices import mail_server
from tests.notices.mail_server import MailServer

pytestmark = pytest.mark.django_db
SECRET = "Naboen min er syk"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server.running() as running:
        settings.EMAIL_BACKEND = "notices.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 2
        yield running


def _queue(key: str = "test:1", **fields: Any) -> Notice:
    municipality = fields.pop("municipality", None) or make_municipality(sender_email="post@meraker.example")
    with transaction.atomic():
        return actions.queue(
            municipality,
            **{
                "kind": "test.send",
                "to": "tek@meraker.example",
                "subject": "Spørsmål om brøyting",
                "body": f"{SECRET}\nHilsen Randi",
                "key": key,
                "reply_to": "postmottak@meraker.example",
                **fields,
            },
        )


def _send(notice: Notice) -> Notice:
    """What a worker does once the mail is due."""
    Notice.objects.filter(pk=notice.pk, status=NoticeStatus.WAITING).update(send_after=timezone.now())
    sending.send(notice.pk)
    notice.refresh_from_db()
    return notice


def test_a_mail_arrives_once_from_the_municipality_with_a_sender_block(server: MailServer) -> None:
    notice = _queue()
    _send(notice)
    _send(notice)
    (message,) = server.taken
    assert (notice.status, notice.attempt, notice.problem) == (NoticeStatus.SENT, 1, "")
    assert message["Message-ID"] == notice.message_id
    assert message["From"] == "=?utf-8?q?Mer=C3=A5ker_kommune?= <post@meraker.example>"
    assert message["Reply-To"] == "postmottak@meraker.example"
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().rstrip().endswith("Meråker kommune")


def test_the_words_of_a_mail_are_not_kept_once_it_is_sent(server: MailServer) -> None:
    notice = _send(_queue())
    assert notice.body == ""
    assert notice.body_hash == log.content_hash(f"{SECRET}\nHilsen Randi")


def test_the_same_key_is_the_same_mail(server: MailServer) -> None:
    municipality = make_municipality()
    first = _queue("a", municipality=municipality)
    assert _queue("a", municipality=municipality, subject="Noe annet") == first
    assert _queue("b", municipality=municipality).message_id != first.message_id
    assert Notice.objects.count() == 2


def test_a_server_that_asks_us_to_wait_is_asked_again_later_and_more_seldom(server: MailServer) -> None:
    server.answers = ["451 prøv senere", "452 fullt", None]
    notice = _send(_queue())
    first_wait = notice.send_after - timezone.now()
    assert (notice.status, notice.problem, notice.answer_code) == (NoticeStatus.WAITING, "busy", 451)
    sending.send(notice.pk)
    assert len(server.answers) == 2, "it was sent before its time"
    second_wait = _send(notice).send_after - timezone.now()
    assert second_wait > first_wait * 1.5
    assert _send(notice).status == NoticeStatus.SENT
    assert len(server.taken) == 1


def test_a_server_that_says_no_is_shown_to_the_lead_who_can_try_again(server: MailServer) -> None:
    place = cast.meraker()
    server.answers = ["550 ukjent mottaker"]
    notice = _send(_queue(municipality=place.municipality))
    assert (notice.status, notice.problem, notice.answer_code) == (NoticeStatus.FAILED, "refused", 550)
    client = Client()
    client.force_login(place.kari.user)
    page = client.get(reverse("notices:list")).content.decode()
    assert "Sjekk at adressen er riktig" in page
    assert SECRET not in page
    client.post(reverse("notices:send_again", args=[notice.pk]))
    assert _send(notice).status == NoticeStatus.SENT
    assert server.ids == [notice.message_id]


def test_nobody_at_the_other_end_is_later_and_after_two_days_a_persons_matter(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notices.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notice = _send(_queue())
    assert (notice.status, notice.problem, notice.unclear) == (NoticeStatus.WAITING, "busy", 0)
    Notice.objects.filter(pk=notice.pk).update(give_up_at=timezone.now())
    _send(notice)
    assert (notice.status, notice.problem) == (NoticeStatus.FAILED, "no_server")


def test_a_line_cut_before_the_text_is_clear_and_counts_as_nothing_sent(server: MailServer) -> None:
    server.answers = [MailServer.CUT_BEFORE, None]
    notice = _send(_queue())
    assert (notice.status, notice.unclear) == (NoticeStatus.WAITING, 0)
    assert _send(notice).status == NoticeStatus.SENT
    assert len(server.taken) == 1


def test_a_line_cut_after_the_text_is_repeated_under_the_same_message_id(server: MailServer) -> None:
    server.answers = [MailServer.CUT_AFTER, None]
    notice = _send(_queue())
    assert (notice.status, notice.problem, notice.unclear) == (NoticeStatus.WAITING, "unclear", 1)
    assert _send(notice).status == NoticeStatus.SENT
    assert set(server.ids) == {notice.message_id}, "the recipient sees one mail"


def test_what_stays_unclear_is_left_to_a_person_and_never_sent_again_by_itself(server: MailServer) -> None:
    place = cast.meraker()
    server.answers = [MailServer.CUT_AFTER] * 9
    notice = _queue(municipality=place.municipality)
    for _ in range(6):
        _send(notice)
    assert (notice.status, notice.problem) == (NoticeStatus.UNCLEAR, "unclear")
    assert len(server.taken) == sending.UNCLEAR_ATTEMPTS
    assert set(server.ids) == {notice.message_id}
    with transaction.atomic():
        actions.settle_arrived(notice, by=place.kari)
    assert (notice.status, notice.body) == (NoticeStatus.SENT, "")


def test_a_server_that_trickles_is_cut_off_at_the_hard_limit(server: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT, settings.MAIL_TIMEOUT = 30, 0.5
    server.answers = [MailServer.SLOW]
    began = timezone.now()
    notice = _send(_queue())
    assert timezone.now() - began < timedelta(seconds=3)
    assert (notice.problem, notice.unclear) == ("unclear", 1)


def test_a_worker_that_died_while_sending_leaves_the_mail_unclear_for_the_next(server: MailServer) -> None:
    notice = _queue()
    assert sending._claim(notice.pk) is not None  # and here it dies
    sending.send(notice.pk)
    assert server.taken == [], "the lease still holds"
    Notice.objects.filter(pk=notice.pk).update(lease_until=timezone.now())
    assert sending.due_notices() == [notice.pk]
    _send(notice)
    assert (notice.status, notice.unclear, notice.attempt) == (NoticeStatus.SENT, 1, 2)
    assert server.ids == [notice.message_id]


def test_a_worker_that_came_back_from_the_dead_changes_nothing(server: MailServer) -> None:
    notice = _queue()
    claim = sending._claim(notice.pk)
    assert claim
    Notice.objects.filter(pk=notice.pk).update(lease_until=timezone.now())
    _send(notice)
    sending._postpone(claim, problem=Notice.Problem.BUSY)
    notice.refresh_from_db()
    assert notice.status == NoticeStatus.SENT


def test_a_stopped_mail_never_leaves_and_a_sent_one_cannot_be_stopped(server: MailServer) -> None:
    place = cast.meraker()
    stopped, sent = (_queue(key, municipality=place.municipality) for key in ("a", "b"))
    actions.cancel(stopped, by=place.kari)
    _send(stopped)
    _send(sent)
    assert server.ids == [sent.message_id]
    with pytest.raises(IllegalMoveError):
        actions.cancel(sent, by=place.kari)


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "ikke en adresse"},
        {"to": "a@b.example\nBcc: c@d.example"},
        {"subject": "Hei\nBcc: c@d.example"},
        {"subject": ""},
        {"body": " "},
        {"reply_to": "x"},
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(fields: dict[str, str]) -> None:
    with pytest.raises(NoticeError):
        _queue(**fields)
    assert not Notice.objects.exists()


def test_no_log_holds_the_words_the_address_or_the_servers_answer(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [f"550 {SECRET} tek@meraker.example"]
    _send(_queue())
    events = str([event.data for event in AuditEvent.objects.all()])
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("notices"))
    assert ours
    for secret in (SECRET, "tek@meraker.example"):
        assert secret not in events
        assert secret not in ours
