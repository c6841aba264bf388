"""What an archivist can do to a record and to an export."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from archive import sealing, tasks, workflow
from archive.access import settings_for
from archive.code_lists import Codes, Lists
from archive.errors import ArchiveRefusedError, QuestionError, must_archive
from archive.intake import TeamNote, notes_about
from archive.models import ArchiveSettings, BatchRecord, CaseRecord, CollectingCase, ExportBatch, RecordedNote
from archive.oslo import in_oslo
from archive.proposals import proposal_for
from archive.questions import leak_in, questions_about
from audit import log, moves
from audit.wake import wake
from team.models import Membership

Choice = CaseRecord.CaseChoice

SHORTEST_REASON = 5


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the archivist decides about one record. Empty codes mean: as proposed.

    `case` is the archive's number «2026/1187» (only for an existing case), `together_with` our number «SD-0146».
    `answered`: the questions about the titles have been looked at, and they shall stand.
    """

    title: str
    public_title: str
    class_code: str = ""
    shield: bool = False
    shield_basis: str = ""
    access_code: str = ""
    journal: bool = True
    unit_code: str = ""
    case_choice: str = Choice.NEW
    case: tuple[int, int] | None = None
    together_with: CaseRecord | None = None
    left_out: list[int] = field(default_factory=list)
    left_out_context: list[int] = field(default_factory=list)
    picked_notes: list[str] = field(default_factory=list)  # keys of archive.intake.TeamNote
    answered: bool = False


@transaction.atomic
def complete(record: CaseRecord, decision: Decision, *, by: Membership) -> None:
    """Confirm the record: from now on title, class, shield and case are the archivist's decision, not our proposal.

    Refused when the public title names somebody in a shielded record, a shield has no legal basis, a code is in no
    list, the case is not said, or what is sealed is not shielded. Raises QuestionError when a title has a name or
    eleven digits that nobody has looked at.
    """
    must_archive(by)
    settings, codes = settings_for(record.municipality_id), Codes(record.municipality_id)
    asked = _check_titles(sealing.opened(record), decision)
    _check_codes(decision, settings, codes)
    unit_code = decision.unit_code or record.unit_code
    notes = [one for one in notes_about(record) if one.key in decision.picked_notes]
    moves.advance(
        record,
        workflow.COMPLETE,
        by=by,
        note={"notes": [one.key for one in notes]},
        title=decision.title.strip(),
        public_title=decision.public_title.strip(),
        class_code=decision.class_code.strip() or settings.class_code,
        shield=decision.shield,
        shield_basis=decision.shield_basis.strip() if decision.shield else "",
        access_code=(decision.access_code or settings.access_code) if decision.shield else "",
        journal=decision.journal,
        case_unit_code=unit_code,
        case_unit_name=codes.kode(Lists.UNIT, unit_code).beskrivelse or record.unit_name,
        left_out=_own(decision.left_out, record.attachments.values_list("pk", flat=True)),
        left_out_context=_own(decision.left_out_context, [one["id"] for one in record.context if "id" in one]),
        settled_questions=asked,
        proposal=proposal_for(record, settings).as_plain(),
        confirmed_by=by,
        confirmed_at=timezone.now(),
        **_case_of(record, decision, unit_code, codes),
    )
    _keep_notes(record, notes)
    if record.sealed_at:
        sealing.close(record)  # what was asked about the titles may name the sender


def _keep_notes(record: CaseRecord, notes: Sequence[TeamNote]) -> None:
    """Copy the notes that were picked as they are now, and no others."""
    record.notes.all().delete()
    RecordedNote.objects.bulk_create(
        RecordedNote(record=record, source=one.key, author=one.author, text=one.text, written_at=one.written_at)
        for one in notes
    )


def _check_titles(record: CaseRecord, decision: Decision) -> list[str]:
    """Refuse what can never stand; return what was asked and is answered."""
    title, public_title = decision.title.strip(), decision.public_title.strip()
    if not title or not public_title:
        raise ArchiveRefusedError(_("Skriv både tittel og offentlig tittel."))
    if decision.shield and not decision.shield_basis.strip():
        raise ArchiveRefusedError(_("Skriv hjemmelen for skjermingen, for eksempel «Offl. § 13, jf. fvl. § 13»."))
    if record.sealed_at and not decision.shield:
        raise ArchiveRefusedError(
            _("Innholdet er forseglet. Skjerm saken og skriv hjemmelen, så kan den bekreftes og eksporteres.")
        )
    if record.sealed_at and (name := leak_in(record, title)):
        raise ArchiveRefusedError(
            _("Tittelen røper %(name)s, men avsenderen er forseglet. Ta ut navnet.") % {"name": name}
        )
    if decision.shield and (name := leak_in(record, public_title)):
        raise ArchiveRefusedError(
            _("Den offentlige tittelen røper %(name)s, men saken skal skjermes. Ta ut navnet.") % {"name": name}
        )
    asked = questions_about(record, title, public_title)
    if asked and not decision.answered:
        raise QuestionError(asked)
    return asked


