"""A person's own last acts on comments, undone one after the other (ui.md section 5, key z).

History is never changed: to undo is a new act, done through the acts there already are, and logged beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import log
from audit.models import AuditEvent
from inbox.actions import bulk, comments, joint, waiting
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus
from team.models import Membership

LIMIT = timedelta(minutes=10)
# An act's events follow one another closely. The same transaction number long apart is of two acts: PostgreSQL counts
# its transactions anew in a new cluster, so after a restore numbers come back.
ONE_ACT = timedelta(minutes=1)
COMMENT, REPLY = Comment._meta.label_lower, Reply._meta.label_lower
UNDO = "comment.undo"
WHAT = {
    "comment.sort": gettext_lazy("sorteringen"),
    "comment.flag": gettext_lazy("merkingen"),
    "comment.claim": gettext_lazy("at du tok kommentaren"),
    "comment.release": gettext_lazy("at du la kommentaren tilbake"),
    "comment.assign": gettext_lazy("tildelingen"),
    "comment.wait": gettext_lazy("ventingen"),
    "comment.end": gettext_lazy("avslutningen"),
    "comment.join": gettext_lazy("at du samlet kommentarene til et felles svar"),
}
# What a person takes back by hand is neither an act to undo any more, nor is the taking back.
TAKES_BACK = {
    "comment.unsort": "comment.sort",
    "comment.resume": "comment.wait",
    "comment.reopen": "comment.end",
    "comment.leave": "comment.join",
}
HANDINGS = ("comment.claim", "comment.release", "comment.assign", "comment.hand_over")


@dataclass(frozen=True)
class Undone:
    """What was undone, in words, and for which comments; those where it could not be are named with why."""

    what: str
    outcome: bulk.Outcome


@transaction.atomic
def undo_last(*, by: Membership) -> Undone:
    """Undo the person's own last act of the last ten minutes: on one comment, or on all that it was done to at once.

    RefusedError when there is none, when the last one cannot be undone, and when somebody else has acted since.
    """
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    events = _last_act(by)
    outcome = bulk.each(_locked(events), lambda comment: _take_back(comment, _of(comment, events), by))
    if not outcome.done:
        raise RefusedError(outcome.refused[0][1])
    return Undone(str(WHAT[events[0].action]), outcome)


def _last_act(by: Membership) -> list[AuditEvent]:
    """Return the events of the act, newest first: those of the one transaction it was done in."""
    acts = _standing(by)
    if not acts:
        raise RefusedError(_("Du har ikke gjort noe de siste 10 minuttene som kan angres."))
    act = acts[0]
    if any(event.action not in WHAT for event in act):
        raise RefusedError(_("Det siste du gjorde, kan ikke angres med ett tastetrykk. Åpne kommentaren."))
    return act


def _standing(by: Membership) -> list[list[AuditEvent]]:
    """Return the acts that the person did to comments lately and has not undone, newest first, as their events."""
    lately = AuditEvent.objects.filter(
        actor_id=by.user_id,
        municipality_id=by.municipality_id,
        subject_type=COMMENT,
        at__gte=timezone.now() - LIMIT,
    )
    acts = _by_act(lately.order_by("-id"))
    undone = {event.data["undone"] for act in acts for event in act if event.action == UNDO}
    gone = [any(event.action == UNDO or event.pk in undone for event in act) for act in acts]
    left = [act for act, is_gone in zip(acts, gone, strict=True) if not is_gone]
    return _without_taken_back(left)


def _by_act(events: Iterable[AuditEvent]) -> list[list[AuditEvent]]:
    """Put the events, newest first, together as they were done: in one transaction."""
    acts: list[list[AuditEvent]] = []
    latest: dict[int, list[AuditEvent]] = {}
    for event in events:
        act = latest.get(event.tx)
        if act is None or act[-1].at - event.at > ONE_ACT:
            act = latest[event.tx] = []
            acts.append(act)
        act.append(event)
    return acts


def _without_taken_back(acts: Iterable[list[AuditEvent]]) -> list[list[AuditEvent]]:
    """Leave out what the person has taken back by hand since, and the taking back."""
    taken_back: set[tuple[int, str]] = set()
    standing = []
    for act in acts:
        kept = []
        for event in act:
            if (event.subject_id, event.action) in taken_back:
                continue
            if event.action in TAKES_BACK:
                taken_back.add((event.subject_id, TAKES_BACK[event.action]))
            else:
                kept.append(event)
        standing += [kept] if kept else []
    return standing


def _locked(events: Sequence[AuditEvent]) -> list[Comment]:
    """Return the comments the act was done to, held until we are done."""
    rows = Comment.objects.filter(pk__in={event.subject_id for event in events}).order_by("pk")
    held = list(rows.select_for_update(no_key=True, of=("self",)).select_related("municipality", "assignee__user"))
    undone = [event.pk for event in _of(held[0], events)]
    if AuditEvent.objects.filter(action=UNDO, data__undone__in=undone, **_about(held[0])).exists():
        raise RefusedError(_("Dette er alt angret."))
    return held


def _of(comment: Comment, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    return [event for event in events if event.subject_id == comment.pk]


def _take_back(comment: Comment, events: Sequence[AuditEvent], by: Membership) -> None:
    _refuse_after_others(comment, events[-1], by)
    for event in events:
        _COUNTERS[event.action](comment, event, by)
        log.record(UNDO, subject=comment, by=by, undone=event.pk, act=event.action)


def _refuse_after_others(comment: Comment, event: AuditEvent, by: Membership) -> None:
    """Raise RefusedError when somebody else has acted on the comment or its replies since."""
    replies = AuditEvent.objects.filter(subject_type=REPLY, subject_id__in=comment.replies.values("pk"))
    since = (AuditEvent.objects.filter(**_about(comment)) | replies).filter(pk__gt=event.pk, actor_id__isnull=False)
    other = since.exclude(actor_id=by.user_id).order_by("-pk").first()
    if other is None or other.actor_id is None:
        return
    who = Membership.objects.filter(user_id=other.actor_id, municipality_id=by.municipality_id).first()
    raise RefusedError(
        _("%(name)s har gjort noe med kommentaren siden. Åpne den og se hvordan den står nå.")
        % {"name": who.name if who else _("En annen")}
    )


def _about(comment: Comment) -> dict[str, Any]:
    return {"subject_type": COMMENT, "subject_id": comment.pk}


def _set_before(event: AuditEvent, actions: Sequence[str]) -> Mapping[str, Any]:
    """Return what the latest of `actions` before the event set on the same comment; empty when there was none."""
    earlier = AuditEvent.objects.filter(subject_type=COMMENT, subject_id=event.subject_id, pk__lt=event.pk)
    before = earlier.filter(action__in=actions).order_by("-pk").first()
    return before.data.get("set", {}) if before else {}


def _sort_as_before(comment: Comment, event: AuditEvent, by: Membership) -> None:
    before = _set_before(event, ["comment.sort", "comment.unsort"])
    if not before.get("sortings"):
        comments.unsort(comment, by=by)
        return
    chosen = {name: before[name] for name in ("sortings", "addressed_to_us", "documentation_value")}
    comments.sort(comment, by=by, **chosen)


def _flag_as_before(comment: Comment, event: AuditEvent, by: Membership) -> None:
    comments.flag(comment, flags=_set_before(event, ["comment.flag"]).get("flags", []), by=by)


def _hand_back(comment: Comment, event: AuditEvent, by: Membership) -> None:
    """Give the comment back to who had it, or to everybody."""
    had_it = _set_before(event, HANDINGS).get("assignee_id")
    if had_it:
        comments.assign(comment, to=Membership.objects.get(pk=had_it), by=by)
        return
    if comment.assignee_id != by.pk and not by.may_approve:
        comments.assign(comment, to=by, by=by)  # only who has it may put it back
    comments.release(comment, by=by)


def _wait_as_before(comment: Comment, event: AuditEvent, by: Membership) -> None:
    """Take it up again, or let it wait until the day it had before. The reason stays: the log holds no texts."""
    if event.data["move"] == "wait":
        waiting.resume(comment, by=by)
        return
    until = _day(_set_before(event, ["comment.wait"]).get("wait_until"))
    if until is None:
        raise RefusedError(_("Dagen den ventet til før, finnes ikke lenger. Velg en ny dag."))
    waiting.wait(comment, until=until, reason=comment.wait_reason, by=by)


def _open_again(comment: Comment, event: AuditEvent, by: Membership) -> None:
    """Take it up again as it was: unsorted, to be answered, or waiting for a day that is still to come."""
    until, reason = comment.wait_until, comment.wait_reason
    comments.reopen(comment, by=by)
    if event.data["from"] == CommentStatus.WAITING and until and timezone.localdate(until) > timezone.localdate():
        waiting.wait(comment, until=timezone.localdate(until), reason=reason, by=by)


def _leave_joint(comment: Comment, event: AuditEvent, by: Membership) -> None:
    joint.undo_join(comment, by=by)


def _day(moment: str | None) -> date | None:
    found = parse_datetime(moment) if moment else None
    return timezone.localdate(found) if found else None


_COUNTERS: dict[str, Callable[[Comment, AuditEvent, Membership], None]] = {
    "comment.sort": _sort_as_before,
    "comment.flag": _flag_as_before,
    "comment.claim": _hand_back,
    "comment.release": _hand_back,
    "comment.assign": _hand_back,
    "comment.wait": _wait_as_before,
    "comment.end": _open_again,
    "comment.join": _leave_joint,
}
