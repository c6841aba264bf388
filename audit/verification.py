"""Is the log as it was written? Recompute the chain and name the first row that is not as it was linked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from audit.models import COLUMNS, AuditAnchor

FIRST_BROKEN_LINK = """
    WITH chain AS (
        SELECT l.*, lag(l.number, 1, 0::bigint) OVER latest AS number_before,
            lag(l.hash, 1, ''::bytea) OVER latest AS hash_before
        FROM audit_link l WHERE l.municipality_id = %s WINDOW latest AS (ORDER BY l.number)
    ), seen AS (
        SELECT c.*, e.id IS NULL AS is_gone, audit_columns(e) AS columns
        FROM chain c LEFT JOIN audit_event e ON e.id = c.event_id
    )
    SELECT number, event_id, number_before, is_gone, prints, audit_prints(columns)
    FROM seen
    WHERE number <> number_before + 1 OR is_gone OR prints <> audit_prints(columns)
        OR hash <> audit_hash(hash_before, number, columns) OR municipality_id::text <> columns[3]
    ORDER BY number LIMIT 1
"""
END = """
    SELECT (SELECT count(*) FROM audit_event WHERE municipality_id = %(town)s),
        coalesce(head.number, 0), coalesce(latest.number, 0), coalesce(head.hash, '') = coalesce(latest.hash, '')
    FROM (VALUES (1)) one
    LEFT JOIN audit_head head ON head.municipality_id = %(town)s
    LEFT JOIN LATERAL (
        SELECT number, hash FROM audit_link WHERE municipality_id = %(town)s ORDER BY number DESC LIMIT 1
    ) latest ON true
"""
FIRST_UNLINKED = """
    SELECT e.id FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id
    WHERE e.municipality_id = %s AND l.event_id IS NULL ORDER BY e.id LIMIT 1
"""
FIRST_BROKEN_OF_SOME = """
    SELECT l.number
    FROM audit_link l
    LEFT JOIN audit_event e ON e.id = l.event_id
    LEFT JOIN audit_link before ON before.municipality_id = l.municipality_id AND before.number = l.number - 1
    CROSS JOIN LATERAL (SELECT audit_columns(e) AS columns) seen
    WHERE l.municipality_id = %(town)s AND l.event_id = ANY(%(events)s) AND (
        e.id IS NULL OR (before.hash IS NULL AND l.number > 1) OR l.prints <> audit_prints(seen.columns)
        OR l.hash <> audit_hash(coalesce(before.hash, ''), l.number, seen.columns)
        OR l.municipality_id::text <> seen.columns[3]
    )
    ORDER BY l.number LIMIT 1
"""
LINKED = "SELECT count(*) FROM audit_link WHERE municipality_id = %(town)s AND event_id = ANY(%(events)s)"
LINK = "SELECT hash FROM audit_link WHERE municipality_id = %s AND number = %s"


@dataclass(frozen=True)
class Verification:
    """What a look at one municipality's log found. `problem` is empty, or names the first broken row."""

    ok: bool
    events: int
    head_number: int
    problem: str


@dataclass(frozen=True)
class Anchor:
    """A head of the chain as it was once written down."""

    municipality_id: int
    number: int
    hash: bytes

    @classmethod
    def parse(cls, line: str) -> "Anchor":
        """Read `municipality:number:hash` as `anchor_log` prints it. Raises ValueError."""
        municipality_id, number, digest = line.strip().split(":")
        return cls(int(municipality_id), int(number), bytes.fromhex(digest))


def verify(municipality_id: int, *, anchors: Iterable[Anchor] = ()) -> Verification:
    """Look through a municipality's whole log (0 = the installation): events, links, head and anchors.

    `anchors` are heads kept outside the database, from the log stream or an export; those in the table are looked
    for in any case. Inside an open transaction its own events are linked first. A million events take some seconds.
    """
    link_now()
    events, head, latest, same_hash = _row(END, {"town": municipality_id})
    problem = (
        _broken_link(municipality_id)
        or _broken_head(head, latest, same_hash)
        or _broken_anchor(municipality_id, latest, anchors)
        or _unlinked(municipality_id)
    )
    return Verification(ok=not problem, events=events, head_number=head, problem=problem)


def verify_some(municipality_id: int, event_ids: Sequence[int]) -> tuple[bool, int | None]:
    """Look at some events of a municipality's log only: each against its link and the link before it.

    Returns whether they all are as they were linked, and the number of the first that is not (None when a link itself
    is gone). Costs the same however long the log is; `verify` looks at the whole chain, its head and its anchors.
    """
    wanted = {"town": municipality_id, "events": list(event_ids)}
    broken = _row(FIRST_BROKEN_OF_SOME, wanted)
    if broken:
        return False, int(broken[0])
    return _row(LINKED, wanted)[0] == len(set(event_ids)), None


def link_now() -> None:
    """Link this transaction's events now instead of at its commit; outside a transaction there is nothing to do.

    It locks the heads of the municipalities that were written to until the transaction ends: for tests and `verify`.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS audit_event_link IMMEDIATE")
            cursor.execute("SET CONSTRAINTS audit_event_link DEFERRED")


def municipalities() -> list[int]:
    """Return every municipality with anything in the log, the installation (0) included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT municipality_id FROM audit_head UNION SELECT municipality_id FROM audit_link"
            " UNION SELECT municipality_id FROM audit_event UNION SELECT municipality_id FROM audit_anchor ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def _broken_link(municipality_id: int) -> str:
    row = _row(FIRST_BROKEN_LINK, [municipality_id])
    if row is None:
        return ""
    number, event_id, number_before, is_gone, prints_then, prints_now = row
    if number != number_before + 1:
        missing = number_before + 1
        return f"Number {missing} is missing: the numbers go from {number_before} to {number}."
    if is_gone:
        return f"Number {number}: event {event_id} is missing."
    changed = [name for name, then, now in zip(COLUMNS, prints_then, prints_now, strict=False) if then != now]
    if changed:
        return f"Number {number}, event {event_id}: {', '.join(changed)} is not what was written."
    return f"Number {number}, event {event_id}: the hash does not match the event and the link before it."


def _broken_head(head: int, latest: int, same_hash: bool) -> str:
    if head != latest:
        return f"Number {min(head, latest) + 1} is missing: the head says {head}, the last link is {latest}."
    return "" if same_hash else f"The head's hash is not that of number {latest}, the last link."


def _broken_anchor(municipality_id: int, latest: int, given: Iterable[Anchor]) -> str:
    kept = AuditAnchor.objects.filter(municipality_id=municipality_id).order_by("number", "id")
    anchors = [Anchor(one.municipality_id, one.number, bytes(one.hash)) for one in kept]
    anchors += [one for one in given if one.municipality_id == municipality_id]
    for anchor in anchors:
        row = _row(LINK, [municipality_id, anchor.number])
        if row is None:
            return f"The tail was cut: the log ends at {latest}, an anchor says it reached {anchor.number}."
        if bytes(row[0]) != anchor.hash:
            return f"Number {anchor.number}: the hash is not the anchored one. The log up to there was written again."
    return ""


def _unlinked(municipality_id: int) -> str:
    row = _row(FIRST_UNLINKED, [municipality_id])
    return f"Event {row[0]} is not in the chain." if row else ""


def _row(sql: str, parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()
