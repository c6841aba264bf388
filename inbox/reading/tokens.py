"""Words with their places, and lists of words looked up in one pass: the time grows with the text, whatever it says."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "words"
WORD = re.compile(r"[^\W_][\w\u0300-\u036f'’\-]*")
SENTENCE_END = re.compile(r"[.!?\n]")
GAP = 4  # how many words "..." may stand for
LONGEST = 40  # a longer word is compared by its first letters


@dataclass(frozen=True)
class Token:
    """One word: small letters in one Unicode form, with its place in the text and the number of its sentence."""

    word: str
    start: int
    end: int
    sentence: int
    capital: bool
    opens: bool


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text in order."""
    ends = [match.start() for match in SENTENCE_END.finditer(text)]
    found: list[Token] = []
    sentence, place = 0, 0
    for match in WORD.finditer(text):
        before = sentence
        while place < len(ends) and ends[place] < match.start():
            place, sentence = place + 1, sentence + 1
        word = match.group()[:LONGEST]
        opens = not found or sentence != before
        small = unicodedata.normalize("NFC", word).casefold().replace("’", "'").rstrip("-'")
        found.append(Token(small, match.start(), match.end(), sentence, word[:1].isupper(), opens))
    return found


@dataclass(frozen=True)
class Entry:
    """One line of a list: its words, each exact or (with `*`) a beginning; `...` is a gap."""

    parts: tuple[str, ...]
    group: str

    @property
    def text(self) -> str:
        """The line as it stands in the list."""
        return " ".join(self.parts)


@dataclass(frozen=True)
class Hit:
    """An entry found: the numbers of its first and last word."""

    entry: Entry
    first: int
    last: int


@dataclass
class WordList:
    """Entries by their first word, so that each word of a text is looked up a handful of times."""

    exact: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    lengths: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, groups: Mapping[str, Iterable[str]]) -> "WordList":
        """Return the list of these lines, by the name of their group."""
        made = cls()
        for group, lines in groups.items():
            for line in lines:
                entry = Entry(tuple(line.casefold().split()), group)
                first = entry.parts[0]
                (made.beginnings if first.endswith("*") else made.exact)[first.rstrip("*")].append(entry)
        made.lengths = sorted({len(one) for one in made.beginnings})
        return made

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Return every entry found, in the order of the text."""
        return [hit for place, token in enumerate(tokens) for hit in self._at(tokens, place, token.word)]

    def _at(self, tokens: Sequence[Token], place: int, word: str) -> list[Hit]:
        entries = list(self.exact.get(word, ()))
        for length in self.lengths:
            if length > len(word):
                break
            entries += self.beginnings.get(word[:length], ())
        hits = []
        for entry in entries:
            last = _rest(tokens, place + 1, entry.parts[1:])
            if last is not None:
                hits.append(Hit(entry, place, last))
        return hits


def _rest(tokens: Sequence[Token], place: int, parts: tuple[str, ...]) -> int | None:
    """Return the number of the last word when the rest of an entry stands here, else None."""
    if not parts:
        return place - 1
    if parts[0] == "...":
        tries = (_rest(tokens, place + skip, parts[1:]) for skip in range(GAP + 1))
        return next((last for last in tries if last is not None), None)
    if place < len(tokens) and _fits(tokens[place].word, parts[0]):
        return _rest(tokens, place + 1, parts[1:])
    return None


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def data(name: str) -> dict[str, Any]:
    """Return the data file `words/<name>.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
