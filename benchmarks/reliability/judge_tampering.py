"""R14: each column of random rows of the log is changed, tails are cut, the past is written again: is all of it found?

Runs as the owner of the tables, with the log's guards switched off, as somebody would who has the server. Each change
is looked for by the product's own `verify` and then taken back, so that it is found for its own sake.
QUICK=1 changes 10 rows of 60, else 100 of 300. A cut tail is found only by an anchor: it is held against the last one,
kept in the table, and against a line kept outside after the table's anchors were deleted as well.
"""

# ruff: noqa: S608 -- the judge plays somebody who may write any SQL

import json
import os
import random
from collections import Counter

from django.db import connection, transaction

from audit import log
from audit.models import AuditLink
from audit.verification import Anchor
from benchmarks.reliability.graph_page import GraphPage
from benchmarks.reliability.hostile_place import make_channel, make_municipality

EVENTS, ROWS, CUTS = (60, 10, 3) if os.environ.get("QUICK") == "1" else (300, 100, 20)
OF_EVENTS = {
    "id": "id + 1000000",
    "at": "at + interval '1 microsecond'",
    "municipality_id": "municipality_id + 1",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "actor_role": "actor_role || 'x'",
    "action": "action || 'x'",
    "subject_type": "subject_type || 'x'",
    "subject_id": "subject_id + 1",
    "guideline_version_id": "coalesce(guideline_version_id, 0) + 1",
    "data": """data || '{"n": -1}'""",
    "tx": "'3'::xid8",
}
OF_LINKS = {
    "event_id": "event_id + 1000000",
    "municipality_id": "municipality_id + 77",
    "number": "number + 1000000",
    "hash": "sha256(hash)",
    "prints": "prints[2:11] || prints[1]",
}
GUARDED = ("audit_event", "audit_link", "audit_anchor")
CUT = [
    "DELETE FROM audit_event e USING audit_link l"
    " WHERE e.id = l.event_id AND l.municipality_id = {town} AND l.number > {to}",
    "DELETE FROM audit_link WHERE municipality_id = {town} AND number > {to}",
    "UPDATE audit_head h SET number = l.number, hash = l.hash FROM audit_link l"
    " WHERE l.municipality_id = {town} AND l.number = {to} AND h.municipality_id = {town}",
]
WRITE_AGAIN = [
    "UPDATE audit_event e SET actor_id = 99 FROM audit_link l"
    " WHERE l.event_id = e.id AND l.municipality_id = {town} AND l.number = {to}",
    "WITH again AS (SELECT event_id, audit_chain(''::bytea, number, audit_columns(e)) OVER (ORDER BY number) AS hash,"
    " audit_prints(audit_columns(e)) AS prints FROM audit_link l JOIN audit_event e ON e.id = l.event_id"
    " WHERE l.municipality_id = {town})"
    " UPDATE audit_link l SET hash = again.hash, prints = again.prints FROM again WHERE again.event_id = l.event_id",
    "UPDATE audit_head h SET hash = l.hash FROM audit_link l"
    " WHERE l.number = h.number AND l.municipality_id = {town} AND h.municipality_id = {town}",
]


def main() -> None:
    """Print the figure."""
    town = _make_log()
    outside = [Anchor.parse(str(log.anchor_all()[0]))]
    luck, found, of = random.Random(2026), Counter[str](), Counter[str]()
    with transaction.atomic():
        for table in GUARDED:
            _do(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        assert log.verify(town, anchors=outside).ok
        for number in luck.sample(range(2, EVENTS), ROWS):
            event = AuditLink.objects.get(municipality_id=town, number=number).event_id
            for table, key, columns in (("audit_event", "id", OF_EVENTS), ("audit_link", "event_id", OF_LINKS)):
                for name, changed in columns.items():
                    what = f"{table}.{name}"
                    found[what] += _is_found(town, [f"UPDATE {table} SET {name} = {changed} WHERE {key} = {event}"])
                    of[what] += 1
        for to in luck.sample(range(2, EVENTS), CUTS):
            away = [one.format(town=town, to=to) for one in CUT]
            again = [one.format(town=town, to=to) for one in WRITE_AGAIN]
            for what, steps, anchors in (
                ("tail cut", away, []),
                ("tail and anchors cut", [*away, "DELETE FROM audit_anchor"], outside),
                ("written again", again, []),
            ):
                found[what] += _is_found(town, steps, anchors)
                of[what] += 1
        whole = log.verify(town, anchors=outside).ok
        transaction.set_rollback(True)
    total, good = of.total(), found.total()
    missed = {name: f"{found[name]}/{count}" for name, count in of.items() if found[name] != count}
    detail = {"changes": total, "found": good, "columns": len(OF_EVENTS) + len(OF_LINKS), "missed": missed}
    value, ok = round(100 * good / total, 2), good == total and whole
    print(json.dumps({"id": "R14", "value": value, "goal": 100.0, "ok": ok, "detail": detail}))


def _make_log() -> int:
    """Write the events, some by a person and some by SocialDesk, several in a transaction; return the municipality."""
    lead = make_municipality()
    channel = make_channel(lead, GraphPage(url="http://127.0.0.1:9"), "logg")
    while AuditLink.objects.filter(municipality_id=lead.municipality_id).count() < EVENTS:
        with transaction.atomic():
            for number in range(3):
                log.record("channel.note", subject=channel, by=lead if number else None, n=number)
    return lead.municipality_id


def _is_found(town: int, statements: list[str], anchors: list[Anchor] | None = None) -> bool:
    """Change the log, look whether `verify` sees it, and take the change back. A change of no row counts as missed."""
    with transaction.atomic():
        touched = [_do(statement) for statement in statements]
        found = not log.verify(town, anchors=anchors or []).ok
        transaction.set_rollback(True)
    return found and all(touched)


def _do(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)
