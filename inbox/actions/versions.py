"""Each saved draft is kept as a version: its text, and what was answered about its picture or story."""

from typing import Any

from django.utils.translation import gettext as _

from inbox.actions.errors import ChangedMeanwhileError, RefusedError
from inbox.models import Comment, Reply, ReplyVersion
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


def must_be_as_read(reply: Reply) -> None:
    """Refuse when somebody has saved another text since the reply was read; asked with its comments held.

    The checks and the parts are those of the text at hand, so no other text may pass on them.
    """
    same = Reply.objects.select_for_update(no_key=True).filter(pk=reply.pk, status=reply.status)
    version = same.values_list("version", flat=True).first()
    if version not in {None, reply.version}:
        raise ChangedMeanwhileError(_("Svaret ble endret etter at du åpnet det. Les det på nytt før du går videre."))


def must_answer_as_read(comment: Comment, content_hash: str) -> None:
    """Refuse when the sender has edited the comment since it was read; asked with the comment held. "": not said."""
    now = Comment.objects.values_list("content_hash", flat=True).get(pk=comment.pk)
    if content_hash and content_hash != now:
        raise RefusedError(_("Avsenderen endret kommentaren mens du leste. Les den på nytt før du går videre."))
