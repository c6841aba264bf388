"""The register of matters under treatment (guideline point 7): kept by a lead."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from inbox import workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Matter
from team.models import Membership

CLOSINGS = {"decide": workflow.DECIDE_MATTER, "withdraw": workflow.WITHDRAW_MATTER}


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))


@transaction.atomic
def keep(
    *,
    number: str,
    title: str,
    recommendation: str,
    by: Membership,
    link: str = "",
    body: str = "",
    meeting_on: date | None = None,
    matter: Matter | None = None,
) -> Matter:
    """Enter a matter, or change one that is still open."""
    _must_lead(by)
    fields: dict[str, Any] = {
        "number": number.strip(),
        "title": title.strip(),
        "recommendation": recommendation.strip(),
        "link": link,
        "body": body.strip(),
        "meeting_on": meeting_on,
    }
    try:
        with transaction.atomic():
            if matter:
                moves.advance(matter, workflow.CHANGE_MATTER, by=by, **fields)
                return matter
            matter = Matter.objects.create(municipality=by.municipality, **fields)
    except IntegrityError as error:
        raise RefusedError(_("Det finnes allerede en sak med dette nummeret.")) from error
    log.record("matter.enter", subject=matter, by=by)
    return matter


@transaction.atomic
def close(matter: Matter, *, how: str, by: Membership) -> None:
    """Say that the matter is decided or withdrawn: it is no longer offered."""
    _must_lead(by)
    if how not in CLOSINGS:
        raise RefusedError(_("Velg vedtatt eller trukket."))
    moves.advance(matter, CLOSINGS[how], by=by, closed_on=timezone.localdate())


@transaction.atomic
def reopen(matter: Matter, *, by: Membership) -> None:
    """The matter is under treatment again."""
    _must_lead(by)
    moves.advance(matter, workflow.REOPEN_MATTER, by=by, closed_on=None)
