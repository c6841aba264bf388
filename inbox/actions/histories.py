"""What a lead does with the reading of a channel's history: begin, pause, go on."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import log
from audit.wake import wake
from inbox.models import Backfill, Channel
from inbox.tasks import read_history
from team.models import Membership


def start(channel: Channel, *, by: Membership) -> Backfill:
    """Begin to read the channel's history; the one that is not finished when there is one already."""
    try:
        with transaction.atomic():
            found = Backfill.objects.create(channel=channel, started_by=by)
            log.record("channel.history_start", subject=channel, by=by)
    except IntegrityError:
        return Backfill.objects.get(channel=channel, finished_at=None)
    wake(read_history, found.pk)
    return found


def pause(backfill: Backfill, *, by: Membership) -> None:
    """Stop after the page that is being read; harmless twice."""
    _turn(backfill, Backfill.State.RUNNING, Backfill.State.PAUSED, "channel.history_pause", by)


def go_on(backfill: Backfill, *, by: Membership) -> None:
    """Go on where it was paused, or at once where it waits after a problem; harmless twice."""
    _turn(backfill, Backfill.State.PAUSED, Backfill.State.RUNNING, "channel.history_resume", by)
    Backfill.objects.filter(pk=backfill.pk, state=Backfill.State.RUNNING).update(next_at=None)
    wake(read_history, backfill.pk)


@transaction.atomic
def _turn(backfill: Backfill, before: str, after: str, act: str, by: Membership) -> None:
    paused_at = timezone.now() if after == Backfill.State.PAUSED else None
    turned = Backfill.objects.filter(pk=backfill.pk, state=before).update(state=after, paused_at=paused_at)
    if turned:
        log.record(act, subject=backfill.channel, by=by)
