"""Choices in the queue that people keep under a name."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import SavedView
from inbox.models.saved_view import LONGEST_NAME
from inbox.queue import TABS
from inbox.queue_choice import Choice
from team.models import Membership

MOST = 20  # of one person


@transaction.atomic
def save(*, name: str, tab: str, choice: Choice, by: Membership, is_shared: bool = False) -> SavedView:
    """Keep the choice in this tab under a name; only a lead may share it with all who answer.

    RefusedError when nothing is chosen, the name is empty, long or taken, or there are too many.
    """
    if not by.may_answer or (is_shared and not by.may_approve):
        raise NotAllowedError(_("Bare en leder kan lagre et utvalg for alle."))
    name = " ".join(name.split())
    if why := _why_not(name, tab, choice, by):
        raise RefusedError(why)
    try:
        with transaction.atomic():
            view = SavedView.objects.create(
                municipality_id=by.municipality_id,
                owner=by,
                name=name,
                tab=tab,
                query=choice.query,
                is_shared=is_shared,
            )
    except IntegrityError as error:
        taken = _("Du har allerede et utvalg som heter «%(name)s». Velg et annet navn.")
        raise RefusedError(taken % {"name": name}) from error
    log.record("saved_view.save", subject=view, by=by, tab=tab, is_shared=is_shared)
    return view


def _why_not(name: str, tab: str, choice: Choice, by: Membership) -> str:
    if tab not in TABS or not choice.parameters:
        return _("Velg noe i køen først, så kan du lagre utvalget.")
    if not name:
        return _("Gi utvalget et navn.")
    if len(name) > LONGEST_NAME:
        return _("Navnet kan ha høyst %(longest)d tegn.") % {"longest": LONGEST_NAME}
    if SavedView.objects.filter(owner=by).count() >= MOST:
        return _("Du har %(most)d lagrede utvalg. Slett et du ikke bruker.") % {"most": MOST}
    return ""


@transaction.atomic
def delete(view: SavedView, *, by: Membership) -> None:
    """Delete one's own; a lead also one that is shared."""
    if not may_delete(view, by):
        raise NotAllowedError(_("Bare den som har lagret utvalget, eller en leder, kan slette det."))
    log.record("saved_view.delete", subject=view, by=by)
    view.delete()


def may_delete(view: SavedView, by: Membership) -> bool:
    """Tell whether the member may delete the view."""
    return view.owner_id == by.pk or (view.is_shared and by.may_approve)
