"""The only writers of a status: check the move, change the row and write the event from the very same fields.

`advance` is for one subject and a person's act, `advance_where` for claims and sweeps. A test finds any other writer.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from audit import log
from audit.changes import STATUS, VERSION, Changed, change_rows, concrete_field
from audit.errors import AuditError
from audit.log import Actor
from audit.models import AuditEvent
from audit.move_table import Move, Moves, MoveTableError
from audit.plain import Plain, logged
from audit.rows import About, tell, write

__all__ = ["IllegalMoveError", "Move", "MoveTableError", "Moves", "advance", "advance_where"]

Condition = Mapping[str, object] | Q
OWN_NAMES = frozenset({"move", "from", "to", "set"})


class IllegalMoveError(AuditError):
    """The subject is not where the move begins, or a condition does not hold: somebody else was first.

    `actual_status` is what the row has now, None when there is no row. Nothing was changed.
    """

    def __init__(self, subject: Model, move: Move, actual_status: str | None) -> None:
        self.subject, self.move, self.actual_status = subject, move, actual_status
        where = "is gone" if actual_status is None else f"is {actual_status}"
        what = f"{subject._meta.label} {subject.pk}"
        super().__init__(f"{move.action}: {what} {where}, or a condition of {move} does not hold.")


def advance(
    subject: Model,
    move: Move,
    *,
    by: Actor | None,
    guideline_version_id: int | None = None,
    note: Mapping[str, object] | None = None,
    where: Condition | None = None,
    **changes: object,
) -> AuditEvent:
    """Make one move of one subject: set its status and `changes`, on the row and on the instance, and write the event.

    `where` are look-ups that must hold too; `note` is more data for the event. Values may be expressions. Raises
    IllegalMoveError when the row is elsewhere (of two that race, one gets it), and what `log.record` raises; after
    anything but IllegalMoveError the transaction can only be rolled back.
    """
    told = _told(move, note, changes)
    log.municipality_for(move.action, subject, by)
    rows, events = _make(_row_of(subject, where), move, changes, told, by, guideline_version_id)
    if not rows:
        raise IllegalMoveError(subject, move, _actual_status(subject))
    _set_on(subject, rows[0], move, changes)
    return tell(events, subjects=[subject])[0]


def advance_where(
    queryset: QuerySet[Any],
    move: Move,
    *,
    by: Actor | None = None,
    guideline_version_id: int | None = None,
    note: Mapping[str, object] | None = None,
    limit: int | None = None,
    skip_locked: bool = False,
    **changes: object,
) -> list[int]:
    """Make one move of every row of `queryset` that is where it begins, and write an event for each.

    One UPDATE, which locks in the order of ids, and one INSERT. `limit` takes the first by id; `skip_locked` passes
    over rows that others hold. Returns the ids, ascending. Raises WrongMunicipalityError when a row is not `by`'s
    municipality's; after any error the transaction can only be rolled back.
    """
    told = _told(move, note, changes)
    rows, events = _make(queryset, move, changes, told, by, guideline_version_id, limit=limit, skip_locked=skip_locked)
    tell(events, subjects=None)
    return [changed.pk for changed in rows]


def _make(
    queryset: QuerySet[Any],
    move: Move,
    changes: Mapping[str, object],
    told: Mapping[str, Any],
    by: Actor | None,
    guideline_version_id: int | None,
    **which: Any,
) -> tuple[list[Changed], list[AuditEvent]]:
    """Change the rows and write their events; a failure half-way dooms the transaction, so no change stays untold."""
    with transaction.mark_for_rollback_on_error(using=connection.alias):
        rows = change_rows(queryset, changes, sources=move.sources, target=move.target, **which)
        for town in {changed.municipality_id for changed in rows}:
            log.refuse_strangers(move.action, town, by)
        about = [_about(queryset.model, changed, move, changes, told) for changed in rows]
        return rows, write(move.action, about, by=by, guideline_version_id=guideline_version_id)


def _told(move: Move, note: Mapping[str, object] | None, changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the note as the log keeps it, before anything is changed."""
    note = note or {}
    if taken := OWN_NAMES & note.keys():
        raise ValueError(f"{move.action}: the note may not use {', '.join(sorted(taken))}; the move itself says that.")
    if set_by_move := {STATUS, VERSION} & changes.keys():
        raise ValueError(f"{move.action}: {', '.join(sorted(set_by_move))} is set by the move, not by the caller.")
    return log.checked(move.action, note)


def _row_of(subject: Model, where: Condition | None) -> QuerySet[Any]:
    condition = where if isinstance(where, Q) else Q(**(where or {}))
    return type(subject)._base_manager.filter(condition, pk=subject.pk)


def _actual_status(subject: Model) -> str | None:
    statuses: QuerySet[Any, str] = type(subject)._base_manager.filter(pk=subject.pk).values_list(STATUS, flat=True)
    return statuses.first()


def _about(
    model: type[Model], changed: Changed, move: Move, changes: Mapping[str, object], told: Mapping[str, Any]
) -> About:
    """Return the event's content, from the fields as they were written."""
    data: dict[str, Any] = {"move": move.name, "from": changed.status_before}
    if move.target is not None:
        data["to"] = str(move.target)
    data["set"] = _fields_set(model, changed, changes)
    return About(changed.municipality_id, model._meta.label_lower, changed.pk, {**data, **told})


def _fields_set(model: type[Model], changed: Changed, changes: Mapping[str, object]) -> dict[str, Plain]:
    fields = {name: concrete_field(model, name) for name in changes}
    return {
        field.attname: logged(field, changed.values.get(field.attname, changes[name])) for name, field in fields.items()
    }


def _set_on(subject: Model, changed: Changed, move: Move, changes: Mapping[str, object]) -> None:
    """Give the instance what its row now has."""
    for name, value in changes.items():
        if not hasattr(value, "resolve_expression"):
            setattr(subject, name, value)
    for column, value in changed.values.items():
        setattr(subject, column, value)
    if move.target is not None:
        setattr(subject, STATUS, move.target)
