"""Where each platform keeps the pictures people attach: a name stands for itself and for everything under it.

Sources: the hosts in the recorded answers (Graph API, Bluesky, YouTube). A Mastodon server keeps them on its own name
or one under it, or where it keeps its own and our account's pictures: that name is learned when we are introduced
(`AccountState.media_hosts`). For any other, name the host in ATTACHMENT_HOSTS of the installation.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from inbox.channels.internet import is_refused_ip

HOSTS: Mapping[str, tuple[str, ...]] = {
    "facebook": ("fbcdn.net", "fbsbx.com"),
    "instagram": ("cdninstagram.com", "fbcdn.net"),
    "mastodon": (),
    "bluesky": ("cdn.bsky.app", "video.bsky.app"),
    "youtube": ("ytimg.com", "ggpht.com"),
}
OWN_SERVER = frozenset({"mastodon", "bluesky"})


def is_listed(host: str, listed: tuple[str, ...]) -> bool:
    """Whether a host is one of the listed names or lies under one."""
    host = host.lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in listed)


def where_mastodon_keeps(server: Mapping[str, Any], account: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a server keeps its own picture and our account's: there it keeps what people attach, too."""
    thumbnail = server.get("thumbnail")
    own = thumbnail.get("url") if isinstance(thumbnail, dict) else thumbnail
    return hosts_of(own, account.get("avatar"), account.get("header"))


def hosts_of(*addresses: object) -> tuple[str, ...]:
    """Return the host names of web addresses over TLS, each once; numbers and anything that is no address left out."""
    return tuple(sorted({host for one in addresses if (host := _host_of(one))}))


def _host_of(address: object) -> str:
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    is_name = "." in host and not host.rpartition(".")[2].isdigit() and ":" not in host
    usable = parts.scheme == "https" and is_name and len(host) <= 200 and not is_refused_ip(host)
    return host if usable else ""
