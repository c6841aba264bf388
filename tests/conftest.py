"""What every test stands on: a database made by the owner and used by the app role, and no network but loopback."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker
from pytest_socket import socket_allow_hosts

from tests import database

LOOPBACK = ["127.0.0.0/8", "::1"]


# Folders whose tests talk to servers of their own; and whatever commits empties the tables afterwards.
SLOW_FOLDERS = (
    "tests/simulator/",
    "tests/inbox/channels/",
    "tests/socialdesk/test_setup",
    "tests/socialdesk/test_supervisor",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the quick part quick: what takes its time by its nature is marked slow in one place."""
    for item in items:
        database = item.get_closest_marker("django_db")
        commits = database is not None and database.kwargs.get("transaction")
        if commits or any(folder in item.path.as_posix() for folder in SLOW_FOLDERS):
            item.add_marker(pytest.mark.slow)


def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Make the test database as the owner, give the app role its rights, and run everything as the app role."""
    verbosity = request.config.option.verbose
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        with database.django_as_owner():
            made = setup_databases(verbosity=verbosity, interactive=False, keepdb=keep, serialized_aliases=[])
            database.make_usable()
        # On the class: a browser test has another connection than the thread it runs in.
        type(connection.ops).execute_sql_flush = database.flush_as_owner
    yield
    if django_db_keepdb:
        return
    with django_db_blocker.unblock(), database.django_as_owner():
        teardown_databases(made, verbosity=verbosity)


pytest_plugins = ["tests.simulator_server"]
