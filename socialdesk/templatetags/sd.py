"""The tags every page is written with: icons, channels, people, sortings, keys and times."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.models import CaseRecord
from archive.queries import record_numbered, record_of_comment
from guidelines.own_words import said_by
from guidelines.vocabulary import Flag
from inbox import search
from inbox.models import Comment
from inbox.reading.oddities import unturned
from inbox.search import CLOSED
from socialdesk.moments import Deadline, day_words, deadline_words, full_words, waited_words, when_words
from socialdesk.sortings import FLAGS, SORTINGS, Look, look_of
from team.models import Municipality

register = template.Library()

SPRITE = "icons.svg"
PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "youtube": "YouTube",
}
AVATAR_COLOURS = ("accent", "info", "success", "plum", "neutral")


@lru_cache(maxsize=1)
def _sprite() -> str:
    """Return the sprite's address; it changes only with a new build, and so with a new process."""
    return static(SPRITE)


@lru_cache(maxsize=512)
def _drawing(sprite: str, name: str, size: str) -> SafeString:
    css = f"sd-icon sd-icon--{size}" if size else "sd-icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite, name)


@lru_cache(maxsize=64)
def _channel(sprite: str, icon_name: str, name: str, size: str) -> SafeString:
    css = f"sd-ch sd-ch--{size}" if size else "sd-ch"
    drawing = '<svg><use href="{}#{}"/></svg>'  # inside role="img", so never read out by itself
    return format_html(
        '<span class="{}" role="img" aria-label="{}">' + drawing + "</span>", css, name, sprite, icon_name
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Return an icon of the sprite, hidden from screen readers: a word always stands beside it. Size "lg" or "xl"."""
    return _drawing(_sprite(), name, size)


@register.simple_tag
def channel_icon(platform: str, size: str = "") -> SafeString:
    """Return the channel's mark with the platform's name as its text. Size "lg" for headings."""
    key = str(platform).lower()
    name = PLATFORMS.get(key, str(platform))
    return _channel(_sprite(), f"ch-{key}" if key in PLATFORMS else "Chat", name, size)


@register.simple_tag
def avatar(name: str, size: str = "", *, hidden: bool = False) -> SafeString:
    """Return a round mark with a person's initials. `hidden=True` where the name stands beside it."""
    name = str(name or "").strip()
    if not name:
        return format_html('<span class="sd-av sd-av--none" role="img" aria-label="{}">?</span>', _("Ingen ansvarlig"))
    css = f"sd-av sd-av--{size}" if size else "sd-av"
    # A stable colour for each person, so that the eye learns it.
    colour = AVATAR_COLOURS[sum(name.encode()) % len(AVATAR_COLOURS)]
    words = (
        mark_safe('aria-hidden="true"') if hidden else format_html('role="img" aria-label="{}" title="{}"', name, name)
    )
    return format_html('<span class="{}" data-color="{}" {}>{}</span>', css, colour, words, initials(name))


@register.simple_tag
def sorting_tag(sorting: str) -> SafeString:
    """Return a filled tag: a person has said that the comment is this. Sortings and flags alike."""
    return _filled(str(sorting), get_language() or "")


@register.simple_tag
def suggestion_tag(sorting: str) -> SafeString:
    """Return a dashed tag with a question mark: a rule proposes it, nobody has decided."""
    return _dashed(str(sorting), get_language() or "")


@lru_cache(maxsize=256)
def _filled(sorting: str, _language: str) -> SafeString:
    look = look_of(sorting)
    return format_html('<span class="ds-tag" data-color="{}">{}{}</span>', look.colour, icon(look.icon), look.label)


@lru_cache(maxsize=256)
def _dashed(sorting: str, _language: str) -> SafeString:
    look = look_of(sorting)
    return format_html(
        '<span class="ds-tag sd-tag--suggest" data-color="{}">{}<span class="ds-sr-only">{} </span>{}?</span>',
        look.colour,
        icon(look.icon),
        _("Forslag:"),
        look.label,
    )


@register.simple_tag
def flag_mark(flag: str) -> SafeString:
    """Return a flag that a person has set, as icon and word without a box."""
    look = look_of(flag)
    drawing = icon("ShieldLockFill" if look.icon == "ShieldLock" else look.icon)
    return format_html(
        '<span class="sd-flag sd-flag--set" data-color="{}">{}{}</span>', look.colour, drawing, look.label
    )


@register.simple_tag
def sorting_hint(sorting: str) -> str:
    """Return what a sorting asks for, in short: «Svar alltid»."""
    return str(look_of(sorting).hint)


@register.simple_tag
def all_sortings() -> tuple[Look, ...]:
    """Return the five sortings in their order, with words, colour, icon and key."""
    return SORTINGS


@register.simple_tag
def all_flags() -> tuple[Look, ...]:
    """Return the flags a person can set, with words, colour and icon."""
    return tuple(look for look in FLAGS if look.value in set(Flag))


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """Return key caps, hidden from screen readers (`aria-keyshortcuts` on the control says it to them)."""
    return mark_safe(  # noqa: S308 - every key is escaped
        "".join(f'<kbd class="sd-kbd" aria-hidden="true">{conditional_escape(key)}</kbd>' for key in keys)
    )


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and the last name: «Kari Holten» is KH, «@havard» is H."""
    words = [word.lstrip("@_.-(\"'«") for word in unturned(str(name or "")).split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def wait(value: timedelta | datetime | None) -> str:
    """Return how long something has waited: «52 min», «3 t 10 min», «1 d 3 t». Takes a length, or a start until now."""
    if value is None:
        return ""
    return waited_words(timezone.now() - value if isinstance(value, datetime) else value)


@register.filter
def when(value: datetime | date | None) -> SafeString | str:
    """Return a `<time>` with «i dag kl. 07.42», «i går kl. 21.10» or «20. november»; the whole moment is its title."""
    if value is None:
        return ""
    title = full_words(value) if isinstance(value, datetime) else day_words(value)
    stamp = value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, title, when_words(value))


@register.filter
def at(value: datetime | None) -> SafeString | str:
    """Return a `<time>` with the whole moment, «20.11.2026 kl. 07.42», for logs and records."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), full_words(value))


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """Return a `<time>` with the time of day alone, «08.21»; the whole moment is its title."""
    if value is None:
        return ""
    whole = full_words(value)
    stamp = value.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, whole, whole.rsplit(" ", 1)[-1])


