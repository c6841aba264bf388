"""Towns at work, for the load figures: `town plant URL COUNT ...` makes them, `town judge` holds the log against them.

Run inside a place: `place.run("benchmarks.reliability.inside", "town", ...)`.
"""

import json
from collections import Counter
from typing import Any

import requests
from django.db import connection

from archive.models import ExportBatch
from audit import log
from audit.models import AuditEvent, AuditLink
from benchmarks.export_load import confirmed
from benchmarks.reliability.hostile_place import session_of
from guidelines.actions import load_pack
from inbox import pulling, tally
from inbox.models import Channel, Comment, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership, Municipality, Role, Unit, User

ROLES = (Role.MEMBER, Role.MEMBER, Role.MEMBER, Role.LEAD, Role.ARCHIVIST)


def main(what: str, *arguments: str) -> None:
    """Print what was made or found as one line of JSON."""
    if what == "plant":
        print(json.dumps(_plant(arguments[0], int(arguments[1]), arguments[2:])))
    elif what == "confirm":
        archivist = Membership.objects.get(role=Role.ARCHIVIST)
        print(len(confirmed(archivist, int(arguments[0]), seed=1)))
    else:
        print(json.dumps(_judge() if what == "judge" else _bulk()))


def _plant(simulator: str, count: int, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Make a town of each name, with `count` comments brought in; return its people and the ids of its comments."""
    return [_town(simulator, count, name, number) for number, name in enumerate(names, 1)]


def _town(simulator: str, count: int, name: str, number: int) -> dict[str, Any]:
    _order(simulator, "/accounts", {"username": name, "display_name": name.title(), "token": f"token-{name}"})
    posts = [_order(simulator, "/posts", {"account": name, "text": f"Innlegg {one}"})["id"] for one in range(5)]
    town = Municipality.objects.create(name=name.title(), slug=name, number=f"{number:04d}", hold_seconds=1)
    load_pack(town, "meraker")
    Unit.objects.create(municipality=town, name="Kommunalteknikk", code="TEK", email=f"tek@{name}.example")
    people = [_person(town, role, one) for one, role in enumerate(ROLES)]
    channel = Channel.objects.create(
        municipality=town,
        platform="mastodon",
        name=name.title(),
        base_url=simulator,
        handle=name,
        token=f"token-{name}",
        pull_every=5,
    )
    orders = [{"parent": posts[n % len(posts)], "text": f"Når brøytes det? {n}", "mention": True} for n in range(count)]
    _order(simulator, "/comments", orders)
    while Comment.objects.filter(municipality=town).count() < count:
        pulling.pull(channel.pk)
    comments = list(Comment.objects.filter(municipality=town).order_by("pk").values_list("pk", flat=True))
    return {"name": name, "people": people, "comments": comments, "posts": posts}


def _order(simulator: str, path: str, order: Any) -> Any:
    answer = requests.post(f"{simulator}/_control{path}", json=order, timeout=60)
    answer.raise_for_status()
    return answer.json()


def _person(town: Municipality, role: Role, number: int) -> dict[str, str]:
    user = User.objects.create_user(f"{role.lower()}{number}@{town.slug}.example", name=f"{role.title()} {number}")
    return {"role": role, "key": session_of(Membership.objects.create(user=user, municipality=town, role=role))}


def _bulk() -> dict[str, Any]:
    """Return how much of the bulk is in and out."""
    batches = dict(Counter(ExportBatch.objects.values_list("status", flat=True)))
    return {"comments": Comment.objects.count(), "batches": batches}


def _judge() -> dict[str, Any]:
    """Return what the database says of it all: deadlocks, the log against its links, counts, and what is unfinished."""
    towns = list(Municipality.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        deadlocks = cursor.fetchone()[0]
    unfinished = Reply.objects.filter(status__in=[ReplyStatus.APPROVED, ReplyStatus.PUBLISHING]).count()
    return {
        "deadlocks": deadlocks,
        "events": AuditEvent.objects.count(),
        "links": AuditLink.objects.count(),
        "acts": dict(Counter(AuditEvent.objects.values_list("action", flat=True)).most_common()),
        "broken_logs": [found.problem for town in towns if not (found := log.verify(town)).ok],
        "tally_off": {town: off for town in towns if (off := tally.differences(town))},
        "unfinished": unfinished + ExportBatch.objects.filter(status__in=["WAITING", "RUNNING"]).count(),
        "batches": dict(Counter(ExportBatch.objects.values_list("status", flat=True))),
        "comments": Comment.objects.count(),
        "published": list(Reply.objects.filter(status=ReplyStatus.PUBLISHED).values_list("text", flat=True)),
    }
