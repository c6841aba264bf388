"""The test database: made and migrated by the owner, used by the app role, as in production.

The app role has no more rights here than there, so emptying the tables between tests is done as the owner.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from audit.roles import OWN_TABLES
from socialdesk.environment import env


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


def make_usable() -> None:
    """Give the app role its rights, and let the owner, nobody else, empty the log's tables between tests."""
    call_command("grant_app_role", verbosity=0)
    with connection.cursor() as cursor:
        for table in _tables_with_truncate_trigger():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def flush_as_owner(operations: Any, statements: list[str]) -> None:
    """Empty the tables, the cache's among them: the app role may not."""
    caches = [cache["LOCATION"] for cache in settings.CACHES.values() if cache["BACKEND"].endswith("DatabaseCache")]
    with owner_connection() as owner, owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        for table in caches:
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))


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
