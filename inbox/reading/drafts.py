"""What a draft of ours must not say: the checks of B1-B4, C6 and C7, as far as words show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox.reading.findings import PERSONAL, Context, Finding, Kind, Strength, contact_key, gettext_noop
from inbox.reading.numbers import find_numbers
from inbox.reading.people import find_addresses, find_names
from inbox.reading.tokens import Hit, Token, WordList, data, tokens_of
from inbox.reading.words import find_health, health_entries

PERSONAL_DATA, LEVEL, RECOMMENDATION = "personal_data", "level", "recommendation"
WARNINGS = {
    name: (WordList.of({name: group["words"]}), str(group["reason"])) for name, group in data("opinion").items()
}
POLITICAL_ONLY = frozenset({LEVEL, RECOMMENDATION})
SIGNATURES = ("hilsen", "helsing", "helsning", "mvh", "regards", "beste helsing", "vh")


class Severity(StrEnum):
    """BLOCKING stops the reply until the words are gone or a lead overrides; WARNING is only said."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True)
class DraftFinding:
    """One thing in a draft. `words` is a bokmål message id, `quoted` what fills %(words)s in it."""

    check: str
    severity: Severity
    start: int
    end: int
    words: str
    quoted: str = ""


_NUMBERS = {
    Kind.NATIONAL_ID: gettext_noop("Svaret har et fødselsnummer. Ta det ut."),
    Kind.ACCOUNT: gettext_noop("Svaret har et kontonummer. Ta det ut."),
    Kind.PHONE: gettext_noop("Svaret har et telefonnummer som ikke er kommunens. Ta det ut."),
    Kind.EMAIL: gettext_noop("Svaret har en e-postadresse som ikke er kommunens. Ta den ut."),
    Kind.BIRTH_DATE: gettext_noop("Svaret har en fødselsdato. Ta den ut."),
}
_REPEATED_HEALTH = gettext_noop("«%(words)s» gjentar en helseopplysning. Ta den ut.")
_OWN_HEALTH = gettext_noop("«%(words)s» kan være en helseopplysning om en person. Ta den ut.")
_REPEATED_NAME = gettext_noop("«%(words)s» er fullt navn på en person. Ta det ut, eller bruk bare fornavn.")
_THIRD_PERSON = gettext_noop("«%(words)s» er navnet på en annen person i kommentaren.")
_OTHER_NAME = gettext_noop("«%(words)s» ser ut som navnet på en person. Er det nødvendig?")
_ADDRESS = gettext_noop("Svaret gjentar en hjemmeadresse. Ta den ut.")
_LANDLINE = gettext_noop("Sjekk at telefonnummeret er kommunens.")


def check_draft(
    text: str,
    comment_text: str,
    findings: Sequence[Finding],
    own_public_contacts: Context,
    *,
    political: bool = False,
) -> list[DraftFinding]:
    """Return what the draft says and should not, in the order of the text, blocking first where two meet.

    `findings` are those of the comment. `political`: a person has flagged the comment so; only then are opinions
    (C6) and forecasts (C7) pointed out.
    """
    tokens = tokens_of(text)
    names = list(find_names(text, tokens, own_public_contacts))
    found = [
        *_numbers(text, own_public_contacts),
        *_health(text, tokens, comment_text, findings, names),
        *_names(text, tokens, comment_text, findings, names),
        *_addresses(text, comment_text, findings),
        *_warnings(text, tokens, political),
    ]
    return sorted(set(found), key=lambda one: (one.start, one.severity, one.end))


def _numbers(text: str, context: Context) -> Iterator[DraftFinding]:
    for one in find_numbers(text, context):
        # An office has a landline: somebody looks, nobody is stopped.
        landline = one.kind is Kind.PHONE and contact_key(text[one.start : one.end])[:1] not in "49"
        severity = Severity.WARNING if landline else Severity.BLOCKING
        yield DraftFinding(PERSONAL_DATA, severity, one.start, one.end, _LANDLINE if landline else _NUMBERS[one.kind])


