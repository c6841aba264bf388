"""Deliveries of Meta's webhooks, as pure functions. developers.facebook.com/docs/graph-api/webhooks.

A delivery is a hint: it repeats, comes late and out of order, and holds many entries. What it says is never stored as
it stands; the comment it names is fetched. The signature is of the raw body: reading and writing it again breaks it.
"""

import enum
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from inbox.channels.answers import NotAnItemError, NotJsonError, as_id, parse, storable
from inbox.channels.base import ProtocolError

SIGNATURE = "x-hub-signature-256"
PLATFORMS = {"page": "facebook", "instagram": "instagram"}
FIELDS_WITH_COMMENTS = {("facebook", "feed"), ("instagram", "comments"), ("instagram", "live_comments")}
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}")


class What(enum.StrEnum):
    """What a delivery says has happened; OTHER is worth a look all the same."""

    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    OTHER = "other"


VERBS = {
    "add": What.ADDED,
    "edit": What.EDITED,
    "edited": What.EDITED,
    "remove": What.REMOVED,
    "hide": What.HIDDEN,
    "unhide": What.UNHIDDEN,
}


@dataclass(frozen=True, slots=True)
class Event:
    """A comment worth fetching. Two deliveries of the same thing are equal, so a set holds each once."""

    what: What
    platform: str
    account_id: str
    external_id: str
    root_id: str
    parent_id: str
    at: datetime | None


def verify_webhook(raw_body: bytes, headers: Mapping[str, str], app_secret: str) -> bool:
    """Return whether Meta signed exactly these bytes (X-Hub-Signature-256, compared in constant time).

    The old SHA-1 header counts for nothing, an empty secret signs nothing.
    """
    given = [value for name, value in headers.items() if name.lower() == SIGNATURE]
    found = _SIGNATURE.fullmatch(given[0]) if len(given) == 1 and isinstance(given[0], str) else None
    if not found or not app_secret:
        return False
    wanted = hmac.new(app_secret.encode("utf-8", "surrogatepass"), raw_body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, found.group(1))


def challenge_to_answer(query: Mapping[str, str], verify_token: str) -> str | None:
    """Return what to answer (as plain text) when Meta asks whether the address is ours, or None to refuse."""
    token, challenge = query.get("hub.verify_token", ""), query.get("hub.challenge", "")
    same = hmac.compare_digest(token.encode("utf-8", "replace"), verify_token.encode("utf-8", "replace"))
    good = bool(verify_token) and same and query.get("hub.mode") == "subscribe"
    return challenge if good and _CHALLENGE.fullmatch(challenge) else None


def parse_webhook(body: bytes) -> tuple[Event, ...]:
    """Return the comments a delivery speaks of, each once, in order; what is not about comments is left out.

    Raises ProtocolError, with the body, for what is no delivery at all. Check the signature first.
    """
    try:
        told = parse(body)
    except NotJsonError as problem:
        raise ProtocolError("graph", message=str(problem), raw=body) from problem
    kind = told.get("object") if isinstance(told, dict) else None
    platform = PLATFORMS.get(kind) if isinstance(kind, str) else None
    if not platform:
        raise ProtocolError("graph", message="a delivery for neither a Page nor Instagram", raw=body)
    return tuple(dict.fromkeys(_events(told, platform)))


def said_of(body: bytes, account_id: str) -> list[Any]:
    """Return the entries a delivery has about one account, cleaned so that any page can show them; [] when none."""
    try:
        told = parse(body)
        entries = _objects(told.get("entry")) if isinstance(told, dict) else ()
        return [storable(entry) for entry in entries if as_id(entry.get("id")) == account_id]
    except (NotJsonError, NotAnItemError):
        return []


def _events(told: Mapping[str, Any], platform: str) -> Iterator[Event]:
    for entry in _objects(told.get("entry")):
        for change in _objects(entry.get("changes")):
            value, field = change.get("value"), change.get("field")
            if isinstance(field, str) and (platform, field) in FIELDS_WITH_COMMENTS and isinstance(value, dict):
                event = _event(value, platform, as_id(entry.get("id")), _moment(entry.get("time")))
                if event:
                    yield event


def _event(value: Mapping[str, Any], platform: str, account_id: str, sent_at: datetime | None) -> Event | None:
    if platform == "instagram":
        media = value.get("media")
        root = as_id(media.get("id")) if isinstance(media, dict) else ""
        external_id, what, moment = as_id(value.get("id")), What.ADDED, sent_at
    elif value.get("item") == "comment":
        root, external_id = as_id(value.get("post_id")), as_id(value.get("comment_id"))
        verb = value.get("verb")
        what = VERBS.get(verb, What.OTHER) if isinstance(verb, str) else What.OTHER
        moment = _moment(value.get("created_time")) or sent_at
    else:
        return None
    if not external_id or not account_id:
        return None
    return Event(what, platform, account_id, external_id, root, as_id(value.get("parent_id")) or root, moment)


def _objects(value: object) -> Iterator[dict[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _moment(value: object) -> datetime | None:
    """Seconds since 1970 as a time in UTC."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)
