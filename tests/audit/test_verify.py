"""Whoever changes the log behind its back is found, and the broken row is named."""

# ruff: noqa: S608 -- the tests play somebody who may write any SQL

import logging
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit import log
from audit.models import AuditAnchor, AuditEvent, AuditLink
from tests.audit.letters import MERAKER, OLA, TYDAL, make_letter
from tests.database import owner_connection

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = 12
EVENT_COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "municipality_id": f"{TYDAL}",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "actor_role": "'lead'",
    "action": "'letter.burn'",
    "subject_type": "'inbox.comment'",
    "subject_id": "subject_id + 1",
    "guideline_version_id": "1 + coalesce(guideline_version_id, 0)",
    "data": """data || '{"n": 0}'""",
    "tx": "'3'::xid8",
}
LINK_COLUMNS = {
    "hash": "sha256(hash)",
    "prints": "prints[2:11] || prints[1]",
    "event_id": "event_id + 100000",
    "municipality_id": "77",
    "number": "number + 100",
}
ANCHOR_THE_END = (
    "INSERT INTO audit_anchor (municipality_id, number, hash) SELECT municipality_id, number, hash FROM audit_head"
)
CUT_THE_TAIL = [
    "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE number > 9 AND municipality_id = 1)",
    "DELETE FROM audit_link WHERE number > 9 AND municipality_id = 1",
    "UPDATE audit_head h SET number = l.number, hash = l.hash FROM audit_link l"
    " WHERE l.number = 9 AND l.municipality_id = 1 AND h.municipality_id = 1",
]
WRITE_AGAIN = [
    "UPDATE audit_event e SET actor_id = 99 FROM audit_link l"
    " WHERE l.event_id = e.id AND l.number = 5 AND l.municipality_id = 1",
    "WITH again AS (SELECT event_id, audit_chain(''::bytea, number, audit_columns(e)) OVER (ORDER BY number) AS hash,"
    " audit_prints(audit_columns(e)) AS prints FROM audit_link l JOIN audit_event e ON e.id = l.event_id"
    " WHERE l.municipality_id = 1)"
    " UPDATE audit_link l SET hash = again.hash, prints = again.prints FROM again WHERE again.event_id = l.event_id",
    "UPDATE audit_head h SET hash = l.hash FROM audit_link l"
    " WHERE l.number = h.number AND l.municipality_id = 1 AND h.municipality_id = 1",
]


@pytest.fixture
def whole_log(transactional_db: None) -> None:
    for number in range(EVENTS):
        with transaction.atomic():
            log.record("letter.open", subject=make_letter(), by=OLA if number % 2 else None, n=number + 1)
            log.record("letter.open", subject=make_letter(TYDAL), by=None)
    assert log.verify(MERAKER) == log.Verification(ok=True, events=EVENTS, head_number=EVENTS, problem="")


def tamper(*statements: str) -> int:
    """Change the log as somebody who owns the tables can; return how many rows the latest statement changed."""
    with owner_connection() as owner, owner.cursor() as cursor:
        for switch in ("DISABLE", "ENABLE"):
            for table in ("audit_event", "audit_link", "audit_anchor"):
                cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
            if switch == "DISABLE":
                for statement in statements:
                    cursor.execute(statement)
                changed: int = cursor.rowcount
        for table in ("audit_event", "audit_link", "audit_anchor"):
            # As the session's set-up left it.
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    return changed


def any_number() -> int:
    return random.randint(2, EVENTS - 1)


@pytest.mark.parametrize("column", EVENT_COLUMNS)
def test_every_changed_column_of_an_event_is_found_and_named(whole_log: None, column: str) -> None:
    number = any_number()
    event = AuditEvent.objects.get(link__number=number, municipality_id=MERAKER)
    assert tamper(f"UPDATE audit_event SET {column} = {EVENT_COLUMNS[column]} WHERE id = {event.pk}") == 1
    found = log.verify(MERAKER)
    assert not found.ok
    assert found.problem == f"Number {number}, event {event.pk}: {column} is not what was written."


def test_a_changed_id_of_an_event_is_found(whole_log: None) -> None:
    number = any_number()
    event = AuditEvent.objects.get(link__number=number, municipality_id=MERAKER)
    tamper(f"UPDATE audit_event SET id = 1000000 WHERE id = {event.pk}")
    assert log.verify(MERAKER).problem == f"Number {number}: event {event.pk} is missing."


@pytest.mark.parametrize("column", LINK_COLUMNS)
def test_every_changed_column_of_a_link_is_found_and_its_number_named(whole_log: None, column: str) -> None:
    number = any_number()
    where = f"municipality_id = {MERAKER} AND number = {number}"
    assert tamper(f"UPDATE audit_link SET {column} = {LINK_COLUMNS[column]} WHERE {where}") == 1
    found = log.verify(MERAKER)
    assert not found.ok
    assert f"Number {number}" in found.problem


@pytest.mark.parametrize("column", ["number", "hash"])
def test_a_changed_head_is_found(whole_log: None, column: str) -> None:
    changed = {"number": "number - 1", "hash": "sha256(hash)"}[column]
    tamper(f"UPDATE audit_head SET {column} = {changed} WHERE municipality_id = {MERAKER}")
    assert not log.verify(MERAKER).ok
    assert log.verify(TYDAL).ok


