"""Names on the AT Protocol: addresses of records (at://did/collection/rkey), and the keys we choose ourselves.

atproto.com/specs/at-uri-scheme, /did, /tid. Addresses with a DID only: handles change their owner.
"""

import hashlib
import re
from typing import NamedTuple

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
THREADGATE = "app.bsky.feed.threadgate"
LONGEST = 200
WEB = "https://bsky.app"
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,120}(?<![:%])")
_URI = re.compile(rf"at://({_DID.pattern})/([A-Za-z][A-Za-z0-9.-]{{2,60}})/([A-Za-z0-9._:~-]{{1,64}})")
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_BITS = 10
_TID_BITS = 63
_HOUR = 3600 * 10**6  # microseconds


class Address(NamedTuple):
    """Where a record lies."""

    did: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        """The address as the platform writes it."""
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def as_did(value: object) -> str:
    """Return a DID, or "" for what is none."""
    return value if isinstance(value, str) and len(value) <= LONGEST and _DID.fullmatch(value) else ""


def as_address(value: object) -> Address | None:
    """Return the address of a record, or None for what is none: it may come from anywhere and goes into a call."""
    found = _URI.fullmatch(value) if isinstance(value, str) and len(value) <= LONGEST else None
    if not found or found.group(3) in {".", ".."}:
        return None
    return Address(*found.groups())


def post_uri(value: object) -> str:
    """Return the address of a post as text, or "" for anything else."""
    address = as_address(value)
    return str(address) if address and address.collection == POST else ""


def page_of(address: Address, base_url: str) -> str:
    """Return the web page of a post: on bsky.app, or on the practice platform for an account there."""
    return f"{profile_page(address.did, base_url)}/post/{address.rkey}"


def profile_page(did: str, base_url: str) -> str:
    """Return the web page of an account. Only loopback is spoken to without TLS."""
    web = base_url.rstrip("/") if base_url.startswith("http://") else WEB
    return f"{web}/profile/{did}"


def own_key(key: str, about: Address) -> str:
    """Return the record key (a TID) that every attempt at the same write has: from our key and what it is about.

    A TID holds a time, which must be the same each time. It is that of what is answered and up to an hour more, so
    that a reader who sorts by key sees the answer after it.
    """
    digest = int.from_bytes(hashlib.sha256(f"{key} {about}".encode()).digest()[:8], "big")
    begin = key_number(about.rkey)
    if begin is None:
        return key_of(digest >> 1)
    micros, clock = (begin >> _CLOCK_BITS) + digest % _HOUR, digest >> (64 - _CLOCK_BITS)
    return key_of(min((micros << _CLOCK_BITS) | clock, 2**_TID_BITS - 1))


def last_own_key(about: Address) -> str:
    """Return a key that no `own_key` about this is greater than."""
    begin = key_number(about.rkey)
    most = 2**_TID_BITS - 1
    return key_of(most if begin is None else min(begin + ((_HOUR + 1) << _CLOCK_BITS), most))


def first_own_key(about: Address) -> str:
    """Return a key that no `own_key` about this is smaller than."""
    return about.rkey if key_number(about.rkey) is not None else key_of(0)


def key_of(number: int) -> str:
    """Return a number of up to 63 bits as a TID: 13 characters that sort as the numbers do."""
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def key_number(rkey: str) -> int | None:
    """Return the number of a TID, or None for a key that is none."""
    if not _TID.fullmatch(rkey):
        return None
    number = 0
    for character in rkey:
        number = number << 5 | _ALPHABET.index(character)
    return number
