"""Posts as a Bluesky server gives them, and connectors to read them with. Invented people."""

from collections.abc import Callable
from typing import Any

from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.bluesky_session import Tokens, sign_in
from tests.inbox.channels.answering import AnsweringServer
from tests.simulator_server import TOKENS, Simulator

US = "did:plc:kommunekommunekommunekom"
KARI = "did:plc:karikarikarikarikarikari"
NEWS = "/xrpc/app.bsky.notification.listNotifications"
THREAD = "/xrpc/app.bsky.feed.getPostThread"
POSTS = "/xrpc/app.bsky.feed.getPosts"
PUT = "/xrpc/com.atproto.repo.putRecord"
SESSION = {"did": US, "handle": "kommune.test", "active": True}


def uri(rkey: str, did: str = KARI) -> str:
    """The address of a post."""
    return f"at://{did}/app.bsky.feed.post/{rkey}"


ROOT = uri("3kroot2222222", US)
COMMENT = uri("3kcomment2222")


def post(
    address: str = COMMENT, text: str = "Når kommer brøytebilen?", parent: str = ROOT, **more: Any
) -> dict[str, Any]:
    """A post; a comment under ours by Kari unless told otherwise."""
    did = address.split("/")[2]
    reply = {"root": {"uri": ROOT, "cid": "bafyroot"}, "parent": {"uri": parent, "cid": "bafyparent"}}
    record = {"$type": "app.bsky.feed.post", "text": text, "langs": ["nb"], "createdAt": "2026-11-21T10:00:00.000Z"}
    return {
        "uri": address,
        "cid": "bafyone",
        "author": {"did": did, "handle": "kari.test", "displayName": "Kari"},
        "record": record | ({"reply": reply} if parent else {}),
        "replyCount": 0,
        "indexedAt": "2026-11-21T10:00:00.000Z",
        "labels": [],
    } | more


def news(*posts: Any, cursor: str = "") -> dict[str, Any]:
    """A page of notifications."""
    found = [one | {"reason": "reply", "isRead": False} if isinstance(one, dict) else one for one in posts]
    return {"notifications": found, "priority": False} | ({"cursor": cursor} if cursor else {})


def connector(server: AnsweringServer, **more: Any) -> BlueskyConnector:
    """Our connector to a server that answers what the test tells it to."""
    return BlueskyConnector(server.url, str(Tokens("access", "", US)), US, **more)


def signed_in(
    simulator: Simulator, name: str = "meraker", keep: Callable[[str], None] | None = None
) -> BlueskyConnector:
    """A municipality's connector to the practice platform."""
    return BlueskyConnector(simulator.url, sign_in(simulator.url, f"{name}.test", TOKENS[name]), keep_token=keep)
