"""The strip under a row that has just been sorted: the next act."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from inbox import library
from inbox.actions.replies import open_reply
from inbox.library import Filled
from inbox.models import Comment
from inbox.obligations import unmet_with
from inbox.together import answered_here
from inbox.views.duty_words import missing_words
from inbox.workflow import CommentStatus


def strip_for(request: HttpRequest, selected: Comment | None, here: str) -> dict[str, Any]:
    """Return the context of the strip (see _strip.html), empty when there is none to show.

    `here` is the queue with what is chosen in it. The address names the template whose text stands in the strip
    (`mal`); praise has a thanks there from the start. It can be published, unless a duty asks for more.
    """
    if selected is None or "sortert" not in request.GET or selected.status != CommentStatus.TO_ANSWER:
        return {}
    has_draft = open_reply(selected) is not None
    templates = [one for one in library.templates_for(selected) if not one.lacking]
    offer = None if has_draft else _offer(request, selected, templates)
    missing = unmet_with(selected, offer.text) if offer else []
    return {
        "strip": {
            "pk": selected.pk,
            "words": _("Kommentaren har et utkast.") if has_draft else _("Sortert. Svar nå, eller gå videre med j."),
            "templates": [] if has_draft else [(one, _address(here, selected, one)) for one in templates],
            "offer": offer,
            "missing": missing_words(missing, selected.municipality),
            "answered_here": answered_here([selected]).get(selected.pk),
            "hold": selected.municipality.hold_seconds,
        }
    }


def _offer(request: HttpRequest, selected: Comment, templates: list[Filled]) -> Filled | None:
    """Return the text to show: of the template that was picked, else a thanks for praise."""
    wanted = request.GET.get("mal", "")
    picked = next((one for one in templates if str(one.version.template_id) == wanted), None)
    return picked or library.thanks_for(selected)


def _address(here: str, selected: Comment, one: Filled) -> str:
    told = {"valgt": selected.pk, "sortert": selected.pk, "mal": one.version.template_id}
    return f"{here}{'&' if '?' in here else '?'}{urlencode(told)}"
