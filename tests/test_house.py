"""The walls of the house that no tool of others sees."""

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.house import (
    ROOMS,
    ROOT,
    WRITERS,
    plain_locks,
    product_files,
    sql_status_writers,
    status_writers,
)

WRITES = [
    "reply.status = Status.DONE",
    "self.reply.status = 'DONE'",
    "reply.status, reply.text = 'DONE', ''",
    "reply.status += 'X'",
    "reply.status: str = 'DONE'",
    "for reply.status in states: pass",
    "setattr(reply, 'status', 'DONE')",
    "Reply.objects.filter(pk=1).update(text='', status='DONE')",
    "await replies.aupdate(status='DONE')",
    "Reply.objects.update_or_create(pk=1, defaults={'status': 'DONE'})",
    "Reply.objects.bulk_update(replies, ['text', 'status'])",
    "Reply.objects.bulk_update(replies, fields=('status',))",
    "Reply.objects.bulk_create(replies, update_conflicts=True, update_fields=['status'])",
    "reply.save(update_fields=['status'])",
    "cursor.execute('UPDATE inbox_reply SET text = %s, status = %s WHERE id = 1')",
    "cursor.execute('INSERT INTO x VALUES (1) ON CONFLICT DO UPDATE SET \"status\" = 1')",
    "cursor.execute(f'UPDATE {table} SET status = 1')",
    "SQL = '''\n    UPDATE inbox_reply\n    SET status = 'DONE'\n'''",
]
READS = [
    "if reply.status == Status.DONE: pass",
    "Reply(status='DONE')",
    "Reply.objects.create(status='DONE')",
    "Reply.objects.filter(status='DONE').update(text='')",
    "response.status_code = 404",
    "reply.save(update_fields=['text'])",
    "cursor.execute('UPDATE inbox_reply SET text = 1 WHERE status = 2')",
    "def f():\n    '''Set the status = DONE through moves.'''",
    "class Error(Exception):\n    def __init__(self, status):\n        self.status = status",
    "status = 'DONE'",
]
PLAIN = [
    "Reply.objects.select_for_update().get(pk=1)",
    "Reply.objects.select_for_update(skip_locked=True)",
    "Reply.objects.select_for_update(no_key=False)",
    "cursor.execute('SELECT * FROM inbox_reply FOR UPDATE')",
    "cursor.execute(f'SELECT {x} FROM t FOR UPDATE SKIP LOCKED')",
]
NO_KEY = [
    "Reply.objects.select_for_update(no_key=True).get(pk=1)",
    "cursor.execute('SELECT * FROM inbox_reply FOR NO KEY UPDATE')",
]


@pytest.mark.parametrize("source", WRITES)
def test_the_search_finds_every_way_to_write_a_status(source: str) -> None:
    assert status_writers(source)


@pytest.mark.parametrize("source", READS)
def test_the_search_leaves_readers_and_first_values_alone(source: str) -> None:
    assert not status_writers(source)


@pytest.mark.parametrize("source", PLAIN)
def test_the_search_finds_plain_locks(source: str) -> None:
    assert plain_locks(source)


@pytest.mark.parametrize("source", NO_KEY)
def test_the_search_leaves_no_key_locks_alone(source: str) -> None:
    assert not plain_locks(source)


def test_nobody_but_moves_writes_a_status() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in product_files()
        if path.suffix == ".py" and path not in WRITERS
        for line in status_writers(path.read_text(encoding="utf-8"))
    ]
    found += [
        str(path.relative_to(ROOT))
        for path in product_files()
        if path.suffix == ".sql" and sql_status_writers(path.read_text(encoding="utf-8"))
    ]
    assert not found, "A status is written by audit.moves.advance or advance_where only, with its event."


def test_rows_are_locked_without_their_key_only() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in product_files()
        if path.suffix == ".py"
        for line in plain_locks(path.read_text(encoding="utf-8"))
    ]
    assert not found, "Use select_for_update(no_key=True): plain FOR UPDATE deadlocks with children's foreign keys."


def test_the_search_reads_every_room() -> None:
    read = {path.relative_to(ROOT).parts[0] for path in product_files()}
    assert read == {room for room in ROOMS if (ROOT / room).is_dir()}
    assert {"inbox", "audit", "team", "archive"} <= read


def test_migrations_depend_on_rooms_to_the_right_only() -> None:
    wrong = [
        f"{room}.{name} depends on {other}.{needed}"
        for (room, name), migration in MigrationLoader(None).disk_migrations.items()
        for other, needed in migration.dependencies
        if _is_to_the_left(other, of=room)
    ]
    assert not wrong


def test_foreign_keys_point_to_rooms_to_the_right_only() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} points to {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and not isinstance(field.related_model, str)
        and _is_to_the_left(field.related_model._meta.app_label, of=model._meta.app_label)
    ]
    assert not wrong


def test_the_log_points_to_nobody() -> None:
    keys = [
        field.name
        for model in apps.get_app_config("audit").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model._meta.app_label != "audit"  # type: ignore[union-attr]
    ]
    assert not keys


def _is_to_the_left(room: str, *, of: str) -> bool:
    return room in ROOMS and of in ROOMS and ROOMS.index(room) < ROOMS.index(of)


@pytest.mark.parametrize(
    ("room", "of", "is_left"), [("inbox", "team", True), ("team", "inbox", False), ("auth", "team", False)]
)
def test_left_and_right(room: str, of: str, is_left: bool) -> None:
    assert _is_to_the_left(room, of=of) is is_left
