"""Packs an export: each record's messages made, checked and put into one zip, record by record, in flat memory.

A record that cannot be packed is named with its reason and left out; the others go on. A worker that dies leaves the
batch to the sweep, which packs it from the start: documents are the same bytes every time, nothing has been handed out
before the zip is whole, and what has gone out is written down in the very transaction that makes it so.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from archive import attached, facts, intake, package, said, sealing, workflow
from archive.access import settings_for
from archive.arkivmelding import (
    TARGETS,
    Arkivmelding,
    LaterUnsupportedError,
    Problem,
    SchemaMissingError,
    check,
    check_later,
    validate_official,
)
from archive.code_lists import Codes
from archive.documents import FontsMissingError, TypesettingError, font_paths_in
from archive.errors import NotPackableError
from archive.language import in_archive_language
from archive.messages import Message
from archive.models import ArchiveSettings, BatchRecord, CaseRecord, CollectingCase, ExportBatch, SentMessage
from archive.planning import Plan, plans_for
from archive.workflow import BatchStatus, RecordStatus
from audit import log as audit_log
from audit import moves
from audit.models import AuditHead
from files import store
from files.models import StoredFile
from files.store import FileDamagedError

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
FEW_RECORDS = 9  # up to here two digits are enough for the folders
CHUNK = 20  # records read at once; their texts are in memory together
TELL_EVERY = 1.0  # seconds between two writings of how far we are
DAMAGED = "Et vedlegg er skadet i lageret. Hent det tilbake fra en sikkerhetskopi."
OUT = frozenset({RecordStatus.EXPORTED, RecordStatus.RECEIPTED})
NOT_PACKABLE = (
    NotPackableError, FontsMissingError, TypesettingError, SchemaMissingError, FileDamagedError, LaterUnsupportedError
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Packed:
    """What is remembered of a record that is in: not the record itself, whose texts would stay in memory with it."""

    record_id: int
    number: str
    confirmed_at: datetime
    copied_to: int


@dataclass
class _Packing:
    """One batch while it is packed: what is in it so far."""

    batch: ExportBatch
    settings: ArchiveSettings
    codes: Codes
    writer: package.PackageWriter
    digits: int
    rows: list[_Packed] = field(default_factory=list)
    sent: list[SentMessage] = field(default_factory=list)
    told_at: float = 0.0

    @property
    def packed(self) -> set[int]:
        return {row.record_id for row in self.rows}


def due_batches() -> list[int]:
    """Return ids of exports that wait for a worker, or whose worker's lease is over."""
    due = Q(status=BatchStatus.WAITING) | Q(status=BatchStatus.RUNNING, lease_until__lt=timezone.now())
    return list(ExportBatch.objects.filter(due).order_by("pk").values_list("pk", flat=True))


def pack(batch_id: int) -> None:
    """Pack one export if it is due and nobody else is at it. Safe to call any number of times."""
    if _begin(batch_id):
        with in_archive_language():
            _pack(batch_id)


def _pack(batch_id: int) -> None:
    batch = ExportBatch.objects.select_related("municipality", "created_by__user").get(pk=batch_id)
    intake.follow(batch.municipality_id)
    with tempfile.TemporaryFile() as target:
        writer = package.PackageWriter(target)
        rows = batch.records.count()
        town = batch.municipality_id
        packing = _Packing(batch, settings_for(town), Codes(town), writer, digits=2 if rows <= FEW_RECORDS else 5)
        try:
            finished = _pack_all(packing)
            if finished and packing.sent:
                _close(packing)
        finally:
            writer.close()
        if not finished or not packing.sent:
            _stop(batch, workflow.FAIL if finished else workflow.CANCEL)
            return
        stored = store.put(target, municipality_id=batch.municipality_id, media_type="application/zip")
    _finish(packing, stored)


def _close(packing: _Packing) -> None:
    """Add the pages and lists of the package."""
    numbers = [row.number for row in packing.rows]
    packing.writer.finish(
        numbers[0] if len(numbers) == 1 else f"{numbers[0]} til {numbers[-1]}",
        packing.batch.municipality.name,
        f"{len(numbers)} arkivgrunnlag fra sosiale medier",
        max(row.confirmed_at for row in packing.rows),
    )


def _begin(batch_id: int) -> bool:
    now = timezone.now()
    with transaction.atomic():
        due = ExportBatch.objects.filter(pk=batch_id).filter(Q(lease_until=None) | Q(lease_until__lt=now))
        return bool(moves.advance_where(due, workflow.BEGIN, lease_until=now + LEASE, begun_at=now, done=0))


def _pack_all(packing: _Packing) -> bool:
    """Put every record of the batch in; False when somebody has asked to stop."""
    BatchRecord.objects.filter(batch=packing.batch).exclude(problem="").update(problem="")
    for done, row in enumerate(_in_order(packing.batch)):
        if not _tell(packing, done, row.record):
            return False
        _pack_record(packing, row)
    return True


