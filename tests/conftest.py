"""What every test stands on: a database made by the owner and used by the app role, and no network but loopback."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
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
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Copy the migrated database as the owner, give the app role its rights, and run everything as the app role.

    Each worker of a session has a copy of its own.
    """
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock(), database.django_as_owner():
        connection.settings_dict["TEST"]["TEMPLATE"] = database.make_template(verbosity=verbosity)
        made = setup_databases(verbosity=verbosity, interactive=False, serialized_aliases=[])
        database.make_usable()
    TransactionTestCase._fixture_teardown = database.empty_as_owner
    yield
    with django_db_blocker.unblock(), database.django_as_owner():
        teardown_databases(made, verbosity=verbosity)


pytest_plugins = ["tests.simulator_server"]
