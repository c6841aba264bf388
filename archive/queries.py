"""What the archive's pages look up; the archivist's list of records is `archive/workbench.py`."""

import re

from django.db.models import Count, Q

from archive.models import CaseRecord, ExportBatch
from archive.workflow import RecordStatus
from team.models import Membership


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


def batches_for(member: Membership) -> list[ExportBatch]:
    """Return the latest exports, newest first."""
    batches = ExportBatch.objects.filter(municipality_id=member.municipality_id)
    return list(
        batches.select_related("created_by__user", "package", "packing")
        .annotate(
            size=Count("records", distinct=True),
            left_out=Count("records", filter=~Q(records__problem=""), distinct=True),
            sent=Count("messages", distinct=True),
            receipted=Count("messages", filter=Q(messages__answer="receipted"), distinct=True),
            refused=Count("messages", filter=Q(messages__answer="failed"), distinct=True),
        )
        .order_by("-pk")[:100]
    )


def answers_of(batch: ExportBatch) -> dict[str, int]:
    """Return how many messages of the export there are, are receipted, were refused and wait."""
    counted = batch.messages.aggregate(
        sent=Count("pk"),
        receipted=Count("pk", filter=Q(answer="receipted")),
        refused=Count("pk", filter=Q(answer="failed")),
        waiting=Count("pk", filter=Q(answer="")),
    )
    return {name: int(number) for name, number in counted.items()}
