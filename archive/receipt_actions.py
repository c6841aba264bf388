"""What an archivist does with the archive's answers: brings in receipts and refusals, types numbers."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from archive import workflow
from archive.errors import ArchiveRefusedError, must_archive
from archive.message_parts import case_key_of
from archive.models import CaseRecord, CollectingCase, SentMessage
from archive.receipts import CaseReceipt, EntryReceipt, Receipt
from audit import log, moves
from team.models import Membership

Answer = SentMessage.Answer


@transaction.atomic
def bring_in(receipt: Receipt, *, by: Membership, message: SentMessage | None = None) -> list[SentMessage]:
    """Store what the archive answered on the messages it is about, and move their records on. Returns the messages.

    `message` is the one the archivist says it is about: needed for a refusal, which names no key. Refused when nothing
    of ours is meant: another municipality's, a key we never sent, another message than the one that was chosen.
    """
    must_archive(by)
    found = _about(receipt, by, message)
    for one in found:
        if receipt.refusal and (receipt.entry is None or receipt.entry.key != one.key):
            _refuse(one, str(receipt.refusal), by)
        else:
            _accept(one, receipt.entry, by)
        _settle(one.record, receipt.case, by)
    return found


def _about(receipt: Receipt, by: Membership, message: SentMessage | None) -> list[SentMessage]:
    ours = SentMessage.objects.select_for_update(no_key=True, of=("self",)).filter(municipality_id=by.municipality_id)
    ours = ours.select_related("record__collecting", "record__together_with__collecting").exclude(answer=Answer.FAILED)
    keys = receipt.keys
    if message is not None:
        allowed = {message.key, case_key_of(message.record)}
        if keys and not keys & allowed:
            raise ArchiveRefusedError(_("Kvitteringen gjelder en annen melding enn denne."))
        return list(ours.filter(pk=message.pk)) or _none()
    if receipt.entry and receipt.entry.key:
        return list(ours.filter(key=receipt.entry.key)) or _none()
    if receipt.case and receipt.case.key.startswith("sak:"):
        return list(ours.filter(key=f"jp:{receipt.case.key.removeprefix('sak:')}:1")) or _none()
    if receipt.refusal:
        raise ArchiveRefusedError(_("En feilmelding sier ikke hva den gjelder. Velg meldingen, og legg den inn der."))
    return _none()


def _none() -> list[SentMessage]:
    raise ArchiveRefusedError(_("Kvitteringen gjelder ikke noe vi har sendt. Sjekk at den hører til denne kommunen."))


def _accept(message: SentMessage, entry: EntryReceipt | None, by: Membership) -> None:
    message.answer, message.problem = Answer.RECEIPTED, ""
    if entry:
        message.was_there, message.system_id = entry.was_there, entry.system_id[:100]
        message.journal_year, message.journal_sequence = entry.journal_year, entry.journal_sequence
        message.entry_number = entry.entry_number
    _answered(message, "message.receipt", by)


def _refuse(message: SentMessage, words: str, by: Membership) -> None:
    message.answer, message.problem = Answer.FAILED, words
    _answered(message, "message.refuse", by)


def _answered(message: SentMessage, act: str, by: Membership) -> None:
    message.answered_at, message.answered_by = timezone.now(), by
    message.save()
    log.record(act, subject=message, by=by, record=message.record_id)


def _settle(record: CaseRecord, case: CaseReceipt | None, by: Membership) -> None:
    """Keep the archive's number of the case, and move the record on when all its messages are answered."""
    if case and case.year and case.sequence and case.key in {"", case_key_of(record)}:
        _keep_case_number(record, case.year, case.sequence)
    answers = set(SentMessage.objects.filter(record=record).values_list("key", "answer"))
    good = {key for key, answer in answers if answer != Answer.FAILED}
    refused = {key for key, answer in answers if answer == Answer.FAILED} - good
    waits = any(answer == Answer.NONE for _key, answer in answers)
    if refused:
        moves.advance(record, workflow.REJECT, by=by)
    elif not waits:
        moves.advance(record, workflow.RECEIPT, by=by)


def _keep_case_number(record: CaseRecord, year: int, sequence: int) -> None:
    """Keep the number on everything that lies in the case."""
    number = {"case_year": year, "case_sequence": sequence}
    if record.collecting_id:
        CollectingCase.objects.filter(pk=record.collecting_id).update(**number)
        CaseRecord.objects.filter(collecting_id=record.collecting_id).update(**number)
        return
    main = record.together_with or record
    CaseRecord.objects.filter(pk=main.pk).update(**number)
    main.merged.update(**number)


def type_in(
    message: SentMessage, *, case: tuple[int, int] | None, journal: tuple[int, int] | None, by: Membership
) -> None:
    """Store numbers that the archivist read in the archive: a receipt without the XML."""
    bring_in(
        Receipt(
            case=CaseReceipt("", "", *case) if case else None,
            entry=EntryReceipt(
                key=message.key,
                system_id="",
                journal_year=journal[0] if journal else None,
                journal_sequence=journal[1] if journal else None,
                entry_number=None,
                was_there=False,
            ),
        ),
        by=by,
        message=message,
    )
