"""How long a reply is by its platform's own rule. Asks neither a token nor a connection.

A draft's length is shown while its channel is disconnected too. The connectors count by these very rules.
"""

from inbox.channels.base import Count, ParentRef
from inbox.channels.cleaning import clean
from inbox.channels.counting import graphemes, mastodon_length, named_first, utf16_units

MASTODON, BLUESKY, YOUTUBE, FACEBOOK, INSTAGRAM = "mastodon", "bluesky", "youtube", "facebook", "instagram"
MASTODON_USUAL = 500
BLUESKY_GRAPHEMES, BLUESKY_BYTES = 300, 3000
UTF16_LIMITS = {YOUTUBE: 10_000, FACEBOOK: 8000, INSTAGRAM: 2200}  # Facebook names no number


def length_on(platform: str, text: str, parent: ParentRef, *, account_id: str, limit: int) -> Count | None:
    """Return the reply's length with what is put in front, and the most allowed; None where there is no limit.

    `limit` is what a Mastodon server said it allows (0: not known); the other platforms have one for all.
    """
    if platform == MASTODON:
        return mastodon_count(named_first(text, parent, account_id), limit)
    if platform == BLUESKY:
        return bluesky_count(text)
    if platform in UTF16_LIMITS:
        return Count(utf16_units(clean(text)[0].strip()), UTF16_LIMITS[platform])
    return None


def put_in_front(platform: str, text: str, parent: ParentRef, *, account_id: str) -> str:
    """Return what the connector puts in front of the text, as "@anne "; "" when nothing."""
    return named_first(text, parent, account_id).removesuffix(clean(text)[0]) if platform == MASTODON else ""


def mastodon_count(text: str, limit: int = 0) -> Count:
    """Return the length as Mastodon counts it: links as 23, mentions without their server."""
    return Count(mastodon_length(text), limit or MASTODON_USUAL)


def bluesky_count(text: str) -> Count:
    """Return the length in graphemes of 300; in bytes of 3,000 when those are what is too much."""
    text = clean(text)[0]
    size = len(text.encode())
    return Count(size, BLUESKY_BYTES) if size > BLUESKY_BYTES else Count(graphemes(text), BLUESKY_GRAPHEMES)
