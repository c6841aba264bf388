"""What nobody sees here: what the platforms give no program, or we do not ask for. Silence there does not mean none."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.models import Channel

P = Channel.Platform


@dataclass(frozen=True)
class Gap:
    """Something nobody sees. `platforms`: where; none means wherever we read."""

    icon: str
    title: str | Promise
    words: str | Promise
    platforms: frozenset[str] = frozenset()


def _in(*platforms: P) -> frozenset[str]:
    return frozenset(one.value for one in platforms)


META = _in(P.FACEBOOK, P.INSTAGRAM)
GAPS = (
    Gap(
        "Chat",
        _("Direktemeldinger"),
        _("Besvares i kanalens egen innboks."),
    ),
    Gap(
        "Trash",
        _("Slettet før vi så det"),
        _("Kommentarer som er borte før vi rekker å hente dem."),
    ),
    Gap(
        "PersonGroup",
        _("Grupper"),
        _("Facebook gir oss ikke kommentarene i grupper."),
        _in(P.FACEBOOK),
    ),
    Gap(
        "Forward",
        _("Delinger"),
        _("Kommentarer under andres deling av innlegget vårt."),
        _in(P.FACEBOOK, P.INSTAGRAM, P.MASTODON),
    ),
    Gap(
        "Megaphone",
        _("Annonser"),
        _("Kommentarer under innlegg som bare finnes som annonse."),
        META,
    ),
    Gap(
        "Tag",
        _("Omtale på andres sider"),
        _("Innlegg der andre nevner kommunen på sin egen side."),
        META,
    ),
    Gap(
        "Clock",
        _("Storyer og direktesendinger"),
        _("Svar på storyer er direktemeldinger. Det som skrives under en sending, leses ikke."),
        _in(P.FACEBOOK, P.INSTAGRAM, P.YOUTUBE),
    ),
    Gap(
        "Pencil",
        _("Endringer på Instagram"),
        _("Instagram sier ikke fra når en kommentar endres. Vi ser det når vi leser den på nytt."),
        _in(P.INSTAGRAM),
    ),
    Gap(
        "CloudSlash",
        _("Tjenere som ikke når vår"),
        _("På Mastodon ser vi bare svar som er kommet til tjeneren vår."),
        _in(P.MASTODON),
    ),
    Gap(
        "EyeSlash",
        _("Blokkerte kontoer"),
        _("Svar fra kontoer som har blokkert oss, eller som vi har blokkert."),
        _in(P.MASTODON, P.BLUESKY),
    ),
    Gap(
        "Newspaper",
        _("Innlegg på YouTube"),
        _("Vi leser kommentarene under filmene, ikke under innlegg og ikke i chatten."),
        _in(P.YOUTUBE),
    ),
    Gap(
        "Newspaper",
        _("Kommentarfelt på nettsteder"),
        _("Vi leser innleggene i nyhetsstrømmen, ikke kommentarene under dem."),
        _in(P.RSS),
    ),
)


def coverage_of(platforms: Collection[str]) -> list[tuple[Gap, str]]:
    """Return what is not covered on these platforms, with the platforms' names ("" = everywhere)."""
    here = [gap for gap in GAPS if not gap.platforms or gap.platforms & set(platforms)]
    return [(gap, _names(gap.platforms & set(platforms))) for gap in here]


def _names(platforms: Collection[str]) -> str:
    return ", ".join(str(P(value).label) for value in P.values if value in platforms)
