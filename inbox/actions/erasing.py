"""A lead erases what is kept of comments: because the sender asks, or because the keeping time is over."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from audit.wake import wake
from inbox import erasing, tasks
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, Erasure
from team.models import Membership, Municipality

GROUNDS = ("request", "period")


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan slette det som er bevart."))


def erase(comment: Comment, *, ground: str, by: Membership) -> None:
    """Erase one comment's words and names; RefusedError says why it must stay, and what to do.

    `ground` is one of GROUNDS: the sender has asked («request»), or the keeping time is over («period»).
    """
    _must_lead(by)
    if ground not in GROUNDS:
        raise RefusedError(_("Velg hvorfor innholdet slettes."))
    if ground == "period" and not _is_over(comment, by):
        raise RefusedError(_("Oppbevaringstiden er ikke over for denne kommentaren."))
    if why := erasing.erase(comment, by=by, ground=ground):
        raise RefusedError(why)


def _is_over(comment: Comment, by: Membership) -> bool:
    before = erasing.too_old(Municipality.objects.get(pk=by.municipality_id))
    return before is not None and erasing.kept_too_long(by.municipality_id, before).filter(pk=comment.pk).exists()


@transaction.atomic
def order(*, by: Membership) -> Erasure:
    """Order that everything whose keeping time is over is erased; workers do it, a few at a time."""
    _must_lead(by)
    before = erasing.too_old(Municipality.objects.get(pk=by.municipality_id))
    if before is None:
        raise RefusedError(_("Kommunen har ikke satt noen oppbevaringstid. Sett den i kommunens innstillinger først."))
    try:
        with transaction.atomic():
            ordered = Erasure.objects.create(municipality_id=by.municipality_id, asked_by=by, done_before=before)
    except IntegrityError as error:
        raise RefusedError(_("En sletting er alt i gang. Vent til den er ferdig.")) from error
    log.record("erasure.order", subject=ordered, by=by, done_before=before)
    wake(tasks.carry_on_erasing, ordered.pk)
    return ordered


def reasons(comments: Iterable[Comment]) -> list[tuple[str, int]]:
    """Return why comments are held back and how many by each reason, the most frequent first."""
    counted: dict[str, int] = {}
    for why in erasing.why_not(comments).values():
        counted[why] = counted.get(why, 0) + 1
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
