"""Read one comment: all detectors and the language, in bounded time, whatever stands in it."""

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from inbox.reading.findings import Context, Finding, Findings, Kind, Strength
from inbox.reading.language import guess_language
from inbox.reading.numbers import find_numbers
from inbox.reading.people import find_addresses, find_names
from inbox.reading.tokens import Token, tokens_of
from inbox.reading.words import find_health, find_words

T = TypeVar("T")
logger = logging.getLogger(__name__)

LONGEST_READ = 60_000  # characters; what stands behind is not read, and `complete` says so
NEAR = 120  # characters between a name and what tells more of its bearer
MOST = 200  # findings of one detector; more tell nobody anything new


def read_comment(text: str, context: Context | None = None) -> Findings:
    """Return what the rules see in a comment. Never raises: a detector that fails is named in `failed`.

    No finding is never «safe»: the lists are incomplete by nature.
    """
    context = context or Context()
    part = text[:LONGEST_READ]
    failed: list[str] = []
    tokens: list[Token] = _careful("words", lambda: tokens_of(part), failed)
    names = _careful("names", lambda: find_names(part, tokens, context), failed)
    items = [
        *_careful("numbers", lambda: find_numbers(part, context), failed),
        *_careful("addresses", lambda: find_addresses(part, names), failed),
        *_careful("words", lambda: find_words(tokens, context), failed),
    ]
    health = _careful("health", lambda: find_health(part, tokens, names), failed)
    items += health
    items += [_firmer(part, name, health, items) for name in names]
    language = "".join(_careful("language", lambda: [guess_language(part)], failed))
    whole = len(text) <= LONGEST_READ and not failed
    return Findings(tuple(sorted(set(items))), language, whole, tuple(failed))


def _careful(name: str, call: Callable[[], Iterable[T]], failed: list[str]) -> list[T]:
    """Return what the detector yields; a failure is noted without the text, and the others go on."""
    try:
        return list(islice(call(), MOST if name != "words" else None))
    except Exception:
        logger.exception("the detector of %s failed", name)
        failed.append(name)
        return []


def _firmer(text: str, name: Finding, health: Iterable[Finding], items: Iterable[Finding]) -> Finding:
    """Return a name as firm when the same line tells of its bearer's health or home."""
    homes = [one for one in items if one.kind is Kind.ADDRESS and one.strength is Strength.FIRM]
    if not any(_close(text, name, one) for one in [*health, *homes]):
        return name
    return Finding(name.start, name.end, name.kind, name.rule, name.reason, Strength.FIRM)


def _close(text: str, one: Finding, other: Finding) -> bool:
    between = min(one.end, other.end), max(one.start, other.start)
    return between[1] - between[0] < NEAR and "\n" not in text[slice(*between)]