def test_the_first_of_several_broken_rows_is_named(whole_log: None) -> None:
    tamper("UPDATE audit_event e SET actor_id = 5 FROM audit_link l WHERE l.event_id = e.id AND l.number IN (4, 6, 9)")
    assert log.verify(MERAKER).problem.startswith("Number 4, ")
    assert log.verify(TYDAL).problem.startswith("Number 4, ")


def test_an_event_removed_from_the_middle_is_found(whole_log: None) -> None:
    event = AuditEvent.objects.get(link__number=5, municipality_id=MERAKER)
    tamper(f"DELETE FROM audit_event WHERE id = {event.pk}")
    assert log.verify(MERAKER).problem == f"Number 5: event {event.pk} is missing."


def test_an_event_removed_with_its_link_is_found(whole_log: None) -> None:
    event = AuditEvent.objects.get(link__number=5, municipality_id=MERAKER)
    tamper(f"DELETE FROM audit_event WHERE id = {event.pk}", f"DELETE FROM audit_link WHERE event_id = {event.pk}")
    assert log.verify(MERAKER).problem == "Number 5 is missing: the numbers go from 4 to 6."


def test_an_event_slipped_in_beside_the_chain_is_found(whole_log: None) -> None:
    tamper(
        "INSERT INTO audit_event (municipality_id, actor_role, action, subject_type, subject_id, data)"
        f" VALUES ({MERAKER}, '', 'letter.open', 'audit.letter', 1, '{{}}')"
    )
    slipped_in = AuditEvent.objects.latest("id")
    assert log.verify(MERAKER).problem == f"Event {slipped_in.pk} is not in the chain."


def test_a_tail_that_was_cut_off_without_care_is_found(whole_log: None) -> None:
    tamper(*CUT_THE_TAIL[:2])
    assert log.verify(MERAKER).problem == "Number 10 is missing: the head says 12, the last link is 9."


def test_a_tail_cut_off_with_care_is_found_by_the_anchor_in_the_table(whole_log: None) -> None:
    log.anchor_all()
    tamper(*CUT_THE_TAIL)
    assert log.verify(MERAKER).problem == "The tail was cut: the log ends at 9, an anchor says it reached 12."
    assert log.verify(TYDAL).ok


def test_a_tail_cut_off_together_with_its_anchor_is_found_by_the_line_kept_outside(whole_log: None) -> None:
    kept_outside = printed("anchor_log").splitlines()
    tamper(*CUT_THE_TAIL, "DELETE FROM audit_anchor")
    assert log.verify(MERAKER).ok, "without an anchor a tail cut with care looks whole: that is what anchors are for"
    with pytest.raises(SystemExit) as ended:
        printed("verify_log", *(f"--anchor={line}" for line in kept_outside))
    assert ended.value.code == 1


def test_a_log_that_was_written_again_from_the_start_is_found_by_the_anchor(whole_log: None) -> None:
    tamper(*WRITE_AGAIN)
    assert log.verify(MERAKER).ok, "the forged chain must be whole in itself, or this test tests nothing"
    # The anchor of the honest log was kept outside.
    AuditAnchor.objects.create(municipality_id=MERAKER, number=EVENTS, hash=b"\x01" * 32)
    assert "The log up to there was written again" in log.verify(MERAKER).problem


def test_an_anchor_before_the_change_is_no_alarm(whole_log: None) -> None:
    log.anchor_all()
    with transaction.atomic():
        log.record("letter.open", subject=make_letter(), by=OLA)
    assert log.verify(MERAKER).ok


def test_an_anchor_is_written_to_the_log_stream_when_it_is_committed(
    whole_log: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="socialdesk.anchor")
    with transaction.atomic():
        anchor = log.anchor(MERAKER)
        assert not caplog.messages
    assert caplog.messages == [
        f"{MERAKER}:{EVENTS}:{bytes(AuditLink.objects.get(municipality_id=1, number=12).hash).hex()}"
    ]
    assert caplog.messages == [str(anchor)]


def test_an_empty_log_has_nothing_to_anchor(transactional_db: None) -> None:
    assert log.anchor(MERAKER) is None
    assert log.anchor_all() == []
    assert log.verify(MERAKER) == log.Verification(ok=True, events=0, head_number=0, problem="")


def test_the_command_says_which_municipality_is_broken_and_ends_with_1(whole_log: None) -> None:
    tamper(
        "UPDATE audit_event e SET actor_id = 5 FROM audit_link l"
        " WHERE l.event_id = e.id AND l.number = 3 AND l.municipality_id = 1"
    )
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_log", stdout=output)
    assert ended.value.code == 1
    first, second = output.getvalue().splitlines()
    assert first.startswith("Municipality 1: BROKEN. Number 3, event ")
    assert second == f"Municipality 2: whole, {EVENTS} events, the last is number {EVENTS}"
    assert printed("verify_log", "--municipality=2") == second + "\n"


def test_the_command_refuses_an_anchor_it_cannot_read(transactional_db: None) -> None:
    with pytest.raises(CommandError, match="is not municipality:number:hash"):
        call_command("verify_log", "--anchor=1:2")


def printed(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()
