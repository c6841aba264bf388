"""What a split text may be unsure of: kept as a sentence in bokmål, said in the language of whoever reads it."""

import re
from typing import Final

from django.utils.translation import gettext, gettext_noop

# The sentences are the codes: what is stored is one of them, filled in.
RUN_ON: Final = gettext_noop("Kilden har ingen tom linje her. Er dette en overskrift?")
HEADING: Final = gettext_noop("Er dette en overskrift?")
BULLET: Final = gettext_noop("Kulepunktet er kanskje skadet.")
LOST_POINT: Final = gettext_noop("Punkt %(number)s mangler foran dette.")
LOST_NUMBER: Final = gettext_noop("Nummeret %(number)s mangler i kilden.")
NO_PART: Final = gettext_noop("Fant ikke delen dette hører til. Sett koden selv.")
UNKNOWN_PART: Final = gettext_noop("Kjenner ikke denne delen igjen. Sett kodene selv.")
SAME_CODE: Final = gettext_noop("Koden %(code)s står flere ganger.")
BROKEN_LINE: Final = gettext_noop("Mangler det et kulepunkt foran «%(words)s», eller begynner en ny del der?")
OTHER_WORD: Final = gettext_noop("«%(word)s» er kanskje «%(proposal)s».")
DAMAGED_WORD: Final = gettext_noop("«%(word)s» er kanskje skadet.")
ALL: Final = (
    RUN_ON,
    HEADING,
    BULLET,
    LOST_POINT,
    LOST_NUMBER,
    NO_PART,
    UNKNOWN_PART,
    SAME_CODE,
    BROKEN_LINE,
    OTHER_WORD,
    DAMAGED_WORD,
)


def said(kept: str) -> str:
    """Return a kept doubt in the language in force; what is none of our sentences comes back as it is."""
    for sentence, pattern in PATTERNS.items():
        if found := pattern.fullmatch(kept):
            return gettext(sentence) % found.groupdict()
    return kept


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)


PATTERNS: Final = {one: _pattern(one) for one in ALL}
