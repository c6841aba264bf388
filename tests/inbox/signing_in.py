"""Going the way to a practice platform and back, as a lead and a browser do."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from socialdesk.demo_plan import practice_apps
from team.models import Membership
from tests import cast
from tests.simulator_server import Simulator

OAUTH = ["facebook", "instagram", "youtube", "mastodon"]


@pytest.fixture(autouse=True)
def practice(settings: LazySettings, simulator_url: str, simulator: Simulator) -> Simulator:
    """The practice platforms stand in for all of them, and nothing is left of earlier sign-ins."""
    for name, value in practice_apps(simulator_url).items():
        setattr(settings, name, value)
    settings.SITE_URL = "http://testserver"
    settings.META_APP_SECRET = "ovelse"
    for platform in ("facebook", "instagram", "bluesky", "youtube"):
        for username in ("meraker", "tydal"):
            simulator.open(platform, username)
    return simulator


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def lead() -> tuple[cast.Cast, Client]:
    """Kari of a municipality that has no channel yet."""
    place = cast.meraker()
    place.post.delete()
    place.channel.delete()
    return place, signed_in(place.kari)


def begin(client: Client, platform: str, simulator: Simulator, **more: str) -> str:
    """Fill in the form of a new channel and return the platform's address from the page that follows."""
    told = {"name": f"Meråker på {platform}", "base_url": simulator.url, **more}
    response = client.post(reverse("inbox:channel_add", args=[platform]), told)
    assert response.status_code == 302, response.content.decode()
    return way_out(client, response.headers["Location"])


def way_out(client: Client, page: str) -> str:
    found = re.search(r'href="(http[^"]+)" rel="noreferrer" data-primary', client.get(page).content.decode())
    assert found
    return found.group(1).replace("&amp;", "&")


def give(address: str, *, usernames: tuple[str, ...] = ("meraker",), answer: str = "allow", **more: Any) -> str:
    """Press the button on the platform's page and return the path and query it sends the person back to."""
    page = requests.get(address, timeout=30)
    assert page.status_code == 200, page.text
    accounts = dict(re.findall(r'value="(\d+)".*?@(\w+)', page.text, re.DOTALL))
    chosen = [number for number, name in accounts.items() if name in usernames]
    scopes = [
        one for one in re.findall(r'name="scope"\s+value="([^"]+)"', page.text) if one not in more.get("without", [])
    ]
    form = {"answer": answer, "account": chosen, "scope": scopes, "late": more.get("late", "")}
    back = requests.post(address, data=form, timeout=30, allow_redirects=False)
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def connect(client: Client, platform: str, simulator: Simulator, **more: Any) -> Any:
    """Go the whole way and return the answer to choosing the account."""
    return choose(client, give(begin(client, platform, simulator), **more))


def choose(client: Client, back: str) -> Any:
    arrived = client.get(back)
    assert arrived.status_code == 302, arrived.content.decode()
    page = client.get(arrived.headers["Location"]).content.decode()
    found = re.search(r'name="account" value="([^"]+)"', page)
    assert found, page
    return client.post(arrived.headers["Location"], {"account": found.group(1)})