def _health(
    text: str, tokens: Sequence[Token], comment_text: str, findings: Sequence[Finding], names: Sequence[Finding]
) -> Iterator[DraftFinding]:
    """Yield the citizen's own sensitive words repeated, and health words about somebody."""
    sensitive = any(one.kind is Kind.HEALTH for one in findings)
    theirs = {hit.entry for hit in health_entries(tokens_of(comment_text))} if sensitive else set()
    repeated = {_span(tokens, hit) for hit in health_entries(tokens) if hit.entry in theirs}
    for start, end in repeated:
        yield _blocked(text, start, end, _REPEATED_HEALTH)
    for one in find_health(text, tokens, names):
        if (one.start, one.end) not in repeated:
            yield _blocked(text, one.start, one.end, _OWN_HEALTH)


def _names(
    text: str, tokens: Sequence[Token], comment_text: str, findings: Sequence[Finding], names: Sequence[Finding]
) -> Iterator[DraftFinding]:
    """Yield full names of the comment that come back, parts of them, and other full names than the signature."""
    theirs = {comment_text[one.start : one.end].casefold() for one in findings if one.kind is Kind.NAME}
    parts = {part for name in theirs for part in name.split() if len(part) > 2}
    taken: set[int] = set()
    for one in names:
        full = text[one.start : one.end].casefold()
        taken |= set(range(one.start, one.end))
        if full in theirs:
            yield _blocked(text, one.start, one.end, _REPEATED_NAME)
        elif not _signed(tokens, one.start):
            yield _warned(text, one.start, one.end, PERSONAL_DATA, _OTHER_NAME)
    for token in tokens:
        if token.word in parts and token.capital and token.start not in taken and not _signed(tokens, token.start):
            yield _warned(text, token.start, token.end, PERSONAL_DATA, _THIRD_PERSON)


def _signed(tokens: Sequence[Token], start: int) -> bool:
    """Tell whether the name stands just after «Hilsen»: our own people sign their replies."""
    before = [token.word for token in tokens if token.end <= start][-4:]
    return any(word in SIGNATURES for word in before)


def _addresses(text: str, comment_text: str, findings: Sequence[Finding]) -> Iterator[DraftFinding]:
    homes = {
        comment_text[one.start : one.end].casefold()
        for one in findings
        if one.kind is Kind.ADDRESS and one.strength is Strength.FIRM
    }
    small = text.casefold()
    for home in homes:
        place = small.find(home)
        if place >= 0:
            yield DraftFinding(PERSONAL_DATA, Severity.BLOCKING, place, place + len(home), _ADDRESS)
    for one in find_addresses(text, []):
        if one.strength is Strength.FIRM and small[one.start : one.end] not in homes:
            yield DraftFinding(PERSONAL_DATA, Severity.WARNING, one.start, one.end, one.reason)


def _warnings(text: str, tokens: Sequence[Token], political: bool) -> Iterator[DraftFinding]:
    for check, (words, reason) in WARNINGS.items():
        if check in POLITICAL_ONLY and not political:
            continue
        for hit in words.find(tokens):
            yield _warned(text, *_span(tokens, hit), check, reason)


def _span(tokens: Sequence[Token], hit: Hit) -> tuple[int, int]:
    return tokens[hit.first].start, tokens[hit.last].end


def _blocked(text: str, start: int, end: int, words: str) -> DraftFinding:
    return DraftFinding(PERSONAL_DATA, Severity.BLOCKING, start, end, words, text[start:end])


def _warned(text: str, start: int, end: int, check: str, words: str) -> DraftFinding:
    return DraftFinding(check, Severity.WARNING, start, end, words, text[start:end])


def blocking_checks(found: Iterable[DraftFinding]) -> set[str]:
    """Return the checks that stop the draft."""
    return {one.check for one in found if one.severity is Severity.BLOCKING}


def may_be_personal(findings: Iterable[Finding]) -> bool:
    """Tell whether a comment has something its sender should be asked to take out."""
    return any(one.kind in PERSONAL | {Kind.HEALTH} and one.strength is Strength.FIRM for one in findings)


# The reasons stand in the data file; here they are for the message catalogue.
_REASONS = (
    gettext_noop("«%(words)s» tar stilling. Svar på administrativt nivå."),
    gettext_noop("«%(words)s» spår utfallet. Vis bare til {executive_title}ens innstilling."),
    gettext_noop("«%(words)s» gjenforteller noens historie. Den kan kjennes igjen, også uten navn."),
    gettext_noop("«%(words)s»: å gi opplysninger videre til andre krever samtykke."),
)
