"""A letter that is opened, answered and put away, and those who do it: subject and actors of the log's own tests."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from audit.moves import Move, Moves

MERAKER, TYDAL = 1, 2
Result = TypeVar("Result")


@dataclass(frozen=True)
class Person:
    """Somebody who acts; what `audit.log.Actor` asks for and no more."""

    user_id: int
    role: str
    municipality_id: int


OLA = Person(11, "member", MERAKER)
KARI = Person(12, "lead", MERAKER)
TORE = Person(21, "member", TYDAL)


class Status(models.TextChoices):
    NEW = "NEW", "Ny"
    OPEN = "OPEN", "Åpnet"
    ANSWERED = "ANSWERED", "Besvart"


class Letter(models.Model):
    """In a registry of its own, so that migrations and the flush between tests do not see it."""

    municipality_id = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    sender_name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    sortings = ArrayField(models.CharField(max_length=20), default=list)
    problems = ArrayField(models.CharField(max_length=300), default=list)
    details = models.JSONField(default=dict)
    attempt = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answer_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

    class Meta:
        apps = Apps()
        app_label = "audit"

    def __str__(self) -> str:
        return f"letter {self.pk}"


OPEN = Move("open", "letter.open", frozenset({Status.NEW}), Status.OPEN, "Åpne")
CLAIM = Move("claim", "letter.claim", frozenset({Status.NEW, Status.OPEN}), None, "Ta")
ANSWER = Move("answer", "letter.answer", frozenset({Status.NEW, Status.OPEN}), Status.ANSWERED, "Svar")
LETTER = Moves("letter", states=Status, start={Status.NEW}, moves=[OPEN, CLAIM, ANSWER])


def make_letter(municipality_id: int = MERAKER, **fields: object) -> Letter:
    return Letter.objects.create(municipality_id=municipality_id, **fields)


def all_at_once(count: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """Call `act(0)`, `act(1)` ... in threads that begin together; return what each returned or raised."""
    gate = threading.Barrier(count, timeout=10)

    def one(number: int) -> Result | Exception:
        try:
            connection.ensure_connection()
            gate.wait()
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
