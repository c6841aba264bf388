"""What we ask leave to do on each platform, in words, and what of it was not given."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.models import Channel


@dataclass(frozen=True)
class Right:
    """One permission: the platform's name for it, and what we cannot do without it. `or_else` gives it as well."""

    scope: str
    without: str | Promise
    or_else: str = ""


META_PAGES = Right("pages_show_list", _("Vi får ikke se hvilke sider du styrer"))
META_READ = Right("pages_read_engagement", _("Vi får ikke lese innleggene på siden"))
RIGHTS: dict[str, tuple[Right, ...]] = {
    Channel.Platform.FACEBOOK: (
        META_PAGES,
        META_READ,
        Right("pages_read_user_content", _("Vi får ikke lese kommentarene på siden")),
        Right("pages_manage_engagement", _("Vi får ikke lov til å svare på kommentarer, skjule dem eller slette dem")),
        Right("pages_manage_metadata", _("Facebook får ikke si fra til oss når det kommer en kommentar")),
    ),
    # Without a Page the account itself gives the rights (Instagram Login).
    Channel.Platform.INSTAGRAM: (
        replace(META_PAGES, or_else="instagram_business_basic"),
        replace(META_READ, or_else="instagram_business_basic"),
        Right("instagram_basic", _("Vi får ikke lese innleggene på kontoen"), "instagram_business_basic"),
        Right(
            "instagram_manage_comments",
            _("Vi får ikke lese, svare på eller skjule kommentarer"),
            "instagram_business_manage_comments",
        ),
    ),
    Channel.Platform.YOUTUBE: (
        Right(
            "https://www.googleapis.com/auth/youtube.force-ssl",
            _("Vi får ikke lese, svare på eller holde tilbake kommentarer"),
        ),
    ),
    Channel.Platform.MASTODON: (
        Right("read:notifications", _("Vi får ikke se når noen nevner kontoen")),
        Right("read:statuses", _("Vi får ikke lese kommentarene")),
        Right("read:accounts", _("Vi får ikke se hvilken konto det er")),
        Right("write:statuses", _("Vi får ikke lov til å svare på kommentarer")),
        Right("write:favourites", _("Vi får ikke lov til å like kommentarer")),
        Right("write:media", _("Vi får ikke lov til å legge ved bilder i svar")),
    ),
}
# Asked for only where the municipality wants pictures in its replies. Uploading one to a Page takes the right to write
# and delete posts in the Page's name (developers.facebook.com/documentation/pages-api/posts): more than is needed to
# answer in words, and Meta reviews each right an app asks for.
FOR_PICTURES: dict[str, Right] = {
    Channel.Platform.FACEBOOK: Right("pages_manage_posts", _("Vi får ikke legge ved bilder i svar")),
}
# Where the person sees and changes what an app may do.
GIVEN_AT: dict[str, str] = {
    Channel.Platform.FACEBOOK: "https://www.facebook.com/settings/?tab=business_tools",
    Channel.Platform.INSTAGRAM: "https://www.facebook.com/settings/?tab=business_tools",
    Channel.Platform.YOUTUBE: "https://myaccount.google.com/connections",
}


def missing_rights(platform: str, scopes: Collection[str]) -> list[Right]:
    """Return the rights that were not given. None when the platform does not tell what was (`scopes` is empty)."""
    if not scopes:
        return []
    given = RIGHTS.get(platform, ())
    return [one for one in given if not any(_covers(scopes, name) for name in (one.scope, one.or_else) if name)]


def may_send_pictures(platform: str, scopes: Collection[str]) -> bool:
    """Tell whether nothing we know of stops a picture: the right was given, is not needed, or nobody told."""
    right = FOR_PICTURES.get(platform)
    return right is None or not scopes or _covers(scopes, right.scope)


def _covers(scopes: Collection[str], wanted: str) -> bool:
    """Mastodon's "read" covers "read:statuses"."""
    return wanted in scopes or (not wanted.startswith("http") and wanted.split(":")[0] in scopes)
