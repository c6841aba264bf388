"""Writes down how a channel fares, after each pull and each refused reply; calls the leads once to each stop.

A channel's row is locked while it is judged: of two workers that see the same stop, one tells.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import log as audit_log
from audit import moves
from inbox import health, intake, workflow
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
)
from inbox.models import Channel, RawPage, Reply
from inbox.workflow import ReplyStatus
from notices.actions import queue
from notices.errors import NoticeError
from team.models import Membership, Role

log = logging.getLogger(__name__)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@transaction.atomic
def note_well(channel_id: int, rest: float) -> None:
    """Write down that all was read; the next pull comes after the interval, or the `rest` (seconds) asked for.

    Replies that waited for the channel go out now, and an answer nobody understood has been read since.
    """
    channel, now = locked(channel_id), timezone.now()
    renewed = (
        channel.connected_at and channel.reply_problem_since and channel.connected_at > channel.reply_problem_since
    )
    if channel.problem in health.SHUT_OUT or renewed:
        _let_replies_go(channel, now)
    if channel.problem:
        log.info("Channel %s is well again", channel.pk)
        odd = RawPage.objects.filter(channel=channel, settled_at=None).exclude(problem="")
        odd.update(settled_at=now, settled_how=RawPage.Settled.READ)
    channel.pulled_at, channel.next_pull_at = now, now + max(within(channel.pull_every), not_before(rest))
    channel.problem, channel.problem_since, channel.failures = "", None, 0
    _judge(channel, now)


@transaction.atomic
def note_problem(channel_id: int, error: ChannelError) -> None:
    """Write down what is wrong, keep an answer nobody understood, and wait longer each time."""
    log.warning("Channel %s: %s (status %s)", channel_id, type(error).__name__, error.status)
    channel, now = locked(channel_id), timezone.now()
    if isinstance(error, ProtocolError) and error.raw:
        _keep_odd(channel, error)
    wait = min(channel.pull_every * 2 ** min(channel.failures, 5), 3600)
    channel.next_pull_at = now + max(within(wait), not_before(error.retry_after))
    channel.problem, channel.problem_since = problem_of(error), channel.problem_since or now
    channel.failures += 1
    _judge(channel, now)


def note_replies_refused(channel: Channel, problem: str) -> None:
    """Write down that the channel lets no reply out for want of a right; the caller holds the row (`locked`)."""
    now = timezone.now()
    channel.reply_problem, channel.reply_problem_since = problem, channel.reply_problem_since or now
    _judge(channel, now)


@transaction.atomic
def note_reply_out(channel_id: int) -> None:
    """A reply got out where they were refused: let the others go too."""
    channel, now = locked(channel_id), timezone.now()
    if channel.reply_problem:
        _let_replies_go(channel, now)
        _judge(channel, now)


@transaction.atomic
def reconnected(channel_id: int) -> None:
    """A person has connected the account anew: read at once, and let what waited for it go."""
    channel, now = locked(channel_id), timezone.now()
    channel.next_pull_at = now
    channel.problem, channel.problem_since, channel.failures = "", None, 0
    _let_replies_go(channel, now)
    _judge(channel, now)


def locked(channel_id: int) -> Channel:
    """Return the channel's row, locked to the end of the transaction. First of all locks."""
    return Channel.objects.select_for_update(no_key=True).select_related("municipality").get(pk=channel_id)


def hold_for(channel: Channel) -> timedelta:
    """Return how long to wait before a refused reply is tried again: as long as it has lasted, a minute to an hour."""
    lasted = timezone.now() - channel.reply_problem_since if channel.reply_problem_since else timedelta()
    return min(max(lasted, FIRST_WAIT), LONGEST_WAIT)


def problem_of(error: ChannelError) -> Channel.Problem:
    """Return what an error means for the channel."""
    kinds: list[tuple[type[ChannelError], Channel.Problem]] = [
        (AuthExpiredError, Channel.Problem.TOKEN),
        (PermissionMissingError, Channel.Problem.PERMISSION),
        (RateLimitedError, Channel.Problem.BUSY),
        (ProtocolError, Channel.Problem.ODD),
    ]
    return next((problem for kind, problem in kinds if isinstance(error, kind)), Channel.Problem.AWAY)


def within(seconds: float) -> timedelta:
    """Return almost that long, never longer, so that many channels do not knock at the same moment."""
    return timedelta(seconds=seconds * random.uniform(0.9, 1.0))  # noqa: S311 - jitter, not a secret


def not_before(seconds: float) -> timedelta:
    """Return that long or a little longer: what a platform asks for is never cut short."""
    return timedelta(seconds=seconds * random.uniform(1.0, 1.1))  # noqa: S311 - jitter, not a secret


def _keep_odd(channel: Channel, error: ProtocolError) -> None:
    """Keep the answer; the same bytes once more are news again, though they were settled."""
    page = intake.keep_raw(channel, error.raw, problem=str(error))
    page.problem = str(error)[:300]
    page.settled_at, page.settled_how, page.settled_by, page.settled_reason = None, "", None, ""
    page.save(update_fields=["problem", "settled_at", "settled_how", "settled_by", "settled_reason"])


