"""A platform's HTML as the plain text a reader sees. The HTML itself is kept beside it and never shown.

lxml's target parser: events only, so depth does not matter, and linear time. (Python's own `html.parser` needed minutes
for 200 kB of "<a " here.)
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from inbox.channels.answers import is_web_address
from inbox.channels.cleaning import clean

_PARAGRAPHS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"}
_LINES = {"li", "tr", "dt", "dd"}
_UNSEEN = {"script", "style", "template"}
_SOURCE_LINE_BREAK = re.compile(r"[ \t\f]*[\r\n]+[ \t\r\n\f]*")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
# Our own name is put between NULs while the text is built: after cleaning, no NUL can come from outside.
_OURS = re.compile(r"\x00[^\x00]*\x00(?:[,:](?=\s))?\s*")
_FIRST_NAMES = re.compile(r"(?:\x00[^\x00]*\x00(?:[,:](?=\s))?\s*|@[\w.@:-]+\s+)+")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text; whether characters were replaced in it; what else could not be read ("" if nothing)."""

    text: str
    cleaned: bool
    problem: str = ""


def plain_text(html: str, own_addresses: Collection[str] = ()) -> PlainText:
    """Return the text of a piece of HTML.

    Paragraphs are parted by an empty line, `<br>` is a line feed, a link is its whole address (with its label when
    that says something else), an emoji picture its name. Mentions of `own_addresses` (profile pages) at the beginning
    are left out unless nothing else is there. A script is left out; one without an end is kept as text, since it would
    swallow what follows.
    """
    html, cleaned = clean(html)
    target = _Target(own_addresses, unseen={tag for tag in _UNSEEN if _ends(html, tag)})
    # The stubs want bytes in a target and an element from close; lxml gives str, and what the target gives.
    parser: Any = etree.HTMLParser(target=cast(Any, target), huge_tree=True, no_network=True, encoding="utf-8")
    try:
        parser.feed(html.encode())
        text: str = parser.close()
    except (etree.LxmlError, AssertionError) as problem:
        return PlainText(html, cleaned, f"the HTML cannot be read: {type(problem).__name__}")
    return PlainText(without_our_name(text), cleaned or target.cleaned)


def without_our_name(marked: str) -> str:
    """Return the text without our own marked name among the first names, and without the marks."""
    names = _FIRST_NAMES.match(marked)
    if names:
        left = (_OURS.sub("", names.group()) + marked[names.end() :]).strip(" \n")
        if left:
            return left.replace("\x00", "")
    return marked.replace("\x00", "").strip(" \n")


def _ends(html: str, tag: str) -> bool:
    lower = html.lower()
    return 0 < lower.count(f"<{tag}") <= lower.count(f"</{tag}")


class _Target:
    """Builds the text while the parser reads."""

    def __init__(self, own_addresses: Collection[str], unseen: Collection[str]) -> None:
        self.cleaned = False
        self._own = {address.rstrip("/") for address in own_addresses}
        self._unseen = unseen
        self._hidden = 0
        self._preformatted = 0
        self._pieces: list[str] = []
        self._breaks = 0
        self._links: list[tuple[int, str, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._hidden += tag in self._unseen
        self._preformatted += tag == "pre"
        self._break(tag)
        if tag == "br":
            self._add("\n")
        elif tag == "li":
            self._add("- ")
        elif tag == "img":
            self._add(self._clean(attributes.get("alt", "")))
        elif tag == "a":
            address = self._clean(attributes.get("href", ""))
            self._links.append((len(self._pieces), address, attributes.get("class", "")))

    def end(self, tag: str) -> None:
        """An element ends."""
        self._hidden -= tag in self._unseen
        self._preformatted -= tag == "pre"
        self._break(tag)
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())

    def data(self, data: str) -> None:
        """Text between tags."""
        text = self._clean(data)
        if not self._preformatted:
            text = _SOURCE_LINE_BREAK.sub(" ", text)
            if self._breaks or not self._pieces:
                text = text.lstrip(" \t")
        self._add(text)

    def comment(self, text: str) -> None:
        """Comments are not seen by a reader."""

    def close(self) -> str:
        """The text, our own name still marked."""
        return "".join(self._pieces)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._breaks = 2
        elif tag in _LINES:
            self._breaks = max(self._breaks, 1)

    def _add(self, text: str) -> None:
        if not text or self._hidden:
            return
        if self._breaks and self._pieces:
            self._pieces.append("\n" * self._breaks)
        self._breaks = 0
        self._pieces.append(text)

    def _end_link(self, start: int, address: str, classes: str) -> None:
        label = "".join(self._pieces[start:])
        kinds = classes.split()
        if "mention" in kinds and "hashtag" not in kinds:
            is_ours = bool(label) and address.rstrip("/") in self._own
            new = f"\x00{label}\x00" if is_ours and "\x00" not in label else label
        elif "hashtag" in kinds or not is_web_address(address):
            new = label
        else:
            new = _link_text(label, address)
        if label:
            self._pieces[start:] = [new]
        else:
            self._add(new)

    def _clean(self, text: str) -> str:
        text, replaced = clean(text)
        self.cleaned = self.cleaned or replaced
        return text


def _link_text(label: str, address: str) -> str:
    """Return the whole address when the label is (the beginning of) it, else both: a label may say anything."""
    words = label.strip()
    shown, meant = _SCHEME.sub("", words.rstrip("…")), _SCHEME.sub("", address)
    if not shown or meant.lower().startswith(shown.lower()):
        return label.replace(words, address) if words else address
    return f"{label} ({address})"
