"""What the administrator has set up with the platforms: our apps at Meta and Google, and the Graph API's version."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox.channels.graph import VERSION_ENDS
from inbox.channels.oauth import App
from inbox.models import Channel

META = (Channel.Platform.FACEBOOK, Channel.Platform.INSTAGRAM)
NEEDED = {
    Channel.Platform.FACEBOOK: ("META_APP_ID", "META_APP_SECRET"),
    Channel.Platform.INSTAGRAM: ("META_APP_ID", "META_APP_SECRET"),
    Channel.Platform.YOUTUBE: ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
}
ALARM_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class GraphVersion:
    """The Graph API version in use, its last day (None: not known), and what to tell the lead ("": nothing)."""

    version: str
    ends_on: date | None
    alarm: str


def missing_settings(platform: str) -> list[str]:
    """Return the settings the administrator must give before this platform can be connected."""
    return [name for name in NEEDED.get(Channel.Platform(platform), ()) if not getattr(settings, name)]


def app_for(platform: str) -> App:
    """Return our app at Meta or Google; only when nothing is missing."""
    client_id, client_secret = (getattr(settings, name) for name in NEEDED[Channel.Platform(platform)])
    return App(client_id, client_secret, redirect_uri(platform))


def redirect_uri(platform: str) -> str:
    """Return the fixed address that the platform sends people back to; it is registered there."""
    return str(settings.SITE_URL) + reverse("inbox:oauth_return", args=[platform])


def base_url_of(platform: str) -> str:
    """Return the address of a platform that has only one; "" where each account has its own server."""
    known = dict.fromkeys(META, settings.META_GRAPH_URL) | {Channel.Platform.YOUTUBE: settings.YOUTUBE_URL}
    return str(known.get(Channel.Platform(platform), ""))


def graph_version_ends(today: date | None = None) -> GraphVersion:
    """Return the version of Meta's Graph API, when it ends, and an alarm from 90 days before that day."""
    version, today = settings.GRAPH_VERSION, today or timezone.localdate()
    ends_on = VERSION_ENDS.get(version)
    told = {"version": version, "date": date_format(ends_on, "DATE_FORMAT") if ends_on else ""}
    if ends_on is None:
        alarm = _("Vi vet ikke når Metas versjon %(version)s slutter. Be systemansvarlig se etter.") % told
    elif ends_on <= today:
        alarm = (
            _("Metas versjon %(version)s sluttet %(date)s. Facebook og Instagram kan stoppe. Be systemansvarlig bytte.")
            % told
        )
    elif ends_on - today <= ALARM_BEFORE:
        alarm = _("Metas versjon %(version)s slutter %(date)s. Be systemansvarlig bytte før det.") % told
    else:
        alarm = ""
    return GraphVersion(version, ends_on, alarm)
