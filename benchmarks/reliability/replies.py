"""The replies that are let out: `plant N URL` makes them, `publish` is a worker's loop, `nursery` forks such workers,
`expected` says what must stand on the platform.

Every fourth, or what a third argument says, is too long for the platform and goes out in four parts.

Run as a module of its own, so that it can be killed.
"""

import json
import os
import signal
import sys
import time

import django
import requests

django.setup()

from benchmarks.reliability import planting  # noqa: E402
from guidelines.actions import load_pack  # noqa: E402
from inbox import publishing, pulling  # noqa: E402
from inbox.models import Channel, Comment, Reply  # noqa: E402
from team.models import Membership, Municipality, Role, User  # noqa: E402


def plant(count: int, simulator: str, in_parts: int = 4) -> None:
    """Make a municipality whose lead approves `count` different answers to `count` comments, none of them held.

    One of `in_parts` goes out in parts.
    """

    def order(method: str, path: str, body: object) -> dict[str, str]:
        answer = requests.request(method, f"{simulator}/_control{path}", json=body, timeout=60)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    order("POST", "/accounts", {"username": "prove", "display_name": "Prøve kommune", "token": "figure-token"})
    posts = [order("POST", "/posts", {"account": "prove", "text": f"Innlegg {number}"})["id"] for number in range(10)]
    orders = [{"parent": posts[one % 10], "text": f"Takk {one}", "mention": True} for one in range(count)]
    order("POST", "/comments", orders)
    municipality = Municipality.objects.create(name="Prøve kommune", slug="prove", number="9999", hold_seconds=0)
    load_pack(municipality, "meraker")
    lead = Membership.objects.create(
        user=User.objects.create_user("leder@prove.example", name="Leder"), municipality=municipality, role=Role.LEAD
    )
    channel = Channel.objects.create(
        municipality=municipality,
        platform="mastodon",
        name="Prøve",
        base_url=simulator,
        handle="prove",
        token="figure-token",
    )
    while Comment.objects.count() < count:
        pulling.pull(channel.pk)
    new = list(Comment.objects.select_related("municipality", "channel", "post").order_by("pk"))
    planting.let_out(new, text_of=lambda comment: _text(comment.pk, comment.pk % in_parts == 0), by=lead)


def _text(number: int, is_long: bool) -> str:
    """Return a text that no other reply has; a long one is too long for one status."""
    whole = f"Tusen takk, nummer {number}."
    more = [f"Avsnitt {part} til nummer {number}. " + "Vi brøyter hovedveiene først. " * 12 for part in (1, 2, 3)]
    return "\n\n".join([whole, *more]) if is_long else whole


def publish() -> None:
    """Publish what is due, again and again, until killed."""
    while True:
        due = publishing.due_replies(20)
        for reply_id in due:
            publishing.publish(reply_id)
        if not due:
            time.sleep(0.05)


def nursery() -> None:
    """Fork a worker for each line that comes in, and print its process id. Nothing is connected before the fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed needs no waiting for
    for _line in sys.stdin:
        if not (child := os.fork()):
            try:
                publish()
            finally:
                os._exit(1)
        print(child, flush=True)


def expected() -> None:
    """Print what must stand on the platform, as JSON: the texts of each reply in their order, and whether it is out."""
    found = []
    for reply in Reply.objects.prefetch_related("parts").order_by("pk"):
        parts = [part for part in reply.parts.all() if part.taken_down_at is None]
        found.append({"texts": [part.text for part in parts] or [reply.text], "is_out": reply.status == "PUBLISHED"})
    print(json.dumps(found))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "plant":
        plant(int(rest[0]), rest[1], *map(int, rest[2:]))
    elif what == "expected":
        expected()
    elif what == "publish":
        publish()
    else:
        nursery()
