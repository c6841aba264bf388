"""The servers the tests run against: those of the environment, or private ones that live as long as this session.

Imported by `tests.settings` before Django's settings are read, since they take the addresses from the environment.
"""

import os
from urllib.parse import urlsplit

import pytest

from socialdesk.embedded import EmbeddedServers, EmbeddedServersError, test_data_dir

BOTH_ROLES = (
    "The tests run as the app role on tables that the owner made. Set both DATABASE_URL (app) and DATABASE_OWNER_URL"
    " (owner, may create databases), or neither: then private servers start."
)


def provide_servers() -> None:
    """Put the addresses of both database roles and of Redis into the environment.

    Private servers stop when this process ends. Raises pytest.UsageError when the addresses are incomplete, or when
    another session has the private servers. The workers of a session (`-n`) find the addresses in the environment.
    """
    os.environ.setdefault("SOCIALDESK_TEST", "1")
    if os.environ.get("DATABASE_URL"):
        if os.environ.get("DATABASE_OWNER_URL") in (None, "", os.environ["DATABASE_URL"]):
            raise pytest.UsageError(BOTH_ROLES)
        _take_a_redis_of_ones_own()
        return
    try:
        os.environ.update(EmbeddedServers(test_data_dir(), durable=False).start().as_environment())
    except EmbeddedServersError as error:
        raise pytest.UsageError(f"The tests' own servers do not start. {error}") from error


def _take_a_redis_of_ones_own() -> None:
    """Give each worker of a session its own numbered database in Redis: a queue knows no other walls."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and os.environ.get("REDIS_URL"):
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
