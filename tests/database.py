"""The test database: made and migrated by the owner, used by the app role, as in production.

The app role has no more rights here than there, so emptying the tables between tests is done as the owner.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.errors
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from audit.roles import OWN_TABLES
from socialdesk.environment import env

KEPT = {"django_migrations", "django_content_type", "auth_permission"}  # what the migrations themselves put there
APPEND_ONLY = {"audit_event", "audit_link", "audit_anchor"}
TRIES = 4
ROUNDS = 3  # a trigger may fill a table that was empty already
TEMPLATE = "socialdesk_template_"
TEMPLATE_LOCK = 0x50C1A1


def owner_login() -> dict[str, str]:
    """Return the owner's user and password."""
    config: dict[str, str] = env.db_url_config(settings.DATABASE_OWNER_URL)
    return {"USER": config["USER"], "PASSWORD": config["PASSWORD"]}


@contextmanager
def django_as_owner() -> Iterator[None]:
    """Let Django's connection be the owner's for a while. The settings are changed in place: threads share them."""
    login = connection.settings_dict
    app = {name: login[name] for name in ("USER", "PASSWORD")}
    connection.close()
    login.update(owner_login())
    try:
        yield
    finally:
        connection.close()
        login.update(app)


@contextmanager
def owner_connection() -> Iterator[Any]:
    """Yield a psycopg2 connection of the owner to the database in use; its transaction commits unless it fails."""
    opened = _connect(**owner_login())
    try:
        with opened:
            yield opened
    finally:
        opened.close()


@contextmanager
def app_connection() -> Iterator[Any]:
    """Yield another psycopg2 connection of the app role; its transaction commits unless it fails."""
    opened = _connect(**{name: connection.settings_dict[name] for name in ("USER", "PASSWORD")})
    try:
        with opened:
            yield opened
    finally:
        opened.close()


def database_environment() -> dict[str, str]:
    """Return the environment for processes of a test's own that shall use the test database, in both roles."""
    app = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    return {"DATABASE_URL": _url(**app), "DATABASE_OWNER_URL": _url(**owner_login()), "SOCIALDESK_TEST": "1"}


def make_template(**options: Any) -> str:
    """Return the name of a database with all migrations applied; made once for each state of the migrations.

    Every session, and every worker of a session, copies it, which takes a fraction of migrating. Call as the owner.
    """
    name = TEMPLATE + _fingerprint()
    with _maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [TEMPLATE + "%"])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            _migrate_into(name + "_half", **options)
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (name + "_half", name)))
            )
            for old in found - {name + "_half"}:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
    return name


def _migrate_into(name: str, **options: Any) -> None:
    """Make a database of that name with every migration applied, and give Django's connection its own again."""
    settings_of = connection.settings_dict
    before, test_name = settings_of["NAME"], settings_of["TEST"]["NAME"]
    settings_of["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(autoclobber=True, serialize=False, **options)
    finally:
        connection.close()
        settings_of["NAME"], settings_of["TEST"]["NAME"] = before, test_name
        settings.DATABASES[connection.alias]["NAME"] = before


def _fingerprint() -> str:
    """Return what changes when any migration of any app does."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _maintenance() -> Iterator[Any]:
    """Yield a cursor of the owner in the database that always is there; each statement stands by itself."""
    opened = psycopg2.connect(settings.DATABASE_OWNER_URL)
    opened.autocommit = True
    try:
        with opened.cursor() as cursor:
            yield cursor
    finally:
        opened.close()


def make_usable() -> None:
    """Give the app role its rights, and let the owner, nobody else, empty the log's tables between tests."""
    call_command("grant_app_role", verbosity=0)
    with connection.cursor() as cursor:
        for table in _tables_with_truncate_trigger():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def empty_as_owner(*_: Any) -> None:
    """Empty every table that holds something, the cache's among them: the app role may not.

    Deleting a test's few rows takes a tenth of the time of truncating every table. Only the log's own tables refuse
    to be deleted from, also by the owner, so they are truncated. A page that is still open may have a request under
    way that holds rows the other way round: then once more, when it is through.
    """
    for _try in range(TRIES):
        try:
            _empty()
            return
        except psycopg2.errors.DeadlockDetected:
            time.sleep(0.2)
    _empty()


def _empty() -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({row[0] for row in cursor.fetchall()} - KEPT - APPEND_ONLY)
        for _round in range(ROUNDS):
            filled = _filled(cursor, tables)
            for table in filled:
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            if not filled:
                break
        if _filled(cursor, sorted(APPEND_ONLY)):
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, sorted(APPEND_ONLY)))))


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    one = sql.SQL("(SELECT {} FROM {} LIMIT 1)")
    cursor.execute(sql.SQL(" UNION ALL ").join(one.format(sql.Literal(t), sql.Identifier(t)) for t in tables))
    return [row[0] for row in cursor.fetchall()]


def _tables_with_truncate_trigger() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'audit%no_truncate'")
        found = sorted(row[0] for row in cursor.fetchall())
    assert set(found) < set(OWN_TABLES), found
    return found


def _connect(**login: str) -> Any:
    to = connection.settings_dict
    return psycopg2.connect(
        host=to["HOST"], port=to["PORT"] or 5432, dbname=to["NAME"], user=login["USER"], password=login["PASSWORD"]
    )


def _url(**login: str) -> str:
    to = connection.settings_dict
    return f"postgresql://{login['USER']}:{login['PASSWORD']}@{to['HOST']}:{to['PORT'] or 5432}/{to['NAME']}"
