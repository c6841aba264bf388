"""What the two database roles may do: the owner everything, the app its work, and to the log only add."""

from django.db import connection, transaction

OWN_TABLES = {
    "audit_event": "SELECT, INSERT",
    "audit_anchor": "SELECT, INSERT",
    "audit_link": "SELECT",
    "audit_head": "SELECT",
}


class GrantError(Exception):
    """The rights cannot be given; the message says what to do first."""


@transaction.atomic
def grant_app_role(role: str) -> None:
    """Give the app role what it needs on the tables of today and of later, and on the log no more than to read and add.

    May be run any number of times, by the owner, after every migrate. Raises GrantError when the role does not exist,
    is the owner itself, or somebody else owns the tables.
    """
    _check(role)
    app = connection.ops.quote_name(role)
    rights = "SELECT, INSERT, UPDATE, DELETE"
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {app}")
        cursor.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {app}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON TABLES TO {app}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {app}")
        for table, narrow in OWN_TABLES.items():
            cursor.execute(f"REVOKE ALL ON {table} FROM {app}, PUBLIC")
            cursor.execute(f"GRANT {narrow} ON {table} TO {app}")


def _check(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise GrantError(f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '...'")
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE'), pg_has_role(%s, relowner, 'USAGE')"
            " FROM pg_class WHERE oid = to_regclass('audit_event')",
            [role],
        )
        owner = cursor.fetchone()
    if owner is None:
        raise GrantError("There is no log yet. Run migrate first.")
    if not owner[0]:
        raise GrantError("Only the owner of the tables can give rights. Run this with SOCIALDESK_AS_OWNER=1.")
    if owner[1]:
        raise GrantError(f"The role {role} owns the tables, so it could switch the log off. Let another role own them.")
