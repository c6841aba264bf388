"""Packs an export: each record checked and turned into messages, all of them into one zip in the store.

A record that cannot be packed is named with its reason and left out; the others go on. A worker that dies leaves the
batch to the sweep, which packs it from the start: nothing has been handed out before it is whole.
"""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from archive import attached, intake, package, workflow
from archive.access import settings_for
from archive.arkivmelding import Problem, SchemaMissingError, check, serialize, validate_official
from archive.documents import FontsMissingError, TypesettingError, font_paths_in
from archive.messages import Message, messages_of
from archive.models import ArchiveSettings, BatchRecord, CaseRecord, ExportBatch
from archive.workflow import BatchStatus
from audit import moves
from audit.models import AuditHead
from files import store
from files.store import FileDamagedError

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)


class NotPackableError(Exception):
    """A record cannot be packed as it is; str() says why, in words for the archivist."""


def due_batches() -> list[int]:
    """Return ids of exports that wait for a worker, or whose worker's lease is over."""
    due = Q(status=BatchStatus.WAITING) | Q(status=BatchStatus.RUNNING, lease_until__lt=timezone.now())
    return list(ExportBatch.objects.filter(due).order_by("pk").values_list("pk", flat=True))


def pack(batch_id: int) -> None:
    """Pack one export if it is due and nobody else is at it. Safe to call any number of times."""
    if not _begin(batch_id):
        return
    batch = ExportBatch.objects.select_related("municipality", "created_by__user").get(pk=batch_id)
    intake.follow(batch.municipality_id)
    packed: list[package.PackagedMessage] = []
    rows = list(
        batch.records.select_related("record__municipality", "record__confirmed_by__user").order_by("record_id")
    )
    for row in rows:
        packed += _pack_record(row, first=len(packed) + 1)
        ExportBatch.objects.filter(pk=batch_id).update(done=F("done") + 1, lease_until=timezone.now() + LEASE)
    _finish(batch, [row for row in rows if not row.problem], packed)


def _begin(batch_id: int) -> bool:
    with transaction.atomic():
        due = ExportBatch.objects.filter(pk=batch_id).filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))
        return bool(moves.advance_where(due, workflow.BEGIN, lease_until=timezone.now() + LEASE, done=0))


def _pack_record(row: BatchRecord, *, first: int) -> list[package.PackagedMessage]:
    """Return the record's messages ready for the zip; on a problem write it on the row and return none."""
    try:
        return packaged(row.record, settings_for(row.record.municipality_id), first=first)
    except (NotPackableError, FontsMissingError, TypesettingError, SchemaMissingError, FileDamagedError) as error:
        row.problem = str(error)
        row.save(update_fields=["problem"])
        return []


def packaged(record: CaseRecord, codes: ArchiveSettings, *, first: int) -> list[package.PackagedMessage]:
    """Return the record's messages as checked XML with their files, numbered from `first`.

    Raises NotPackableError when the archive has not followed the log to the record's last event, when the record is not
    confirmed, or when a message breaks the schema or our own rules.
    """
    if record.status != workflow.RecordStatus.CONFIRMED:
        raise NotPackableError(f"{record} er ikke bekreftet.")
    if intake.behind(record):
        raise NotPackableError(f"{record}: arkivet har ikke fått med seg de siste hendelsene ennå. Prøv igjen om litt.")
    if attached.waiting(record):
        raise NotPackableError(f"{record}: et vedlegg hentes fortsatt. Prøv igjen om litt.")
    messages = messages_of(record, codes, font_paths=font_paths_in(Path(settings.NODE_MODULES)))
    return [_packaged(record, message, first + place) for place, message in enumerate(messages)]


def _packaged(record: CaseRecord, message: Message, number: int) -> package.PackagedMessage:
    xml = serialize(message.content)
    problems = check(message.content, {file.name: file.facts for file in message.files}, message.accepted)
    if settings.ARKIVMELDING_XSD:
        problems += validate_official(xml, Path(settings.ARKIVMELDING_XSD))
    serious = [problem for problem in problems if not problem.may_confirm]
    if serious:
        raise NotPackableError(_in_words(record, serious))
    if message.replaced:
        log.warning("%s: characters without a glyph were replaced: %s", record, ", ".join(message.replaced[:20]))
    entry = message.content.registrering
    return package.PackagedMessage(
        folder=package.folder_name(number, message.kind),
        title=f"{record}: {entry.tittel if entry else ''}",
        key=entry.referanse_ekstern_noekkel.noekkel if entry else "",
        xml=xml,
        files=tuple(
            package.PackagedFile.of_bytes(file.data, name=file.name, title=file.title, role=file.role, puid=file.puid)
            for file in message.files
        ),
    )


def _in_words(record: CaseRecord, problems: list[Problem]) -> str:
    return f"{record}: " + " ".join(str(problem) for problem in problems[:5])


def _finish(batch: ExportBatch, rows: list[BatchRecord], packed: list[package.PackagedMessage]) -> None:
    """Store the zip and let every packed record know that it is out; a batch with nothing in it has failed."""
    if not packed:
        with transaction.atomic():
            moves.advance_where(
                ExportBatch.objects.filter(pk=batch.pk), workflow.FAIL, lease_until=None, finished_at=timezone.now()
            )
        return
    with tempfile.TemporaryFile() as target:
        package.write(_package(batch, rows, packed), target)
        stored = store.put(target, municipality_id=batch.municipality_id, media_type="application/zip")
    with transaction.atomic():
        head = AuditHead.objects.filter(municipality_id=batch.municipality_id).first()
        moves.advance_where(
            CaseRecord.objects.filter(pk__in=[row.record_id for row in rows]),
            workflow.EXPORT,
            exported_at=timezone.now(),
        )
        moves.advance_where(
            ExportBatch.objects.filter(pk=batch.pk),
            workflow.FINISH,
            package=stored,
            lease_until=None,
            finished_at=timezone.now(),
            head_number=head.number if head else None,
            head_hash=bytes(head.hash).hex() if head else "",
        )


def _package(batch: ExportBatch, rows: list[BatchRecord], packed: list[package.PackagedMessage]) -> package.Package:
    numbers = [str(row.record) for row in rows]
    return package.Package(
        number=numbers[0] if len(numbers) == 1 else f"{numbers[0]} til {numbers[-1]}",
        municipality=batch.municipality.name,
        title=f"{len(numbers)} arkivgrunnlag fra sosiale medier",
        made_at=max(row.record.confirmed_at or row.record.opened_at for row in rows),
        messages=tuple(packed),
    )