def _check_codes(decision: Decision, settings: ArchiveSettings, codes: Codes) -> None:
    for name, code, chosen in (
        (Lists.CLASS, decision.class_code.strip(), settings.class_code),
        (Lists.ACCESS, decision.access_code, settings.access_code),
        (Lists.UNIT, decision.unit_code, ""),
    ):
        if code and code != chosen and not codes.has(name, code):
            raise ArchiveRefusedError(
                _("«%(code)s» står ikke i listen «%(list)s». Velg en kode som er i bruk, eller legg den inn der først.")
                % {"code": code, "list": name.label}
            )


def _own(wanted: Sequence[int], there: Any) -> list[int]:
    """Return the wanted ids that really are the record's."""
    return sorted(set(wanted) & set(there))


def _case_of(record: CaseRecord, decision: Decision, unit_code: str, codes: Codes) -> dict[str, Any]:
    """Return the fields that say which case it goes into."""
    none: dict[str, Any] = {"case_year": None, "case_sequence": None, "collecting": None, "together_with": None}
    chosen = {**none, "case_choice": Choice(decision.case_choice)}
    if decision.case_choice == Choice.EXISTING:
        if decision.case is None:
            raise ArchiveRefusedError(_("Skriv nummeret på saken i arkivet, for eksempel 2026/1187."))
        return {**chosen, "case_year": decision.case[0], "case_sequence": decision.case[1]}
    if decision.case_choice == Choice.TOGETHER:
        return {**chosen, "together_with": _main_record(record, decision.together_with)}
    if decision.case_choice == Choice.COLLECTING:
        case, _made = CollectingCase.objects.get_or_create(
            municipality_id=record.municipality_id,
            unit_code=unit_code,
            year=in_oslo(record.posted_at).year,
            defaults={"unit_name": codes.kode(Lists.UNIT, unit_code).beskrivelse or record.unit_name},
        )
        return {**chosen, "collecting": case}
    return chosen


def _main_record(record: CaseRecord, other: CaseRecord | None) -> CaseRecord:
    """Return the record whose case is shared: never a circle, never a chain."""
    main = other.together_with or other if other else None
    if main is None or main.municipality_id != record.municipality_id:
        raise ArchiveRefusedError(_("Skriv nummeret på det andre arkivgrunnlaget, for eksempel SD-0146."))
    if main.pk == record.pk or record.merged.exists():
        raise ArchiveRefusedError(_("Andre arkivgrunnlag går alt i saken til dette. Velg en annen sak for dem først."))
    return main


@transaction.atomic
def unconfirm(record: CaseRecord, *, by: Membership) -> None:
    """Take the confirmation back, to change something before the export."""
    must_archive(by)
    moves.advance(record, workflow.UNCONFIRM, by=by, confirmed_by=None, confirmed_at=None)


@transaction.atomic
def hold(record: CaseRecord, *, reason: str, by: Membership) -> None:
    """Put a legal hold on the record: nothing of it is erased while it stands. An empty reason lifts it."""
    must_archive(by)
    reason = reason.strip()
    if not reason and not record.hold_reason:
        raise ArchiveRefusedError(_("Skriv hvorfor ingenting skal slettes."))
    record.hold_reason = reason[:200]
    record.save(update_fields=["hold_reason"])
    log.record("record.hold" if reason else "record.lift_hold", subject=record, by=by)


@transaction.atomic
def allow_erasing(record: CaseRecord, *, reason: str, by: Membership) -> None:
    """Decide, with a reason, that the record may be erased although the archive has not receipted it.

    The lead then erases; our copy goes with the comment. Refused under a legal hold and while it is on its way out.
    """
    must_archive(by)
    reason = " ".join(reason.split())[:200]
    if len(reason) < SHORTEST_REASON:
        raise ArchiveRefusedError(_("Skriv hvorfor dette kan slettes uten å være i arkivet."))
    if record.hold_reason:
        raise ArchiveRefusedError(_("Slettingen er stanset. Opphev stansen først."))
    if on_its_way([record.pk]):
        raise ArchiveRefusedError(_("Arkivgrunnlaget er på vei ut i en eksport. Avbryt eksporten eller vent på den."))
    moves.advance(
        record,
        workflow.ALLOW_ERASING,
        by=by,
        note={"reason": reason},
        erasing_reason=reason,
        erasing_allowed_by=by,
        erasing_allowed_at=timezone.now(),
    )


