"""What every state machine of the house holds: acts that may be killed anywhere, and what must be true after each.

The tables of `*/workflow.py` are the model. The log is played through them move by move, and the rows must stand where
that ends, changed as often as it tells.
"""

# ruff: noqa: S608 -- names of tables from the models themselves

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Model
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from archive import workflow as archive_workflow
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord, ExportBatch
from audit import log
from audit.changes import has_version
from audit.models import AuditEvent
from audit.moves import IllegalMoveError, Move, Moves
from inbox import tally, workflow
from inbox.actions.errors import RefusedError
from inbox.models import Comment, Forwarding, Intervention, Reply
from notices import workflow as notices_workflow
from notices.errors import NoticeError
from notices.models import Notice
from tests.machines.world import Death, World, dying

TABLES: dict[type[Model], Moves] = {
    Comment: workflow.COMMENT,
    Reply: workflow.REPLY,
    Forwarding: workflow.FORWARDING,
    Intervention: workflow.INTERVENTION,
    Notice: notices_workflow.NOTICE,
    CaseRecord: archive_workflow.RECORD,
    ExportBatch: archive_workflow.BATCH,
}
BY_LABEL = {model._meta.label_lower: moves for model, moves in TABLES.items()}
REFUSALS = (RefusedError, IllegalMoveError, ArchiveRefusedError, NoticeError)
LINKS = """
    SELECT (SELECT count(*) FROM audit_event WHERE municipality_id = %(town)s),
        (SELECT count(*) FROM audit_link WHERE municipality_id = %(town)s),
        (SELECT coalesce(max(number), 0) FROM audit_head WHERE municipality_id = %(town)s)
"""
# Mostly somebody who may do it, so that the lives come far.
people = st.sampled_from(["ola", "ola", "ola", "mari", "kari", "kari", "arne"])
# When the process is killed: mostly not, else at one of the first statements or at one far into the act.
deaths = st.one_of(st.just(0), st.integers(1, 12), st.integers(8, 45))


@dataclass
class Score:
    """What a run has come through: acts done, refused and killed, and each move by its table."""

    done: int = 0
    refused: int = 0
    killed: int = 0
    moves: Counter[str] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        return self.done + self.refused + self.killed


@dataclass
class Played:
    """Where the log says that a row stands, and how many moves it tells of."""

    status: str
    moves: int = 0


def way(*moves: Move) -> Callable[[Any], Any]:
    """Mark a method as something that can happen: an act that makes one of these moves, or (none) what just happens."""

    def mark(method: Any) -> Any:
        method.makes = moves
        return method

    return mark


