"""The sealed part of a record (docs/decisions/0011): our copy of sender and words, closed as the inbox's own are.

No page, list or redacted copy has the words. An archivist opens them for a look, which is logged; a package to the
archive holds them, under a shield.
"""

import json
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from archive.models import CaseRecord, RecordedAttachment, RecordedVersion, RecordSeal
from files.closed import Shelf, Words, as_was, put_back, take_out

# What is marked to be redacted, and what was asked about the titles, repeats the words.
WORDS_OF_RECORD = ("author_name", "author_handle", "permalink", "redactions", "settled_questions")
RELATED = ("municipality", "confirmed_by__user", "collecting", "together_with")


def _shelves(record: CaseRecord) -> dict[str, Shelf]:
    return {
        "record": Shelf(CaseRecord.objects.filter(pk=record.pk), WORDS_OF_RECORD),
        "versions": Shelf(RecordedVersion.objects.filter(record=record), ("text", "raw")),
        "attachments": Shelf(RecordedAttachment.objects.filter(record=record), ("alt", "url")),
    }


def close(record: CaseRecord, *, by: str = "", why: str = "", at: datetime | None = None) -> None:
    """Move what stands open into the record's seal, inside the caller's transaction; the record must be locked.

    Any number of times: what came since is added. Who, why and when are said the first time.
    """
    seal = RecordSeal.objects.filter(record=record).first() or RecordSeal(record=record, sealed_by=by, why=why)
    words: Words = json.loads(seal.words or "{}")
    seal.words = json.dumps(take_out(_shelves(record), words))
    seal.save()
    if at:
        CaseRecord.objects.filter(pk=record.pk).update(sealed_at=at)


def break_open(record: CaseRecord) -> None:
    """Put the words back where they stood and forget the seal; nothing where there is none."""
    seal = RecordSeal.objects.filter(record=record).first()
    if seal:
        put_back(_shelves(record), json.loads(seal.words))
        seal.delete()
    CaseRecord.objects.filter(pk=record.pk).update(sealed_at=None)


def opened(record: CaseRecord) -> CaseRecord:
    """Return the record with its words, `versions` and `attachments` too: in memory alone, never to be saved.

    The record itself where it is not sealed. `sealed_at` stays, so that a redacted copy knows.
    """
    if not record.sealed_at:
        return record
    words: Words = json.loads(RecordSeal.objects.get(record_id=record.pk).words)
    copy = CaseRecord.objects.select_related(*RELATED, "guideline_version__guideline__municipality").get(pk=record.pk)
    beside = Prefetch("attachments", queryset=RecordedAttachment.objects.select_related("original"))
    prefetch_related_objects([copy], "versions", beside)
    rows = {"record": [copy], "versions": copy.versions.all(), "attachments": copy.attachments.all()}
    for name, found in rows.items():
        for row in found:
            for field, value in words.get(name, {}).get(str(row.pk), {}).items():
                setattr(row, field, as_was(value))
    return copy


def seal_of(record: CaseRecord) -> dict[str, Any] | None:
    """Return who sealed it, why and when, for a page; None where it is not sealed."""
    if not record.sealed_at:
        return None
    seal = RecordSeal.objects.only("sealed_by", "why").get(record=record)
    # The reason was copied as a label of the inbox, in bokmål: its own message.
    return {"by": seal.sealed_by, "why": _(seal.why) if seal.why else "", "at": record.sealed_at}
