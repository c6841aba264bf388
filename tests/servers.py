"""The servers the tests run against: those of the environment, or private ones that live as long as this session.

Imported by `tests.settings` before Django's settings are read, since they take the addresses from the environment.
"""

import os

import pytest

from socialdesk.embedded import EmbeddedServers, EmbeddedServersError, test_data_dir

BOTH_ROLES = (
    "The tests run as the app role on tables that the owner made. Set both DATABASE_URL (app) and DATABASE_OWNER_URL"
    " (owner, may create databases), or neither: then private servers start."
)


def provide_servers() -> None:
    """Put the addresses of both database roles and of Redis into the environment.

    Private servers stop when this process ends. Raises pytest.UsageError when the addresses are incomplete, or when
    another session has the private servers.
    """
    os.environ.setdefault("SOCIALDESK_TEST", "1")
    if os.environ.get("DATABASE_URL"):
        if os.environ.get("DATABASE_OWNER_URL") in (None, "", os.environ["DATABASE_URL"]):
            raise pytest.UsageError(BOTH_ROLES)
        return
    try:
        os.environ.update(EmbeddedServers(test_data_dir(), durable=False).start().as_environment())
    except EmbeddedServersError as error:
        raise pytest.UsageError(f"The tests' own servers do not start. {error}") from error
