"""Is the handling history of one record still what the log says, and is the log as it was written?"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from archive.models import CaseRecord, RecordedEvent
from audit import log
from audit.models import AuditEvent


@dataclass(frozen=True)
class Chain:
    """What a look at one record's events found; `problem` is a Norwegian sentence, "" when nothing is wrong."""

    events: int
    problem: str

    @property
    def ok(self) -> bool:
        return not self.problem


def chain_of(record: CaseRecord) -> Chain:
    """Check the record's events against the chain, and our copies of them against the log.

    Costs the same however long the log is; `manage.py verify_log` looks at all of it.
    """
    copies = list(record.events.all())
    unbroken, number = log.verify_some(record.municipality_id, [one.event_id for one in copies])
    if not unbroken:
        return Chain(len(copies), _said(number))
    return Chain(len(copies), _different_copy(copies))


def _said(number: int | None) -> str:
    if number is None:
        return _("En hendelse mangler i loggen.")
    return _("Hendelse nr. %(number)s er ikke slik den ble skrevet.") % {"number": number}


def _different_copy(copies: list[RecordedEvent]) -> str:
    """Say which copy is not what the log has; "" when all are."""
    events = AuditEvent.objects.in_bulk([one.event_id for one in copies])
    for one in copies:
        event = events.get(one.event_id)
        if event is None or (event.action, event.actor_role, event.at) != (one.action, one.role, one.at):
            return _("Kopien av hendelse nr. %(number)s er ikke lik loggen.") % {"number": one.number}
    return ""
