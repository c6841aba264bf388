"""The replies that are let out: `plant N URL` makes them, `publish` is a worker's loop, `left` counts what is not done.

Run as a module of its own, so that it can be killed.
"""

import sys
import time

import django
import requests

django.setup()

from django.db.models import Count  # noqa: E402

from guidelines.actions import load_pack  # noqa: E402
from inbox import publishing, pulling  # noqa: E402
from inbox.actions import comments, replies  # noqa: E402
from inbox.models import Channel, Comment, Reply  # noqa: E402
from inbox.workflow import ReplyStatus  # noqa: E402
from team.models import Membership, Municipality, Role, User  # noqa: E402


def plant(count: int, simulator: str) -> None:
    """Make a municipality whose lead approves `count` different answers to `count` comments, none of them held."""

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
    for comment in Comment.objects.order_by("pk"):
        comments.sort(comment, sortings=["praise"], by=lead)
        replies.approve(replies.draft(comment, text=f"Tusen takk, nummer {comment.pk}.", by=lead), by=lead)


def publish() -> None:
    """Publish what is due, again and again, until killed."""
    while True:
        due = publishing.due_replies(20)
        for reply_id in due:
            publishing.publish(reply_id)
        if not due:
            time.sleep(0.05)


def left() -> None:
    """Print how many replies stand in each state."""
    rows = Reply.objects.values_list("status").annotate(count=Count("pk"))
    found = {str(status): count for status, count in rows}
    unfinished = sum(found.get(status, 0) for status in (ReplyStatus.APPROVED, ReplyStatus.PUBLISHING))
    print(unfinished, found.get(ReplyStatus.PUBLISHED, 0), found.get(ReplyStatus.UNCLEAR, 0))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "plant":
        plant(int(rest[0]), rest[1])
    elif what == "publish":
        publish()
    else:
        left()
