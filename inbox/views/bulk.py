"""One act on many comments: first a page that says what will happen to each, then the act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guidelines.vocabulary import Sorting
from inbox import access
from inbox.actions import bulk, comments, joint, waiting
from inbox.actions.errors import RefusedError
from inbox.forms import SORTING_LABELS
from inbox.models import Comment
from inbox.views.acting import UNDO, where_to
from team.models import Membership

NAMED = 5  # refused comments told by name
# Endings that need no more than the choice; the others are made one by one.
ENDINGS = (
    Comment.Ending.NOT_TO_US,
    Comment.Ending.AMONG_CITIZENS,
    Comment.Ending.DELETED_BY_SENDER,
    Comment.Ending.DIALOGUE_ENDED,
    Comment.Ending.ANSWERED_JOINTLY,
    Comment.Ending.SPAM,
)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants done to the picked comments: the words of it, and the act itself."""

    words: str
    act: bulk.Act
    then: Callable[[], str] = lambda: ""  # where to go when it is done; "" for back to the list
    says: str = ""  # what the person should know before saying yes


@require_http_methods(["GET", "HEAD", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    """Show what would happen to the picked comments, or do it when the person has seen that and says yes.

    Asked for by GET: the acts there are in a tab (`fane`), as buttons for the bar. A form that names no act yet gets
    them as a page.
    """
    member = access.team_member(request)
    if request.method != "POST":
        return render(request, "inbox/_picked_acts.html", _acts(member, request.GET.get("fane", "")))
    picked = access.comments_for(member, request.POST.getlist("valgte"))
    back = where_to(request, reverse("inbox:queue"))
    if picked and request.POST.get("gjor") == "" and "bekreft" not in request.POST:
        acts = _acts(member, request.POST.get("fane", ""))
        return render(request, "inbox/several_choose.html", {"picked": picked, "back": back, **acts})
    try:
        wanted = _wanted(request, member, picked)
        if "bekreft" in request.POST:
            _tell(request, bulk.each(picked, wanted.act), wanted)
            return HttpResponseRedirect(wanted.then() or back)
        outcome = bulk.tried(picked, wanted.act)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    told = [(name, value) for name in ("gjor", "next") if (value := request.POST.get(name))]
    return render(request, "inbox/several.html", {"wanted": wanted, "outcome": outcome, "told": told, "back": back})


def _acts(member: Membership, tab: str) -> dict[str, Any]:
    """Return what can be done to several comments of a tab (see _picked_acts.html)."""
    return {
        "closed": tab in {"ferdig", "venter"},
        "colleagues": access.colleagues_for(member),
        "wait_days": waiting.days_to_choose(),
        "endings": [(ending.value, ending.label) for ending in ENDINGS],
    }


def _wanted(request: HttpRequest, member: Membership, picked: Sequence[Comment]) -> Wanted:
    """Return the act the form names: `gjor` is its name and value in one («sorter:praise»)."""
    name, _colon, value = request.POST.get("gjor", "").partition(":")
    if name == "svar-samlet":
        return _answer_together(member, picked)
    make: dict[str, Callable[[Membership, str], Wanted]] = {
        "sorter": _sort,
        "ta": _claim,
        "legg-tilbake": _release,
        "tildel": _assign,
        "vent": _wait,
        "avslutt": _end,
    }
    if name not in make:
        raise RefusedError(_("Velg hva du vil gjøre med kommentarene."))
    return make[name](member, value)


def _sort(member: Membership, value: str) -> Wanted:
    if value not in SORTING_LABELS:
        raise RefusedError(_("Ukjent sortering."))
    words = _("Sorter som %(sorting)s") % {"sorting": str(SORTING_LABELS[Sorting(value)]).lower()}
    return Wanted(words, lambda one: comments.sort(one, sortings=[value], by=member))


def _claim(member: Membership, _value: str) -> Wanted:
    return Wanted(_("Ta kommentarene"), lambda one: comments.claim(one, by=member))


def _release(member: Membership, _value: str) -> Wanted:
    return Wanted(_("Legg kommentarene tilbake"), lambda one: comments.release(one, by=member))


def _assign(member: Membership, value: str) -> Wanted:
    to = access.colleague_for(member, value)
    if to is None:
        raise RefusedError(_("Velg en som svarer for kommunen."))
    words = _("Tildel %(name)s") % {"name": to.name}
    return Wanted(words, lambda one: comments.assign(one, to=to, by=member))


def _wait(member: Membership, value: str) -> Wanted:
    try:
        until = date.fromisoformat(value)
    except ValueError as error:
        raise RefusedError(_("Velg hvilken dag kommentarene skal fram igjen.")) from error
    words = _("Vent til %(day)s") % {"day": date_format(until, "LONG_DAY_FORMAT")}
    return Wanted(words, lambda one: waiting.wait(one, until=until, by=member))


def _end(member: Membership, value: str) -> Wanted:
    if value not in ENDINGS:
        raise RefusedError(_("Velg en avslutning."))
    words = _("Avslutt uten svar: %(ending)s") % {"ending": Comment.Ending(value).label}
    if value == Comment.Ending.ANSWERED_JOINTLY:
        return Wanted(words, lambda one: comments.end_answered_here(one, by=member))
    return Wanted(words, lambda one: comments.end(one, ending=value, by=member))


def _answer_together(member: Membership, picked: Sequence[Comment]) -> Wanted:
    """Return the only act on many that publishes: a draft under the post that most of them stand under."""
    picking = joint.Picking(joint.post_of_most(picked), by=member)
    return Wanted(
        _("Svar samlet"),
        picking,
        then=lambda: f"{reverse('inbox:comment', args=[picking.reply.comment_id])}#svar" if picking.reply else "",
        says=_(
            "Du skriver ett svar under innlegget. Det går til godkjenning som andre svar, og kommentarene er besvart "
            "når det er publisert."
        ),
    )


def _tell(request: HttpRequest, outcome: bulk.Outcome, wanted: Wanted) -> None:
    """Say how it went, the refused ones by name."""
    if outcome.done:
        done = ngettext("%(act)s: %(count)d kommentar.", "%(act)s: %(count)d kommentarer.", len(outcome.done))
        messages.success(request, done % {"act": wanted.words, "count": len(outcome.done)}, extra_tags=UNDO)
    tell_refused(request, outcome)


def tell_refused(request: HttpRequest, outcome: bulk.Outcome) -> None:
    """Say which were refused and why, the first of them by name."""
    for comment, why in outcome.refused[:NAMED]:
        messages.error(request, _("%(author)s ble ikke tatt med. %(why)s") % {"author": comment.author, "why": why})
    if (others := len(outcome.refused) - NAMED) > 0:
        more = ngettext("%(count)d til ble ikke tatt med.", "%(count)d til ble ikke tatt med.", others)
        messages.error(request, more % {"count": others})
