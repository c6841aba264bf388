"""The cast: Ola answers, Mari answers, Kari leads and approves, Arne keeps the archive. Per and Tone are in Tydal."""

from dataclasses import dataclass

from inbox.models import Channel, Post
from team.models import Membership, Municipality, Role, Unit
from tests.factories import make_channel, make_members, make_municipality, make_post


@dataclass
class Cast:
    """A municipality with everybody in it, a channel and a post."""

    municipality: Municipality
    ola: Membership
    mari: Membership
    kari: Membership
    arne: Membership
    channel: Channel
    post: Post
    unit: Unit


def meraker(base_url: str = "http://127.0.0.1:9") -> Cast:
    return _cast("meraker", ("Ola Svendsen", "Mari Teveldal", "Kari Holten", "Arne Arkivdal"), base_url)


def tydal(base_url: str = "http://127.0.0.1:9") -> Cast:
    return _cast("tydal", ("Per Løvøen", "Siri Haug", "Tone Stugudal", "Liv Aas"), base_url)


def _cast(slug: str, names: tuple[str, str, str, str], base_url: str) -> Cast:
    municipality = make_municipality(slug)
    roles = (Role.MEMBER, Role.MEMBER, Role.LEAD, Role.ARCHIVIST)
    people = make_members(municipality, *zip(names, roles, strict=True))
    channel = make_channel(municipality, base_url)
    unit = municipality.units.get()
    return Cast(municipality, *people, channel=channel, post=make_post(channel), unit=unit)
