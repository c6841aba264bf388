"""A status changes by a move of the table and with its event, and of two who race one wins."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import F, Model, Q
from django.db.transaction import TransactionManagementError

from audit import log
from audit.models import AuditEvent
from audit.moves import IllegalMoveError, Move, Moves, MoveTableError, advance, advance_where
from tests.audit.letters import (
    ANSWER,
    CLAIM,
    KARI,
    LETTER,
    MERAKER,
    OLA,
    OPEN,
    TORE,
    TYDAL,
    Letter,
    Status,
    all_at_once,
    make_letter,
)
from tests.database import app_connection

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class TestTable:
    def test_knows_its_moves_by_name_and_by_state(self) -> None:
        assert LETTER.named("answer") is ANSWER
        assert LETTER.out_of(Status.OPEN) == [CLAIM, ANSWER]
        assert list(LETTER) == [OPEN, CLAIM, ANSWER]
        assert LETTER.out_of(Status.ANSWERED) == []

    @pytest.mark.parametrize(
        ("moves", "mistake"),
        [
            ([OPEN, OPEN, ANSWER], "there are two called open"),
            ([Move("open", "comment.open", frozenset({"NEW"}), "OPEN", ""), ANSWER], "not as letter.verb"),
            ([Move("open", "letter", frozenset({"NEW"}), "OPEN", ""), ANSWER], "not as letter.verb"),
            ([Move("open", "letter.open", frozenset({"NEU"}), "OPEN", ""), ANSWER], "NEU, which is no state"),
            ([Move("open", "letter.open", frozenset({"NEW"}), "OPENED", ""), ANSWER], "OPENED, which is no state"),
            ([Move("open", "letter.open", frozenset(), "OPEN", ""), ANSWER], "from nowhere"),
            ([ANSWER], "OPEN cannot be reached"),
            ([CLAIM, Move("open", "letter.open", frozenset({"ANSWERED"}), "OPEN", "")], "ANSWERED cannot be reached"),
        ],
    )
    def test_with_a_mistake_fails_when_it_is_built(self, moves: list[Move], mistake: str) -> None:
        with pytest.raises(MoveTableError, match=mistake):
            Moves("letter", states=Status, start={Status.NEW}, moves=moves)

    def test_starts_in_a_known_state(self) -> None:
        with pytest.raises(MoveTableError, match="starts in GONE"):
            Moves("letter", states=Status, start={"GONE"}, moves=[OPEN, ANSWER])


@pytest.mark.django_db
class TestAdvance:
    def test_changes_row_and_instance_and_tells_the_log_from_the_same_fields(self) -> None:
        letter = make_letter(text="Hei")
        event = advance(
            letter,
            ANSWER,
            by=KARI,
            guideline_version_id=4,
            note={"unit": 8},
            text="Takk for spørsmålet",
            answered_at=NOON,
            sortings=["praise"],
            answer_to=letter,
        )
        stored = Letter.objects.get(pk=letter.pk)
        for one in (letter, stored):
            assert (one.status, one.version, one.text, one.answered_at) == ("ANSWERED", 1, "Takk for spørsmålet", NOON)
            assert (one.sortings, one.answer_to_id) == (["praise"], letter.pk)
        assert AuditEvent.objects.get().pk == event.pk
        assert (event.action, event.actor_id, event.guideline_version_id) == ("letter.answer", KARI.user_id, 4)
        assert event.data == {
            "move": "answer",
            "from": "NEW",
            "to": "ANSWERED",
            "set": {
                "text": {"sha256": log.content_hash("Takk for spørsmålet")},
                "answered_at": "2026-11-21T12:00:00+00:00",
                "sortings": ["praise"],
                "answer_to_id": letter.pk,
            },
            "unit": 8,
        }

    def test_is_two_statements(self, django_assert_num_queries: Any) -> None:
        letter = make_letter()
        with django_assert_num_queries(2):
            advance(letter, ANSWER, by=KARI)

    def test_says_which_state_it_came_from_even_when_the_instance_is_stale(self) -> None:
        letter = make_letter()
        advance(Letter.objects.get(pk=letter.pk), OPEN, by=OLA)
        event = advance(letter, ANSWER, by=OLA)
        assert (event.data["from"], letter.version) == ("OPEN", 2)

    def test_a_move_without_a_target_keeps_the_state(self) -> None:
        letter = make_letter()
        event = advance(letter, CLAIM, by=OLA, attempt=1)
        assert (letter.status, letter.version) == ("NEW", 1)
        assert event.data == {"move": "claim", "from": "NEW", "set": {"attempt": 1}}

    def test_takes_expressions_and_logs_what_they_became(self) -> None:
        letter = make_letter(attempt=4, details={"a": 1})
        event = advance(letter, CLAIM, by=OLA, attempt=F("attempt") + 1, details=F("details"))
        assert (letter.attempt, letter.details) == (5, {"a": 1})
        assert event.data["set"] == {"attempt": 5, "details": {"sha256": log.content_hash('{"a": 1}')}}

    def test_from_another_state_is_refused_and_nothing_is_changed(self) -> None:
        letter = make_letter(status=Status.ANSWERED)
        with pytest.raises(IllegalMoveError, match="is ANSWERED") as refused:
            advance(letter, OPEN, by=OLA, text="Nytt")
        assert (refused.value.actual_status, refused.value.move, refused.value.subject) == ("ANSWERED", OPEN, letter)
        letter.refresh_from_db()  # the transaction goes on
        assert (letter.status, letter.text, letter.version) == ("ANSWERED", "", 0)
        assert not AuditEvent.objects.exists()

    def test_a_subject_that_is_gone_is_refused(self) -> None:
        letter = make_letter()
        Letter.objects.all().delete()
        letter.pk = 1
        with pytest.raises(IllegalMoveError, match="is gone") as refused:
            advance(letter, OPEN, by=OLA)
        assert refused.value.actual_status is None

    @pytest.mark.parametrize("where", [{"attempt": 0}, Q(attempt=0) | Q(language="nn")])
    def test_a_condition_must_hold_too(self, where: Any) -> None:
        free, taken = make_letter(), make_letter(attempt=1)
        advance(free, CLAIM, by=OLA, where=where, attempt=1)
        with pytest.raises(IllegalMoveError) as refused:
            advance(taken, CLAIM, by=KARI, where=where, attempt=1)
        assert refused.value.actual_status == "NEW"

    def test_somebody_elses_letter_is_refused_before_anything_is_changed(self) -> None:
        letter = make_letter(TYDAL)
        with pytest.raises(log.WrongMunicipalityError):
            advance(letter, OPEN, by=OLA)
        letter.refresh_from_db()
        assert letter.status == "NEW"

    def test_an_instance_that_lies_about_its_municipality_does_not_get_through(self) -> None:
        letter = make_letter(TYDAL)
        letter.municipality_id = MERAKER
        with transaction.atomic():
            with pytest.raises(log.WrongMunicipalityError):
                advance(letter, OPEN, by=OLA)
            with pytest.raises(TransactionManagementError):
                letter.refresh_from_db()
        letter.refresh_from_db()
        assert letter.status == "NEW"

    @pytest.mark.parametrize("note", [{"set": 1}, {"move": 1}, {"from": 1}, {"to": 1}])
    def test_a_note_may_not_speak_for_the_move(self, note: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="the move itself says that"):
            advance(make_letter(), OPEN, by=OLA, note=note)

    def test_a_note_holds_no_long_text(self) -> None:
        letter = make_letter()
        with pytest.raises(log.LongTextError):
            advance(letter, OPEN, by=OLA, note={"why": "x" * 201})
        letter.refresh_from_db()
        assert letter.status == "NEW"

    @pytest.mark.parametrize("field", ["status", "version"])
    def test_status_and_version_are_the_moves_own(self, field: str) -> None:
        with pytest.raises(ValueError, match="set by the move"):
            advance(make_letter(), OPEN, by=OLA, **{field: 1})

    def test_only_columns_can_be_set(self) -> None:
        with pytest.raises(FieldDoesNotExist), transaction.atomic():
            advance(make_letter(), OPEN, by=OLA, colour="red")

    def test_a_listener_gets_the_subject_as_it_is_after_the_move_and_can_veto(self) -> None:
        def veto(subject: Model, **_: Any) -> None:
            raise PermissionError(subject.status)  # type: ignore[attr-defined]

        letter = make_letter()
        log.event_recorded.connect(veto)
        try:
            with pytest.raises(PermissionError, match="OPEN"), transaction.atomic():
                advance(letter, OPEN, by=OLA)
        finally:
            log.event_recorded.disconnect(veto)
        letter.refresh_from_db()
        assert letter.status == "NEW"
        assert not AuditEvent.objects.exists()


@pytest.mark.django_db
class TestAdvanceWhere:
    def test_moves_only_what_is_where_the_move_begins(self) -> None:
        new, opened, answered = (make_letter(status=status) for status in Status)
        moved = advance_where(Letter.objects.all(), ANSWER, note={"sweep": 1}, answered_at=NOON)
        assert moved == [new.pk, opened.pk]
        assert set(Letter.objects.values_list("status", flat=True)) == {"ANSWERED"}
        assert [
            (event.subject_id, event.data["from"], event.actor_id) for event in AuditEvent.objects.order_by("id")
        ] == [
            (new.pk, "NEW", None),
            (opened.pk, "OPEN", None),
        ]
        assert AuditEvent.objects.last().data["sweep"] == 1  # type: ignore[union-attr]
        answered.refresh_from_db()
        assert (answered.answered_at, answered.version) == (None, 0)

    def test_is_two_statements_however_many_rows(self, django_assert_num_queries: Any) -> None:
        for _ in range(5):
            make_letter()
        with django_assert_num_queries(2):
            assert len(advance_where(Letter.objects.all(), OPEN)) == 5

    def test_a_limit_takes_the_first_by_id(self) -> None:
        first, second, _ = make_letter(), make_letter(), make_letter()
        assert advance_where(Letter.objects.order_by("-id"), OPEN, limit=2) == [first.pk, second.pk]

    def test_expressions_are_logged_row_by_row(self) -> None:
        make_letter(attempt=1)
        make_letter(attempt=7)
        advance_where(Letter.objects.all(), CLAIM, attempt=F("attempt") + 1)
        assert [event.data["set"]["attempt"] for event in AuditEvent.objects.order_by("id")] == [2, 8]

    def test_nothing_to_move_is_no_error(self) -> None:
        assert advance_where(Letter.objects.all(), OPEN) == []
        assert advance_where(Letter.objects.none(), OPEN) == []

    def test_a_row_of_another_municipality_refuses_them_all(self) -> None:
        make_letter(MERAKER)
        make_letter(TYDAL)
        with pytest.raises(log.WrongMunicipalityError), transaction.atomic():
            advance_where(Letter.objects.all(), OPEN, by=TORE)
        assert set(Letter.objects.values_list("status", flat=True)) == {"NEW"}


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_twenty_claims_have_one_winner(self) -> None:
        letter = make_letter()

        @transaction.atomic
        def claim(number: int) -> AuditEvent:
            mine = Letter.objects.get(pk=letter.pk)
            return advance(mine, CLAIM, by=OLA, where={"attempt": 0}, attempt=number + 1)

        results = all_at_once(20, claim)
        (winner,) = (event for event in results if isinstance(event, AuditEvent))
        assert sum(isinstance(one, IllegalMoveError) for one in results) == 19, results
        letter.refresh_from_db()
        assert (letter.attempt, letter.version) == (winner.data["set"]["attempt"], 1)
        assert [event.pk for event in log.history(letter)] == [winner.pk]

    def test_a_move_that_waited_looks_again(self) -> None:
        letter = make_letter()

        @transaction.atomic
        def answer(_: int) -> AuditEvent:
            return advance(Letter.objects.get(pk=letter.pk), ANSWER, by=OLA)

        results = all_at_once(6, answer)
        assert sum(isinstance(one, AuditEvent) for one in results) == 1
        assert {one.actual_status for one in results if isinstance(one, IllegalMoveError)} == {"ANSWERED"}

    def test_sweeps_that_meet_take_each_row_once_and_do_not_deadlock(self) -> None:
        letters = [make_letter() for _ in range(40)]

        @transaction.atomic
        def sweep(number: int) -> list[int]:
            order = "id" if number % 2 else "-id"
            return advance_where(Letter.objects.order_by(order), OPEN)

        taken = [pk for result in all_at_once(6, sweep) for pk in as_ids(result)]
        assert sorted(taken) == [letter.pk for letter in letters]
        assert set(Letter.objects.values_list("version", flat=True)) == {1}

    def test_those_who_take_the_next_one_get_different_ones(self) -> None:
        letters = [make_letter() for _ in range(12)]

        @transaction.atomic
        def take_next(_: int) -> list[int]:
            return advance_where(Letter.objects.all(), OPEN, limit=1, skip_locked=True)

        taken = [pk for result in all_at_once(12, take_next) for pk in as_ids(result)]
        assert sorted(taken) == [letter.pk for letter in letters]

    def test_a_row_that_somebody_holds_is_passed_over(self) -> None:
        held, free = make_letter(), make_letter()
        with app_connection() as other, other.cursor() as cursor:
            cursor.execute("SELECT FROM audit_letter WHERE id = %s FOR NO KEY UPDATE", [held.pk])
            with transaction.atomic(), connection.cursor() as ours:
                ours.execute("SET LOCAL statement_timeout = '5s'")
                assert advance_where(Letter.objects.all(), OPEN, skip_locked=True) == [free.pk]

    def test_a_row_that_is_moved_can_still_be_pointed_at(self) -> None:
        """A plain FOR UPDATE would make the insert of a child wait, and two of them deadlock."""
        letter = make_letter()
        with transaction.atomic():
            advance(letter, OPEN, by=OLA)
            with app_connection() as other, other.cursor() as cursor:
                cursor.execute("SET statement_timeout = '2s'")
                cursor.execute("SELECT FROM audit_letter WHERE id = %s FOR KEY SHARE", [letter.pk])
                assert cursor.rowcount == 1

    def test_outside_a_transaction_a_move_is_refused(self) -> None:
        letter = make_letter()
        with pytest.raises(log.OutsideTransactionError):
            advance(letter, OPEN, by=OLA)
        with pytest.raises(log.OutsideTransactionError):
            advance_where(Letter.objects.all(), OPEN)
        letter.refresh_from_db()
        assert letter.status == "NEW"


def as_ids(result: list[int] | Exception) -> list[int]:
    assert not isinstance(result, Exception), result
    return result
