"""The lead's list of whom questions may be forwarded to: units, and approved bodies outside the municipality."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import OutsideBody
from team.models import Membership, Unit

FIELDS = {Unit: ["name", "code", "email", "legal_basis"], OutsideBody: ["name", "email", "legal_basis"]}


@transaction.atomic
def save(recipient: Unit | OutsideBody, *, fields: Mapping[str, str], by: Membership) -> None:
    """Add or change a recipient of the lead's own municipality. RefusedError when the name or code is taken."""
    _must_lead(recipient, by)
    is_new = recipient.pk is None
    for name in FIELDS[type(recipient)]:
        setattr(recipient, name, fields[name].strip())
    _save(recipient)
    _record(recipient, "add" if is_new else "change", by)


@transaction.atomic
def set_active(recipient: Unit | OutsideBody, *, active: bool, by: Membership) -> None:
    """Take a recipient off the list, or put it back. What was sent to it stays as it is."""
    _must_lead(recipient, by)
    recipient.is_active = active
    _save(recipient)
    _record(recipient, "activate" if active else "deactivate", by)


def _must_lead(recipient: Unit | OutsideBody, by: Membership) -> None:
    if not by.may_approve or recipient.municipality_id != by.municipality_id:
        raise NotAllowedError(_("Bare en leder kan endre mottakerne."))


def _save(recipient: Unit | OutsideBody) -> None:
    try:
        with transaction.atomic():
            recipient.save()
    except IntegrityError as error:
        raise RefusedError(_("Navnet eller koden er allerede i bruk.")) from error


def _record(recipient: Unit | OutsideBody, verb: str, by: Membership) -> None:
    noun = "unit" if isinstance(recipient, Unit) else "outside_body"
    log.record(f"{noun}.{verb}", subject=recipient, by=by, email_hash=log.content_hash(recipient.email))
