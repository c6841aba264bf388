"""Exact counts of the queue without counting: the sum of what triggers on comments appended (`inbox.models.Tally`).

A counter changed in place would make everybody who sorts wait for the row; appended changes never meet. Reading sums
folded and unfolded rows in one statement, so a fold in between changes nothing.
"""

from django.db import connection, transaction
from django.db.models import Count, Sum

from inbox.models import Tally

FOLD_FROM = 200  # rows of one municipality


def counts(municipality_id: int) -> dict[str, int]:
    """Return how many comments each status holds, and `mine:<membership id>` the open ones of a member; no zeros."""
    rows = Tally.objects.filter(municipality_id=municipality_id).values("name").annotate(amount=Sum("amount"))
    return {row["name"]: row["amount"] for row in rows if row["amount"]}


def mine(membership_id: int) -> str:
    """Return the name that a member's open comments are counted under."""
    return f"mine:{membership_id}"


def fold(at_least: int = FOLD_FROM) -> int:
    """Make many rows one wherever there are `at_least`; returns for how many municipalities. Harmless twice at once."""
    crowded = Tally.objects.values("municipality_id").annotate(rows=Count("pk")).filter(rows__gte=at_least)
    ids = [row["municipality_id"] for row in crowded.order_by("municipality_id")]
    for municipality_id in ids:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FOLD, {"municipality": municipality_id})
    return len(ids)


# One statement: who reads sees the rows before it or the sums after it, never both or neither.
_FOLD = """
    WITH gone AS (DELETE FROM inbox_tally WHERE municipality_id = %(municipality)s RETURNING name, amount)
    INSERT INTO inbox_tally (municipality_id, name, amount)
    SELECT %(municipality)s, name, SUM(amount) FROM gone GROUP BY name HAVING SUM(amount) <> 0
"""


def differences(municipality_id: int) -> dict[str, int]:
    """Return what the tally says too much (or, below zero, too little) by name against a real count; {} when exact.

    One statement, so one snapshot: it may be asked while people work.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"municipality": municipality_id})
        return {name: int(amount) for name, amount in cursor.fetchall()}


_DIFFERENCES = """
    SELECT name, SUM(amount) FROM (
        SELECT name, amount FROM inbox_tally WHERE municipality_id = %(municipality)s
        UNION ALL
        SELECT status, -COUNT(*) FROM inbox_comment WHERE municipality_id = %(municipality)s GROUP BY status
        UNION ALL
        SELECT 'mine:' || assignee_id, -COUNT(*) FROM inbox_comment
        WHERE municipality_id = %(municipality)s AND assignee_id IS NOT NULL AND status <> 'DONE' GROUP BY assignee_id
    ) AS told_less_counted GROUP BY name HAVING SUM(amount) <> 0 ORDER BY name
"""
