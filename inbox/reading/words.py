"""What words give away: health, abuse, threats, the political level, danger now, case handling. The lists are data."""

from collections.abc import Iterator, Sequence

from inbox.reading.findings import Context, Finding, Kind, Strength, gettext_noop
from inbox.reading.tokens import Hit, Token, WordList, data

SIMPLE = (("abuse", Kind.ABUSE), ("threat", Kind.THREAT), ("urgent", Kind.URGENT))
NEAR = 14  # words between somebody and a health word in one sentence
JUST_BEFORE = 5  # words between «jeg har» and a health word

_HEALTH, _PERSONS, _POLITICAL, _CASE = data("health"), data("persons"), data("political"), data("case")
HEALTH = WordList.of({"health": _HEALTH["words"]})
PERSONS = WordList.of({"near": _PERSONS["near"], "before": _PERSONS["before"]})
POLITICAL = WordList.of({"political": _POLITICAL["words"]})
CAPITAL_ONLY = frozenset(_POLITICAL["capital_only"])
CASE = WordList.of({name: group["words"] for name, group in _CASE.items()})
_LISTS = {name: (WordList.of({name: data(name)["words"]}), data(name), kind) for name, kind in SIMPLE}


def find_words(tokens: Sequence[Token], context: Context) -> Iterator[Finding]:
    """Yield abuse, threats, danger, political words and words of case handling."""
    for words, listed, kind in _LISTS.values():
        for hit in words.find(tokens):
            yield _finding(tokens, hit, kind, str(listed["rule"]), str(listed["reason"]))
    own = WordList.of({"political": context.political_words}) if context.political_words else None
    for hit in [*POLITICAL.find(tokens), *(own.find(tokens) if own else [])]:
        token = tokens[hit.first]
        if token.word not in CAPITAL_ONLY or (token.capital and not token.opens):
            yield _finding(tokens, hit, Kind.POLITICAL, str(_POLITICAL["rule"]), str(_POLITICAL["reason"]))
    for hit in CASE.find(tokens):
        group = hit.entry.group
        yield _finding(tokens, hit, Kind.CASE, group, str(_CASE[group]["reason"]))


def find_health(text: str, tokens: Sequence[Token], names: Sequence[Finding]) -> Iterator[Finding]:
    """Yield health words with a person near: a topic alone («kurs for pårørende ved demens») is nobody's health."""
    places = {token.start: number for number, token in enumerate(tokens)}
    near = {places[name.start] for name in names if name.start in places}
    before: set[int] = set()
    for person in PERSONS.find(tokens):
        (near if person.entry.group == "near" else before).add(person.last)
    for hit in HEALTH.find(tokens):
        if _any_at(tokens, hit, near, NEAR, NEAR) or _any_at(tokens, hit, before, JUST_BEFORE + 1, 0):
            yield _finding(tokens, hit, Kind.HEALTH, str(_HEALTH["rule"]), str(_HEALTH["reason"]))


def health_entries(tokens: Sequence[Token]) -> list[Hit]:
    """Return every health word, with or without a person."""
    return HEALTH.find(tokens)


def _any_at(tokens: Sequence[Token], hit: Hit, places: set[int], back: int, ahead: int) -> bool:
    """Tell whether one of the places lies so many words around the hit, in its sentence."""
    first, last = max(hit.first - back, 0), min(hit.first + ahead, len(tokens) - 1)
    sentence = tokens[hit.first].sentence
    return any(place in places and tokens[place].sentence == sentence for place in range(first, last + 1))


def _finding(tokens: Sequence[Token], hit: Hit, kind: Kind, rule: str, reason: str) -> Finding:
    return Finding(tokens[hit.first].start, tokens[hit.last].end, kind, rule, reason, Strength.FIRM)


# The reasons stand in the data files; here they are for the message catalogue.
_REASONS = (
    gettext_noop("Kan være en helseopplysning om en person"),
    gettext_noop("Kan være sjikane mot en person eller gruppe"),
    gettext_noop("Kan være en trussel"),
    gettext_noop("Nevner det politiske nivået: hold svaret på administrativt nivå"),
    gettext_noop("Kan være akutt: fare for liv, helse eller verdier nå"),
    gettext_noop("Kan være en klage"),
    gettext_noop("Kan være et krav om innsyn"),
    gettext_noop("Kan bety saksbehandling"),
)
