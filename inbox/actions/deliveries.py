"""What is done with a delivery of a platform: take it at the door, and try again what could not be read."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.wake import wake
from inbox import deliveries
from inbox.actions.errors import NotAllowedError
from inbox.models import Delivery, DeliveryPart
from inbox.tasks import read_delivery
from team.models import Membership


@transaction.atomic
def take(body: bytes) -> Delivery:
    """Store a signed delivery and wake its reader after the commit. Raises what PostgreSQL raises when it is away."""
    delivery = deliveries.keep(body)
    wake(read_delivery, delivery.pk)
    return delivery


@transaction.atomic
def try_again(parts: Iterable[DeliveryPart], *, by: Membership) -> int:
    """Begin anew with parts that were given up; returns how many. Only a lead, only of the lead's own municipality."""
    chosen = sorted(parts, key=lambda part: part.pk)
    if not by.may_approve or any(part.municipality_id != by.municipality_id for part in chosen):
        raise NotAllowedError(_("Bare en leder kan prøve igjen."))
    again = [part for part in chosen if _begin_anew(part)]
    if again:
        log.record_many("delivery.try_again", subjects=again, by=by)
    for delivery_id in sorted({part.delivery_id for part in again}):
        wake(read_delivery, delivery_id)
    return len(again)


def _begin_anew(part: DeliveryPart) -> bool:
    """Make an unread part due now; what was read meanwhile stays read."""
    unread = DeliveryPart.objects.filter(pk=part.pk, read_at=None).exclude(problem="")
    return bool(unread.update(problem="", attempts=0, try_after=timezone.now()))
