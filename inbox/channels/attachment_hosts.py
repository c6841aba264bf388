"""Where each platform keeps the pictures people attach: a name stands for itself and for everything under it.

Sources: the hosts in the recorded answers (Graph API, Bluesky, YouTube). A Mastodon server keeps them on its own name
or one under it; for one that uses somebody else's store, name that host in ATTACHMENT_HOSTS of the installation.
"""

from collections.abc import Mapping

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
