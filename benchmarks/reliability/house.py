"""What all figures of a run share, because it takes long to make: servers, a migrated database to copy, static files.

A figure never sees another's data: each `place` has a copy of the database, a wiped broker and a folder of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
import redis
from psycopg2 import sql

from scripts.compile_messages import compile_all
from socialdesk.embedded import EmbeddedServers, ServerUrls

ROOT = Path(__file__).resolve().parents[2]
ENDED_WITHIN = 30


@dataclass
class House:
    """The servers and what is made once: the migrated database that their addresses name, and the static files.

    `lane`: which of the figures that run at the same time this is; each has a numbered broker of its own.
    """

    servers: EmbeddedServers
    urls: ServerUrls
    static: Path
    places: int = 0
    lane: int = 0

    @contextmanager
    def copied(self) -> Iterator[dict[str, str]]:
        """Yield the addresses of a fresh database of one's own, dropped afterwards, and of the wiped broker."""
        self.places += 1
        name = f"figure_{self.lane}_{self.places}"
        broker = urlsplit(self.urls.redis_url)._replace(path=f"/{self.lane}").geturl()
        redis.Redis.from_url(broker).flushdb()
        template = urlsplit(self.urls.database_url).path.lstrip("/")
        self._do("DROP DATABASE IF EXISTS {}", name)  # of a run that was killed, where the servers are not ours
        self._do("CREATE DATABASE {} TEMPLATE {}", name, template)
        found = {**self.urls.as_environment(), "REDIS_URL": broker}
        try:
            yield {
                key: urlsplit(url)._replace(path=f"/{name}").geturl() if key.startswith("DATABASE") else url
                for key, url in found.items()
            }
        finally:
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Drop a database. The server may still be ending what the place's killed processes had it do."""
        end = time.monotonic() + ENDED_WITHIN
        while True:
            try:
                return self._do("DROP DATABASE {}", name)
            except psycopg2.errors.ObjectInUse:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _do(self, statement: str, *names: str) -> None:
        """Run a statement as the owner, in the database that is always there."""
        owner = psycopg2.connect(urlsplit(self.urls.database_owner_url)._replace(path="/postgres").geturl())
        owner.autocommit = True
        try:
            with owner.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        finally:
            owner.close()


_open = ExitStack()
_houses: list[House] = []


def the_house(environment: dict[str, str]) -> House:
    """Return the house of this run, opened by the first who asks; `close` ends it."""
    if not _houses:
        _houses.append(_open.enter_context(_opened(environment)))
    return _houses[-1]


@contextmanager
def stands(house: House) -> Iterator[None]:
    """Let a house that others made be the one of this run until the block ends."""
    _houses.append(house)
    try:
        yield
    finally:
        _houses.remove(house)


def close() -> None:
    """End the servers and remove everything."""
    _houses.clear()
    _open.close()


@contextmanager
def _opened(environment: dict[str, str]) -> Iterator[House]:
    with _servers() as (folder, servers, urls), ThreadPoolExecutor() as beside:
        where = {**environment, **urls.as_environment(), "SOCIALDESK_DATA_DIR": str(folder)}
        made = [
            beside.submit(managed, where, "collectstatic", "--no-input"),
            beside.submit(managed, {**where, "SOCIALDESK_AS_OWNER": "1"}, "prepare_database"),
            beside.submit(compile_all, ROOT),
        ]
        for one in made:
            one.result()
        yield House(servers, urls, folder / "static")


@contextmanager
def apart(house: House, environment: dict[str, str]) -> Iterator[House]:
    """Yield a house like this one with servers of its own, for who stops them: backed up there, restored here."""
    with _servers() as (folder, servers, urls):
        where = {**environment, "SOCIALDESK_DATA_DIR": str(folder), "SOCIALDESK_AS_OWNER": "1"}
        managed({**where, **house.urls.as_environment()}, "backup", str(folder / "backup"))
        managed({**where, **urls.as_environment()}, "restore", str(folder / "backup"))
        yield House(servers, urls, house.static)


@contextmanager
def _servers() -> Iterator[tuple[Path, EmbeddedServers, ServerUrls]]:
    """Run servers in a passing folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="socialdesk-house-") as folder:
        servers = EmbeddedServers(Path(folder) / "servers")
        try:
            yield Path(folder), servers, servers.start()
        finally:
            servers.stop()
            servers.remove()


def managed(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end and return what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
