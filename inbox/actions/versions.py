"""Each saved draft is kept as a version: its text, and what was answered about its picture or story."""

from typing import Any

from inbox.models import Reply, ReplyVersion
from inbox.workflow import ReplyStatus
from team.models import Membership

ANSWERS = ("picture_alt", "recognisable", "tells_story", "ticks", "consent")


def keep(reply: Reply, changes: dict[str, Any], *, by: Membership) -> bool:
    """Write down the draft with these changes as its next version; False when it is as the latest one was."""
    text, enclosed = changes.get("text", reply.text), enclosed_in(reply, changes)
    latest = reply.versions.last()
    if latest is not None and (latest.text, latest.enclosed) == (text, enclosed):
        return False
    ReplyVersion.objects.create(
        reply=reply,
        number=latest.number + 1 if latest else 1,
        text=text,
        enclosed=enclosed,
        saved_by=by,
        in_review=reply.status == ReplyStatus.IN_REVIEW,
    )
    return True


def enclosed_in(reply: Reply, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the picture's hash and every answer, as plain values; empty for a draft with neither picture nor story."""
    picture = changes.get("picture", reply.picture)
    answers = {name: changes.get(name, getattr(reply, name)) for name in ANSWERS}
    if picture is None and not answers["tells_story"]:
        return {}
    return {"picture": picture.sha256 if picture else "", **answers}
