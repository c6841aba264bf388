"""A lead lets a text stand although a check stops it; a member asks for it. Both hold for that very text only."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.draft_checks import CheckLine, checks_of
from inbox.models import Override, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership

OPEN = {ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW}


class BlockedByCheckError(RefusedError):
    """A check stops the text; the message has its words and the clause they come from."""

    def __init__(self, lines: list[CheckLine]) -> None:
        self.lines = lines
        said = [f"{line.words} ({line.point})" if line.point else line.words for line in lines]
        ways = _("Endre teksten, eller be en leder overstyre.")
        super().__init__(f"{' '.join(dict.fromkeys(said))} {ways}")


def refuse_blocked(reply: Reply, *, asked_is_enough: bool = False) -> None:
    """Raise BlockedByCheckError while a check stops the text. `asked_is_enough`: handing in for a lead to decide."""
    stopping = checks_of(reply).stopping
    if asked_is_enough:
        stopping = [line for line in stopping if not line.is_asked]
    if stopping:
        raise BlockedByCheckError(stopping)


@transaction.atomic
def ask_override(reply: Reply, *, reason: str, by: Membership) -> list[Override]:
    """Ask a lead to let the text stand: one row for each check that stops it. Refused without a reason."""
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    checks = _stopped_checks(reply, reason)
    asked = []
    for check in checks:
        row, _is_new = Override.objects.update_or_create(
            reply=reply,
            check_name=check,
            text_hash=log.content_hash(reply.text),
            defaults={
                "municipality_id": reply.municipality_id,
                "asked_by": by,
                "asked_because": reason.strip(),
            },
        )
        log.record("reply.ask_override", subject=reply, by=by, check=check, text_hash=row.text_hash)
        asked.append(row)
    return asked


@transaction.atomic
def override(reply: Reply, *, check: str, reason: str, by: Membership) -> Override:
    """Let the reply's text stand although the check stops it. Only a lead, only with a reason, only for this text."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan overstyre en kontroll."))
    if check not in _stopped_checks(reply, reason):
        raise RefusedError(_("Denne kontrollen stopper ikke svaret."))
    row, _is_new = Override.objects.update_or_create(
        reply=reply,
        check_name=check,
        text_hash=log.content_hash(reply.text),
        defaults={
            "municipality_id": reply.municipality_id,
            "by": by,
            "reason": reason.strip(),
            "decided_at": timezone.now(),
        },
    )
    log.record("reply.override", subject=reply, by=by, check=check, text_hash=row.text_hash, override=row.pk)
    return row


def _stopped_checks(reply: Reply, reason: str) -> list[str]:
    """Return the checks that stop the text now, once somebody has said why it should stand."""
    if reply.status not in OPEN:
        raise RefusedError(_("Svaret er ikke lenger et utkast."))
    if not reason.strip():
        raise RefusedError(_("Skriv hvorfor teksten skal stå."))
    checks = sorted({line.check.value for line in checks_of(reply).stopping})
    if not checks:
        raise RefusedError(_("Ingen kontroll stopper svaret."))
    return checks
