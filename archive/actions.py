"""What an archivist can do to a record and to an export."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from archive import tasks, workflow
from archive.access import settings_for
from archive.arkivmelding.masking import masked
from archive.errors import ArchiveRefusedError, must_archive
from archive.models import BatchRecord, CaseRecord, ExportBatch
from archive.national_id import holds_national_id
from archive.proposals import proposal_for
from audit import log, moves
from audit.wake import wake
from team.models import Membership


@transaction.atomic
def complete(
    record: CaseRecord,
    *,
    title: str,
    public_title: str,
    class_code: str,
    shield: bool,
    shield_basis: str,
    by: Membership,
) -> None:
    """Confirm the record: from now on title, class and shield are the archivist's decision, not our proposal.

    Refused when a title holds an identity number, when the public title names the sender of a shielded record, or when
    a shield has no legal basis.
    """
    must_archive(by)
    _check_titles(record, title, public_title, shield)
    settings = settings_for(record.municipality_id)
    if shield and not shield_basis.strip():
        raise ArchiveRefusedError(_("Skriv hjemmelen for skjermingen, for eksempel «Offl. § 13, jf. fvl. § 13»."))
    moves.advance(
        record,
        workflow.COMPLETE,
        by=by,
        title=title.strip(),
        public_title=public_title.strip(),
        class_code=class_code.strip() or settings.class_code,
        shield=shield,
        shield_basis=shield_basis.strip() if shield else "",
        proposal=proposal_for(record, settings).as_plain(),
        confirmed_by=by,
        confirmed_at=timezone.now(),
    )


def _check_titles(record: CaseRecord, title: str, public_title: str, shield: bool) -> None:
    if not title.strip() or not public_title.strip():
        raise ArchiveRefusedError(_("Skriv både tittel og offentlig tittel."))
    if holds_national_id(title) or holds_national_id(public_title):
        raise ArchiveRefusedError(_("Tittelen ser ut til å inneholde et fødselsnummer. Ta det ut."))
    sender = f"{record.author} (@{record.author_handle})" if record.author_handle else record.author
    if shield and masked(public_title, [sender]) != public_title:
        raise ArchiveRefusedError(_("Den offentlige tittelen røper avsenderen, men saken skal skjermes. Ta ut navnet."))


@transaction.atomic
def unconfirm(record: CaseRecord, *, by: Membership) -> None:
    """Take the confirmation back, to change something before the export."""
    must_archive(by)
    moves.advance(record, workflow.UNCONFIRM, by=by, confirmed_by=None, confirmed_at=None)


@transaction.atomic
def export(records: Sequence[CaseRecord], *, by: Membership) -> ExportBatch:
    """Order an export of confirmed records; a worker packs it. Nothing is sent to anybody by itself."""
    must_archive(by)
    if not records:
        raise ArchiveRefusedError(_("Velg minst ett arkivgrunnlag."))
    unready = [str(record) for record in records if record.status != workflow.RecordStatus.CONFIRMED]
    if unready:
        raise ArchiveRefusedError(_("Disse må bekreftes først: %(records)s.") % {"records": ", ".join(unready)})
    if (
        BatchRecord.objects.filter(record__in=records, problem="")
        .exclude(batch__status=workflow.BatchStatus.FAILED)
        .exists()
    ):
        raise ArchiveRefusedError(_("Noen av dem er allerede på vei ut i en annen eksport."))
    batch = ExportBatch.objects.create(municipality_id=by.municipality_id, created_by=by)
    BatchRecord.objects.bulk_create(
        BatchRecord(batch=batch, record=record) for record in sorted(records, key=lambda one: one.pk)
    )
    log.record("batch.order", subject=batch, by=by, records=[record.pk for record in records])
    wake(tasks.pack_batch, batch.pk)
    return batch


@transaction.atomic
def try_again(batch: ExportBatch, *, by: Membership) -> None:
    """Pack a failed export once more."""
    must_archive(by)
    moves.advance(batch, workflow.TRY_AGAIN, by=by, done=0)
    BatchRecord.objects.filter(batch=batch).update(problem="")
    wake(tasks.pack_batch, batch.pk)
