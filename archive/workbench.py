"""The archivist's list: which records there are, what each lacks, and how long the oldest has waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models import ArchiveSettings, CaseRecord, RecordedAttachment
from archive.queries import record_numbered
from archive.workflow import RecordStatus as Status
from team.models import Membership
from team.working_days import after_working_days, working_days_between

PAGE = 50
FILTERS = {
    "alle": (gettext_lazy("Alle"), Q()),
    "ikke-eksportert": (gettext_lazy("Ikke eksportert"), Q(status__in=[Status.PROPOSED, Status.CONFIRMED])),
    "foreslatt": (gettext_lazy("Ikke bekreftet"), Q(status=Status.PROPOSED)),
    "bekreftet": (gettext_lazy("Klar for eksport"), Q(status=Status.CONFIRMED)),
    "nytt": (gettext_lazy("Nytt siden eksporten"), Q(has_news=True, status__in=[Status.EXPORTED, Status.RECEIPTED])),
    "eksportert": (gettext_lazy("Venter på kvittering"), Q(status=Status.EXPORTED)),
    "feilet": (gettext_lazy("Feilet"), Q(status=Status.FAILED)),
    "slettet": (gettext_lazy("Slettet"), Q(status=Status.ERASED)),
    "arkivet": (gettext_lazy("I arkivet"), Q(status=Status.RECEIPTED)),
}
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class RecordPage:
    """One page of records, and where the next begins ("" = there is none)."""

    rows: Sequence[CaseRecord]
    after: str


@dataclass(frozen=True)
class Oldest:
    """The record that has waited longest to be exported: how many working days, and whether that is too long."""

    record: CaseRecord
    days: int
    limit: int
    is_late: bool


def records_for(member: Membership, chosen: str, *, words: str = "", after: str = "") -> RecordPage:
    """Return one page of a filter, newest first, by keyset. `words`: our number, or part of title, sender or text."""
    records = CaseRecord.objects.filter(FILTERS[chosen][1], municipality_id=member.municipality_id)
    records = _matching(records, member, words)
    if after.isdecimal() and len(after) < 19:
        records = records.filter(pk__lt=int(after))
    fetched = RecordedAttachment.objects.filter(record=OuterRef("pk"), waits=True)
    rows = list(
        records.annotate(attachment_waits=Exists(fetched)).select_related("collecting", "together_with")
        .order_by("-pk")[: PAGE + 1]
    )  # fmt: skip
    return RecordPage(rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def _matching(records: QuerySet[CaseRecord], member: Membership, words: str) -> QuerySet[CaseRecord]:
    words = words.strip()[:LONGEST_SEARCH]
    if not words:
        return records
    numbered = record_numbered(member.municipality_id, words)
    if numbered:
        return records.filter(pk=numbered.pk)
    there = Q()
    for name in ("title", "proposed_title", "author_name", "author_handle", "post_text", "versions__text"):
        there |= Q(**{f"{name}__icontains": words})
    return records.filter(pk__in=CaseRecord.objects.filter(there, municipality_id=member.municipality_id).values("pk"))


def counts_for(member: Membership) -> dict[str, int]:
    """Return how many records each filter has, in one statement."""
    counts = {name.replace("-", "_"): Count("pk", filter=where) for name, (_label, where) in FILTERS.items() if where}
    found = CaseRecord.objects.filter(municipality_id=member.municipality_id).aggregate(alle=Count("pk"), **counts)
    return {name.replace("_", "-"): number for name, number in found.items()}


def oldest_for(member: Membership, settings: ArchiveSettings) -> Oldest | None:
    """Return the record that has waited longest to be exported; None when all are."""
    waiting = CaseRecord.objects.filter(FILTERS["ikke-eksportert"][1], municipality_id=member.municipality_id)
    record = waiting.order_by("opened_at").first()
    if record is None:
        return None
    now = timezone.now()
    return Oldest(
        record=record,
        days=working_days_between(record.opened_at, now),
        limit=settings.alarm_days,
        is_late=is_late(record.opened_at, settings.alarm_days, now),
    )


def is_late(opened_at: datetime, days: int, now: datetime) -> bool:
    """Tell whether more working days than allowed have gone."""
    return now > after_working_days(opened_at, days)


def missing_of(record: CaseRecord) -> list[str]:
    """Return what a record of `records_for` lacks before it is in the archive, in a word or two each."""
    lacks = []
    if record.status == Status.PROPOSED:
        lacks.append(_("Bekreftelse"))
    if record.status in {Status.PROPOSED, Status.CONFIRMED} and getattr(record, "attachment_waits", False):
        lacks.append(_("Et vedlegg hentes"))
    if record.status == Status.EXPORTED:
        lacks.append(_("Kvittering"))
    if record.has_news and record.status in {Status.EXPORTED, Status.RECEIPTED}:
        lacks.append(_("Ny eksport"))
    if record.status == Status.FAILED:
        lacks.append(_("Retting"))
    return lacks