@transaction.atomic
def keep_after_all(record: CaseRecord, *, by: Membership) -> None:
    """Take the decision that it may be erased back."""
    must_archive(by)
    if not record.erasing_reason:
        raise ArchiveRefusedError(_("Ingen har tillatt at dette slettes."))
    moves.advance(
        record, workflow.KEEP_AFTER_ALL, by=by, erasing_reason="", erasing_allowed_by=None, erasing_allowed_at=None
    )


@transaction.atomic
def export(records: Sequence[CaseRecord], *, by: Membership) -> ExportBatch:
    """Order an export of confirmed records; a worker packs it. Nothing is sent to anybody by itself."""
    must_archive(by)
    if not records:
        raise ArchiveRefusedError(_("Velg minst ett arkivgrunnlag."))
    ours = CaseRecord.objects.select_for_update(no_key=True).filter(municipality_id=by.municipality_id)
    records = list(ours.filter(pk__in=[record.pk for record in records]).order_by("pk"))
    unready = [str(record) for record in records if not is_ready(record)]
    if unready:
        raise ArchiveRefusedError(
            _("Disse må bekreftes først, eller har ikke noe nytt: %(records)s.") % {"records": ", ".join(unready)}
        )
    if on_its_way(record.pk for record in records):
        raise ArchiveRefusedError(_("Noen av dem er allerede på vei ut i en annen eksport."))
    batch = ExportBatch.objects.create(municipality_id=by.municipality_id, created_by=by)
    BatchRecord.objects.bulk_create(
        BatchRecord(batch=batch, record=record) for record in sorted(records, key=lambda one: one.pk)
    )
    log.record("batch.order", subject=batch, by=by, records=[record.pk for record in records])
    wake(tasks.pack_batch, batch.pk)
    return batch


def is_ready(record: CaseRecord) -> bool:
    """Tell whether the record can be ordered: confirmed, or out with something that no message has told."""
    if record.status == workflow.RecordStatus.CONFIRMED:
        return True
    return record.has_news and record.status in {workflow.RecordStatus.EXPORTED, workflow.RecordStatus.RECEIPTED}


def on_its_way(record_ids: Any) -> bool:
    """Tell whether one of the records is in an export that is waiting or being packed."""
    under_way = [workflow.BatchStatus.WAITING, workflow.BatchStatus.RUNNING]
    return BatchRecord.objects.filter(record__in=list(record_ids), problem="", batch__status__in=under_way).exists()


@transaction.atomic
def cancel(batch: ExportBatch, *, by: Membership) -> None:
    """Stop an export: at once while it waits, at the next record while it is packed. Nothing has been handed out."""
    must_archive(by)
    if batch.status == workflow.BatchStatus.WAITING:
        moves.advance(batch, workflow.CANCEL, by=by, finished_at=timezone.now())
        return
    if batch.status != workflow.BatchStatus.RUNNING:
        raise ArchiveRefusedError(_("Eksporten er ferdig og kan ikke avbrytes."))
    batch.wants_stop = True
    batch.save(update_fields=["wants_stop"])
    log.record("batch.ask_stop", subject=batch, by=by)


@transaction.atomic
def try_again(batch: ExportBatch, *, by: Membership) -> None:
    """Pack a failed export once more."""
    must_archive(by)
    moves.advance(batch, workflow.TRY_AGAIN, by=by, done=0, wants_stop=False)
    BatchRecord.objects.filter(batch=batch).update(problem="")
    wake(tasks.pack_batch, batch.pk)


@transaction.atomic
def read_sealed(record: CaseRecord, *, by: Membership) -> CaseRecord:
    """Open the sealed part for a look, and write in the log that this person did. Returns the record with its words.

    It is in memory alone, never to be saved.
    """
    must_archive(by)
    if not record.sealed_at:
        raise ArchiveRefusedError(_("Innholdet er ikke forseglet."))
    log.record("record.view_sealed", subject=record, by=by)
    return sealing.opened(record)
