"""What the page shows of a reply on its way out: the hold, how far its parts have come, and what went wrong."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox import health, lengths
from inbox.models import Comment, Reply, ReplyPart
from inbox.workflow import ReplyStatus
from team.models import Membership

IN_WORK = {ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW}
UNDER_WAY = {ReplyStatus.APPROVED, ReplyStatus.PUBLISHING}


def holding(reply: Reply | None) -> dict[str, Any] | None:
    """Return how long an approved reply still waits, and the way back; None when it does not wait."""
    if reply is None or reply.status != ReplyStatus.APPROVED or reply.publish_after is None or reply.channel.is_manual:
        return None
    if reply.standing_parts or reply.problem or health.is_held(reply):
        return None  # it waits for something else than its hold: see `trouble_of`
    seconds = int((reply.publish_after - timezone.now()).total_seconds()) + 1
    return {
        "seconds": max(seconds, 0),
        "author": reply.comment.author,
        "undo_url": reverse("inbox:undo", args=[reply.comment_id]),
    }


def too_long_for(reply: Reply | None) -> dict[str, Any] | None:
    """Return the ways out for a draft that is too long, with its length; None when it fits."""
    if reply is None or reply.status not in IN_WORK or not lengths.is_too_long(reply, reply.text):
        return None
    ways = [{"way": way, "label": _label(way)} for way in lengths.ways_out(reply)]
    return {"count": lengths.length_of(reply, reply.text), "ways": ways, "chosen": reply.too_long}


def _label(way: lengths.Way) -> str:
    if way.choice == Reply.TooLong.SHORT:
        return _("Bruk kort merknad med lenke")
    return _("Del i %(number)s nummererte deler") % {"number": len(way.parts)}


def parts_for(reply: Reply | None) -> list[lengths.Part]:
    """Return the parts exactly as they are or will be published; none for a reply that goes out as it is written."""
    return lengths.parts_to_show(reply) if reply is not None else []


def how_far(reply: Reply | None) -> str:
    """Return how many parts of a reply on its way out stand on the platform, in words; "" when none does."""
    if reply is None or reply.status not in UNDER_WAY or not (standing := reply.standing_parts):
        return ""
    return _stand(standing, _number_of_parts(reply))


def trouble_of(one: Comment, reply: Reply | None, member: Membership) -> dict[str, Any] | None:
    """Return what went wrong on the way out, and what the person can do about it."""
    if reply is None:
        return None
    if health.is_held(reply):
        return _held(one, reply)
    if not reply.problem:
        return None
    status = ReplyStatus(reply.status)
    standing, words = reply.standing_parts, reply.get_problem_display()
    acts: list[dict[str, Any]] = []
    if status == ReplyStatus.REFUSED:
        acts = [
            _act("inbox:rework", one, _("Skriv om svaret"), primary=True),
            _act("inbox:discard", one, _("Forkast svaret")),
        ]
    if status == ReplyStatus.UNCLEAR and member.may_approve:
        acts = _acts_in_the_middle(one, reply) if standing else _acts_when_unclear(one)
    if status == ReplyStatus.APPROVED and reply.attempt == 0 and not standing:
        acts = [_act("inbox:undo", one, _("Angre"))]
    return {
        "kind": {ReplyStatus.REFUSED: "refused", ReplyStatus.UNCLEAR: "unclear"}.get(status, "waiting"),
        "words": f"{_in_the_middle(reply, standing)} {words}" if standing else words,
        "acts": acts,
        "is_partly_out": bool(standing),
        "must_be_found": status == ReplyStatus.UNCLEAR and reply.problem == Reply.Problem.UNCLEAR,
    }


def _held(one: Comment, reply: Reply) -> dict[str, Any]:
    """Return what is said of a reply that waits for its channel; it can be taken back as long as nothing was tried."""
    standing = reply.standing_parts
    acts = [_act("inbox:undo", one, _("Angre"))] if reply.attempt == 0 and not standing else []
    words = held_words(reply)
    if standing:
        words = f"{_stand(standing, _number_of_parts(reply))} {words}"
    return {"kind": "held", "words": words, "acts": acts, "is_partly_out": bool(standing)}


def held_words(reply: Reply) -> str:
    """Return why an approved reply waits for its channel."""
    if Reply.Problem.PERMISSION in {reply.problem, reply.channel.problem}:
        return _("Kanalen mangler lov til å svare, svaret venter.")
    return _("Kanalen er frakoblet, svaret venter.")


def _acts_when_unclear(one: Comment) -> list[dict[str, Any]]:
    return [_act("inbox:send_again", one, _("Det står ikke der – send på nytt"))]


def _acts_in_the_middle(one: Comment, reply: Reply) -> list[dict[str, Any]]:
    part = reply.part_to_send
    onwards = _("Fortsett med del %(number)s") % {"number": part.number if part else ""}
    return [_act("inbox:send_again", one, onwards, primary=True), _act("inbox:take_down", one, _("Slett det som står"))]


def _in_the_middle(reply: Reply, standing: list[ReplyPart]) -> str:
    part = reply.part_to_send
    words = _stand(standing, _number_of_parts(reply))
    if part is None:
        return words
    if reply.problem == Reply.Problem.UNCLEAR:
        return words + " " + _("Om del %(number)s kom ut, er uklart.") % {"number": part.number}
    return words + " " + _("Del %(number)s kom ikke ut.") % {"number": part.number}


def _stand(standing: list[ReplyPart], of: int) -> str:
    if len(standing) == 1:
        return _("Del 1 av %(of)s står på plattformen.") % {"of": of}
    return _("Del 1–%(last)s av %(of)s står på plattformen.") % {"last": standing[-1].number, "of": of}


def _number_of_parts(reply: Reply) -> int:
    return reply.parts.filter(taken_down_at=None).count()


def _act(name: str, one: Comment, label: str, *, primary: bool = False) -> dict[str, Any]:
    return {"url": reverse(name, args=[one.pk]), "label": label, "primary": primary}
