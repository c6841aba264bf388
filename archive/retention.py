"""What may not be erased yet: the inbox asks before it erases a comment, through the guard in `archive.intake`."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from archive import workflow
from archive.models import CaseRecord, RecordedAttachment, RecordedNote, RecordedReply, RecordSeal
from archive.workflow import RecordStatus
from audit import moves
from files import store
from team.models import Membership


def held_back(municipality_id: int, comment_ids: Collection[int]) -> dict[int, str]:
    """Return, of these comments, those that must stay for now, each with the reason in words. One query.

    A comment with a record stays until the archive has receipted everything there is to tell, or an archivist has
    decided, with a reason, that it may go; a legal hold stands over both. One without a record is not ours to keep.
    """
    records = CaseRecord.objects.filter(municipality_id=municipality_id, comment_id__in=comment_ids)
    reasons = {record.comment_id: _reason(record) for record in records}
    return {comment_id: reason for comment_id, reason in reasons.items() if reason}


def _reason(record: CaseRecord) -> str:
    """Say why the record's comment must stay, and what to do; "" when it may go."""
    if record.hold_reason:
        return _("%(record)s: slettingen er stanset. %(reason)s") % {"record": record, "reason": record.hold_reason}
    if record.erasing_reason and record.status != RecordStatus.RECEIPTED:
        return ""
    if not record.exported_at:
        return _("%(record)s er ikke overlevert til arkivet. Be arkivaren eksportere det, eller begrunne sletting.") % {
            "record": record
        }
    if record.status != RecordStatus.RECEIPTED:
        return _("%(record)s er ikke kvittert av arkivet. Be arkivaren føre inn kvitteringen.") % {"record": record}
    if record.has_news:
        return _("%(record)s har noe nytt som arkivet ikke vet om. Be arkivaren eksportere det.") % {"record": record}
    return ""


def erase_copy(record: CaseRecord, *, by: Membership | None) -> None:
    """Take words and names out of our copy of a record that an archivist let go, inside the caller's transaction.

    `by` is the lead who erases; who allowed it stands in the event beside.
    IllegalMoveError when it was receipted meanwhile. Our number, the decision, the history and what was sent stay.
    """
    moves.advance(record, workflow.ERASE, by=by, note={"allowed_by": record.erasing_allowed_by_id})
    files = set(record.attachments.exclude(original=None).values_list("original_id", flat=True))
    files |= set(record.replies.exclude(picture=None).values_list("picture_id", flat=True))
    record.versions.update(text="", raw=b"")
    nothing: dict[str, Any] = {"text": "", "parts": [], "source": "", "consent": "", "picture": None, "picture_alt": ""}
    RecordedReply.objects.filter(record=record).update(**nothing)
    RecordedNote.objects.filter(record=record).delete()
    RecordedAttachment.objects.filter(record=record).update(url="", alt="", original=None)
    record.forwardings.update(answer="")
    record.interventions.update(reason="", text="")
    RecordSeal.objects.filter(record=record).delete()
    names = {"author_id": "", "author_name": "", "author_handle": "", "permalink": ""}
    titles = {"title": "", "public_title": "", "settled_questions": [], "proposal": {}, "redactions": []}
    CaseRecord.objects.filter(pk=record.pk).update(**names, **titles, context=[], has_news=False, sealed_at=None)
    store.forget(files)
