"""Names and homes: soft hints, because a place of fault and a home look the same, and a name may be anybody's."""

import re
from collections.abc import Iterator, Sequence

from inbox.reading.findings import Context, Finding, Kind, Strength, gettext_noop
from inbox.reading.tokens import Token, WordList, data

STREET = re.compile(
    r"\b[A-ZÆØÅÁČĐŊŠŽ][\w\-]{1,30}?(?:veien|vegen|veg|vei|gata|gaten|gate|lia|faret|bakken|plassen|svingen|stien|tunet|moen|"
    r"allé|alle|kroken|ringen|torget|toppen|haugen|åsen|jordet|brinken) \d{1,3} ?[A-Za-z]?\b(?!\w)"
)
PLACE = re.compile(r"\b[A-ZÆØÅÁČĐŊŠŽ][\w\-]{2,30} \d{1,3} ?[A-H]?\b(?![.\d/])")
HOME = re.compile(
    r"(?:\bbor (?:i|på|ved)|\bbur (?:i|på|ved)|flytt(?:et|a|e) til|adressen min(?: er)?|adressa mi(?: er)?"
    r"|adresse:?|hjemme i|heime i|\blive (?:at|in)|my address is) ?$",
    re.IGNORECASE,
)
ADDRESS_REASON = gettext_noop("Kan være noens adresse")
HOME_REASON = gettext_noop("Kan være en hjemmeadresse")
NAME_REASON = gettext_noop("Kan være fullt navn på en person")

_DATA = data("names")
GIVEN = frozenset(name.casefold() for name in str(_DATA["given"]).split())
NO_SURNAMES = frozenset(_DATA["no_surnames"])
CUES = WordList.of({"cue": _DATA["cues"]})


def find_names(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Finding]:
    """Yield full names: a given name and a capitalised word after it. Firm when a word says whose name it is."""
    own = {name.casefold() for name in context.own_names}
    cued = {hit.last + 1 for hit in CUES.find(tokens)}
    place = 0
    while place < len(tokens) - 1:
        last = _name_from(text, tokens, place)
        if last == place:
            place += 1
            continue
        start, end = tokens[place].start, tokens[last].end
        if text[start:end].casefold() not in own:
            strength = Strength.FIRM if place in cued else Strength.SOFT
            yield Finding(start, end, Kind.NAME, "person_name", NAME_REASON, strength)
        place = last + 1


def _name_from(text: str, tokens: Sequence[Token], place: int) -> int:
    """Return the number of the name's last word, or `place` itself when no name begins here."""
    first = tokens[place]
    if not first.capital or first.word not in GIVEN or text[first.start - 1 : first.start] in {"@", "#"}:
        return place
    last = place
    while last + 1 < len(tokens) and last - place < 3 and _goes_on(text, tokens[last], tokens[last + 1]):
        last += 1
    return last if tokens[last].word not in NO_SURNAMES else place


def _goes_on(text: str, one: Token, following: Token) -> bool:
    between = text[one.end : following.start]
    return following.capital and between in {" ", "\u00a0"} and following.end - following.start > 1


def find_addresses(text: str, names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield street addresses: soft, because faults have addresses too; firm when somebody lives there."""
    for match in STREET.finditer(text):
        named = any(0 < match.start() - name.end < 8 for name in names)
        if named or _is_home(text, match.start()):
            yield Finding(match.start(), match.end(), Kind.ADDRESS, "home_address", HOME_REASON)
        else:
            yield Finding(match.start(), match.end(), Kind.ADDRESS, "street_address", ADDRESS_REASON, Strength.SOFT)
    for match in PLACE.finditer(text):
        if _is_home(text, match.start()) and not STREET.match(text, match.start()):
            yield Finding(match.start(), match.end(), Kind.ADDRESS, "home_address", HOME_REASON)


def _is_home(text: str, start: int) -> bool:
    return HOME.search(text[max(0, start - 24) : start]) is not None