def _in_order(batch: ExportBatch) -> Iterator[BatchRecord]:
    """Give the rows one by one: first those whose message creates a case, then those that point at it."""
    rows = batch.records.order_by("record__together_with_id", "record_id")
    ids = list(rows.filter(record__together_with=None).values_list("pk", flat=True))
    ids += rows.exclude(record__together_with=None).values_list("pk", flat=True)
    related = ("record__municipality", "record__confirmed_by__user", "record__collecting", "record__together_with")
    inside = (
        "versions",
        "events",
        "replies",
        "forwardings",
        "interventions",
        "notes",
        "messages",
        "attachments__original",
    )
    for start in range(0, len(ids), CHUNK):
        some = BatchRecord.objects.select_related(*related, "record__guideline_version")
        found = some.prefetch_related(*(f"record__{name}" for name in inside)).in_bulk(ids[start : start + CHUNK])
        for pk in ids[start : start + CHUNK]:
            yield found[pk]


def _tell(packing: _Packing, done: int, record: CaseRecord) -> bool:
    """Write down how far we are, with which record, and keep the lease; False when the batch is to stop."""
    if time.monotonic() - packing.told_at < TELL_EVERY:
        return True
    packing.told_at = time.monotonic()
    ours = ExportBatch.objects.filter(pk=packing.batch.pk, status=BatchStatus.RUNNING)
    ours.update(done=done, packing=record, lease_until=timezone.now() + LEASE)
    return not ExportBatch.objects.filter(pk=packing.batch.pk, wants_stop=True).exists()


def _pack_record(packing: _Packing, row: BatchRecord) -> None:
    """Put the record's messages into the zip; on a problem write it on the row and put in none of them."""
    try:
        _must_come_after(row.record, packing.packed)
        plans = plans_of(row.record, packing.settings, packing.codes)
        made = [
            _packaged(
                row.record, plan.make(), plan.key, packing.settings.target, len(packing.sent) + place, packing.digits
            )
            for place, plan in enumerate(plans, start=1)
        ]
    except NOT_PACKABLE as error:
        row.problem = DAMAGED if isinstance(error, FileDamagedError) else str(error)
        row.save(update_fields=["problem"])
        return
    for plan, message in zip(plans, made, strict=True):
        packing.writer.add(message)
        packing.sent.append(_as_sent(packing.batch, row.record, plan, message))
    record = row.record
    packing.rows.append(_Packed(record.pk, str(record), record.confirmed_at or record.opened_at, record.copied_to))


def plans_of(record: CaseRecord, settings_here: ArchiveSettings, codes: Codes) -> list[Plan]:
    """Return the messages the record needs now. Raises NotPackableError when it is not ready, or has nothing to tell.

    It is not ready before it is confirmed, before the archive has followed the log to its last event, while an
    attachment is being fetched, and while it is sealed without a shield. The words of a sealed one go along.
    """
    if record.status not in {RecordStatus.CONFIRMED, *OUT}:
        raise NotPackableError(f"{record} er ikke bekreftet.")
    if intake.behind(record):
        raise NotPackableError(f"{record}: arkivet har ikke fått med seg de siste hendelsene ennå. Prøv igjen om litt.")
    if attached.waiting(record):
        raise NotPackableError(f"{record}: et vedlegg hentes fortsatt. Prøv igjen om litt.")
    if record.sealed_at and not record.shield:
        raise NotPackableError(_why_not_sealed(record))
    with in_archive_language():
        plans = plans_for(
            sealing.opened(record), settings_here, codes, font_paths=font_paths_in(Path(settings.NODE_MODULES))
        )
    if not plans:
        raise NotPackableError(f"{record}: arkivet har alt. Det er ikke noe nytt å sende.")
    return plans


def _why_not_sealed(record: CaseRecord) -> str:
    if record.status in OUT:
        return (
            f"{record}: innholdet er forseglet, men ble overlevert uten skjerming. Skjerm saken i arkivet, og be en "
            "leder oppheve forseglingen før det nye eksporteres."
        )
    return f"{record}: innholdet er forseglet. Ta bekreftelsen tilbake, og bekreft på nytt med skjerming og hjemmel."


def packaged(record: CaseRecord, settings_here: ArchiveSettings, *, first: int) -> list[package.PackagedMessage]:
    """Return the record's messages as checked XML with their files, numbered from `first`. Raises as `plans_of`."""
    return [
        _packaged(record, plan.make(), plan.key, settings_here.target, number, 2)
        for number, plan in enumerate(plans_of(record, settings_here, Codes(record.municipality_id)), start=first)
    ]


