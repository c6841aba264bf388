"""What a reader cannot see of a text by looking at it: turned directions, invisible characters, borrowed letters.

Nothing is taken out of the text for it (unicode.org/reports/tr36, "Bidirectional Text Spoofing" and "Mixed-Script
Spoofing"); people are told, so that they know what they read. The sentences are bokmål message ids.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from inbox.reading.findings import gettext_noop

LONG = 20_000  # characters; no platform's own form lets so much through


class Oddity(StrEnum):
    """What may be odd about a comment; the value is the sentence for people."""

    CLEANED = gettext_noop("Tegn som ikke kan lagres, står som �. Slik plattformen sendte teksten, er tatt vare på.")
    BIDI = gettext_noop("Teksten eller navnet har skrift fra høyre mot venstre. Rekkefølgen kan være en annen.")
    INVISIBLE = gettext_noop("Teksten eller navnet har tegn som ikke synes.")
    LONG = gettext_noop("Teksten er uvanlig lang.")
    IMPOSTOR = gettext_noop("Navnet ligner kommunens eget. Avsenderen er ikke kommunen.")


_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = {"R", "AL"}
# Soft hyphen, fillers, zero width, word joiner, byte order mark, tags. A joiner beside an emoji or in a script that
# joins is no secret: U+200C and U+200D count only between Latin letters.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e001f\U000e0021-\U000e007e]|(?<=[A-Za-zÀ-ɏ])[\u200c\u200d](?=[A-Za-zÀ-ɏ])"
)
# Cyrillic and Greek letters that are drawn as Latin ones (unicode.org/reports/tr39, the ones that spell names here).
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕԁһӏνοαρτυικАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlvoaptuikABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)


def oddities(text: str, name: str, *, own_names: Iterable[str] = (), cleaned: bool = False) -> list[Oddity]:
    """Return what is odd about a comment's text and its sender's name, in a fixed order.

    `own_names` are the municipality's: who calls himself one of them, or nearly, is told apart from it. `cleaned` says
    that characters were replaced when it was stored. Takes time in proportion to the text.
    """
    both = f"{name}\n{text}"
    found = {
        Oddity.CLEANED: cleaned,
        Oddity.BIDI: bool(_DIRECTION.search(both)) or any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in both),
        Oddity.INVISIBLE: bool(_UNSEEN.search(both)) or (bool(text) and not text.strip()),
        Oddity.LONG: len(text) > LONG,
        Oddity.IMPOSTOR: _skeleton(name) in {_skeleton(own) for own in own_names if own},
    }
    return [oddity for oddity, is_so in found.items() if is_so]


def unturned(text: str) -> str:
    """Return words of others without what turns directions, for a line of ours that cannot set them apart."""
    return _DIRECTION.sub("", text)


def _skeleton(name: str) -> str:
    """Return the letters a name seems to have."""
    drawn = unicodedata.normalize("NFKD", _UNSEEN.sub("", name)).translate(_LOOKS_LIKE)
    return "".join(letter for letter in drawn.casefold() if letter.isalnum())
