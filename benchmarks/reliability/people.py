"""People at work, for the figures that take servers away: `people plant N` prints their keys, `people tally` the notes.

A judge's helper, run inside a place: `place.run("benchmarks.reliability.inside", "people", ...)`.
"""

import json

from audit import log
from audit.models import AuditEvent
from benchmarks.reliability.graph_page import running_page
from benchmarks.reliability.hostile_place import make_channel, make_municipality, session_of
from inbox import pulling
from inbox.models import Comment, Note, NoteVersion
from team.models import Membership, Role, User


def main(what: str, *count: str) -> None:
    """Make people who each have a comment of their own to write notes on, or say what the database holds of it."""
    if what == "plant":
        print(json.dumps(_plant(int(count[0]))))
    else:
        print(json.dumps(_tally()))


def _plant(count: int) -> list[dict[str, str | int]]:
    lead = make_municipality()
    author = {"id": "77001", "name": "Kari Nordmann"}
    with running_page() as page:
        channel = make_channel(lead, page, "arbeid")
        for one in range(count):
            payload = {"id": f"900_{one}", "message": f"Når {one}?", "from": author}
            page.happen({"op": "upsert", "payload": {**payload, "created_time": "2026-11-20T10:00:00Z"}})
        pulling.pull(channel.pk)
    comments = Comment.objects.order_by("pk").values_list("pk", flat=True)
    return [_person(lead, number, comment) for number, comment in enumerate(comments)]


def _person(lead: Membership, number: int, comment: int) -> dict[str, str | int]:
    user = User.objects.create_user(f"person{number}@prove.example", name=f"Person {number}")
    member = Membership.objects.create(user=user, municipality=lead.municipality, role=Role.MEMBER)
    return {"key": session_of(member), "comment": comment}


def _tally() -> dict[str, object]:
    """Return the texts of all notes, notes without their version or their event and the reverse, and broken logs."""
    notes = dict(Note.objects.values_list("pk", "text"))
    versions = set(NoteVersion.objects.values_list("note_id", flat=True))
    events = list(AuditEvent.objects.filter(action="note.write").values_list("subject_id", flat=True))
    half = sorted((notes.keys() ^ versions) | (notes.keys() ^ set(events)))
    broken = [found.problem for town in log.municipalities() if not (found := log.verify(town)).ok]
    return {"texts": list(notes.values()), "half_written": half, "broken_logs": broken}
