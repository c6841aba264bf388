"""What is said of a channel's health: what is wrong, what to do about it, and who can."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox.channel_state import moment_words
from inbox.health import Health
from inbox.models import Channel
from inbox.models.channel import WITHOUT_ACCOUNT

Words = str | Promise
LEAD = gettext_lazy("En leder kan gjøre dette.")
SYSTEM = gettext_lazy("Systemansvarlig kan gjøre dette.")
NOBODY = gettext_lazy("Du trenger ikke gjøre noe nå.")


@dataclass(frozen=True)
class Note:
    """One thing to know of a channel. `todo`: the act that helps; `who`: who can do it; `url` with its `link` words."""

    colour: str
    icon: str
    words: str
    todo: Words = ""
    who: Words = ""
    url: str = ""
    link: Words = ""


@dataclass(frozen=True)
class Alert:
    """What stands above the list: a channel that has stopped. `connect`: signing in again is what helps."""

    channel: Channel
    colour: str
    title: str
    words: str
    todo: Words
    who: Words
    connect: bool


# What helps, and who can: by what is wrong with the channel.
HELP: dict[str, tuple[Words, Words]] = {
    Channel.Problem.TOKEN: (gettext_lazy("Koble til på nytt med kommunens konto på plattformen."), LEAD),
    Channel.Problem.PERMISSION: (
        gettext_lazy("Koble til på nytt og gi alle rettighetene plattformen spør om. Kontoen må ha en rolle på siden."),
        LEAD,
    ),
    Channel.Problem.AWAY: (
        gettext_lazy("Se om plattformen selv melder om feil. Varer det, må noen sjekke at tjeneren når plattformen."),
        SYSTEM,
    ),
    Channel.Problem.BUSY: (
        gettext_lazy("Plattformen tar imot igjen av seg selv."),
        NOBODY,
    ),
    Channel.Problem.ODD: (
        gettext_lazy("Se under Kom ikke fram. Plattformen kan ha endret seg: da trengs en ny versjon av SocialDesk."),
        SYSTEM,
    ),
}


def alerts_of(one: Health) -> Iterator[Alert]:
    """Yield what must stand above the list for a channel that has stopped: reading first, then replies."""
    channel = one.channel
    if not one.is_stopped:
        return
    if channel.problem and channel.problem_since:
        todo, who = HELP[channel.problem]
        words = _(
            "Siden %(since)s er ingenting lest inn herfra. Det som er skrevet imens, leses inn når kanalen er i orden."
        ) % {"since": moment_words(channel.problem_since)}
        words = f"{_problem_words(channel)} {words}"
        title = _("%(name)s er stanset.") % {"name": channel.name}
        yield Alert(channel, "danger", title, words, todo, who, channel.problem in {"token", "permission"})
    if channel.reply_problem and channel.reply_problem_since and not channel.problem:
        todo, who = HELP[channel.reply_problem]
        words = _("Siden %(since)s går ingen svar ut. Kommentarer leses inn som vanlig.") % {
            "since": moment_words(channel.reply_problem_since)
        }
        title = _("%(name)s tar ikke imot svar.") % {"name": channel.name}
        yield Alert(channel, "warning", title, words, todo, who, connect=True)


def notes_of(one: Health) -> list[Note]:
    """Return what to know of the channel, the gravest first; nothing when all is well."""
    if one.is_off or not one.channel.is_pulled:
        return []
    return [*_of_reading(one), *_of_access(one), *_of_what_is_left(one), *_of_doubt(one)]


def _of_reading(one: Health) -> Iterator[Note]:
    channel = one.channel
    if channel.problem and channel.problem_since and not one.is_stopped and not one.wait_until:
        todo, who = HELP[channel.problem]
        since = _("Siden %(since)s.") % {"since": moment_words(channel.problem_since)}
        yield Note("warning", "HourglassBottomFilled", f"{_problem_words(channel)} {since}", todo, who)
    if one.wait_until:
        words = _("Plattformen ber oss vente. Vi prøver igjen %(at)s.") % {"at": moment_words(one.wait_until)}
        yield Note("warning", "Timer", words, who=NOBODY)
    if one.is_not_pulled:
        yield Note(
            "danger",
            "CloudSlash",
            _("Vi skulle ha hentet herfra for over en halv time siden. Feilen er vår, ikke plattformens."),
            _("Se at arbeiderne (worker og beat) kjører."),
            SYSTEM,
        )


def _of_access(one: Health) -> Iterator[Note]:
    if one.token_ends and one.token_ends_soon:
        day = {"day": date_format(timezone.localtime(one.token_ends), "DATE_FORMAT")}
        if one.token_ends <= one.now:
            yield Note("danger", "KeyVertical", _("Tilgangen gikk ut %(day)s.") % day, _("Koble til på nytt."), LEAD)
        else:
            todo = _("Koble til på nytt før den dagen, så stopper ingenting.")
            yield Note("warning", "KeyVertical", _("Tilgangen går ut %(day)s.") % day, todo, LEAD)
    for right in one.missing:
        words = _("%(without)s (%(scope)s).") % {"without": right.without, "scope": right.scope}
        yield Note("warning", "ShieldLock", words, _("Koble til på nytt og gi rettigheten."), LEAD)
    if one.version_ends and one.version_ends_soon:
        words = _("Versjonen vi bruker av plattformen (%(version)s) tar slutt %(day)s.") % {
            "version": one.version,
            "day": date_format(one.version_ends, "DATE_FORMAT"),
        }
        yield Note("warning", "Calendar", words, _("Oppgrader SocialDesk før den dagen."), SYSTEM)


def _of_what_is_left(one: Health) -> Iterator[Note]:
    if one.held_replies:
        words = ngettext(
            "%(number)d svar venter på kanalen.", "%(number)d svar venter på kanalen.", one.held_replies
        ) % {"number": one.held_replies}
        yield Note("warning", "Paperplane", words, url=reverse("inbox:not_out"), link=_("Se svarene"))
    if number := one.unread_items + one.odd_pages:
        words = ngettext("%(number)d ting er ikke lest inn.", "%(number)d ting er ikke lest inn.", number) % {
            "number": number
        }
        yield Note("warning", "FileText", words, url=reverse("inbox:not_in"), link=_("Se hva som ikke kom fram"))
    if one.deliveries:
        words = ngettext(
            "%(number)d melding fra plattformen venter på å bli lest.",
            "%(number)d meldinger fra plattformen venter på å bli lest.",
            one.deliveries,
        ) % {"number": one.deliveries}
        yield Note("neutral", "Inbox", words)


def _of_doubt(one: Health) -> Iterator[Note]:
    """What may mean something and may mean nothing, and good news."""
    if one.silence:
        words = _(
            "Uvanlig stille: ingen kommentar på %(length)s. Lengste opphold ellers er %(before)s. "
            "Det kan stemme, men vi kan ikke vite det."
        ) % {"length": length_words(one.silence.length), "before": length_words(one.silence.longest_before)}
        yield Note("info", "QuestionmarkCircle", words, _("Se etter på plattformen om det står noe der."))
    if one.recovered_lately and one.channel.recovered_at:
        words = _("I drift igjen siden %(at)s.") % {"at": moment_words(one.channel.recovered_at)}
        yield Note("success", "CheckmarkCircle", words)


def _problem_words(channel: Channel) -> str:
    """Return what is wrong; what to do about it is said beside."""
    words = {
        Channel.Problem.TOKEN: _("Tilgangsnøkkelen gjelder ikke lenger."),
        Channel.Problem.PERMISSION: _("Tilgangen mangler en rettighet."),
        Channel.Problem.AWAY: _("Plattformen svarer ikke. Vi prøver igjen av oss selv."),
        Channel.Problem.BUSY: _("Plattformen tar ikke imot flere forespørsler."),
        Channel.Problem.ODD: _("Plattformen svarer noe vi ikke forstår. Svaret er tatt vare på."),
    }
    return words[Channel.Problem(channel.problem)]


def token_words(one: Health) -> str:
    """Return how long the access lasts, as far as it is known."""
    channel = one.channel
    if channel.platform in WITHOUT_ACCOUNT:
        return _("Trengs ikke")
    if channel.refresh_token or channel.platform == Channel.Platform.BLUESKY:
        return _("Fornyes automatisk")
    if one.token_ends is None:
        return _("Utløper ikke") if channel.platform == Channel.Platform.MASTODON else _("Ingen kjent sluttdato")
    days = (timezone.localtime(one.token_ends).date() - timezone.localtime(one.now).date()).days
    if days < 0:
        return _("Utløpt %(day)s") % {"day": date_format(timezone.localtime(one.token_ends), "MONTH_DAY_FORMAT")}
    return ngettext("Utløper om %(days)d dag", "Utløper om %(days)d dager", days) % {"days": days}


def length_words(length: timedelta) -> str:
    """Return about how long: «14 timer», «3 dager»."""
    hours = max(round(length.total_seconds() / 3600), 1)
    if hours < 48:
        return ngettext("%(number)d time", "%(number)d timer", hours) % {"number": hours}
    return ngettext("%(number)d dag", "%(number)d dager", hours // 24) % {"number": hours // 24}