class HouseMachine(RuleBasedStateMachine):
    """Acts on one municipality of its own. Its ways are the methods marked with `way`.

    Mostly something happens that the table allows from where things stand, every fifth time anything at all. A machine
    says in `made` which moves its lives must have come through together; lives go for the `wanted` of them half of the
    time, where the table allows it.
    """

    score: ClassVar[Score]
    made: ClassVar[frozenset[str]] = frozenset()
    wanted: ClassVar[frozenset[str]] = frozenset()
    ways: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.score = Score()
        cls.ways = {name: method for name, method in vars(cls).items() if hasattr(method, "makes")}

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.played: dict[tuple[str, int], Played] = {}
        self.latest_event = 0
        self.stands: dict[tuple[str, int], str] = {}
        self.known = ""  # the world's print, where nothing has happened since it was taken
        try:
            self.begin()
            self._play()
            self._compare()
        except BaseException:
            self.world.close()
            raise

    def begin(self) -> None:
        """Make what the acts are done to."""

    @rule(data=st.data(), killed_at=deaths)
    def something_happens(self, data: st.DataObject, killed_at: int) -> None:
        """Choose a way and go it."""
        is_free = data.draw(st.integers(0, 4)) == 0
        standing = {BY_LABEL[label].noun: set[str]() for label, _ in self.stands}
        for (label, _), status in self.stands.items():
            standing[BY_LABEL[label].noun].add(status)
        open_ways = [
            name
            for name, method in self.ways.items()
            if is_free or not method.makes or _is_open(method.makes, standing)
        ]
        towards = [name for name in open_ways if _names(self.ways[name].makes) & self.wanted]
        if towards and data.draw(st.booleans()):
            open_ways = towards
        self.ways[data.draw(st.sampled_from(sorted(open_ways)), label="way")](self, data, killed_at)

    def one_of(self, model: type[Model], data: st.DataObject, *moves: Move) -> Any:
        """Draw a row of the model, mostly one that one of the moves can be made of; None when there is no row."""
        rows = {pk: status for (label, pk), status in self.stands.items() if label == model._meta.label_lower}
        fit = [pk for pk, status in rows.items() if any(status in move.sources for move in moves)]
        if not rows:
            return None
        return data.draw(st.sampled_from(sorted(fit) or sorted(rows)))

    def act(self, call: Callable[[], object], *, killed_at: int = 0) -> str:
        """Let a person do an act, which is one transaction: killed anywhere it leaves nothing, and is done again.

        Returns "done" or "refused"; a refusal leaves nothing either. `call` fetches its rows itself.
        """
        before = self.known or self.world.print_()
        self.known = ""
        try:
            with dying(killed_at):
                call()
        except Death:
            self.score.killed += 1
            self.known = self.world.print_()
            assert self.known == before, f"killed at statement {killed_at}, and something was written"
            return self.act(call)
        except REFUSALS:
            self.score.refused += 1
            self.known = self.world.print_()
            assert self.known == before, "refused, and something was written"
            return "refused"
        self.score.done += 1
        return "done"

    def killed_everywhere(self, call: Callable[[], object], stride: int) -> int:
        """Kill an act of a person at each `stride`-th statement until it comes through; returns how many times."""
        before = self.world.print_()
        for times in itertools.count():
            try:
                with dying(1 + times * stride):
                    call()
            except Death:
                self.score.killed += 1
                assert self.world.print_() == before, f"killed at statement {1 + times * stride}: something was written"
            else:
                self.score.done += 1
                self.known = ""
                return times
        raise AssertionError("an act has an end")

    def work(self, call: Callable[[], object], *, killed_at: int = 0) -> bool:
        """Let a worker do something in several transactions; killed (False) it leaves the rest to the sweep."""
        self.known = ""
        try:
            with dying(killed_at):
                call()
        except Death:
            self.score.killed += 1
            return False
        self.score.done += 1
        return True

    def recover(self) -> None:
        """Let the sweeps finish everything that they can."""

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        """The log plays through the tables to where the rows stand; links are events; the tally is a count."""
        self._play()
        self._compare()
        with connection.cursor() as cursor:
            cursor.execute(LINKS, {"town": self.world.town.pk})
            events, links, head = cursor.fetchone()
        assert events == links == head, f"{events} events, {links} links, head {head}"
        assert tally.differences(self.world.town.pk) == {}
        self.judge()

    def judge(self) -> None:
        """Hold what is this machine's own against the books of the outside."""

    def teardown(self) -> None:
        try:
            self.recover()
            self.all_is_as_it_must_be()
            self.judge_the_end()
            found = log.verify(self.world.town.pk)
            assert found.ok, found.problem
        finally:
            self.world.close()

    def judge_the_end(self) -> None:
        """Say what must be true when nothing is left to do."""

    def _play(self) -> None:
        fresh = AuditEvent.objects.filter(
            municipality_id=self.world.town.pk, id__gt=self.latest_event, data__has_key="move"
        )
        for event in fresh.order_by("id"):
            self.latest_event = event.pk
            if event.subject_type in BY_LABEL:
                self._play_one(event, BY_LABEL[event.subject_type])

    def _play_one(self, event: AuditEvent, moves: Moves) -> None:
        data, key = event.data, (event.subject_type, event.subject_id)
        move = moves.named(data["move"])
        stands = self.played.setdefault(key, Played(data["from"]))
        if not stands.moves:
            assert data["from"] in moves.start, f"{key} began as {data['from']}"
        told = f"{key}: {move.name} from {data['from']} to {data.get('to')}, and it stood at {stands.status}"
        assert data["from"] == stands.status, told
        assert data["from"] in move.sources, told
        assert data.get("to") == (None if move.target is None else str(move.target)), told
        assert event.action == move.action, told
        stands.status = data.get("to", stands.status)
        stands.moves += 1
        self.score.moves[f"{moves.noun}.{move.name}"] += 1

    def _compare(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_stand(), {"town": self.world.town.pk})
            rows = cursor.fetchall()
        self.stands = {(label, pk): status for label, pk, status, _ in rows}
        for label, pk, status, version in rows:
            played = self.played.get((label, pk), Played(status))
            where = f"{label} {pk} is {status} after {version} changes; the log says {played}"
            assert status == played.status, where
            assert version in {None, played.moves}, where
            assert played.moves or status in BY_LABEL[label].start, where


def _names(moves: Sequence[Move]) -> set[str]:
    """Return the moves' names as a score counts them, by their table."""
    return {f"{move.action.partition('.')[0]}.{move.name}" for move in moves}


def _is_open(moves: Sequence[Move], standing: Mapping[str, set[str]]) -> bool:
    return any(standing.get(move.action.partition(".")[0], set()) & move.sources for move in moves)


@cache
def _stand() -> str:
    """Return the statement that reads where every row with a status stands, and how often it was changed."""
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label_lower}', id, status, {'version' if has_version(model) else 'NULL'}"
        f" FROM {model._meta.db_table} WHERE municipality_id = %(town)s"
        for model in TABLES
    )


def run(machine: type[HouseMachine], *, examples: int, steps: int, seed: int | None = None) -> None:
    """Run so many lives of so many steps; raises what the first life that breaks raises. No seed: always the same."""
    machine._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]  # what @hypothesis.seed sets
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=seed is None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def missing(machine: type[HouseMachine]) -> list[str]:
    """Return the moves that the machine is about and that no life has come through."""
    return sorted(machine.made - machine.score.moves.keys())


def fetch(model: type[Model], pk: int) -> Any:
    """Return the row as it is now, with what acts read of it."""
    related = {
        Comment: ("municipality", "channel", "post", "assignee__user"),
        Reply: ("comment__municipality", "comment__channel", "comment__post", "channel", "municipality", "author"),
        Forwarding: ("municipality", "unit", "outside_body", "comment", "notice"),
    }.get(model, ("municipality",))
    return model._base_manager.select_related(*related).get(pk=pk)
