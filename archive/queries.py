"""What the archivist's pages list and count."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from archive.models import CaseRecord, ExportBatch
from archive.workflow import RecordStatus
from team.models import Membership

PAGE = 50
TABS = {
    "foreslatt": (_("Foreslått"), RecordStatus.PROPOSED),
    "bekreftet": (_("Bekreftet"), RecordStatus.CONFIRMED),
    "eksportert": (_("Eksportert"), RecordStatus.EXPORTED),
}


@dataclass(frozen=True)
class RecordPage:
    """One page of records, and where the next begins ("" = there is none)."""

    rows: list[CaseRecord]
    after: str


def records_for(member: Membership, tab: str, *, after: str = "") -> RecordPage:
    """Return one page of a tab, newest first, by keyset."""
    records = CaseRecord.objects.filter(municipality_id=member.municipality_id, status=TABS[tab][1])
    if after.isdecimal() and len(after) < 19:
        records = records.filter(pk__lt=int(after))
    rows = list(records.order_by("-pk")[: PAGE + 1])
    return RecordPage(rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def counts_for(member: Membership) -> dict[str, int]:
    """Return how many records each tab holds, in one statement."""
    counts = {tab: Count("pk", filter=Q(status=status)) for tab, (_label, status) in TABS.items()}
    found: dict[str, int] = CaseRecord.objects.filter(municipality_id=member.municipality_id).aggregate(**counts)
    return found


def record_of_comment(municipality_id: int, comment_id: int) -> CaseRecord | None:
    """Return the archive basis of a comment, None when it needs none."""
    return CaseRecord.objects.filter(municipality_id=municipality_id, comment_id=comment_id).first()


def record_numbered(municipality_id: int, number: str) -> CaseRecord | None:
    """Return the archive basis with our number («SD-0147», letters of any size), None when there is none."""
    found = re.fullmatch(r"sd-?(\d{1,18})", number.strip().casefold())
    return CaseRecord.objects.filter(municipality_id=municipality_id, pk=int(found[1])).first() if found else None


def waiting_count(municipality_id: int) -> int:
    """Return how many records wait for the archivist, for the menu."""
    return CaseRecord.objects.filter(municipality_id=municipality_id, status=RecordStatus.PROPOSED).count()


def oldest_unexported(member: Membership) -> datetime | None:
    """Return when the oldest record that is not exported was opened; None when all are."""
    waiting = CaseRecord.objects.filter(municipality_id=member.municipality_id).exclude(status=RecordStatus.EXPORTED)
    return waiting.order_by("opened_at").values_list("opened_at", flat=True).first()


def batches_for(member: Membership) -> list[ExportBatch]:
    """Return the latest exports, newest first."""
    batches = ExportBatch.objects.filter(municipality_id=member.municipality_id)
    return list(
        batches.select_related("created_by__user", "package").annotate(size=Count("records")).order_by("-pk")[:100]
    )
