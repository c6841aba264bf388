"""Who did what: events that are only ever added, and the chain that shows if one was changed.

Municipality, actor and guideline version are plain numbers, and the subject a label and an id: the log outlives what it
tells of and knows no other room. The chain is made in the database at commit (migration 0002_chain).
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q

INSTALLATION = 0  # the municipality_id of what belongs to the installation as a whole


# An event's columns, in the order of the table and of the canonical form (migration 0002_chain).
COLUMNS = (
    "id",
    "at",
    "municipality_id",
    "actor_id",
    "actor_role",
    "action",
    "subject_type",
    "subject_id",
    "guideline_version_id",
    "data",
    "tx",
)


class TransactionIdField(models.BigIntegerField):  # type: ignore[type-arg]  # generic only in the stubs
    """The 64-bit id of the transaction that wrote the row (PostgreSQL's xid8)."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: str | int | None, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the id as text: PostgreSQL has no cast from its own integers to xid8."""
        return value if value is None or hasattr(value, "resolve_expression") else str(value)


class AuditEvent(models.Model):
    """One act. `actor_id` is the user's id, null when SocialDesk itself acted; `actor_role` the role at that time."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"), editable=False)
    municipality_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    guideline_version_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    tx = TransactionIdField(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_event_subject"),
            models.Index(fields=["tx"], name="audit_event_tx"),
            # What a person did lately; most events have no person.
            models.Index(fields=["actor_id", "id"], condition=Q(actor_id__isnull=False), name="audit_event_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.action} {self.subject_type} {self.subject_id}"


class AuditLink(models.Model):
    """An event's place in its municipality's chain: numbers have no gaps and follow the order of commits.

    `prints` are 15 bits of each column, so that `verify` can say which one was changed; `hash` is what finds a change.
    """

    # No foreign key in the database: events cannot be deleted, and the check would lock every event it links.
    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, db_constraint=False, related_name="link"
    )
    municipality_id = models.BigIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()
    prints = ArrayField(models.SmallIntegerField())

    class Meta:
        db_table = "audit_link"
        constraints = [models.UniqueConstraint(fields=["municipality_id", "number"], name="audit_link_number_once")]

    def __str__(self) -> str:
        return f"{self.municipality_id}:{self.number}"


class AuditHead(models.Model):
    """The end of a municipality's chain, where the next link is put."""

    municipality_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"{self.municipality_id}:{self.number}"


class AuditAnchor(models.Model):
    """A head as it once was, also written outside the database: a tail cut after it cannot be hidden."""

    at = models.DateTimeField(db_default=Func(function="clock_timestamp"), editable=False)
    municipality_id = models.BigIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_anchor"
        indexes = [models.Index(fields=["municipality_id", "number"], name="audit_anchor_number")]

    def __str__(self) -> str:
        return f"{self.municipality_id}:{self.number}:{bytes(self.hash).hex()}"


class TaskHour(models.Model):
    """What one task of the workers went through in an hour: no act of anybody, so no part of the log."""

    hour = models.DateTimeField()
    task = models.CharField(max_length=120)
    ran = models.PositiveIntegerField(default=0)
    longest_wait = models.FloatField(default=0)  # seconds in the queue
    found = models.PositiveIntegerField(default=0)  # what a sweep found and woke a task for
    lost = models.PositiveIntegerField(default=0)  # wake-ups that the queue did not take
    fell = models.PositiveIntegerField(default=0)
    last_fall = models.CharField(max_length=200, blank=True)  # the error's class and the row's id: no words of anybody

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "task"], name="task_hour_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.hour:%Y-%m-%d %H}"


class StuckTask(models.Model):
    """A task that brought its worker down: with which ids, how often, and when last. Gone when it goes well."""

    task = models.CharField(max_length=120)
    ids = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "ids"], name="stuck_task_once")]

    def __str__(self) -> str:
        return f"{self.task}{self.ids}"
