"""What a person can do about what did not get in: look at it, have it read again, or say that it is dealt with."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.wake import wake
from inbox import intake, tasks
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import Item, Page
from inbox.channels.rereading import Reread, read_again
from inbox.models import Channel, Comment, RawPage, UnreadItem
from team.models import Membership

LONGEST_REASON = 300


@transaction.atomic
def show(one: UnreadItem | RawPage, *, by: Membership) -> bytes:
    """Return what the platform sent, for a lead; that it was looked at stands in the log."""
    _must_lead(by)
    log.record("not_in.show", subject=one, by=by, sha256=one.sha256)
    return bytes(one.body)


def read_item_again(item: UnreadItem, *, by: Membership) -> None:
    """Read the kept bytes with today's code. What is understood is taken in like any other; RefusedError tells why not.

    The bytes decide, not the platform: what has been deleted there since is read too.
    """
    _must_answer(by)
    channel = item.channel
    reread = read_again(channel.platform, bytes(item.body), own_id=channel.account_id, base_url=channel.base_url)
    try:
        _take_in(item, reread, by)
    except intake.NOT_TAKEN as problem:
        reread = replace(reread, still=type(problem).__name__)
    if reread.still:
        raise RefusedError(
            _("Vi forstår den fortsatt ikke. Si fra til systemansvarlig: «%(why)s».") % {"why": reread.still}
        )


@transaction.atomic
def _take_in(item: UnreadItem, reread: Reread, by: Membership) -> None:
    """Take in what was understood; the piece leaves the list when all of it was."""
    if reread.items:
        intake.receive(item.channel, _page_of(reread.items), raw_page=item.raw_page)
    log.record("not_in.read_again", subject=item, by=by, understood=len(reread.items), whole=not reread.still)
    if reread.still:
        return
    ids = [one.external_id for one in reread.items]
    comment = Comment.objects.filter(channel=item.channel, external_id__in=ids).order_by("pk").first()
    _settle(item, UnreadItem.Settled.READ, by, comment=comment)


def _page_of(items: tuple[Item, ...]) -> Page:
    return Page(items=items, next_cursor="", more=False, raw=b"")


@transaction.atomic
def read_channel_again(page: RawPage, *, by: Membership) -> None:
    """Ask the channel again at once: the reading mark never passed the answer nobody understood, so nothing is lost.

    The answer leaves the list when the channel has been read to the end (`inbox.channel_state`).
    """
    _must_answer(by)
    if not page.channel.is_active:
        raise RefusedError(_("Kanalen er koblet fra. Koble den til på nytt, så leses den."))
    Channel.objects.filter(pk=page.channel_id).update(next_pull_at=timezone.now())
    log.record("not_in.read_again", subject=page, by=by)
    wake(tasks.pull_channel, page.channel_id)


@transaction.atomic
def settle(one: UnreadItem | RawPage, *, reason: str, by: Membership) -> None:
    """Say that it is dealt with, and how. It is kept, under *Ferdig behandlet*."""
    _must_lead(by)
    reason = reason.strip()
    if not reason:
        raise RefusedError(_("Skriv hva som er gjort."))
    if len(reason) > LONGEST_REASON:
        raise RefusedError(_("Begrunnelsen kan ha høyst %(number)d tegn.") % {"number": LONGEST_REASON})
    log.record("not_in.settle", subject=one, by=by)
    _settle(one, UnreadItem.Settled.BY_HAND, by, reason=reason)


def _settle(
    one: UnreadItem | RawPage, how: str, by: Membership, *, reason: str = "", comment: Comment | None = None
) -> None:
    """Write it on the row, if nobody was first."""
    changes = {"settled_at": timezone.now(), "settled_how": how, "settled_by": by, "settled_reason": reason}
    if comment is not None:
        changes["comment"] = comment
    rows = type(one)._base_manager.filter(pk=one.pk, settled_at=None)
    if not rows.update(**changes):
        raise RefusedError(_("Noen andre var først ute. Siden viser hvordan det står nå."))


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))
