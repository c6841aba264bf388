"""What may not be erased yet: whatever erases comments asks here first, through the project."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from archive.models import CaseRecord
from archive.workflow import RecordStatus


def held_back(municipality_id: int, comment_ids: Collection[int]) -> dict[int, str]:
    """Return, of these comments, those that must stay for now, each with the reason in words. One query.

    A comment with a record stays until the archive has receipted everything there is to tell, and while a legal hold
    stands on it. A comment without a record is not the archive's to keep.
    """
    records = CaseRecord.objects.filter(municipality_id=municipality_id, comment_id__in=comment_ids)
    reasons = {record.comment_id: _reason(record) for record in records}
    return {comment_id: reason for comment_id, reason in reasons.items() if reason}


def _reason(record: CaseRecord) -> str:
    """Say why the record's comment must stay; "" when the archive has it all."""
    if record.hold_reason:
        return _("%(record)s: slettingen er stanset. %(reason)s") % {"record": record, "reason": record.hold_reason}
    if record.status != RecordStatus.RECEIPTED:
        return _("%(record)s er ikke kvittert av arkivet.") % {"record": record}
    if record.has_news:
        return _("%(record)s har noe nytt som arkivet ikke vet om.") % {"record": record}
    return ""
