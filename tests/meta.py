"""Meta at our door, for tests: deliveries signed with the tests' secret, and channels on the practice Page."""

import hashlib
import hmac
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from inbox.models import Channel
from team.models import Municipality
from tests.simulator_server import TOKENS, Simulator

SECRET = "hostile-bench-app-secret"
WORD = "riktig-ord"
DOOR = "/kroker/meta/"


def signed(body: bytes, secret: str = SECRET) -> str:
    """The header Meta would send with these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def bring(body: bytes, *, signature: str | None = None, client: Client | None = None) -> HttpResponse:
    """Bring a delivery to the door."""
    headers = {"X-Hub-Signature-256": signed(body) if signature is None else signature}
    return (client or Client()).post(DOOR, body, content_type="application/json", headers=headers)


def told(*comment_ids: str, page: str = "500", verb: str = "add", at: int = 1795255200) -> bytes:
    """A delivery that tells of comments on a Page."""
    values = [{"item": "comment", "verb": verb, "comment_id": one, "post_id": f"{page}_1"} for one in comment_ids]
    changes = [{"field": "feed", "value": value} for value in values]
    return json.dumps({"object": "page", "entry": [{"id": page, "time": at, "changes": changes}]}).encode()


def page_channel(municipality: Municipality, simulator: Simulator, **fields: Any) -> Channel:
    """The municipality's Facebook Page on the practice platform."""
    base_url, token = f"{simulator.url}/graph", TOKENS[municipality.slug]
    known = simulator.api("GET", "/graph/v26.0/me?fields=id", token=token).json()["id"]
    return Channel.objects.create(
        municipality=municipality,
        platform=fields.pop("platform", Channel.Platform.FACEBOOK),
        base_url=base_url,
        handle=municipality.slug,
        name=f"{municipality.name} på Facebook",
        token=token,
        account_id=fields.pop("account_id", known),
        **fields,
    )


def comment_id(root: str, status_id: str) -> str:
    """Facebook's id of a comment of the practice platform."""
    return f"{root}_{status_id}"
