"""What the log takes, what it refuses, and who hears of it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction
from django.db.transaction import TransactionManagementError

from audit import log
from audit.models import COLUMNS, AuditEvent
from audit.plain import Plain, logged, plain
from tests.audit.letters import KARI, MERAKER, OLA, TORE, TYDAL, Letter, Status, make_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[tuple[AuditEvent, models.Model | None]]]:
    """What a listener heard."""
    told: list[tuple[AuditEvent, models.Model | None]] = []

    def listen(event: AuditEvent, subject: models.Model | None, **_: Any) -> None:
        told.append((event, subject))

    log.event_recorded.connect(listen)
    yield told
    log.event_recorded.disconnect(listen)


def test_an_event_says_who_did_what_to_what_and_under_which_guideline() -> None:
    letter = make_letter()
    event = log.record("letter.open", subject=letter, by=KARI, guideline_version_id=3, unit=8)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.municipality_id, stored.actor_id, stored.actor_role) == (MERAKER, KARI.user_id, "lead")
    assert (stored.action, stored.subject_type, stored.subject_id) == ("letter.open", "audit.letter", letter.pk)
    assert (stored.guideline_version_id, stored.data) == (3, {"unit": 8})
    assert abs((datetime.now(UTC) - stored.at).total_seconds()) < 60
    assert [getattr(event, name) for name in COLUMNS] == [getattr(stored, name) for name in COLUMNS]


def test_socialdesk_itself_has_neither_actor_nor_role() -> None:
    event = log.record("letter.receive", subject=make_letter(), by=None)
    assert (event.actor_id, event.actor_role) == (None, "")


def test_what_belongs_to_the_installation_takes_an_actor_of_any_municipality() -> None:
    event = log.record("letter.open", subject=make_letter(0), by=TORE)
    assert (event.municipality_id, event.actor_id) == (0, TORE.user_id)


def test_nobody_acts_on_what_belongs_to_another_municipality() -> None:
    with pytest.raises(log.WrongMunicipalityError, match="municipality 2"):
        log.record("letter.open", subject=make_letter(MERAKER), by=TORE)
    with pytest.raises(log.WrongMunicipalityError):
        log.record_many("letter.open", subjects=[make_letter(TYDAL), make_letter(MERAKER)], by=TORE)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    letter = make_letter()
    with pytest.raises(log.OutsideTransactionError, match=r"transaction\.atomic"):
        log.record("letter.open", subject=letter, by=OLA)
    with pytest.raises(log.OutsideTransactionError):
        log.record_many("letter.open", subjects=[letter], by=OLA)
    assert not AuditEvent.objects.exists()


def test_long_text_is_refused_however_deep_it_hides() -> None:
    letter, text = make_letter(), "x" * 201
    for data in ({"text": text}, {"a": [{"b": text}]}, {"a": {text: 1}}):
        with pytest.raises(log.LongTextError, match="201 characters"):
            log.record("letter.open", subject=letter, by=OLA, **data)
    with pytest.raises(log.LongTextError):
        log.record_many("letter.open", subjects=[letter], by=OLA, rows=[{"text": text}])
    assert log.record("letter.open", subject=letter, by=OLA, code="x" * 200).data == {"code": "x" * 200}


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", float("nan"), "nul\0", "\ud800", datetime(2026, 1, 1), OLA],  # noqa: DTZ001
)
def test_what_is_neither_id_code_date_nor_hash_is_refused(value: object) -> None:
    with pytest.raises(log.UnloggableError):
        log.record("letter.open", subject=make_letter(), by=OLA, value=value)


def test_ids_codes_and_dates_are_kept_as_plain_json() -> None:
    key = uuid.UUID(int=5)
    assert plain(
        {
            "none": None,
            "flag": True,
            "codes": {"b", "a"},
            "status": Status.OPEN,
            "at": datetime(2026, 11, 21, 12, tzinfo=UTC),
            "on": date(2026, 11, 21),
            "key": key,
            "price": Decimal("1.50"),
            "pair": (1, 2.5),
        }
    ) == {
        "none": None,
        "flag": True,
        "codes": ["a", "b"],
        "status": "OPEN",
        "at": "2026-11-21T12:00:00+00:00",
        "on": "2026-11-21",
        "key": str(key),
        "price": "1.50",
        "pair": [1, 2.5],
    }


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("text", "Hei, jeg heter Åse", {"sha256": log.content_hash("Hei, jeg heter Åse")}),
        ("text", "", ""),
        ("sender_name", "Åse", {"sha256": log.content_hash("Åse")}),
        ("problems", ["Åse skrev"], {"sha256": log.content_hash('["\\u00c5se skrev"]')}),
        ("details", {"name": "Åse"}, {"sha256": log.content_hash('{"name": "\\u00c5se"}')}),
        ("language", "nb", "nb"),
        ("sortings", ["praise", "negative"], ["praise", "negative"]),
        ("external_id", "1234", "1234"),
        ("text_hash", "ab" * 32, "ab" * 32),
        ("status", Status.OPEN, "OPEN"),
        ("attempt", 3, 3),
        ("answered_at", None, None),
        ("answer_to", Letter(pk=9), 9),
        ("answer_to", None, None),
    ],
)
def test_a_field_is_kept_as_it_is_only_when_it_cannot_hold_words_of_the_public(
    name: str, value: object, kept: Plain
) -> None:
    assert logged(Letter._meta.get_field(name), value) == kept


def test_a_subject_must_say_whose_it_is_and_have_an_id() -> None:
    with pytest.raises(log.UnloggableError, match="has no municipality_id"):
        log.record("event.open", subject=AuditEvent(pk=1), by=None)
    with pytest.raises(log.UnloggableError, match=r"save the audit\.Letter first"):
        log.record("letter.open", subject=Letter(municipality_id=MERAKER), by=None)


def test_many_events_are_one_statement(django_assert_num_queries: Any) -> None:
    letters = [make_letter() for _ in range(3)]
    with django_assert_num_queries(1):
        events = log.record_many(
            "letter.open", subjects=letters, by=OLA, rows=[{"n": 1}, {"n": 2}, {"n": 3}], source="page"
        )
    assert [(event.subject_id, event.data) for event in events] == [
        (letter.pk, {"source": "page", "n": number}) for number, letter in enumerate(letters, start=1)
    ]
    assert list(AuditEvent.objects.order_by("id").values_list("subject_id", "data")) == [
        (event.subject_id, event.data) for event in events
    ]
    assert log.record_many("letter.open", subjects=[], by=OLA) == []


def test_the_history_of_a_subject_is_in_order_and_numbered_when_committed() -> None:
    letter, other = make_letter(), make_letter()
    log.record("letter.open", subject=letter, by=OLA)
    log.record("letter.open", subject=other, by=OLA)
    log.record("letter.close", subject=letter, by=OLA)
    assert [(event.action, event.number) for event in log.history(letter)] == [
        ("letter.open", None),
        ("letter.close", None),
    ]
    log.link_now()
    assert [(event.action, event.number) for event in log.history(letter)] == [("letter.open", 1), ("letter.close", 3)]


def test_listeners_hear_every_event_inside_its_transaction(
    heard: list[tuple[AuditEvent, models.Model | None]],
) -> None:
    letters = [make_letter(), make_letter()]
    one = log.record("letter.open", subject=letters[0], by=OLA)
    two = log.record_many("letter.close", subjects=letters, by=OLA)
    assert heard == [(one, letters[0]), (two[0], letters[0]), (two[1], letters[1])]


def test_a_listener_that_raises_vetoes_even_if_the_caller_catches_it() -> None:
    def veto(**_: Any) -> None:
        raise PermissionError

    letter = make_letter()
    log.event_recorded.connect(veto)
    try:
        with transaction.atomic():
            with pytest.raises(PermissionError):
                log.record("letter.open", subject=letter, by=OLA)
            with pytest.raises(TransactionManagementError):
                letter.refresh_from_db()
    finally:
        log.event_recorded.disconnect(veto)
    assert not AuditEvent.objects.exists()


def test_a_hash_of_content_takes_any_text() -> None:
    assert log.content_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert log.content_hash("\ud800") != log.content_hash("\ud801")
