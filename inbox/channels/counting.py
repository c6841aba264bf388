"""Lengths as platforms count them."""

import re

import regex

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


def _beyond(link: str) -> str:
    """Return the end of a match that belongs to the sentence, not to the link: full stop, closing bracket."""
    whole = link
    while link and (link[-1] in _AFTER_A_LINK or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return whole[len(link) :]
