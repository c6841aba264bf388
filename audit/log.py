"""The log: who did what, to what, when, under which guideline version.

An event is written in the same transaction as the change it tells of; the database links it into its municipality's
chain when that transaction commits. It holds ids, codes and hashes, never the public's text or names, so that erasing
somebody's data leaves the chain whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Model, QuerySet

from audit.anchors import anchor, anchor_all
from audit.errors import (
    AuditError,
    LongTextError,
    OutsideTransactionError,
    UnloggableError,
    WrongMunicipalityError,
)
from audit.models import INSTALLATION, AuditEvent
from audit.plain import content_hash, plain
from audit.rows import About, Actor, event_recorded, tell, write
from audit.verification import Verification, link_now, municipalities, verify, verify_some

__all__ = [
    "Actor",
    "AuditError",
    "LongTextError",
    "OutsideTransactionError",
    "UnloggableError",
    "Verification",
    "WrongMunicipalityError",
    "anchor",
    "anchor_all",
    "content_hash",
    "event_recorded",
    "history",
    "link_now",
    "municipalities",
    "record",
    "record_many",
    "verify",
    "verify_some",
]


def record(
    action: str, *, subject: Model, by: Actor | None, guideline_version_id: int | None = None, **data: object
) -> AuditEvent:
    """Write one act to the log and tell the listeners.

    `data` is kept as JSON: ids, short codes, dates, hashes. Raises OutsideTransactionError, WrongMunicipalityError,
    LongTextError or UnloggableError.
    """
    about = About(municipality_for(action, subject, by), subject._meta.label_lower, subject.pk, checked(action, data))
    return tell(write(action, [about], by=by, guideline_version_id=guideline_version_id), subjects=[subject])[0]


def record_many(
    action: str,
    *,
    subjects: Sequence[Model],
    by: Actor | None,
    guideline_version_id: int | None = None,
    rows: Sequence[Mapping[str, object]] | None = None,
    **data: object,
) -> list[AuditEvent]:
    """Write the same act on many subjects in one INSERT, in their order; `rows` adds data of its own to each.

    Refuses as `record` does, all or nothing.
    """
    common = checked(action, data)
    own = [{}] * len(subjects) if rows is None else [checked(action, row) for row in rows]
    about = [
        About(municipality_for(action, subject, by), subject._meta.label_lower, subject.pk, {**common, **more})
        for subject, more in zip(subjects, own, strict=True)
    ]
    return tell(write(action, about, by=by, guideline_version_id=guideline_version_id), subjects=subjects)


def history(subject: Model) -> QuerySet[AuditEvent]:
    """Return what happened to `subject`, newest last. Each has its `number` in the chain, None before the commit."""
    events = AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return events.annotate(number=F("link__number")).order_by("id")


def checked(action: str, data: Mapping[str, object]) -> dict[str, Any]:
    """Return `data` as the log keeps it. Raises OutsideTransactionError, LongTextError, UnloggableError."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError(action)
    return {name: plain(value) for name, value in data.items()}


def municipality_for(action: str, subject: Model, by: Actor | None) -> int:
    """Return whose log the act belongs in. Raises WrongMunicipalityError, UnloggableError."""
    town: int | None = getattr(subject, "municipality_id", None)
    if town is None:
        label = subject._meta.label
        raise UnloggableError(f"{action}: {label} has no municipality_id. Give it one; 0 is the installation.")
    if subject.pk is None:
        raise UnloggableError(f"{action}: save the {subject._meta.label} first, the log needs its id.")
    refuse_strangers(action, town, by)
    return town


def refuse_strangers(action: str, town: int, by: Actor | None) -> None:
    """Raise WrongMunicipalityError for an actor of another municipality; what is the installation's takes any."""
    if by is not None and town not in (INSTALLATION, by.municipality_id):
        raise WrongMunicipalityError(action, actor=by.municipality_id, subject=town)
