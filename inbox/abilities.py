"""What a platform lets us do with what others wrote, and in words what then happens there."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.channels.base import Capabilities, ChannelError
from inbox.connecting import connect
from inbox.models import Channel, Comment, Intervention, Reply
from inbox.workflow import InterventionStatus

Kind = Intervention.Kind
Platform = Channel.Platform
PRIVATE_REPLY_WITHIN = timedelta(days=7)
NOTHING = Capabilities(reply=False)
WHAT_HIDING_DOES = {
    Platform.FACEBOOK: gettext_lazy(
        "Kommentaren blir skjult for andre. Avsenderen og vennene deres ser den fortsatt, og får ikke varsel."
    ),
    Platform.INSTAGRAM: gettext_lazy(
        "Kommentaren blir skjult for andre. Avsenderen ser den fortsatt. Ingen kan svare på den så lenge den er skjult."
    ),
    Platform.BLUESKY: gettext_lazy(
        "Svaret blir foldet bort under innlegget vårt. Det finnes fortsatt hos avsenderen, og den som vil, kan åpne "
        "det. Et innlegg kan skjule høyst 300 svar."
    ),
    Platform.YOUTUBE: gettext_lazy("Kommentaren holdes tilbake for vurdering. Bare avsenderen og kanalen ser den."),
}
CANNOT_HIDE = {
    Platform.MASTODON: gettext_lazy(
        "På Mastodon kan ingen skjule det andre skriver. Du kan be avsenderen fjerne det, og en leder kan blokkere "
        "kontoen eller melde den til serveren den hører til."
    ),
    Platform.RSS: gettext_lazy("Kommentarene på nettstedet kan bare leses her. Skjul dem på nettstedet."),
    Platform.MANUAL: gettext_lazy("Henvendelsen er skrevet inn for hånd. Det er ingenting å skjule."),
    Platform.PRACTICE: gettext_lazy("I øvingen er det ingenting å skjule. Avslutt kommentaren i stedet."),
}


def capabilities_of(channel: Channel) -> Capabilities:
    """Return what can be done on the channel's platform; nothing where no connector can speak. Opens no connection."""
    if channel.is_manual:
        return NOTHING
    try:
        return connect(channel).capabilities
    except ChannelError:
        return NOTHING


def can(channel: Channel, kind: str) -> bool:
    """Tell whether the platform can do an act of this kind."""
    able = capabilities_of(channel)
    return {
        Kind.HIDE: able.hide,
        Kind.UNHIDE: able.unhide,
        Kind.DELETE: able.delete_others,
        Kind.BAN: able.ban,
        Kind.UNBAN: able.unban,
        Kind.MESSAGE: able.private_reply,
        Kind.LIKE: able.like,
    }[Kind(kind)]


def why_not_tell(comment: Comment) -> str:
    """Return why the sender cannot be told privately; "" when they can. Facebook: once, within seven days."""
    if why := why_not(comment.channel, Kind.MESSAGE):
        return why
    if comment.channel.platform != Platform.FACEBOOK:
        return ""
    if timezone.now() - comment.posted_at > PRIVATE_REPLY_WITHIN:
        return _("Facebook lar oss skrive privat bare de første sju dagene. Ingen melding blir sendt.")
    if comment.interventions.filter(kind=Kind.MESSAGE, status=InterventionStatus.CARRIED_OUT).exists():
        return _("Facebook lar oss skrive privat bare én gang om hver kommentar, og det er gjort.")
    return ""


def why_not_there(comment: Comment, place: str) -> str:
    """Return why a reply cannot stand there; "" when it can."""
    able = capabilities_of(comment.channel)
    if place == Reply.Place.PRIVATE:
        return why_not_tell(comment)
    if place == Reply.Place.UNDER_POST and not (able.reply_to_post and comment.post):
        return _("Her kan ikke svaret stå som egen kommentar.")
    if place == Reply.Place.UNDER_COMMENT and comment.hidden_at:
        return _(
            "Kommentaren er skjult. Svaret vil ikke bli sett av andre. Velg «Svar i ny kommentar» eller «Privat svar»."
        )
    return ""


def what_happens(comment: Comment, kind: str) -> str:
    """Return what the platform will do, in words; for what it cannot do, what can be done instead."""
    platform = comment.channel.get_platform_display()
    if not can(comment.channel, kind):
        return why_not(comment.channel, kind)
    if kind == Kind.HIDE:
        return str(WHAT_HIDING_DOES.get(Platform(comment.channel.platform), _("Kommentaren blir skjult for andre.")))
    if kind == Kind.DELETE:
        return _("Kommentaren og svarene under den blir borte fra %(platform)s for alle. Det kan ikke angres.") % {
            "platform": platform
        }
    if kind == Kind.BAN:
        return _ban_words(comment)
    return _("Kommentaren blir synlig for alle igjen på %(platform)s.") % {"platform": platform}


def _ban_words(comment: Comment) -> str:
    if comment.channel.platform == Platform.YOUTUBE:
        return _(
            "Kommentaren blir avvist, og kanalen til avsenderen kan ikke kommentere hos oss. YouTube lar ingen "
            "oppheve det herfra: en leder gjør det i YouTube Studio når tiden er ute."
        )
    if comment.channel.platform == Platform.MASTODON:
        return _(
            "Kontoen blir blokkert: den ser ikke det vi skriver, og vi ser ikke svarene. Det den har skrevet, står."
        )
    return _("Avsenderen kan ikke kommentere eller reagere på siden. Det som er skrevet, står.")


def why_not(channel: Channel, kind: str) -> str:
    """Return why the platform cannot, and what can be done instead; "" when it can."""
    if can(channel, kind):
        return ""
    platform = channel.get_platform_display()
    if kind == Kind.HIDE and channel.platform in CANNOT_HIDE:
        return str(CANNOT_HIDE[Platform(channel.platform)])
    return {
        Kind.DELETE: _("%(platform)s lar oss ikke slette det andre skriver. Skjul kommentaren i stedet, om det går."),
        Kind.BAN: _("%(platform)s lar oss ikke utestenge noen herfra. Gjør det på plattformen."),
        Kind.UNBAN: _("%(platform)s lar oss ikke oppheve det herfra. Gjør det på plattformen."),
        Kind.MESSAGE: _("%(platform)s lar oss ikke skrive privat til avsenderen. Ingen melding blir sendt."),
        Kind.LIKE: _("%(platform)s lar oss ikke like kommentarer herfra."),
    }.get(Kind(kind), _("%(platform)s lar oss ikke gjøre dette herfra.")) % {"platform": platform}
