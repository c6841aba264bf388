"""Lengths as platforms count them."""

import re

import regex

from inbox.channels.base import ParentRef
from inbox.channels.cleaning import clean

CHARACTERS_PER_LINK = 23
_GRAPHEME = regex.compile(r"\X")
_LINK = re.compile(r"(?<![\w@#$/])https?://(?:[\w-]+\.)+[^\W\d_][\w-]*(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
_MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(?:@[\w.-]*\w(?::\d+)?)?", re.IGNORECASE | re.ASCII)
_AFTER_A_LINK = ".,;:!?'\"*_~"


def graphemes(text: str) -> int:
    """Return how many characters a reader sees: a family emoji is one, an å in two code points too."""
    return len(_GRAPHEME.findall(text))


def mastodon_length(text: str, per_link: int = CHARACTERS_PER_LINK) -> int:
    """Return the length of a status as Mastodon counts it.

    Graphemes of the trimmed text, every http(s) link as 23, a mention by its name without the server
    (docs.joinmastodon.org, "Posting"; mastodon `StatusLengthValidator`).
    """
    text = _LINK.sub(lambda match: "x" * per_link + _beyond(match.group()), text.strip())
    return graphemes(_MENTION.sub(r"@\1", text))


def named_first(text: str, parent: ParentRef, account_id: str) -> str:
    """Return the text as it goes out on Mastodon: with the author's name in front, so that they are told.

    Not when the name is there already, or when the author is our own account (`account_id`).
    """
    text, handle = clean(text)[0], clean(parent.author_handle)[0].strip().lstrip("@")
    if not handle or (parent.author_id and parent.author_id == account_id):
        return text
    named = regex.search(rf"(?<![\w@/.])@{regex.escape(handle)}(?![\w@]|[.-]+\w)", text, regex.IGNORECASE)
    return text if named else f"@{handle} {text}"


def utf16_units(text: str) -> int:
    """Return the length in UTF-16 units, the strictest way that platforms are known to count."""
    return len(text.encode("utf-16-le")) // 2


def _beyond(link: str) -> str:
    """Return the end of a match that belongs to the sentence, not to the link: full stop, closing bracket."""
    whole = link
    while link and (link[-1] in _AFTER_A_LINK or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return whole[len(link) :]
