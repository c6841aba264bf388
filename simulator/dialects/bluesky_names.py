"""Names on the practice Bluesky: DIDs, handles and record keys out of the book's ids and user names, and back."""

import base64
import hashlib
import json
import re
from typing import Any

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
THREADGATE = "app.bsky.feed.threadgate"
HANDLES_END = ".test"
_DID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_URI = re.compile(r"at://did:plc:([a-z2-7]{24})/([A-Za-z.]+)/([A-Za-z0-9._:~-]{1,512})")


def did_of(account_id: int) -> str:
    """The DID of an account."""
    return "did:plc:" + "".join(_DID_LETTERS[(account_id >> shift) & 31] for shift in range(115, -1, -5))


def account_id_of(did: str) -> int | None:
    """The account a DID stands for, or None for what is no DID of ours."""
    letters = did.removeprefix("did:plc:")
    if len(letters) != 24 or not set(letters) <= set(_DID_LETTERS):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _DID_LETTERS.index(letter)
    return number if number < 2**63 else None


def handle_of(username: str) -> str:
    """The handle of a user name: handles have hyphens, no underscores, and look like domains."""
    return username.lower().replace("_", "-") + HANDLES_END


def username_of(handle: str) -> str:
    """The user name of a handle."""
    return handle.lower().removesuffix(HANDLES_END).replace("-", "_")


def uri_of(account_id: int, collection: str, rkey: str) -> str:
    """The address of a record."""
    return f"at://{did_of(account_id)}/{collection}/{rkey}"


def parts_of(uri: object) -> tuple[int, str, str] | None:
    """Account, collection and key of an address, or None for what is none."""
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    account_id = account_id_of("did:plc:" + found.group(1)) if found else None
    return (account_id, found.group(2), found.group(3)) if found and account_id is not None else None


def is_tid(rkey: str) -> bool:
    """Whether a record key is a TID."""
    return bool(_TID.fullmatch(rkey))


def rkey_of(status_id: int) -> str:
    """The key of a status that got none from its writer."""
    return "".join(_TID_LETTERS[(status_id >> shift) & 31] for shift in range(60, -1, -5))


def status_id_of(rkey: str) -> int | None:
    """The status a key made by `rkey_of` stands for."""
    if not is_tid(rkey):
        return None
    number = 0
    for letter in rkey:
        number = number << 5 | _TID_LETTERS.index(letter)
    return number


def cid_of(content: Any) -> str:
    """A version's name, in the form of a real one: another content has another name."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    packed = base64.b32encode(b"\x01\x71\x12\x20" + hashlib.sha256(written).digest()).decode()
    return "b" + packed.rstrip("=").lower()
