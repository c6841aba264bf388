"""Text from the public made ready for paper: nothing it holds may break a line, a page or the compiler.

Characters that cannot be shown become `[U+1FAE1]`, so that a reader sees that something stood there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

MOST_MARKS = 8  # on one letter; people who stack more do it to break pages
MOST_BLANK_LINES = 5
ZERO_WIDTH_SPACE = "\u200b"
ZERO_WIDTH_JOINER = "\u200d"

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BREAKABLE = " \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000"
_GOOD_BREAKS = "/?&=._-"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text somebody wrote. `longest` is how many characters fit on one line where it will be set."""

    text: str
    longest: int = 50


def code_of(character: str) -> str:
    """«U+1FAE1»."""
    return f"U+{ord(character):04X}"


def unprintable(characters: Iterable[str]) -> set[str]:
    """Of these characters: controls, surrogates and noncharacters, which no font has and PDF/A forbids."""
    return {
        character
        for character in characters
        if (unicodedata.category(character) in ("Cc", "Cs") and not (_LINE_END.match(character) or character == "\t"))
        or ord(character) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(character) <= 0xFDEF
    }


def hidden_characters(text: str) -> str:
    """The characters that steer direction or are invisible, for a note under the text; "" when there are none.

    Joiners and variation selectors are left out: emoji and several scripts need them.
    """
    steering = [f"{code_of(one)} (styrer leseretning)" for one in sorted(set(_DIRECTIONS.findall(text)))]
    invisible = [f"{code_of(one)} (usynlig)" for one in sorted(set(_INVISIBLE.findall(text)))]
    return ", ".join(steering + invisible)


def stretches(words: Words, replacements: Mapping[int, str]) -> list[dict[str, str | bool]]:
    """The text as lines gathered by reading direction: [{"rtl": False, "text": "..."}]."""
    text = _with_few_marks(unicodedata.normalize("NFC", words.text).translate(replacements))
    lines = _without_long_gaps(_LINE_END.split(text.replace("\t", "    ")))
    directed = zip(_directions(lines), lines, strict=True)
    return [
        {"rtl": rtl, "text": "\n".join(_breakable(line, words.longest) for _, line in group)}
        for rtl, group in groupby(directed, key=lambda pair: pair[0])
    ]


def _directions(lines: list[str]) -> Iterator[bool]:
    """Per line whether it reads from right to left: its first letter decides, a line without any follows the last."""
    rtl = False
    for line in lines:
        first = next((way for way in map(unicodedata.bidirectional, line) if way in ("L", "R", "AL")), None)
        rtl = rtl if first is None else first != "L"
        yield rtl


def _without_long_gaps(lines: list[str]) -> list[str]:
    """More than a few empty lines in a row become one line that says how many there were."""
    kept: list[str] = []
    for blank, group in groupby(lines, key=lambda line: not line.strip()):
        run = list(group)
        if blank and len(run) > MOST_BLANK_LINES:
            run = ["", f"[{len(run)} tomme linjer]", ""]
        kept += run
    return kept


def _with_few_marks(text: str) -> str:
    """At most eight combining marks on a letter, and then how many more there were."""
    if text.isascii():
        return text
    kept: list[str] = []
    for is_mark, group in groupby(text, key=_is_mark):
        run = "".join(group)
        surplus = len(run) - MOST_MARKS if is_mark else 0
        kept.append(f"{run[:MOST_MARKS]}[+{surplus} merker]" if surplus > 0 else run)
    return "".join(kept)


def _breakable(line: str, longest: int) -> str:
    """The line with an invisible break wherever it has gone `longest` characters without a place to break."""
    return re.sub(
        rf"[^{_BREAKABLE}]{{{longest + 1},}}",
        lambda found: ZERO_WIDTH_SPACE.join(_pieces(found[0], longest)),
        line,
    )


def _pieces(run: str, longest: int) -> Iterator[str]:
    start = 0
    while len(run) - start > longest:
        end = _cut(run, start, longest)
        yield run[start:end]
        start = end
    yield run[start:]


def _cut(run: str, start: int, longest: int) -> int:
    """Where to break: after a slash or the like in the later half, else at the limit, but not inside a cluster."""
    limit = start + longest
    good = max(run.rfind(sign, start + longest // 2, limit) for sign in _GOOD_BREAKS) + 1
    cut = good or limit
    while cut < min(len(run), limit + longest) and _joins(run, start, cut):
        cut += 1
    return cut


def _joins(run: str, start: int, position: int) -> bool:
    """Whether the character at `position` belongs to the one before it; whole clusters begin at `start`."""
    before, here = run[position - 1], run[position]
    return before == ZERO_WIDTH_JOINER or _extends(here) or _is_second_of_flag(run, start, position)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and not 0xFE00 <= ord(character) <= 0xFE0F


def _extends(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character)[0] == "M"
        or character in "\u200c\u200d"
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
    )


def _is_second_of_flag(run: str, start: int, position: int) -> bool:
    if not _is_regional(run[position]):
        return False
    first = position
    while first > start and _is_regional(run[first - 1]):
        first -= 1
    return (position - first) % 2 == 1


def _is_regional(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF
