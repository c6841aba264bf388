"""Splits an adopted text into the sections a reader would see. Pure; never changes, drops or adds a character.

What it cannot be sure of (a lost number, a damaged letter, a part it does not know) is said in `doubts`, for a person
to decide: the sections are a proposal.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise, zip_longest

from guidelines import doubts
from guidelines.damage import doubts_in

NUMBERED = re.compile(r"\s*(\d{1,2})[.)]\s+")
BULLET = re.compile(r"\s*(?:[-*•–]\s+|[eo] (?=[A-ZÆØÅ]))")
DAMAGED_BULLET = re.compile(r"\s*[eo] ")
MARKED_HEADING = re.compile(r"#{1,6}\s+")
ADOPTED = re.compile(r"\s*Vedtatt (?:i|av)\b")
MAIL = re.compile(r"\b(?:e-?post|e-?mail|mail)", re.IGNORECASE)
# The stable codes of the parts, known by their subject.
PARTS = (
    ("A", re.compile(r"privat", re.IGNORECASE)),
    ("B", re.compile(r"pasient|bruker|elev|pårørende", re.IGNORECASE)),
    ("D", MAIL),
    ("C", re.compile(r"offisiell|kommunens|konto", re.IGNORECASE)),
)
LONGEST_HEADING = 100
LONGEST_RUN_ON_HEADING = 70  # a heading that stands without an empty line above it, as text from a PDF has them
SHORT_HEADING = 40  # no page is so narrow that its lines are cut here
SHORT = 0.7  # of the longest line: what ends earlier was ended by the author, not by the edge of the page


class Kind(StrEnum):
    """What a section is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"
    BULLET = "bullet"


@dataclass(frozen=True)
class Passage:
    """One section: `text` is the exact slice of the source; `doubts` are sentences of `guidelines.doubts`."""

    text: str
    kind: Kind
    code: str = ""
    audiences: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    number: int | None = field(default=None, compare=False)


def split(text: str) -> list[Passage]:
    """Return the sections of a text; their texts joined are the text itself."""
    blocks = _with_lost_numbers([_passage(block, runs_on) for block, runs_on in _blocks(text)])
    coded = _with_doubtful_codes(list(_coded(_headings(blocks))))
    longest = max((len(line) for line in text.splitlines()), default=0)
    return [_with_damage(_with_broken_lines(one, longest)) for one in coded]


def kind_of(text: str) -> Kind:
    """Return what a piece of text looks like, read alone."""
    return _passage(text).kind


