"""Fetches one attached picture from where its platform keeps it, and from nowhere else.

The address came from outside: every step of the way, redirects too, is held against the list of the platform's hosts
before a connection is made, and `inbox.channels.http` connects to public addresses only. No token goes along.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit

from inbox.channels import http
from inbox.channels.attachment_hosts import HOSTS, OWN_SERVER, is_listed
from inbox.channels.base import ChannelError, GoneError, ProtocolError, RejectedError, TransientError
from inbox.channels.internet import is_loopback, is_refused_ip

LIMIT = 15 * http.MEGABYTE
SECONDS = 30.0  # for each step of the way
MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}


class Refusal(enum.StrEnum):
    """Why an address is not fetched; also the `code` of the RejectedError that `fetch` raises."""

    ADDRESS = "address"
    HOST = "host"
    PRIVATE = http.PRIVATE_ADDRESS
    TOO_LARGE = http.TOO_LARGE
    REDIRECTS = "redirects"


@dataclass(frozen=True, slots=True)
class Source:
    """The channel an attachment came by: platform, its server's address, and further hosts the installation names."""

    platform: str
    base_url: str
    more_hosts: Collection[str] = ()


def refusal(url: str, source: Source) -> Refusal | None:
    """Return why this address may not be asked, or None. Looks nothing up and opens no connection."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError when it is no number
    except ValueError:
        return Refusal.ADDRESS
    if not parts.hostname or parts.username or parts.password:
        return Refusal.ADDRESS
    if is_own_loopback(parts, source):
        return None
    if parts.scheme != "https" or parts.port not in {None, 443}:
        return Refusal.ADDRESS
    if is_refused_ip(parts.hostname):
        return Refusal.PRIVATE
    return None if is_listed(parts.hostname, _hosts(source)) else Refusal.HOST


def is_own_loopback(parts: SplitResult, source: Source) -> bool:
    """Whether this is the very server of a channel that itself is on loopback: practice and tests."""
    own = urlsplit(source.base_url)
    same = (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port)
    return same and own.scheme == "http" and is_loopback(own.hostname or "")


def _hosts(source: Source) -> tuple[str, ...]:
    own = (urlsplit(source.base_url).hostname or "",) if source.platform in OWN_SERVER else ()
    return tuple(name for name in (*HOSTS.get(source.platform, ()), *own, *source.more_hosts) if name)


def fetch(url: str, into: IO[bytes], source: Source) -> int:
    """Write what the address holds into the file and return its size in bytes.

    Raises RejectedError (code: a Refusal) for what may not be fetched, GoneError when it is not there any more,
    TransientError when trying again may help, ProtocolError for any other answer.
    """
    for _ in range(MOST_REDIRECTS + 1):
        if reason := refusal(url, source):
            raise RejectedError(source.platform, code=reason, message="the attachment's address is not ours to ask")
        into.seek(0)
        into.truncate()
        answer = http.download(url, into, limit=LIMIT, seconds=SECONDS, loopback=is_own_loopback(urlsplit(url), source))
        if answer.status not in REDIRECTS:
            return _settled(answer, source.platform)
        url = urljoin(url, answer.headers.get("location", ""))
    raise RejectedError(source.platform, code=Refusal.REDIRECTS, message="too many redirects")


def _settled(answer: http.Download, platform: str) -> int:
    if answer.status == 200:
        return answer.size
    kind: type[ChannelError] = ProtocolError
    if answer.status in GONE:
        kind = GoneError
    elif answer.status >= 500 or answer.status in {408, 429}:
        kind = TransientError
    raise kind(platform, answer.status, message="no picture at the attachment's address")
