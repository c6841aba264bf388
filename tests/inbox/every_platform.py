"""A municipality's channel on any of the five practice platforms, and what the simulator's book says is there."""

from collections.abc import Iterable
from typing import Any

from inbox.channels.bluesky_session import sign_in
from inbox.models import Channel, Comment
from simulator.dialects.bluesky_names import POST, rkey_of, uri_of
from simulator.dialects.youtube_shapes import comment_id
from team.models import Municipality
from tests.factories import make_channel, make_municipality
from tests.simulator_server import Simulator, token_of

PLATFORMS = ["bluesky", "facebook", "instagram", "mastodon", "youtube"]
GRAPH = {"facebook", "instagram"}


def open_channel(simulator: Simulator, platform: str) -> Channel:
    """Open @meraker on the platform and connect it, as the channel's page would."""
    token = simulator.open(platform)
    url = f"{simulator.url}/graph" if platform in GRAPH else simulator.url
    if platform == "bluesky":
        token = sign_in(url, "meraker.test", token_of("meraker", platform))
    municipality = Municipality.objects.first() or make_municipality()
    handle = f"meraker{Channel.objects.count()}"  # every example has a channel of its own
    channel = make_channel(municipality, url, token=token, account_id="", handle=handle)
    channel.platform = platform
    channel.save()
    return channel


def ids_in(book: Iterable[dict[str, Any]], platform: str) -> dict[str, dict[str, Any]]:
    """What the book holds, by the id each comment has on the platform."""
    rows = list(book)
    parents = {row["id"]: row["in_reply_to_id"] for row in rows}
    return {_id_of(platform, row, parents): row for row in rows}


def _id_of(platform: str, row: dict[str, Any], parents: dict[str, str | None]) -> str:
    if platform == "facebook":
        return f"{row['root_id']}_{row['id']}"
    if platform == "bluesky":
        return uri_of(int(row["account_id"]), POST, rkey_of(int(row["id"])))
    if platform == "youtube":
        top = row["id"]
        while parents.get(top) in parents:
            top = parents[top]
        return comment_id(int(row["id"]), None if top == row["id"] else int(top))
    return str(row["id"])


def ours(channel: Channel) -> dict[str, Comment]:
    """What is in the database, by the platform's id."""
    return {one.external_id: one for one in Comment.objects.filter(channel=channel)}
