"""What every test stands on: a database made by the owner and used by the app role, and no network but loopback."""

import gc
import os
from collections.abc import Iterator
from itertools import chain, groupby, islice
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from pytest_socket import socket_allow_hosts

from tests import database
from tests.parts import LONG_WAYS, OTHER_PROGRAMS, OWN_SERVERS

hypothesis_settings.register_profile("tests", deadline=None)  # a busy machine is slow, not wrong
hypothesis_settings.load_profile("tests")
LOOPBACK = ["127.0.0.0/8", "::1"]
COLLECT_AFTER = 50_000  # new objects; Python's own 700 lets it look through everything many times in each test


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave unread, in the quick part, the files it runs nothing of: reading takes half of its start."""
    if "not slow" in config.option.markexpr and _is_in(collection_path, OWN_SERVERS + OTHER_PROGRAMS + LONG_WAYS):
        return True
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Keep the quick part quick: what takes its time by its nature is marked slow in one place. The longest begin."""
    for item in items:
        database = item.get_closest_marker("django_db")
        commits = database is not None and database.kwargs.get("transaction")
        if commits or _is_in(item.path, OWN_SERVERS) or item.nodeid.startswith(LONG_WAYS):
            item.add_marker(pytest.mark.slow)
    yield
    if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
        items[:] = _longest_first(items, workers)


def _longest_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Let each worker begin with its share of the long tests, so that none is left alone with one at the end.

    A worker gets an equal slice of the list to begin with, and one that has no more takes from the end of another's.
    The order means nothing to the tests: the migrations put no rows into the tables (`tests/database.py` keeps theirs).
    """
    long: list[list[pytest.Item]] = [[item] for item in items if _is_in(item.path, OTHER_PROGRAMS)]
    slow = [item for item in items if item.get_closest_marker("slow") and not _is_in(item.path, OTHER_PROGRAMS)]
    long += [list(of_one_file) for _path, of_one_file in groupby(slow, lambda item: item.path)]  # they share a server
    placed = {item for together in long for item in together}
    short = iter([item for item in items if item not in placed])
    ordered: list[pytest.Item] = []
    for number in range(workers):
        ordered += chain.from_iterable(long[number::workers])
        ordered += islice(short, max(0, len(items) * (number + 1) // workers - len(ordered)))
    return [*ordered, *short]


def _is_in(path: Path, folders: tuple[str, ...]) -> bool:
    return any(folder in f"{path.as_posix()}/" for folder in folders)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the collector thousands of tests and modules that stay until the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    translation.deactivate()  # a page that was asked for in nynorsk leaves it to whoever comes next in this thread


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
