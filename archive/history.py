"""What a record keeps of the log, and how far behind the log the archive is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from archive.models import CaseRecord, LogCursor, RecordedEvent
from audit.models import AuditEvent, AuditLink
from team.models import Membership, Municipality


def copy_events(record: CaseRecord, about: QuerySet[AuditEvent], number: int) -> None:
    """Copy those of the events that the log has up to `number` and the record has not, with names and roles as then."""
    have = record.events.aggregate(latest=Max("number"))["latest"] or 0
    fresh = list(
        about.filter(link__number__gt=have, link__number__lte=number).select_related("link").order_by("link__number")
    )
    names = names_of(record.municipality_id, fresh)
    RecordedEvent.objects.bulk_create(
        RecordedEvent(
            record=record,
            event_id=event.pk,
            number=event.link.number,
            at=event.at,
            actor=name_of(event, names),
            role=event.actor_role,
            action=event.action,
            detail=_detail(event),
        )
        for event in fresh
    )


def _detail(event: AuditEvent) -> dict[str, Any]:
    """Return the choices an event made: what was set, and which version an edit became."""
    chosen = {key: value for key, value in event.data.get("set", {}).items() if not isinstance(value, dict)}
    return {**chosen, **{key: event.data[key] for key in ("version", "kind") if key in event.data}}


def names_of(municipality_id: int, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Return the names behind the actors of these events: one query."""
    people = {event.actor_id for event in events if event.actor_id}
    members = Membership.objects.filter(municipality_id=municipality_id, user_id__in=people).select_related("user")
    return {member.user_id: member.user.name for member in members}


def name_of(event: AuditEvent, names: dict[int, str]) -> str:
    """Return who made the event, for people."""
    return names.get(event.actor_id, "ukjent") if event.actor_id else "SocialDesk"


def member_behind(event: AuditEvent) -> Membership | None:
    """Return the member who made the event; None for the system."""
    if event.actor_id is None:
        return None
    return Membership.objects.filter(municipality_id=event.municipality_id, user_id=event.actor_id).first()


def lag(municipality: Municipality) -> int:
    """Return how many events of the log the archive has not copied yet (0 = it has followed all)."""
    head = AuditLink.objects.filter(municipality_id=municipality.pk).aggregate(number=Max("number"))["number"] or 0
    cursor = LogCursor.objects.filter(municipality=municipality).values_list("number", flat=True).first() or 0
    return int(head - cursor)


def lags_since(municipality: Municipality) -> datetime | None:
    """Return when the oldest event was written that the archive has not copied yet; None when it has followed all."""
    cursor = LogCursor.objects.filter(municipality=municipality).values_list("number", flat=True).first() or 0
    waiting = AuditLink.objects.filter(municipality_id=municipality.pk, number__gt=cursor).order_by("number")
    return waiting.values_list("event__at", flat=True).first()