def _let_replies_go(channel: Channel, now: datetime) -> None:
    """End the wait of the replies that were refused for want of a right; the sweep finds them."""
    channel.reply_problem, channel.reply_problem_since = "", None
    held = Reply.objects.filter(channel=channel, status=ReplyStatus.APPROVED, problem__in=health.HOLDING)
    moves.advance_where(held, workflow.RESUME, publish_after=now, problem="")


def _judge(channel: Channel, now: datetime) -> None:
    """Save the channel; say once that it has stopped, and once that it is well again."""
    since = health.stop_since(channel, now)
    if channel.stopped_at is None and since:
        channel.stopped_at, channel.recovered_at = now, None
        problem = channel.problem or channel.reply_problem
        audit_log.record("channel.stop", subject=channel, by=None, problem=problem, since=since)
        _tell_leads(channel, "channel.stop", since, _stop_mail)
    elif channel.stopped_at and not channel.problem and not channel.reply_problem:
        stopped_at, channel.stopped_at, channel.recovered_at = channel.stopped_at, None, now
        audit_log.record("channel.recover", subject=channel, by=None, stopped_at=stopped_at)
        _tell_leads(channel, "channel.recover", stopped_at, _recovery_mail)
    if health.ends_soon(channel, now) and channel.warned_of_end != channel.token_expires_at:
        _warn_of_end(channel)
    channel.save(
        update_fields=[
            *("pulled_at", "next_pull_at", "problem", "problem_since", "failures"),
            *("reply_problem", "reply_problem_since", "stopped_at", "recovered_at", "warned_of_end"),
        ]
    )


def _warn_of_end(channel: Channel) -> None:
    """Tell the leads once of each end of the access, two weeks before."""
    channel.warned_of_end = channel.token_expires_at
    if channel.token_expires_at and not channel.stopped_at:
        _tell_leads(channel, "channel.expiry", channel.token_expires_at, _expiry_mail)


Mail = Callable[[Channel, datetime], tuple[str, str]]


def _tell_leads(channel: Channel, kind: str, since: datetime, mail: Mail) -> None:
    """Put one mail to each lead, in their own language, in the outbox.

    The key holds the moment, so that the same stop is told once.
    """
    town = channel.municipality
    leads = Membership.objects.current().filter(municipality=town, role=Role.LEAD).select_related("user")
    for lead in leads:
        with translation.override(lead.user.language):
            subject, body = mail(channel, since)
            body += f"\n\n{settings.SITE_URL}{reverse('inbox:channels')}"
            key = f"{kind}:{channel.pk}:{since.isoformat()}:{lead.pk}"
            try:
                queue(town, kind=kind, to=lead.user.email, subject=subject, body=body, key=key)
            except NoticeError as error:
                log.warning("Lead %s could not be told of channel %s: %s", lead.pk, channel.pk, error)


def _stop_mail(channel: Channel, since: datetime) -> tuple[str, str]:
    reading = bool(channel.problem)
    problem = Channel.Problem(channel.problem or channel.reply_problem).label
    follows = (
        _("Nye kommentarer leses ikke inn før dette er rettet. Det som kommer imens, leses inn etterpå.")
        if reading
        else _("Kommentarer leses inn som vanlig, men svar går ikke ut.")
    )
    body = "\n\n".join(
        [
            _("%(channel)s har stått stille siden %(since)s.") % {"channel": channel.name, "since": moment_words(since)}
            if reading
            else _("%(channel)s har ikke tatt imot svar siden %(since)s.")
            % {"channel": channel.name, "since": moment_words(since)},
            str(problem),
            follows,
            _("Godkjente svar venter og går ut av seg selv. Du får en ny e-post når kanalen er i drift igjen."),
        ]
    )
    return _("%(channel)s er stanset") % {"channel": channel.name[:150]}, body


def _recovery_mail(channel: Channel, stopped_at: datetime) -> tuple[str, str]:
    body = _("%(channel)s er i drift igjen. Vi meldte at den stanset %(since)s. Svar som ventet, går ut nå.") % {
        "channel": channel.name,
        "since": moment_words(stopped_at),
    }
    return _("%(channel)s er i drift igjen") % {"channel": channel.name[:150]}, body


def _expiry_mail(channel: Channel, ends_at: datetime) -> tuple[str, str]:
    about = {"channel": channel.name[:150], "day": date_format(timezone.localtime(ends_at), "DATE_FORMAT")}
    body = _(
        "Tilgangen til %(channel)s går ut %(day)s. Koble til på nytt før den dagen, så stopper ingenting. "
        "Etter den dagen leses ingen kommentarer inn herfra."
    )
    return _("Tilgangen til %(channel)s går snart ut") % about, body % about


def moment_words(moment: datetime) -> str:
    """Return a moment as «21. november kl. 12.30», in the time zone of the request."""
    return date_format(timezone.localtime(moment), "MOMENT_FORMAT")
