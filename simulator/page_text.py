"""Text, times and names as the citizens' pages show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from simulator import clock
from simulator.reading import Status
from simulator.text import as_html

OSLO = ZoneInfo("Europe/Oslo")
MONTHS = ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.")


def text_as_html(found: Status) -> Markup:
    """A status's text as safe HTML with links to those it mentions."""
    pages = {
        one.username.lower(): url_for("citizen.account_page", platform=one.platform, username=one.username)
        for one in found.mentions
    }
    return Markup(as_html(printable(found.text), pages, None))  # noqa: S704 - as_html escapes everything


def printable(text: str) -> str:
    """Text a web page can hold: characters that UTF-8 or HTML refuses become a replacement sign."""
    sendable = text.encode("utf-8", "replace").decode()
    return "".join(letter if letter in "\n\t" or ord(letter) >= 0x20 else "\ufffd" for letter in sendable)


def when(moment: int) -> str:
    """A time (ms since 1970) in Norwegian words and Norwegian time: «i dag kl. 09.30», «18. nov. kl. 14.05»."""
    then = clock.as_datetime(moment).astimezone(OSLO)
    days = (datetime.now(OSLO).date() - then.date()).days
    day = {0: "i dag", 1: "i går"}.get(days, f"{then.day}. {MONTHS[then.month - 1]}")
    return f"{day} kl. {then:%H.%M}"


def comments_counted(number: int) -> str:
    """«Ingen kommentarer», «1 kommentar», «12 kommentarer»."""
    if number == 0:
        return "Ingen kommentarer"
    return f"{number} kommentar" if number == 1 else f"{number} kommentarer"


def initial(name: str) -> str:
    """The first letter of a name, for the round sign beside it."""
    return printable(name[:1]).upper() or "?"


FILTERS = {
    "as_html": text_as_html,
    "printable": printable,
    "when": when,
    "comments_counted": comments_counted,
    "initial": initial,
    "iso": clock.iso,
}
