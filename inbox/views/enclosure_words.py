"""What the composer and the review show and ask of a picture or a story in a reply."""

from typing import Any

from django.utils.translation import gettext as _

from inbox import enclosures
from inbox.actions import enclosing
from inbox.models import Comment, Reply


def enclosure_for(one: Comment, reply: Reply | None) -> dict[str, Any]:
    """Return what the composer and the review show of picture and story (see _enclosure.html and _enclosed.html)."""
    consent = enclosures.consent_for(one.municipality)
    return {
        "why_no_picture": enclosing.why_no_picture(one, reply.place if reply else ""),
        "ticks": enclosures.ticks_for(reply, one.municipality),
        "consent": consent,
        "recognisable": Reply.Recognisable.choices,
        "is_open": bool(reply and (reply.picture_id or reply.tells_story)),
        "lines": lines_for(reply),
    }


def lines_for(reply: Reply | None) -> list[dict[str, str]]:
    """Return one line for each thing that is not answered yet, for the checks under the reply."""
    lacking = enclosures.missing_in(reply) if reply else []
    return [
        {
            "tone": "blocking",
            "words": f"{one.title}. {_('Fra')} {one.point}." if one.point else f"{one.title}.",
            "duty": "",
        }
        for one in lacking
    ]
