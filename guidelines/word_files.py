"""Gets the text out of a Word file as Word shows it, with the numbers and dashes that Word writes by itself."""

import io
from collections import defaultdict
from collections.abc import Iterator

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element

ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def text_of_word(data: bytes) -> str:
    """Return the text of a .docx, one line for each paragraph and table row.

    Where the author made no empty lines, Word's own distance between paragraphs is shown as one, but not inside lists.
    Raises what python-docx, zipfile and lxml raise for a file that is none.
    """
    document = Document(io.BytesIO(data))
    lists = _Lists(document)
    items: list[tuple[str, bool]] = []
    for part in document.iter_inner_content():
        items.extend(_lines(part, lists))
    spaced = all(line.strip() for line, _in_list in items)
    text, before = "", True
    for place, (line, in_list) in enumerate(items):
        gap = "\n\n" if spaced and not (in_list and before) else "\n"
        text += (gap if place else "") + line
        before = in_list
    return text


def _lines(part: Paragraph | Table, lists: "_Lists") -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it belongs to a list or a table."""
    if isinstance(part, Table):
        for row in part.rows:
            yield "\t".join(cell.text for cell in row.cells), True
        return
    marker = lists.marker_of(part)
    yield marker + part.text, bool(marker)


class _Lists:
    """Counts the automatic lists of one document, paragraph by paragraph in their order."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._counted: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[int] = set()

    def marker_of(self, paragraph: Paragraph) -> str:
        """Return "3. ", "b) " or "- " as Word shows it before a paragraph; empty where Word writes nothing."""
        found = _list_of(paragraph)
        if found is None:
            return ""
        number, depth = found
        levels = self._levels(number)
        level = levels.get(depth)
        form = _value(level, "w:numFmt")
        if level is None or form == "none":
            return ""
        if form == "bullet":
            return "- "
        counted = self._count(number, depth, levels)
        shown = _value(level, "w:lvlText") or f"%{depth + 1}."
        for one, count in counted.items():
            shown = shown.replace(f"%{one + 1}", _written(count, _value(levels.get(one), "w:numFmt")))
        return f"{shown} "

    def _count(self, number: int, depth: int, levels: dict[int, Element]) -> dict[int, int]:
        """Count one more at a level, and begin the levels below it anew. Lists of one kind go on with each other."""
        counted = self._counted[self._kind(number)]
        if number not in self._begun and (restart := self._restart(number, depth)):
            counted[depth] = restart - 1
        self._begun.add(number)
        for one in range(depth + 1):
            begin = int(_value(levels.get(one), "w:start") or 1)
            counted.setdefault(one, begin - 1 if one == depth else begin)
        counted[depth] += 1
        for deeper in [one for one in counted if one > depth]:
            del counted[deeper]
        return counted

    def _numbering(self) -> Element:
        numbering: Element = self._document.part.numbering_part.element
        return numbering

    def _num(self, number: int) -> Element | None:
        return self._numbering().find(f"{qn('w:num')}[@{qn('w:numId')}='{number}']")

    def _kind(self, number: int) -> str:
        return _value(self._num(number), "w:abstractNumId")

    def _levels(self, number: int) -> dict[int, Element]:
        path = f"{qn('w:abstractNum')}[@{qn('w:abstractNumId')}='{self._kind(number)}']/{qn('w:lvl')}"
        return {int(one.get(qn("w:ilvl"), "0")): one for one in self._numbering().iterfind(path)}

    def _restart(self, number: int, depth: int) -> int:
        num = self._num(number)
        path = f"{qn('w:lvlOverride')}[@{qn('w:ilvl')}='{depth}']"
        return int(_value(num.find(path) if num is not None else None, "w:startOverride") or 0)


def _list_of(paragraph: Paragraph) -> tuple[int, int] | None:
    """Return (list, level) of a paragraph, its own or its style's; None outside lists (Word's list 0 takes one out)."""
    places: list[Element | None] = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        places.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    asked = [place.find(qn("w:numPr")) for place in places if place is not None]
    number = next(filter(None, (_value(one, "w:numId") for one in asked)), "0")
    depth = next(filter(None, (_value(one, "w:ilvl") for one in asked)), "0")
    return (int(number), int(depth)) if int(number) else None


def _value(element: Element | None, tag: str) -> str:
    found = element.find(qn(tag)) if element is not None else None
    return "" if found is None else found.get(qn("w:val"), "")


def _written(count: int, form: str) -> str:
    """Write a count as 3, c or iii."""
    if form.endswith("Letter") and 0 < count <= 26:
        letter = chr(ord("a") + count - 1)
        return letter.upper() if form.startswith("upper") else letter
    if form.endswith("Roman") and 0 < count < 40:
        text, rest = "", count
        for value, letters in ROMAN:
            text, rest = text + letters * (rest // value), rest % value
        return text.upper() if form.startswith("upper") else text
    return str(count)
