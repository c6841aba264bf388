"""The chain is made at commit: numbers without gaps, in the order of commits, and nobody waits while another works."""

import hashlib
import json

import psycopg2
import pytest
from django.db import connection, transaction

from audit import log
from audit.models import AuditEvent, AuditHead, AuditLink
from tests.audit.letters import MERAKER, OLA, TORE, TYDAL, all_at_once, make_letter
from tests.database import app_connection

pytestmark = pytest.mark.django_db(transaction=True)

RAW_EVENT = """
    INSERT INTO audit_event (municipality_id, actor_role, action, subject_type, subject_id, data)
    VALUES (%s, '', 'letter.open', 'audit.letter', %s, '{}') RETURNING id
"""


def numbers(municipality_id: int = MERAKER) -> list[int]:
    return list(
        AuditLink.objects.filter(municipality_id=municipality_id).order_by("number").values_list("number", flat=True)
    )


def number_of(event_id: int) -> int:
    return AuditLink.objects.get(event_id=event_id).number


@transaction.atomic
def open_letter(municipality_id: int = MERAKER) -> AuditEvent:
    return log.record("letter.open", subject=make_letter(municipality_id), by=None)


def test_the_one_who_commits_first_is_first_and_nobody_waits_for_an_open_transaction() -> None:
    with app_connection() as slow, slow.cursor() as cursor:
        cursor.execute(RAW_EVENT, [MERAKER, 1])
        (written_first,) = cursor.fetchone()
        with connection.cursor() as quick:
            quick.execute("SET statement_timeout = '2s'")
        committed_first = open_letter()
        slow.commit()
    with connection.cursor() as quick:
        quick.execute("RESET statement_timeout")
    assert written_first < committed_first.pk
    assert (number_of(committed_first.pk), number_of(written_first)) == (1, 2)


def test_a_transaction_that_is_rolled_back_leaves_no_gap() -> None:
    open_letter()
    with transaction.atomic():
        log.record("letter.open", subject=make_letter(), by=OLA)
        transaction.set_rollback(True)
    open_letter()
    assert numbers() == [1, 2]


def test_a_savepoint_that_is_rolled_back_leaves_no_gap() -> None:
    with transaction.atomic():
        first = log.record("letter.open", subject=make_letter(), by=OLA)
        with transaction.atomic():
            log.record("letter.open", subject=make_letter(), by=OLA)
            transaction.set_rollback(True)
        with transaction.atomic():
            third = log.record("letter.open", subject=make_letter(), by=OLA)
    assert (number_of(first.pk), number_of(third.pk)) == (1, 2)
    assert log.verify(MERAKER).ok


def test_every_municipality_has_a_chain_of_its_own() -> None:
    with transaction.atomic():
        for town in (TYDAL, MERAKER, 0, MERAKER, TYDAL, TYDAL):
            log.record("letter.open", subject=make_letter(town), by=None)
    assert (numbers(0), numbers(MERAKER), numbers(TYDAL)) == ([1], [1, 2], [1, 2, 3])
    assert all(log.verify(town).ok for town in (0, MERAKER, TYDAL))
    assert log.municipalities() == [0, MERAKER, TYDAL]


def test_transactions_that_write_in_opposite_order_do_not_deadlock() -> None:
    rounds = 15

    def write(number: int) -> None:
        towns = (MERAKER, TYDAL) if number % 2 else (TYDAL, MERAKER)
        for _ in range(rounds):
            with transaction.atomic():
                for town in towns:
                    log.record("letter.open", subject=make_letter(town), by=None)

    assert all_at_once(4, write) == [None] * 4
    assert numbers(MERAKER) == numbers(TYDAL) == list(range(1, 4 * rounds + 1))
    assert log.verify(MERAKER).ok
    assert log.verify(TYDAL).ok


def test_many_writers_leave_a_whole_chain_without_gaps() -> None:
    assert all(isinstance(one, AuditEvent) for one in all_at_once(8, lambda _: open_letter()))
    assert numbers() == list(range(1, 9))
    assert log.verify(MERAKER) == log.Verification(ok=True, events=8, head_number=8, problem="")


def test_an_event_in_bulk_is_linked_in_the_order_of_its_subject() -> None:
    letters = [make_letter() for _ in range(30)]
    with transaction.atomic():
        events = log.record_many("letter.open", subjects=letters, by=OLA)
    assert [event.subject_id for event in events] == [letter.pk for letter in letters]
    assert [number_of(event.pk) for event in events] == list(range(1, 31))


def test_verifying_inside_an_open_transaction_sees_its_own_events_and_later_ones_are_linked_too() -> None:
    with transaction.atomic():
        log.record("letter.open", subject=make_letter(), by=OLA)
        assert log.verify(MERAKER) == log.Verification(ok=True, events=1, head_number=1, problem="")
        later = log.record("letter.open", subject=make_letter(), by=OLA)
        assert not AuditLink.objects.filter(event=later).exists()
    assert number_of(later.pk) == 2
    assert log.verify(MERAKER).ok


def test_the_hash_can_be_computed_outside_the_database_as_documented() -> None:
    with transaction.atomic():
        log.record("letter.open", subject=make_letter(), by=OLA, guideline_version_id=7, note='æøå " \\', n=[1, None])
        log.record("letter.close", subject=make_letter(), by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, (extract(epoch FROM at) * 1000000)::bigint, municipality_id, actor_id, actor_role, action,"
            " subject_type, subject_id, guideline_version_id, data::text, tx::text FROM audit_event ORDER BY id"
        )
        rows = cursor.fetchall()
    latest = b""
    for number, row in enumerate(rows, start=1):
        columns = [None if value is None else str(value) for value in row]
        line = f"{number} {json.dumps(columns, ensure_ascii=False, separators=(',', ':'))}"
        latest = hashlib.sha256(latest + line.encode()).digest()
        assert bytes(AuditLink.objects.get(number=number).hash) == latest
    assert bytes(AuditHead.objects.get(municipality_id=MERAKER).hash) == latest


def test_an_event_that_claims_another_transaction_is_refused() -> None:
    claim = RAW_EVENT.replace("data)", "data, tx)").replace("'{}')", "'{}', '7')")
    with pytest.raises(psycopg2.errors.RaiseException, match="tx is set by the database"):
        run_as_app(claim, [MERAKER, 1])
    assert not AuditEvent.objects.exists()


def run_as_app(statement: str, parameters: list[object]) -> None:
    with app_connection() as app, app.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_actors_of_two_municipalities_write_side_by_side() -> None:
    with transaction.atomic():
        log.record("letter.open", subject=make_letter(MERAKER), by=OLA)
        log.record("letter.open", subject=make_letter(TYDAL), by=TORE)
    assert (numbers(MERAKER), numbers(TYDAL)) == ([1], [1])