def marker_of(text: str) -> str:
    """Return the number, dash or heading marks at the beginning of a section, spaces included; often empty."""
    stripped = text[: len(text) - len(text.lstrip("\n"))]
    rest = text[len(stripped) :]
    found = NUMBERED.match(rest) or MARKED_HEADING.match(rest) or BULLET.match(rest)
    return stripped + (found.group() if found else "")


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Cut the text; True beside a heading that runs on into what stands around it, without an empty line."""
    block, before, is_heading, runs_on = "", "", False, False
    lines = text.splitlines(keepends=True)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        has_words, block_has_words = _has_words(line), _has_words(block)
        joins = has_words and not is_heading and _is_run_on_heading(line, before, following)
        if has_words and block_has_words and (joins or is_heading or _begins(line, not _has_words(before))):
            yield block, runs_on
            block, is_heading, runs_on = "", False, False
        if has_words:
            is_heading, runs_on = is_heading or joins or bool(MARKED_HEADING.match(line)), runs_on or joins
        block, before = block + line, line
    if block:
        yield block, runs_on


def _has_words(text: str) -> bool:
    return bool(re.search(r"\w", text))


def _is_run_on_heading(line: str, before: str, following: str) -> bool:
    """Tell whether a line names a part that we know, with its own text right under it, as a PDF gives it."""
    words = line.strip()
    if not words[:1].isupper() or len(words) > LONGEST_RUN_ON_HEADING or words.endswith((":", ",")):
        return False
    if not _letter_of(words) or ADOPTED.match(words) or words.casefold().startswith("retningslinj"):
        return False
    if first := NUMBERED.match(following):
        return first.group(1) == "1"
    stands_alone = len(words) <= SHORT_HEADING or before.rstrip().endswith((".", "!", "?"))
    return stands_alone and not words.endswith((".", "!", "?")) and following[:1].isupper()


def _begins(line: str, after_blank: bool) -> bool:
    if any(pattern.match(line) for pattern in (NUMBERED, BULLET, MARKED_HEADING, ADOPTED)):
        return True
    # A small letter goes on with the sentence before, whatever the scanner put between.
    return after_blank and not line.lstrip()[:1].islower()


def _passage(block: str, runs_on: bool = False) -> Passage:
    words = block.lstrip("\n")
    if runs_on:
        return Passage(block, Kind.HEADING, doubts=(doubts.RUN_ON,))
    if found := NUMBERED.match(words):
        return Passage(block, Kind.POINT, number=int(found.group(1)))
    if MARKED_HEADING.match(words):
        return Passage(block, Kind.TITLE if words.startswith("# ") else Kind.HEADING)
    if BULLET.match(words):
        unsure = (doubts.BULLET,) if DAMAGED_BULLET.match(words) else ()
        return Passage(block, Kind.BULLET, doubts=unsure)
    return Passage(block, Kind.PARAGRAPH)


def _headings(passages: list[Passage]) -> Iterator[Passage]:
    for place, one in enumerate(passages):
        if one.kind is Kind.PARAGRAPH and place == 0 and one.text.strip().casefold().startswith("retningslinj"):
            yield replace(one, kind=Kind.TITLE)
        elif one.kind is Kind.PARAGRAPH and one.number is None and _looks_like_heading(one.text):
            yield replace(one, kind=Kind.HEADING)
        elif 0 < place < len(passages) - 1 and _could_be_heading(passages[place - 1], one, passages[place + 1]):
            yield replace(one, kind=Kind.HEADING, doubts=(*one.doubts, doubts.HEADING))
        else:
            yield one


def _could_be_heading(before: Passage, one: Passage, following: Passage) -> bool:
    """Tell whether a short sentence that names a part stands between two lists."""
    words = one.text.strip()
    short = one.kind is Kind.PARAGRAPH and "\n" not in words and len(words) <= LONGEST_RUN_ON_HEADING
    between_lists = before.kind in {Kind.POINT, Kind.BULLET} and following.kind is Kind.POINT
    return short and between_lists and words.endswith(".") and bool(_letter_of(words)) and not ADOPTED.match(words)


def _looks_like_heading(text: str) -> bool:
    words = text.strip()
    alone = "\n" not in words and len(words) <= LONGEST_HEADING and text != words
    return alone and not words.endswith((".", ":", ",")) and not ADOPTED.match(words)


def _with_lost_numbers(passages: list[Passage]) -> list[Passage]:
    """Give a point back to a list that jumps over a number, where a sentence begins on a line of its own."""
    done: list[Passage] = []
    expected = 1
    for one in passages:
        number = one.number
        if number is None:
            expected = 1 if _ends_list(one, passages) else expected
            done.append(one)
            continue
        if number == expected + 1:
            found = _recover(done, expected)
            one = one if found else replace(one, doubts=(*one.doubts, doubts.LOST_POINT % {"number": expected}))
        expected = number + 1
        done.append(one)
    return done


def _ends_list(one: Passage, passages: list[Passage]) -> bool:
    return one.kind in {Kind.HEADING, Kind.TITLE} or (one.kind is Kind.PARAGRAPH and _looks_like_heading(one.text))


def _recover(done: list[Passage], number: int) -> bool:
    """Find the point that lost its number at the end of what is done; True when found. Changes `done`."""
    doubt = (doubts.LOST_NUMBER % {"number": number},)
    if number == 1:
        if done and done[-1].kind is Kind.PARAGRAPH:
            done[-1] = replace(done[-1], kind=Kind.POINT, number=1, doubts=doubt)
            return True
        return False
    for place in range(len(done) - 1, -1, -1):
        one = done[place]
        if cut := re.search(r"[.!?][ \t]*\n(?=[A-ZÆØÅ])", one.text):
            lost = Passage(one.text[cut.end() :], Kind.POINT, number=number, doubts=doubt)
            done[place : place + 1] = [replace(one, text=one.text[: cut.end()]), lost]
            return True
        if one.number is not None:
            return False
    return False


def _coded(passages: Iterator[Passage]) -> Iterator[Passage]:
    letter, number, bullets, begun = "", 0, 0, False
    audiences: tuple[str, ...] = ()
    for one in passages:
        words = one.text.strip()
        if one.kind is Kind.TITLE:
            yield one
            continue
        if one.kind is Kind.HEADING:
            letter, number, bullets, begun = _letter_of(words), 0, 0, False
            audiences = _audiences(letter, words)
            yield replace(one, code=letter, audiences=audiences, doubts=one.doubts + _unknown(letter))
            continue
        if one.kind is Kind.POINT:
            number, bullets, begun = one.number or 0, 0, True
            code = f"{letter}{number}" if letter else ""
        elif one.kind is Kind.BULLET:
            code = f"{letter}{number or ''}{chr(ord('a') + bullets)}" if letter and bullets < 26 else ""
            bullets += 1
        else:
            code, own = _code_of_paragraph(words, letter, begun)
            begun = begun or code.endswith("0")
            yield replace(one, code=code, audiences=own if own is not None else audiences)
            continue
        yield replace(one, code=code, audiences=audiences)


def _with_doubtful_codes(passages: list[Passage]) -> list[Passage]:
    """Say so where a point belongs to no part, and where two sections got one code."""
    used = Counter(one.code for one in passages if one.code)
    done = []
    for one in passages:
        if one.kind in {Kind.POINT, Kind.BULLET} and not one.code:
            one = replace(one, doubts=(*one.doubts, doubts.NO_PART))
        if used[one.code] > 1:
            one = replace(one, doubts=(*one.doubts, doubts.SAME_CODE % {"code": one.code}))
        done.append(one)
    return done


def _with_broken_lines(one: Passage, longest: int) -> Passage:
    """Say so where a line was ended early by its author: a bullet may be lost there, or a new section begins."""
    if one.kind not in {Kind.POINT, Kind.PARAGRAPH, Kind.BULLET}:
        return one
    lines = one.text.strip().splitlines()
    told = tuple(
        doubts.BROKEN_LINE % {"words": _begin_of(line)}
        for before, line in pairwise(lines)
        if line[:1].isupper() and 0 < len(before) < SHORT * longest
    )
    return replace(one, doubts=one.doubts + told)


def _begin_of(line: str) -> str:
    words = line.split()
    return " ".join(words[:4]) + (" …" if len(words) > 4 else "")


def _code_of_paragraph(words: str, letter: str, begun: bool) -> tuple[str, tuple[str, ...] | None]:
    """Return the code, and whom it speaks to where that is not the part's own."""
    if ADOPTED.match(words):
        return "E1", ()
    if begun and MAIL.search(words):
        return "D", ("employees",)
    if letter and not begun and not words.endswith(":"):
        return f"{letter}0", None
    return "", None


def _letter_of(words: str) -> str:
    return next((letter for letter, subject in PARTS if subject.search(words)), "")


def _unknown(letter: str) -> tuple[str, ...]:
    return () if letter else (doubts.UNKNOWN_PART,)


def _audiences(letter: str, words: str) -> tuple[str, ...]:
    if letter == "C":
        return ("group",)
    if letter in {"A", "B", "D"}:
        return ("employees", "elected") if "folkevalgt" in words.casefold() else ("employees",)
    return ()


def _with_damage(one: Passage) -> Passage:
    found = doubts_in(one.text)
    told = tuple(
        (doubts.OTHER_WORD if doubt.proposal else doubts.DAMAGED_WORD)
        % {"word": doubt.word, "proposal": doubt.proposal}
        for doubt in found
    )
    return replace(one, doubts=one.doubts + tuple(dict.fromkeys(told)))
