"""The words of a notice: filled in, and found again in a draft. Plain values only."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter

STANDARD_LANGUAGE = "nb"
FIELDS = frozenset(
    {"form_url", "address", "municipality", "leader_title", "executive_title", "accounts_word", "notice_url"}
)
LINKS = frozenset({"form_url", "notice_url"})

TITLE_FIELDS = frozenset({"municipality", "leader_title", "executive_title", "accounts_word"})

_FIELD = re.compile(r"\{(\w+)\}")
# Between these a phrase is read on its own: "Det trenger du ikke nå, men send en formell henvendelse" is a notice.
_CLAUSE_ENDS = re.compile(r"[.!?;:,–—]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Words that turn a notice into its opposite when they stand in the same clause.
_DENIALS = re.compile(
    r"\b(?:trenger (?:du |dere )?ikke|behøver (?:du |dere )?ikke|trengs ikke|har ikke|ikke nødvendig|unødvendig|slipper"
    r"|treng (?:du |de )?ikkje|trengst ikkje|har ikkje|ikkje nødvendig|slepp"
    r"|do not need|don't need|need not|no need|not necessary|not required|unnecessary|has no|does not have)\b"
)


class WordingError(ValueError):
    """A notice cannot be written: no variant of its wording has all its fields."""


def fill(wording: Mapping[str, Sequence[str]], language: str, fields: Mapping[str, str]) -> str:
    """Return the first variant in `language` (else bokmål) whose fields all have a value.

    `fields` holds the values of FIELDS; blank values count as missing. WordingError when no variant fits.
    """
    variants = wording.get(language) or wording.get(STANDARD_LANGUAGE) or ()
    for variant in variants:
        if all(fields.get(name) for name in fields_in(variant)):
            return variant.format_map(fields)
    lacking = sorted({name for variant in variants for name in fields_in(variant) if not fields.get(name)})
    raise WordingError(
        f"No wording in {language!r} can be filled in; missing: {', '.join(lacking) or 'the wording itself'}."
    )


def fields_in(variant: str) -> set[str]:
    """Return the names in braces, as written."""
    return {name for _, name, _, _ in Formatter().parse(variant) if name is not None}


def with_titles(text: str, titles: Mapping[str, str]) -> str:
    """Return a short text with its fields (of TITLE_FIELDS) filled in; an unknown or empty one stays as written."""
    filled = _FIELD.sub(lambda field: titles.get(field[1]) or field[0], text)
    return filled[:1].upper() + filled[1:] if text.startswith("{") else filled


def says(phrases: Iterable[str], text: str) -> bool:
    """Tell whether one of the phrases stands in the text and is not denied in its own clause.

    Case, spacing, line breaks and invisible characters do not count; a phrase begins at the beginning of a word
    ("uformell henvendelse" is no "formell henvendelse") and may go on in an ending ("henvendelsen").
    """
    plain = _plain(text)
    return any(_stands_undenied(_plain(phrase), plain) for phrase in phrases)


def _plain(text: str) -> str:
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("’", "'")
    return " ".join(visible.casefold().split())


def _stands_undenied(phrase: str, text: str) -> bool:
    if not phrase:
        return False
    places = re.finditer(rf"(?<!\w){re.escape(phrase)}", text)
    return any(not _DENIALS.search(_rest_of_clause(text, place)) for place in places)


def _rest_of_clause(text: str, place: re.Match[str]) -> str:
    """Return the clause around a place, without what stands in the place itself."""
    before = _CLAUSE_ENDS.split(text[: place.start()])[-1]
    after = _CLAUSE_ENDS.split(text[place.end() :], maxsplit=1)[0]
    return f"{before}|{after}"
