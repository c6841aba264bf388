"""Backup and restore: the database as one moment saw it, and every stored file, in one folder that can be checked.

A backup is three files: `database.dump` (pg_dump's own form), `files.tar`, and `contents.json`: how many rows each
table held in that very moment, where each municipality's log stood (anchors, as `verify_log --anchor` takes them), and
the SHA-256 of the other two. The secrets are not in it: keep TOKEN_KEYS beside it (docs/operations.md).
"""

import hashlib
import json
import os
import subprocess
import tarfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg2 import sql

from audit import log
from audit.models import AuditHead
from audit.verification import Anchor
from socialdesk.data_folder import EmbeddedServersError
from socialdesk.server_programs import client_program

DUMP, FILES, CONTENTS = "database.dump", "files.tar", "contents.json"
FILLED_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND usesysid IS NOT NULL"
)
GOODBYE_SECONDS = 2.0  # a process that has just ended is still counted for a moment
EMPTY_SCHEMA = (
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; ALTER SCHEMA public OWNER TO pg_database_owner;"
    " GRANT USAGE ON SCHEMA public TO PUBLIC"
)


class BackupError(Exception):
    """It cannot be done; the message says what to do."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds: rows by table, the log's heads as anchors, SHA-256 of the dump and the files."""

    taken_at: str
    rows: dict[str, int]
    anchors: list[str]
    sha256: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Contents":
        """Read a backup's contents and hold its files against them. Raises BackupError when one is not as it was."""
        try:
            contents = cls(**json.loads((folder / CONTENTS).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BackupError(f"{folder} holds no whole backup: {CONTENTS} cannot be read.") from error
        for name, expected in contents.sha256.items():
            if not (folder / name).is_file() or _sha256(folder / name) != expected:
                raise BackupError(
                    f"{name} in {folder} is not as it was written. Take another backup; nothing was touched."
                )
        return contents


def back_up(folder: Path, *, store: Path) -> Contents:
    """Write a backup into a new folder; run as the owner, also while people work. `store` holds the stored files.

    The rows are counted in the same snapshot that is dumped. Files come after the database: they are written before the
    row that names them. Raises BackupError, also when the folder exists; a broken-off backup has no contents.json.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise BackupError(f"{folder} is there already. Name a folder that is not.") from error
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows, anchors = count_rows(), _heads()
        _call("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={folder / DUMP}")
    with tarfile.open(folder / FILES, "w") as archive:
        for path in sorted(store.rglob("*")) if store.is_dir() else ():
            if path.is_file():
                archive.add(path, arcname=str(path.relative_to(store)))
    sums = {name: _sha256(folder / name) for name in (DUMP, FILES)}
    contents = Contents(timezone.now().isoformat(timespec="seconds"), rows, anchors, sums)
    draft = folder / f"{CONTENTS}.draft"
    draft.write_text(json.dumps(asdict(contents), indent=1), encoding="utf-8")
    draft.replace(folder / CONTENTS)
    return contents


def restore(folder: Path, *, store: Path, over_data: bool = False) -> Contents:
    """Put a backup in the place of what is there, as the owner, and check that it came back whole.

    Refused (BackupError) while others are connected, over a database or store that holds anything unless `over_data`,
    and when the backup is not as it was written; nothing is touched then. Afterwards every table has its number of
    rows, every municipality's chain verifies, and every anchor is found: else BackupError says what is not so.
    """
    contents = Contents.read(folder)
    _call("pg_restore", "--list", str(folder / DUMP), connected=False)
    _refuse_company()
    if not over_data:
        _refuse_data(store)
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_SCHEMA)
    connection.close()
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _call("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(folder / DUMP))
    call_command("grant_app_role", verbosity=0)
    store.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tarfile.open(folder / FILES) as archive:
        archive.extractall(store, filter="data")
    if wrong := differences(contents):
        raise BackupError(f"The backup did not come back whole: {'; '.join(wrong)}.")
    return contents


def differences(contents: Contents) -> list[str]:
    """Return what the database holds otherwise than the backup says: rows, chains, anchors."""
    now = count_rows()
    tables = sorted(now.keys() | contents.rows.keys())
    wrong = [
        f"{name} has {now.get(name, 0)} rows, not {contents.rows.get(name, 0)}"
        for name in tables
        if now.get(name) != contents.rows.get(name)
    ]
    anchors = [Anchor.parse(line) for line in contents.anchors]
    for town in sorted({*log.municipalities(), *(anchor.municipality_id for anchor in anchors)}):
        found = log.verify(town, anchors=anchors)
        wrong += [] if found.ok else [f"the log of municipality {town}: {found.problem}"]
    return wrong


def count_rows() -> dict[str, int]:
    """Return how many rows every table holds, as this transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        counts = {}
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            counts[name] = cursor.fetchone()[0]
    return counts


def _heads() -> list[str]:
    return [
        f"{head.municipality_id}:{head.number}:{bytes(head.hash).hex()}"
        for head in AuditHead.objects.filter(number__gt=0).order_by("municipality_id")
    ]


def _refuse_company() -> None:
    """Raise BackupError while anybody else is connected: what they write meanwhile would be lost."""
    end = time.monotonic() + GOODBYE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        while (others := cursor.fetchone()[0]) and time.monotonic() < end:
            time.sleep(0.1)
            cursor.execute(OTHERS)
    if others:
        raise BackupError(f"{others} others use the database. Stop web, worker and beat first.")


def _refuse_data(store: Path) -> None:
    """Raise BackupError when the database holds more than the migrations put there, or the store any file."""
    held = [f"{name} {count}" for name, count in count_rows().items() if count and name not in FILLED_BY_MIGRATIONS]
    if held:
        raise BackupError(
            f"The database holds data ({', '.join(held[:5])}). To put the backup over it, say --over-data."
        )
    if store.is_dir() and any(path.is_file() for path in store.rglob("*")):
        raise BackupError(f"{store} holds files. To put the backup over them, say --over-data.")


def _call(program: str, *arguments: str, connected: bool = True) -> None:
    """Run one of PostgreSQL's programs against our database; the password never stands in the command line."""
    to = connection.settings_dict
    login = {"PGHOST": to["HOST"], "PGPORT": to["PORT"] or 5432, "PGUSER": to["USER"], "PGPASSWORD": to["PASSWORD"]}
    where = {**{name: str(value) for name, value in login.items()}, "PGDATABASE": to["NAME"]} if connected else {}
    try:
        command: list[str | Path] = [client_program(program), *arguments]
    except EmbeddedServersError as error:
        raise BackupError(str(error)) from error
    done = subprocess.run(command, env={**os.environ, **where}, check=False, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise BackupError(f"{program} failed and said: {said[0]}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
