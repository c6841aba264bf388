"""What may be erased, and the erasing: words and names go, the row, its codes and the log stay (decision 0010).

Whoever must keep something longer says so through a guard, registered at start-up: the inbox knows no archive.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import moves
from guidelines.vocabulary import Sorting
from inbox import workflow
from inbox.models import Attachment, Comment, Erasure, Forwarding, Intervention, Reply
from inbox.models.reply import OPEN
from inbox.wiping import wipe
from inbox.workflow import AttachmentStatus, CommentStatus, ForwardingStatus, InterventionStatus
from team.models import Membership, Municipality

Guard = Callable[[int, Collection[int]], dict[int, str]]
AT_ONCE = 20  # comments in one transaction
_guards: list[Guard] = []


def guard(one: Guard) -> Guard:
    """Register what is asked before anything is erased: (municipality id, comment ids) to why each must stay.

    What it returns is a sentence for the lead that says what to do; ids it does not return may go.
    """
    if one not in _guards:
        _guards.append(one)
    return one


def why_not(comments: Iterable[Comment]) -> dict[int, str]:
    """Return why each of these comments (of one municipality) may not be erased now; those that may are not in it.

    A handful of queries, however many they are.
    """
    comments = list(comments)
    held = {one.pk: why for one in comments if (why := _why_not_by_itself(one))}
    ids = [one.pk for one in comments]
    for rows, why in _what_stands_around(ids):
        held |= dict.fromkeys(set(rows.values_list("comment_id", flat=True)) - held.keys(), why)
    for town in {one.municipality_id for one in comments}:
        mine = [one.pk for one in comments if one.municipality_id == town]
        for ask in _guards:
            held = {**ask(town, mine), **held}
    return held


def _why_not_by_itself(comment: Comment) -> str:
    if comment.status == CommentStatus.OURS:
        return _("Dette har kommunen skrevet selv.")
    if comment.erased_at:
        return _("Innholdet er alt slettet.")
    if comment.status != CommentStatus.DONE:
        return _("Kommentaren er ikke ferdig behandlet. Svar på den eller avslutt den først.")
    return ""


def _what_stands_around(ids: list[int]) -> list[tuple[QuerySet[Reply | Forwarding | Attachment | Intervention], str]]:
    """Return what is under way for some of the comments, each with what to do about it."""
    under_way = [ForwardingStatus.PLANNED, ForwardingStatus.SENT]
    pending = [InterventionStatus.PLANNED, InterventionStatus.UNDER_WAY, InterventionStatus.UNCLEAR]
    acts = Intervention.objects.filter(comment__in=ids)
    return [
        (
            Reply.objects.filter(comment__in=ids, status__in=OPEN),
            _("Et svar er begynt eller på vei ut. Fullfør eller forkast det først."),
        ),
        (
            Forwarding.objects.filter(comment__in=ids, status__in=under_way),
            _("Videresendingen venter på kvittering. Vent på den, eller trekk videresendingen tilbake."),
        ),
        (
            acts.filter(evidence__isnull=False),
            _("Noe er skjult, slettet eller utestengt etter en regel. Beviset må kunne legges fram ved klage."),
        ),
        (acts.filter(status__in=pending), _("Et tiltak er ikke ferdig. Fullfør det eller gi det opp først.")),
        (
            Attachment.objects.filter(comment__in=ids, status=AttachmentStatus.WAITING),
            _("Et vedlegg hentes fortsatt. Prøv igjen om litt."),
        ),
    ]


def too_old(municipality: Municipality, *, now: datetime | None = None) -> datetime | None:
    """Return the moment before which the municipality keeps nothing without a case; None when it has set no time."""
    days = municipality.keep_days
    return (now or timezone.now()) - timedelta(days=days) if days else None


def kept_too_long(municipality_id: int, before: datetime) -> QuerySet[Comment]:
    """Return the comments that were done before that, became no case and have no value as documentation."""
    answered_since = Reply.objects.filter(comment=OuterRef("pk"), published_at__gte=before)
    done = Q(ended_at__lt=before) | Q(ended_at=None, posted_at__lt=before)
    found = Comment.objects.filter(done, municipality_id=municipality_id, status=CommentStatus.DONE, erased_at=None)
    found = found.exclude(sortings__contains=[Sorting.CASE_HANDLING]).exclude(documentation_value=True)
    return found.exclude(Exists(answered_since))


@transaction.atomic
def erase(comment: Comment, *, by: Membership, ground: str) -> str:
    """Erase one comment's words and names. Returns why it must stay; "" when it is done.

    Decided under a lock: what began meanwhile holds it back.
    """
    locked = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if why := why_not([locked]).get(locked.pk):
        return why
    moves.advance(locked, workflow.ERASE, by=by, note={"ground": ground}, erased_at=timezone.now())
    wipe(locked)
    return ""


def carry_on(erasure_id: int) -> bool:
    """Erase the next few of an order. Returns whether there is more to do; a second worker gives way."""
    with transaction.atomic():
        order = (
            Erasure.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("asked_by__user")
            .filter(pk=erasure_id, finished_at=None)
            .first()
        )
        if order is None:
            return False
        waiting = kept_too_long(order.municipality_id, order.done_before).filter(pk__gt=order.after).order_by("pk")
        some = list(waiting[:AT_ONCE])
        for comment in some:
            why = erase(comment, by=order.asked_by, ground="period")
            order.held_back += bool(why)
            order.erased += not why
            order.after = comment.pk
        order.finished_at = None if len(some) == AT_ONCE else timezone.now()
        order.save(update_fields=["after", "erased", "held_back", "finished_at"])
        return order.finished_at is None


def unfinished() -> list[int]:
    """Return ids of the orders that are not carried out yet."""
    return list(Erasure.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True))
