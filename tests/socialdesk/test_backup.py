"""A backup comes back as it was, or says why not; and it never takes the place of data without being told."""

import json
from pathlib import Path

import psycopg2
import pytest
from django.conf import LazySettings, settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import log
from inbox.models import Comment
from socialdesk.backup import CONTENTS, DUMP, FILES
from tests.database import app_connection, django_as_owner, make_usable, owner_connection
from tests.factories import make_comment, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)
CUT_THE_TAIL = [
    "DELETE FROM audit_event e USING audit_link l"
    " WHERE e.id = l.event_id AND l.municipality_id = %(town)s AND l.number > %(to)s",
    "DELETE FROM audit_link WHERE municipality_id = %(town)s AND number > %(to)s",
    "UPDATE audit_head h SET number = l.number, hash = l.hash FROM audit_link l"
    " WHERE l.municipality_id = %(town)s AND l.number = %(to)s AND h.municipality_id = %(town)s",
]


@pytest.fixture(autouse=True)
def _nobody_else(transactional_db: None) -> None:
    """Pages that earlier tests left open keep connections: end what is not this thread's, as operations would."""
    connection.close()
    for other in (app_connection, owner_connection):
        with other() as opened, opened.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def store(tmp_path: Path, settings: LazySettings) -> Path:
    folder = tmp_path / "files"
    options = {"location": str(folder), "base_url": None}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    return folder


@pytest.fixture
def backup(tmp_path: Path, store: Path) -> Path:
    comment = make_comment(municipality=make_municipality(), text="Når brøytes Stordalsveien?")
    with transaction.atomic():
        log.record("comment.note", subject=comment, by=None, n=1)
    (store / "ab").mkdir(parents=True)
    (store / "ab" / "abc").write_bytes(b"et bilde")
    folder = tmp_path / "backup"
    with django_as_owner():
        call_command("backup", str(folder), verbosity=0)
    return folder


def restore(folder: Path, *more: str) -> None:
    with django_as_owner():
        call_command("restore", str(folder), *more)
        make_usable()
    connection.close()


def test_what_was_lost_after_the_backup_comes_back(backup: Path, store: Path) -> None:
    comment = Comment.objects.get()
    Comment.objects.filter(pk=comment.pk).update(text="noe annet")
    (store / "ab" / "abc").write_bytes(b"noe annet")
    restore(backup, "--over-data")
    assert Comment.objects.get().text == "Når brøytes Stordalsveien?"
    assert (store / "ab" / "abc").read_bytes() == b"et bilde"
    assert log.verify(comment.municipality_id).ok


def test_the_restored_log_is_added_to_and_still_whole(backup: Path) -> None:
    restore(backup, "--over-data")
    comment = Comment.objects.get()
    town = comment.municipality_id
    with transaction.atomic():
        log.record("comment.note", subject=comment, by=None, n=2)
    assert log.verify(town).ok
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), app_connection() as app, app.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")


def test_a_database_with_data_is_left_alone(backup: Path) -> None:
    Comment.objects.update(text="nyere")
    with pytest.raises(CommandError, match="--over-data"):
        restore(backup)
    assert Comment.objects.get().text == "nyere"


def test_nothing_is_restored_while_somebody_is_connected(backup: Path) -> None:
    with app_connection() as app, app.cursor() as cursor:
        cursor.execute("SELECT 1")
        with pytest.raises(CommandError, match="Stop web, worker and beat"):
            restore(backup, "--over-data")


@pytest.mark.parametrize("name", [DUMP, FILES])
def test_a_backup_that_was_changed_is_refused_before_anything_is_touched(backup: Path, name: str) -> None:
    with (backup / name).open("ab") as file:
        file.write(b"x")
    Comment.objects.update(text="nyere")
    with pytest.raises(CommandError, match="not as it was written"):
        restore(backup, "--over-data")
    assert Comment.objects.get().text == "nyere"


def test_a_folder_that_is_there_is_not_written_over(backup: Path) -> None:
    before = (backup / CONTENTS).read_bytes()
    with pytest.raises(CommandError, match="there already"), django_as_owner():
        call_command("backup", str(backup))
    assert (backup / CONTENTS).read_bytes() == before


def test_a_log_that_ends_before_its_anchor_is_told(backup: Path) -> None:
    contents = json.loads((backup / CONTENTS).read_text())
    town, number, digest = contents["anchors"][0].split(":")
    contents["anchors"] = [f"{town}:{int(number) + 1}:{digest}"]
    (backup / CONTENTS).write_text(json.dumps(contents))
    with pytest.raises(CommandError, match="tail was cut"):
        restore(backup, "--over-data")


def test_a_tail_that_is_cut_after_the_restore_is_found_by_the_anchors_of_the_backup(backup: Path) -> None:
    restore(backup, "--over-data")
    (anchor,) = json.loads((backup / CONTENTS).read_text())["anchors"]
    call_command("verify_log", f"--anchor={anchor}")
    town, number, _ = anchor.split(":")
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
        cursor.execute("ALTER TABLE audit_link DISABLE TRIGGER audit_link_append_only")
        cursor.execute("ALTER TABLE audit_anchor DISABLE TRIGGER audit_anchor_append_only")
        cut = {"town": town, "to": int(number) - 1}
        for statement in CUT_THE_TAIL:
            cursor.execute(statement, cut)
        cursor.execute("DELETE FROM audit_anchor")
        for table in ("audit_event", "audit_link", "audit_anchor"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
    connection.close()
    call_command("verify_log")  # nothing in the database tells of it any more
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_log", f"--anchor={anchor}")


def test_no_password_is_in_a_backup(backup: Path) -> None:
    login = settings.DATABASES["default"]["PASSWORD"].encode()
    assert not any(login in path.read_bytes() for path in backup.iterdir())
