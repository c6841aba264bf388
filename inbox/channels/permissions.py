"""What each platform must let us do, by its own names, and what we lose without it.

Sources: the platforms' references as read in November 2026 (Meta: Comment Moderation and Pages API; Google: YouTube
Data API v3; Mastodon: OAuth scopes). Bluesky's app passwords and feeds know no scopes.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass


class Need(enum.StrEnum):
    """What a permission is for; the page finds the words."""

    FIND = "find"
    READ = "read"
    ANSWER = "answer"
    LIKE = "like"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: any of `names` gives it; the first is the one to ask for."""

    need: Need
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name to show and to ask for."""
        return self.names[0]


PERMISSIONS: dict[str, tuple[Permission, ...]] = {
    "facebook": (
        Permission(Need.FIND, ("pages_show_list",)),
        Permission(Need.READ, ("pages_read_engagement",)),
        Permission(Need.READ, ("pages_read_user_content",)),
        Permission(Need.ANSWER, ("pages_manage_engagement",)),
        Permission(Need.NEWS, ("pages_manage_metadata",)),
    ),
    "instagram": (
        Permission(Need.READ, ("instagram_basic", "instagram_business_basic")),
        Permission(Need.ANSWER, ("instagram_manage_comments", "instagram_business_manage_comments")),
        Permission(Need.FIND, ("pages_read_engagement", "instagram_business_basic")),
    ),
    "youtube": (Permission(Need.ANSWER, ("https://www.googleapis.com/auth/youtube.force-ssl",)),),
    "mastodon": (
        Permission(Need.READ, ("read:notifications",)),
        Permission(Need.READ, ("read:statuses",)),
        Permission(Need.FIND, ("read:accounts",)),
        Permission(Need.ANSWER, ("write:statuses",)),
        Permission(Need.LIKE, ("write:favourites",)),
    ),
}


def missing(platform: str, scopes: Collection[str]) -> tuple[Permission, ...]:
    """Return what the platform asks for and we were not given; nothing when it did not tell what was (no `scopes`)."""
    if not scopes:
        return ()
    return tuple(one for one in PERMISSIONS.get(platform, ()) if not any(_covers(scopes, name) for name in one.names))


def _covers(scopes: Collection[str], wanted: str) -> bool:
    """Mastodon's "read" covers "read:statuses"; an address as name stands for itself alone."""
    return wanted in scopes or ("://" not in wanted and wanted.split(":")[0] in scopes)
