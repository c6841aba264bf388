"""Which of our items a pasted address names: an id (at://...) or a page of the platform. Opens no connection.

A page names what it shows somewhere in its path or query: Mastodon and Bluesky as the last step, YouTube as `lc`,
Facebook as `comment_id` and `reply_comment_id`, Instagram as `/c/…/r/…`. The later it stands, the nearer it is meant.
"""

from urllib.parse import parse_qsl, urlsplit

NOT_NAMED = -1


def place_in(address: str, external_id: str) -> int:
    """Return how late in the address the item's id stands; NOT_NAMED when it does not."""
    names = {external_id, external_id.rpartition("/")[2]}
    post, _, comment = external_id.partition("_")
    if post.isdecimal() and comment.isdecimal():
        names.add(comment)  # Facebook
    found = [place for place, word in enumerate(_words_of(address)) if word in names]
    return found[-1] if found else NOT_NAMED


def _words_of(address: str) -> list[str]:
    """Return the address itself, then the steps of its path, the values of its query, and its fragment."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return [address]
    steps = [step for step in parts.path.split("/") if step]
    return [address, *steps, *(value for _, value in parse_qsl(parts.query)), parts.fragment]
