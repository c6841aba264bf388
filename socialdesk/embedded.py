"""The private PostgreSQL and Valkey of the demo, the tests and a developer's shell: exactly one owner, found by
address.

One process owns the servers of a data folder, starts them and stops them; everybody else is handed the addresses by
environment, or finds them with `attached`. Settings never start a server. The addresses are loopback ports with
passwords made here, so other users of the machine cannot come in.
"""

import atexit
import json
import os
import secrets
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from socialdesk.data_folder import (
    NOTE,
    AlreadyRunningError,
    EmbeddedServersError,
    default_data_dir,
    is_locked,
    open_home,
    take_lock,
    test_data_dir,
)
from socialdesk.private_postgres import APP_ROLE, OWNER_ROLE, Passwords, PrivatePostgres
from socialdesk.private_valkey import PrivateValkey
from socialdesk.server_programs import programs_for

__all__ = [
    "AlreadyRunningError",
    "EmbeddedServers",
    "EmbeddedServersError",
    "ServerUrls",
    "attached",
    "default_data_dir",
    "test_data_dir",
]

ADDRESSES = "servers.json"
PASSWORDS = "passwords.json"


@dataclass(frozen=True)
class ServerUrls:
    """The addresses of the servers, passwords included."""

    database_url: str
    database_owner_url: str
    redis_url: str

    def as_environment(self) -> dict[str, str]:
        """Return the addresses under the names that settings read."""
        return {name.upper(): url for name, url in asdict(self).items()}


class EmbeddedServers:
    """The servers of one data folder. `durable=False` is for tests: quicker, and lost in a power cut."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir.resolve()
        self._durable = durable
        self._owner_pid = 0
        self._lock: IO[str] | None = None
        self._servers: list[PrivatePostgres | PrivateValkey] = []

    def start(self) -> ServerUrls:
        """Become the owner, clear up after a killed one, start both servers and return their addresses.

        Call it from the main thread. Raises AlreadyRunningError when another process is the owner, EmbeddedServersError
        when a server cannot be had; nothing is left running then.
        """
        self._lock = take_lock(self._data_dir, claim=f"process {os.getpid()} ({_command_line()})")
        self._owner_pid = os.getpid()
        atexit.register(self.stop)
        try:
            return self._started()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what this process started and give up ownership. Harmless twice, and in a forked child."""
        if self._lock is None or self._owner_pid != os.getpid():
            return
        atexit.unregister(self.stop)
        (self._data_dir / ADDRESSES).unlink(missing_ok=True)
        for server in reversed(self._servers):
            server.stop()
        self._servers = []
        self._lock.close()
        self._lock = None

    def ended(self) -> str:
        """Return the name of a server that has ended by itself, or nothing."""
        names = [server.name for server in self._servers if not server.is_running()]
        return names[0] if names else ""

    @property
    def postgres(self) -> PrivatePostgres:
        """The running PostgreSQL, for those who stop it on purpose.."""
        return next(server for server in self._servers if isinstance(server, PrivatePostgres))

    @property
    def valkey(self) -> PrivateValkey:
        """The running Valkey, likewise."""
        return next(server for server in self._servers if isinstance(server, PrivateValkey))

    def remove(self) -> None:
        """Delete the servers' data. Raises AlreadyRunningError while somebody runs them."""
        if not self._data_dir.exists():
            return
        with take_lock(self._data_dir, claim=f"process {os.getpid()} (removing the data)"):
            home = open_home(self._data_dir)
            programs = programs_for(home)
            PrivatePostgres(home, programs, _passwords(home.path), durable=False).end_leftovers()
            PrivateValkey(home, programs, "").end_leftovers()
            shutil.rmtree(home.path)
            (self._data_dir / NOTE).unlink(missing_ok=True)

    def __enter__(self) -> ServerUrls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _started(self) -> ServerUrls:
        home = open_home(self._data_dir)
        programs = programs_for(home)
        passwords = _passwords(home.path)
        postgres = PrivatePostgres(home, programs, passwords, durable=self._durable)
        valkey = PrivateValkey(home, programs, passwords.valkey)
        for server in (postgres, valkey):
            self._servers.append(server)
            server.start()
        urls = ServerUrls(
            database_url=postgres.url(APP_ROLE, passwords.app),
            database_owner_url=postgres.url(OWNER_ROLE, passwords.owner),
            redis_url=valkey.url(),
        )
        _write_privately(self._data_dir / ADDRESSES, asdict(urls))
        return urls


def attached(data_dir: Path) -> ServerUrls | None:
    """Return the addresses of the servers that a living process runs on `data_dir`, or None."""
    try:
        urls = ServerUrls(**json.loads((data_dir.resolve() / ADDRESSES).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    return urls if is_locked(data_dir.resolve()) else None


def _passwords(home: Path) -> Passwords:
    """Return the passwords kept beside the data, made the first time."""
    path = home / PASSWORDS
    if not path.exists():
        _write_privately(path, {name: secrets.token_urlsafe(24) for name in ("superuser", "owner", "app", "valkey")})
    return Passwords(**json.loads(path.read_text(encoding="utf-8")))


def _write_privately(path: Path, content: dict[str, str]) -> None:
    """Write JSON that only its owner can read, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    draft.replace(path)


def _command_line() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:4]])
