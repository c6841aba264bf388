"""What `conftest.py` promises: the app role in every thread, tables emptied between tests, no network but loopback."""

import socket

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_socket import SocketConnectBlockedError

from files.models import StoredFile
from tests.audit.letters import all_at_once
from tests.database import database_environment


def current_user(_: int = 0) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_every_thread_is_the_app_role() -> None:
    assert {current_user(), *map(str, all_at_once(2, current_user))} == {"socialdesk_app"}
    assert "socialdesk_app:" in database_environment()["DATABASE_URL"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(turn: int) -> None:
    assert cache.get("turn") is None
    assert not StoredFile.objects.exists()
    cache.set("turn", turn)
    StoredFile.objects.create(municipality_id=1, sha256="0" * 64, size=1, media_type="text/plain", name="a.txt")


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize("host", ["192.0.2.1", "198.51.100.7", "2001:db8::1"])
def test_no_connection_leaves_loopback(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as outwards, pytest.raises(SocketConnectBlockedError):
        outwards.connect((host, 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.6.7"])
def test_loopback_is_open(host: str) -> None:
    with (
        socket.create_server((host, 0)) as server,
        socket.create_connection(server.getsockname()[:2], timeout=2) as way,
    ):
        assert way.getpeername() == server.getsockname()
