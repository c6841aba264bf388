"""Which states a case record and an export batch can be in, and every move between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.moves import Move, Moves


class RecordStatus(models.TextChoices):
    PROPOSED = "PROPOSED", _("Foreslått")
    CONFIRMED = "CONFIRMED", _("Bekreftet")
    EXPORTED = "EXPORTED", _("Venter på kvittering")
    RECEIPTED = "RECEIPTED", _("I arkivet")
    FAILED = "FAILED", _("Avvist av arkivet")
    ERASED = "ERASED", _("Slettet")


class BatchStatus(models.TextChoices):
    WAITING = "WAITING", _("Venter")
    RUNNING = "RUNNING", _("Pakkes")
    READY = "READY", _("Klar")
    FAILED = "FAILED", _("Feilet")
    CANCELLED = "CANCELLED", _("Avbrutt")


P = RecordStatus
B = BatchStatus

COMPLETE = Move(
    "complete", "record.complete", frozenset({P.PROPOSED, P.CONFIRMED, P.FAILED}), P.CONFIRMED, _("Bekreft")
)
UNCONFIRM = Move("unconfirm", "record.unconfirm", frozenset({P.CONFIRMED}), P.PROPOSED, _("Ta tilbake"))
EXPORT = Move("export", "record.export", frozenset({P.CONFIRMED}), P.EXPORTED, _("Eksporter"))
RECEIPT = Move(
    "receipt", "record.receipt", frozenset({P.EXPORTED, P.FAILED, P.RECEIPTED}), P.RECEIPTED, _("Før inn kvittering")
)
REJECT = Move(
    "reject", "record.reject", frozenset({P.EXPORTED, P.RECEIPTED, P.FAILED}), P.FAILED, _("Før inn avvisning")
)
ALLOW_ERASING = Move(
    "allow_erasing",
    "record.allow_erasing",
    frozenset({P.PROPOSED, P.CONFIRMED, P.EXPORTED, P.FAILED}),
    None,
    _("Tillat sletting"),
)
KEEP_AFTER_ALL = Move(
    "keep_after_all",
    "record.keep_after_all",
    frozenset({P.PROPOSED, P.CONFIRMED, P.EXPORTED, P.FAILED}),
    None,
    _("Trekk tilbake tillatelsen"),
)
ERASE = Move("erase", "record.erase", frozenset({P.PROPOSED, P.CONFIRMED, P.EXPORTED, P.FAILED}), P.ERASED, _("Slett"))

RECORD = Moves(
    "record",
    states=RecordStatus,
    start=frozenset({P.PROPOSED}),
    moves=[COMPLETE, UNCONFIRM, EXPORT, RECEIPT, REJECT, ALLOW_ERASING, KEEP_AFTER_ALL, ERASE],
)

BEGIN = Move("begin", "batch.begin", frozenset({B.WAITING, B.RUNNING}), B.RUNNING, _("Begynn"))
FINISH = Move("finish", "batch.finish", frozenset({B.RUNNING}), B.READY, _("Ferdig pakket"))
FAIL = Move("fail", "batch.fail", frozenset({B.RUNNING}), B.FAILED, _("Kunne ikke pakkes"))
CANCEL = Move("cancel", "batch.cancel", frozenset({B.WAITING, B.RUNNING}), B.CANCELLED, _("Avbryt"))
TRY_AGAIN = Move("try_again", "batch.try_again", frozenset({B.FAILED, B.CANCELLED}), B.WAITING, _("Prøv igjen"))

BATCH = Moves("batch", states=BatchStatus, start=frozenset({B.WAITING}), moves=[BEGIN, FINISH, FAIL, CANCEL, TRY_AGAIN])
