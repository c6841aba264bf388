"""The adopted text as a reader sees it: beside our duties, with corrections marked, and against another version."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from guidelines.models import GuidelineVersion, TextSection
from guidelines.queries import DutyLine, lines_by_clause
from guidelines.splitting import marker_of


@dataclass(frozen=True)
class Piece:
    """A run of a text; `change` is "" (stands), "out" (source only) or "in" (corrected only)."""

    text: str
    change: str


@dataclass(frozen=True)
class Line:
    """A section for the reader. marker + body + tail is the source to the letter; `pieces` show a correction."""

    section: TextSection
    marker: str
    body: str
    tail: str
    pieces: list[Piece]
    duties: list[DutyLine]


@dataclass(frozen=True)
class Part:
    """A heading with the sections under it; what stands before the first heading has none."""

    heading: Line | None
    lines: list[Line]

    @property
    def anchor(self) -> str:
        return f"part-{self.lines[0].section.position if self.heading is None else self.heading.section.position}"


@dataclass(frozen=True)
class Change:
    """How one section differs between two versions; `pieces` go from the old words to the new."""

    code: str
    kind: str
    pieces: list[Piece]


def parts_of(version: GuidelineVersion) -> list[Part]:
    """Return the adopted text of a version by its headings, each section with its duties. Two queries."""
    duties = lines_by_clause(version)
    parts: list[Part] = []
    for section in version.text_sections.select_related("corrected_by__user"):
        line = _line(section, duties.get(section.code, []) if section.code else [])
        if section.kind == "heading":
            parts.append(Part(line, []))
        else:
            parts = parts or [Part(None, [])]
            parts[-1].lines.append(line)
    return parts


def changes_between(old: GuidelineVersion, new: GuidelineVersion) -> list[Change]:
    """Return what a reader of the old version must see of the new one, section by section, in the new one's order.

    Sections are known by their code; those without one by their words.
    """
    before = {_key(one): one for one in old.text_sections.all()}
    after = {_key(one): one for one in new.text_sections.all()}
    changes = []
    for key, one in after.items():
        was = before.get(key)
        if was is None:
            changes.append(Change(one.code, "new", [Piece(one.words.strip(), "in")]))
        elif _plain(was.words) != _plain(one.words):
            changes.append(Change(one.code, "changed", pieces(was.words.strip(), one.words.strip())))
    gone = [was for key, was in before.items() if key not in after]
    return [*changes, *(Change(was.code, "gone", [Piece(was.words.strip(), "out")]) for was in gone)]


def pieces(old: str, new: str) -> list[Piece]:
    """Return the runs of words that stand, go and come, in order."""
    a, b = _words(old), _words(new)
    found: list[Piece] = []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("".join(a[a1:a2]), ""))
        else:
            found += [Piece("".join(a[a1:a2]), "out")] if a2 > a1 else []
            found += [Piece("".join(b[b1:b2]), "in")] if b2 > b1 else []
    return found


def displayed(lines: Iterable[Line]) -> Iterator[str]:
    """Return the source of each line as the page shows it."""
    for line in lines:
        yield line.marker + line.body + line.tail


def _line(section: TextSection, duties: list[DutyLine]) -> Line:
    marker = marker_of(section.text)
    rest = section.text[len(marker) :]
    body = rest.rstrip()
    corrected = pieces(section.text.rstrip(), section.correction.rstrip()) if section.correction else []
    return Line(section, marker, body, rest[len(body) :], corrected, duties)


def _key(section: TextSection) -> str:
    return section.code or _plain(section.words)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