@register.filter
def nb_number(value: int | None) -> str:
    """Return a whole number with its thousands apart: `8 000`, in English `8,000`."""
    return "" if value is None else number_format(int(value), force_grouping=True)


@register.filter
def size_words(value: int | None) -> str:
    """Return a number of bytes as «41 kB» or «4,2 MB», in English «4.2 MB»."""
    if value is None:
        return ""
    if value < 1_000_000:
        return f"{max(1, round(value / 1000))} kB"
    return f"{number_format(value / 1_000_000, decimal_pos=1)} MB"


@register.filter
def deadline(comment: Comment) -> Deadline:
    """Return the words of a comment's deadline («til 11.42», «frist i går») and how pressing it is."""
    if comment.status in CLOSED or comment.answer_by is None:
        return Deadline("", "")
    return deadline_words(comment.posted_at, comment.answer_by, timezone.now())


@register.filter
def alone(text: object) -> SafeString:
    """Return words of others with a direction of their own, to stand in a sentence of ours without turning it."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def hits(headline: str) -> SafeString:
    """Return pieces of a text with what was searched for marked (see `inbox.search`)."""
    parts = re.split(f"[{search.MARK}{search.UNMARK}]", headline)
    marked = (format_html("<mark>{}</mark>" if number % 2 else "{}", part) for number, part in enumerate(parts))
    return format_html_join("", "{}", ((one,) for one in marked))


@register.simple_tag
def archive_record(comment: Comment) -> CaseRecord | None:
    """Return the archive basis of a comment: the inbox does not know the archive, the frame around both does."""
    return record_of_comment(comment.municipality_id, comment.pk)


@register.simple_tag
def archive_record_numbered(municipality_id: int, words: str) -> CaseRecord | None:
    """Return the archive basis whose number the words are («SD-0147»), if it is the municipality's."""
    return record_numbered(municipality_id, words)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Return the languages of the screens, each with what its own readers call it: ("nn", "Nynorsk")."""
    return list(settings.LANGUAGES)


@register.simple_tag(takes_context=True)
def own_words(context: template.Context, text: str, municipality: Municipality | None = None) -> str:
    """Return a duty's title or explanation with a municipality's own titles: the one given, the page's, or mine."""
    municipality = municipality or _town(context)
    return said_by(municipality, text) if municipality else text


def _town(context: template.Context) -> Municipality | None:
    """Return the municipality a page is about, or mine."""
    town: Municipality | None = context.get("municipality") or getattr(
        getattr(context.get("frame"), "member", None), "municipality", None
    )
    return town


@register.simple_tag
def spoken_in(language: str) -> SafeString:
    """Return ` lang="nn"` for words in another language than the page, so that they are read out right; else "".

    Source: WCAG 2.2, 3.1.2. Unknown languages ("") and names are left as they are.
    """
    if not language or language == get_language():
        return SafeString("")
    return format_html(' lang="{}"', language)


@register.simple_tag(takes_context=True)
def own_lang(context: template.Context, text: str = "") -> SafeString:
    """Return ` lang="nb"` for words that the municipality has written, on a page in another language.

    `text`: our own words that a municipality may have changed; when they are translated they are the page's.
    """
    town = _town(context)
    if not town or (text and get_language() != "nb" and _(text) != text):
        return SafeString("")
    return spoken_in(town.written_language)


@register.filter
def quotes_in(sentence: str, language: str) -> SafeString:
    """Return one of our sentences with what it quotes marked as being in that language."""
    lang = spoken_in(language)
    words = conditional_escape(sentence)
    return mark_safe(_QUOTED.sub(rf"\1<span{lang}>\2</span>\3", words) if lang else words)  # noqa: S308  # escaped


_QUOTED = re.compile("([«“])([^«»“”]+)([»”])")


@register.simple_tag(takes_context=True)
def quoted(context: template.Context, text: str, language: str | None = None) -> SafeString:
    """Return words of others between the quotation marks of the page's language, in their own language and direction.

    `language` is theirs: None for the municipality's, "" when nobody knows.
    """
    lang = own_lang(context) if language is None else spoken_in(language)
    words = format_html("<bdi{}>{}</bdi>", lang, text)
    return mark_safe(_("«%(words)s»") % {"words": words})  # noqa: S308  # escaped above; the pattern is ours