def _must_come_after(record: CaseRecord, packed: set[int]) -> None:
    """Refuse a record whose case another one creates that is neither out nor in this package before it."""
    main = record.together_with
    if record.collecting:
        CollectingCase.objects.filter(pk=record.collecting.pk, carrier=None).update(carrier=record)
        record.collecting.refresh_from_db(fields=["carrier"])
        main = record.collecting.carrier if record.collecting.carrier_id != record.pk else None
    if main and main.pk not in packed and main.status not in OUT:
        raise NotPackableError(f"{record}: saken opprettes av {main}, som må eksporteres først eller i samme eksport.")


def _packaged(
    record: CaseRecord, message: Message, key: str, target_name: str, number: int, digits: int
) -> package.PackagedMessage:
    target = TARGETS[target_name]
    xml = target.serialize(message.content)
    serious = [one for one in _problems_of(message, xml, target.name) if not one.may_confirm]
    if serious:
        raise NotPackableError(said.kept(serious[:5]))
    if message.replaced:
        log.warning("%s: characters without a glyph were replaced: %s", record, ", ".join(message.replaced[:20]))
    return package.PackagedMessage(
        folder=package.folder_name(number, message.kind, digits),
        title=f"{record}: {message.title}",
        key=key,
        xml=xml,
        files=tuple(
            package.PackagedFile.of_bytes(file.data, name=file.name, title=file.title, role=file.role, puid=file.puid)
            for file in message.files
        ),
        file_name=message.file_name,
    )


def _problems_of(message: Message, xml: bytes, target: str) -> list[Problem]:
    files = {file.name: file.facts for file in message.files}
    if isinstance(message.content, Arkivmelding):
        problems = check(message.content, files, message.accepted)
    else:
        problems = check_later(message.content, files)
    if settings.ARKIVMELDING_XSD and target == "fiks-arkiv-v1":
        problems += validate_official(xml, Path(settings.ARKIVMELDING_XSD))
    return problems


def _as_sent(batch: ExportBatch, record: CaseRecord, plan: Plan, message: package.PackagedMessage) -> SentMessage:
    return SentMessage(
        municipality_id=batch.municipality_id,
        record_id=record.pk,
        batch=batch,
        folder=message.folder,
        kind=message.folder.partition("-")[2],
        key=plan.key,
        title=message.title[:300],
        covers=list(plan.covers),
        sha256=package.facts_of(message.xml).sha256,
    )


def _stop(batch: ExportBatch, move: moves.Move) -> None:
    """End a batch that became no package: nothing could be packed, or somebody asked to stop."""
    _let_go_of_cases(batch)
    with transaction.atomic():
        ours = ExportBatch.objects.filter(pk=batch.pk)
        moves.advance_where(ours, move, lease_until=None, packing=None, finished_at=timezone.now(), wants_stop=False)


def _let_go_of_cases(batch: ExportBatch) -> None:
    """Let another record create the collecting cases that no message of this batch's records has created."""
    carried = CollectingCase.objects.filter(carrier__batches__batch=batch)
    carried.exclude(carrier__messages__isnull=False).update(carrier=None)


def _finish(packing: _Packing, stored: StoredFile) -> None:
    """Write down, all at once, that the package is whole and what is in it."""
    batch, now = packing.batch, timezone.now()
    for message in packing.sent:
        message.sent_at = now
    try:
        with transaction.atomic():
            head = AuditHead.objects.filter(municipality_id=batch.municipality_id).first()
            records = CaseRecord.objects.filter(pk__in=packing.packed)
            moves.advance_where(records.filter(status=RecordStatus.CONFIRMED), workflow.EXPORT, exported_at=now)
            SentMessage.objects.bulk_create(packing.sent, batch_size=500)
            finished = moves.advance_where(
                ExportBatch.objects.filter(pk=batch.pk),
                workflow.FINISH,
                package=stored,
                target=packing.settings.target,
                lease_until=None,
                packing=None,
                finished_at=now,
                done=batch.records.count(),
                head_number=head.number if head else None,
                head_hash=bytes(head.hash).hex() if head else "",
            )
            if not finished:
                raise IntegrityError("somebody else finished the batch")
            audit_log.anchor(batch.municipality_id)
    except IntegrityError:
        # Another worker took the batch over after our lease, or another batch has sent one of the keys.
        log.warning("Export %s was finished by somebody else, or a key of it had gone out already.", batch.pk)
        _stop(batch, workflow.FAIL)
        return
    _let_go_of_cases(batch)
    _look_for_news(packing)


def _look_for_news(packing: _Packing) -> None:
    """Mark the records that the archive heard more of while they were being packed; the others have told all."""
    copied = {row.record_id: row.copied_to for row in packing.rows}
    records = CaseRecord.objects.filter(pk__in=copied)
    records.update(has_news=False)
    moved = [pk for pk, number in records.values_list("pk", "copied_to") if number != copied[pk]]
    for record in CaseRecord.objects.filter(pk__in=moved):
        CaseRecord.objects.filter(pk=record.pk).update(has_news=bool(facts.untold(record, packing.settings)))
