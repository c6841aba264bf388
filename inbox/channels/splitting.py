"""A text that is too long for a platform, cut into numbered parts. Pure: text in, texts out.

Cut between paragraphs where that fills a part well enough, else between sentences, else between words; inside a word
only when it alone is too long, and never inside an address, a mention or what a reader sees as one character.
"""

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

MOST_PARTS = 9
WELL_FILLED = 0.4  # of what would fit: a cut before this leaves too many small parts
_PARAGRAPH = regex.compile(r"\n\s*\n\s*")
_SENTENCE = regex.compile(r"(?:[.!?…][\"'»”’)\]]*\s+|\n\s*)")
_WORD = regex.compile(r"\s+")
_TOKEN = regex.compile(r"\S+")
_KEPT_WHOLE = regex.compile(r"[@#/:.]")  # addresses, mentions, tags
_GRAPHEME = regex.compile(r"\X")

Fits = Callable[[str], bool]


class CannotSplitError(ValueError):
    """The text cannot be cut into at most MOST_PARTS parts that fit."""


@dataclass(frozen=True)
class Cuts:
    """Where a text may be cut: the places in order, and how good each is (paragraph 3, sentence 2, word 1, else 0)."""

    places: Sequence[int]
    rank: dict[int, int]


def numbered_parts(text: str, fits: Fits) -> list[str]:
    """Return the text as parts with their markers, "… (1/3)"; `fits` tells whether a part as written fits.

    Raises CannotSplitError when an address is longer than a part, or MOST_PARTS are not enough.
    """
    pieces = [piece.strip() for piece in pieces_of(text, fits)]
    return [marked(piece, number, len(pieces)) for number, piece in enumerate(pieces, 1)]


def marked(piece: str, number: int, total: int) -> str:
    """Return the piece as it is published."""
    return f"{piece} ({number}/{total})"


def pieces_of(text: str, fits: Fits) -> list[str]:
    """Return the pieces, which joined are the text; each fits without the space around it and with its marker."""
    cuts = _cuts(text)
    pieces: list[str] = []
    begin = 0
    while text[begin:].strip():
        if len(pieces) == MOST_PARTS:
            raise CannotSplitError(f"more than {MOST_PARTS} parts")
        end = _end_of_piece(text, begin, cuts, fits)
        pieces.append(text[begin:end])
        begin = end
    if pieces and begin < len(text):
        pieces[-1] += text[begin:]
    return pieces


def _end_of_piece(text: str, begin: int, cuts: Cuts, fits: Fits) -> int:
    """Return where the piece that begins here ends: the best cut that fits and fills it well enough."""

    def fits_until(end: int) -> bool:
        return fits(marked(text[begin:end].strip(), MOST_PARTS, MOST_PARTS))

    ahead = cuts.places[bisect.bisect_right(cuts.places, begin) :]
    # The first place that does not fit: from there on none does.
    most = bisect.bisect_left(ahead, True, key=lambda end: not fits_until(end))
    if most == 0:
        raise CannotSplitError("a word that may not be cut is longer than a part")
    reachable = ahead[:most]
    longest = reachable[-1]
    if longest == len(text):
        return longest
    well_filled = [end for end in reachable if end - begin >= WELL_FILLED * (longest - begin)]
    best = max(cuts.rank[end] for end in well_filled)
    if best == 0 and (words := [end for end in reachable if cuts.rank[end]]):
        return words[-1]  # a long word is cut only in a part of its own
    return max(end for end in well_filled if cuts.rank[end] == best)


def _cuts(text: str) -> Cuts:
    whole = {place.end() for place in _GRAPHEME.finditer(text)}
    rank: dict[int, int] = {}
    for token in _TOKEN.finditer(text):
        if not _KEPT_WHOLE.search(token.group()):
            rank |= dict.fromkeys(range(token.start() + 1, token.end()), 0)
    for pattern, value in ((_WORD, 1), (_SENTENCE, 2), (_PARAGRAPH, 3)):
        rank |= {place.end(): value for place in pattern.finditer(text)}
    rank[len(text)] = 3
    places = sorted(place for place in rank if place in whole and text[:place].strip())
    return Cuts(places, rank)
