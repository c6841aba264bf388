"""What makes links and names in a text live: facets, with offsets in bytes of UTF-8 (docs.bsky.app, "Rich text")."""

from collections.abc import Callable, Iterator
from typing import Any

import regex

_LINK = regex.compile(r"(?<![\w@/])https?://[^\s<>\"]+", regex.IGNORECASE)
_NAME = regex.compile(
    r"(?<![\w@/.])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)",
    regex.IGNORECASE | regex.ASCII,
)
_AFTER_A_LINK = ".,;:!?'\"*_~»”"
MOST_NAMES = 5


def facets_of(text: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the facets of a text. `did_of` gives the DID of a handle, "" for one that is nobody's; asked 5 times."""
    links = [
        (start, end, {"$type": "app.bsky.richtext.facet#link", "uri": text[start:end]}) for start, end in _links(text)
    ]
    taken = [(start, end) for start, end, _ in links]
    found = [*links, *_names(text, taken, did_of)]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[0])
    ]


def without_name_in_front(text: str, facets: Any, did: str) -> str:
    """Return the text without the mention of this account it begins with, if it does."""
    for facet in facets if isinstance(facets, list) else []:
        end = _end_of_mention(facet, did)
        written = text.encode("utf-8", "surrogatepass")
        if 0 < end <= len(written):
            return written[end:].decode("utf-8", "replace").lstrip()
    return text


def _end_of_mention(facet: Any, did: str) -> int:
    """Where a mention of the account ends that begins the text, in bytes; 0 for any other facet."""
    index = facet.get("index") if isinstance(facet, dict) else None
    features = facet.get("features") if isinstance(facet, dict) else None
    if not did or not isinstance(index, dict) or not isinstance(features, list):
        return 0
    start, end = index.get("byteStart"), index.get("byteEnd")
    is_ours = any(isinstance(one, dict) and one.get("did") == did for one in features)
    return end if is_ours and type(start) is int and type(end) is int and start == 0 else 0


def _links(text: str) -> Iterator[tuple[int, int]]:
    for match in _LINK.finditer(text):
        link = match.group()
        while link[-1] in _AFTER_A_LINK or (link[-1] == ")" and link.count(")") > link.count("(")):
            link = link[:-1]
        if not link.endswith("/") or link.count("/") > 2:
            yield match.start(), match.start() + len(link)


def _names(
    text: str, taken: list[tuple[int, int]], did_of: Callable[[str], str]
) -> Iterator[tuple[int, int, dict[str, str]]]:
    names = [one for one in _NAME.finditer(text) if not any(start <= one.start() < end for start, end in taken)]
    for match in names[:MOST_NAMES]:
        did = did_of(match.group(1).lower())
        if did:
            yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did}


def _bytes(text: str) -> int:
    return len(text.encode())
