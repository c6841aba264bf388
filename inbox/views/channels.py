"""The page of channels: how each fares, what to do and who can, and what is not covered at all."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inbox import access, health, stuck
from inbox.health import Health
from inbox.models import Channel, Reply
from inbox.views.channel_words import Note, alerts_of, notes_of, token_words
from inbox.views.coverage import coverage_of
from inbox.views.outgoing import held_words
from inbox.workflow import ReplyStatus

GRAVEST_FIRST = ("danger", "warning", "success", "neutral")


@dataclass(frozen=True)
class Line:
    """One channel on the page: what is known of it, its state in a word, and what to do about it."""

    health: Health
    notes: list[Note]
    state: str
    icon: str
    colour: str
    token: str

    @property
    def channel(self) -> Channel:
        return self.health.channel


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the municipality's channels with their health, and what nobody sees."""
    member = access.channel_watcher(request)
    found = health.health_of(member.municipality_id)
    lines = sorted((_line(one) for one in found), key=lambda line: GRAVEST_FIRST.index(line.colour))
    context = {
        "lines": lines,
        "alerts": [alert for one in found for alert in alerts_of(one)],
        "coverage": coverage_of({one.channel.platform for one in found if not one.is_off}),
        "not_in": sum(one.unread_items + one.odd_pages for one in found),
        "not_out": stuck.count_not_out(member) if member.may_answer else 0,
    }
    return render(request, "inbox/channels.html", context)


@require_safe
def not_out(request: HttpRequest) -> HttpResponse:
    """List the replies that did not get out, with why and what to do."""
    member = access.team_member(request)
    page = stuck.replies_not_out(member, after=mark_of(request))
    rows = [{"reply": reply, "why": why, "todo": todo} for reply in page.rows for why, todo in [_why(reply)]]
    return render(request, "inbox/not_out.html", {"page": page, "rows": rows})


def mark_of(request: HttpRequest, name: str = "etter") -> int:
    """Return where the page begins, from its address; 0, the first page, for anything else."""
    mark = request.GET.get(name, "")
    return int(mark) if mark.isdecimal() and len(mark) < 19 else 0


def _line(one: Health) -> Line:
    state, icon, colour = _state(one)
    return Line(one, notes_of(one), state, icon, colour, token_words(one))


def _state(one: Health) -> tuple[str, str, str]:
    """Return the state in a word, its icon and its colour; the gravest that holds."""
    channel = one.channel
    danger, warning, fine = (
        ("XMarkOctagon", "danger"),
        ("HourglassBottomFilled", "warning"),
        ("CheckmarkCircleFill", "success"),
    )
    states = [
        (one.is_off, _("Koblet fra"), ("LinkBroken", "neutral")),
        (channel.is_manual, _("Skrives inn for hånd"), ("Pencil", "neutral")),
        (bool(channel.problem) and channel.problem in health.SHUT_OUT, _("Frakoblet"), danger),
        (one.is_stopped and bool(channel.problem), _("Stanset"), danger),
        (one.is_not_pulled, _("Leses ikke"), danger),
        (one.quota is not None and one.quota.is_used_up, _("Venter på kvote"), warning),
        (bool(channel.problem), _("Venter"), warning),
        (bool(channel.reply_problem) or one.held_replies > 0, _("Svar venter"), warning),
        (bool(one.missing) or one.token_ends_soon, _("Trenger tilsyn"), ("ExclamationmarkTriangleFill", "warning")),
        (channel.pulled_at is None, _("Ikke hentet ennå"), ("Hourglass", "neutral")),
    ]
    return next(((word, *look) for holds, word, look in states if holds), (_("I drift"), *fine))


def _why(reply: Reply) -> tuple[str, str]:
    """Return why a reply did not get out, and what to do."""
    if health.is_held(reply):
        return held_words(reply), _(
            "Det går ut av seg selv når kanalen er i orden. En leder kan koble den til på nytt."
        )
    what = {
        ReplyStatus.UNCLEAR: _(
            "En leder ser etter på plattformen og sier om svaret står der, eller sender det på nytt."
        ),
        ReplyStatus.REFUSED: _("Skriv om svaret, eller forkast det. Kommentaren venter på svar igjen."),
        ReplyStatus.APPROVED: _("Du trenger ikke gjøre noe. Vi prøver igjen av oss selv."),
    }
    return reply.get_problem_display(), what[ReplyStatus(reply.status)]
