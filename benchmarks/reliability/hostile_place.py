"""What the hostile sets are let loose on: a municipality with a Page that answers as it is told.

For the judges, which run in processes of their own with the place's environment.
"""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from benchmarks.reliability.graph_page import NAME, PAGE, GraphPage
from guidelines.actions import load_pack
from inbox.models import Channel
from team.models import Membership, Municipality, Role, User

PASSWORD = "et-langt-passord-2026"
EMAIL = "leder@prove.example"


def make_municipality() -> Membership:
    """Make the municipality and its lead, who can sign in."""
    municipality = Municipality.objects.create(name=NAME, slug="prove", number="9999", hold_seconds=0)
    load_pack(municipality, "meraker")
    user = User.objects.create_user(EMAIL, PASSWORD, name="Leder")
    return Membership.objects.create(user=user, municipality=municipality, role=Role.LEAD)


def make_channel(lead: Membership, page: GraphPage, name: str, platform: str = "facebook") -> Channel:
    """Connect a Page; each case has a channel of its own, so that the cases do not meet."""
    return Channel.objects.create(
        municipality=lead.municipality,
        platform=platform,
        name=NAME,
        base_url=page.url,
        handle=name,
        account_id=PAGE,
        token="figure-token",
    )


def session_of(member: Membership) -> str:
    """Sign a person in; returns the key for the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
