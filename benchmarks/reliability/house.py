"""What all figures of a run share, because it takes long to make: servers, a migrated database to copy, static files.

A figure never sees another's data: each `place` has a copy of the database, a wiped broker and a folder of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis
from psycopg2 import sql

from scripts.compile_messages import compile_all
from socialdesk.embedded import EmbeddedServers, ServerUrls

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class House:
    """The servers and what is made once. `lane`: which of the lines of figures that run at the same time this is."""

    folder: Path
    servers: EmbeddedServers
    urls: ServerUrls
    places: int = 0
    lane: int = 0
    _made: set[str] = field(default_factory=set)

    @contextmanager
    def copied(self) -> Iterator[dict[str, str]]:
        """Yield the addresses of a fresh database of one's own, dropped afterwards, and of the wiped broker."""
        self.places += 1
        name = f"figure_{self.lane}_{self.places}"
        broker = urlsplit(self.urls.redis_url)._replace(path=f"/{self.lane}").geturl()
        redis.Redis.from_url(broker).flushdb()
        template = urlsplit(self.urls.database_url).path.lstrip("/")
        self._do("CREATE DATABASE {} TEMPLATE {}", name, template)
        found = {**self.urls.as_environment(), "REDIS_URL": broker}
        try:
            yield {
                key: urlsplit(url)._replace(path=f"/{name}").geturl() if key.startswith("DATABASE") else url
                for key, url in found.items()
            }
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    def static(self, environment: dict[str, str]) -> Path:
        """Return the folder of collected static files; catalogues are compiled too."""
        if "static" not in self._made:
            managed(environment | {"SOCIALDESK_DATA_DIR": str(self.folder)}, "collectstatic", "--no-input")
            compile_all(ROOT)
            self._made.add("static")
        return self.folder / "static"

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
    return _houses[0]


def close() -> None:
    """End the servers and remove everything."""
    _houses.clear()
    _open.close()


@contextmanager
def _opened(environment: dict[str, str]) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="socialdesk-house-") as folder:
        servers = EmbeddedServers(Path(folder) / "servers")
        try:
            urls = servers.start()
            where = {**environment, **urls.as_environment(), "SOCIALDESK_DATA_DIR": folder}
            managed({**where, "SOCIALDESK_AS_OWNER": "1"}, "prepare_database")
            yield House(Path(folder), servers, urls)
        finally:
            servers.stop()
            servers.remove()


def managed(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end and return what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
