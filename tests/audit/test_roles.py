"""The app role can add to the log and read it, and nothing else; the owner's own hand is refused as well."""

from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.database import app_connection, django_as_owner, owner_connection

REFUSED = [
    "UPDATE audit_event SET action = 'comment.other'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event, audit_link",
    "INSERT INTO audit_link (event_id, municipality_id, number, hash, prints) VALUES (1, 1, 1, '', '{}')",
    "UPDATE audit_link SET number = number + 1",
    "DELETE FROM audit_link",
    "INSERT INTO audit_head (municipality_id, number, hash) VALUES (1, 1, '')",
    "UPDATE audit_head SET number = 0",
    "DELETE FROM audit_head",
    "UPDATE audit_anchor SET number = 0",
    "DELETE FROM audit_anchor",
    "TRUNCATE audit_anchor",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TABLE audit_event_2 ()",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED)
def test_the_app_role_may_not(statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_app(statement)


@pytest.mark.django_db
def test_tests_run_as_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("socialdesk_app", False)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_event", "audit_link", "audit_anchor"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_owner_is_refused_as_well_while_the_triggers_stand(table: str, statement: str) -> None:
    column = "subject_id" if table == "audit_event" else "number"
    with pytest.raises(psycopg2.Error, match="only added to"):
        # The tests' database has only this trigger off, to be emptied between tests.
        as_owner(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate", statement.format(table, column))


def as_owner(*statements: str) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_rights_are_given_by_the_owner_only_and_may_be_given_again() -> None:
    with pytest.raises(CommandError, match="Only the owner"):
        call_command("grant_app_role", verbosity=0)
    with django_as_owner():
        call_command("grant_app_role", verbosity=0)
        call_command("grant_app_role", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_never_the_app_role(settings: Any) -> None:
    with django_as_owner():
        settings.DATABASE_APP_ROLE = connection.settings_dict["USER"]
        with pytest.raises(CommandError, match="owns the tables"):
            call_command("grant_app_role", verbosity=0)
        settings.DATABASE_APP_ROLE = "nobody_made_this_role"
        with pytest.raises(CommandError, match="CREATE ROLE nobody_made_this_role"):
            call_command("grant_app_role", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_tables_made_later_can_be_used_and_not_emptied_at_once() -> None:
    as_owner("CREATE TABLE made_later (id bigserial PRIMARY KEY, word text)")
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO made_later (word) VALUES ('a')")
            cursor.execute("UPDATE made_later SET word = 'b'")
            cursor.execute("SELECT word FROM made_later")
            assert cursor.fetchall() == [("b",)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            as_app("TRUNCATE made_later")
    finally:
        as_owner("DROP TABLE made_later")


def as_app(statement: str) -> None:
    with app_connection() as app, app.cursor() as cursor:
        cursor.execute(statement)
