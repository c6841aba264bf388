"""A private PostgreSQL 18 on loopback: made once, started, stopped, its two roles kept."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2 import sql

from socialdesk.data_folder import EmbeddedServersError, Home
from socialdesk.processes import end, start_tethered, working_in
from socialdesk.server_log import last_lines, open_log
from socialdesk.server_programs import Programs

SUPERUSER = "postgres"
OWNER_ROLE = "socialdesk_owner"
APP_ROLE = "socialdesk_app"
DATABASE = "socialdesk"
START_TRIES = 3  # a port that was free may be taken before the server binds it
START_SECONDS = 120.0  # recovery after a crash included
STOP_SECONDS = 20.0
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
TUNING = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "io_method": "sync",  # PostgreSQL 18's worker processes would cost memory and bring nothing here
    "autovacuum_max_workers": "2",
    "log_min_messages": "warning",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Passwords:
    """The passwords of one cluster, in clear."""

    superuser: str
    owner: str
    app: str
    valkey: str


class PrivatePostgres:
    """One cluster in `home.path/postgres`. `durable=False` gives up safety against a power cut: for tests."""

    name = "PostgreSQL"

    def __init__(self, home: Home, programs: Programs, passwords: Passwords, *, durable: bool) -> None:
        self._home = home
        self._programs = programs
        self._passwords = passwords
        self._durable = durable
        self._options = TUNING if durable else TUNING | CARELESS
        self._data = home.path / "postgres"
        self._log = home.path / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """End leftovers, make the cluster if there is none, start it and see to roles and database."""
        self.end_leftovers()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        for again in range(START_TRIES):
            self.port = self.port if self.port and not again else free_port()  # started again, it is where it was
            if self._came_up():
                self._ensure_roles()
                return
        raise EmbeddedServersError(f"The private PostgreSQL did not start. Its last words: {last_lines(self._log)}")

    def is_running(self) -> bool:
        """Say whether the process that was started is still there."""
        return self._process is not None and self._process.poll() is None

    def stop(self, first: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: fast first (open work is rolled back; SIGQUIT: at once), then hard. Harmless twice."""
        if self._process is None:
            return
        end(
            [psutil.Process(self._process.pid)] if self._process.poll() is None else [],
            first=first,
            grace=STOP_SECONDS,
        )
        self._process.wait()
        self._process = None

    def end_leftovers(self) -> None:
        """End what a killed owner left running on this very data, and forget its pid file.

        The pid file goes because its number may by now be another program's, which PostgreSQL would take for a rival.
        """
        end(working_in(self._data, ["postgres"]), first=signal.SIGQUIT, grace=10)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def url(self, role: str, password: str) -> str:
        """Return the address of the database for `role`."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def _make_cluster(self) -> None:
        """Run initdb in a draft folder that gets its name only when complete."""
        draft = self._home.path / "postgres.new"
        password_file = self._home.path / "initdb-password"
        shutil.rmtree(draft, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._passwords.superuser, encoding="utf-8")
        self._home.own(password_file)
        uid, gid = self._home.user or (None, None)
        command: list[str | Path] = [
            self._programs.initdb, "--pgdata", draft, "--username", SUPERUSER, "--pwfile", password_file,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin",
            "--builtin-locale", "C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        if not self._durable:
            command.append("--no-sync")
        as_user: dict[str, Any] = {} if uid is None else {"user": uid, "group": gid, "extra_groups": []}
        made = subprocess.run(
            command,
            cwd=self._home.path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            **as_user,
        )
        password_file.unlink()
        if made.returncode:
            raise EmbeddedServersError(
                f"The private PostgreSQL could not be made: {made.stderr.strip().splitlines()[-1:]}"
            )
        draft.rename(self._data)

    def _came_up(self) -> bool:
        """Start on its port and wait until it answers; False when the server ended instead."""
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with open_log(self._log) as log:
            self._process = start_tethered(
                [str(self._programs.postgres), "-D", str(self._data), "-p", str(self.port), *options],
                death_signal=signal.SIGINT,
                output=log,
                cwd=Path("/"),
                environment=ENVIRONMENT,
                user=self._home.user,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.03)
        self.stop()
        return False

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedServersError(
                    f"The passwords in {self._home.path} do not fit the database there. Put the old file back, "
                    "or remove the data."
                ) from error
            return False
        return True

    def _connect(self) -> Any:
        return psycopg2.connect(
            host="127.0.0.1", port=self.port, user=SUPERUSER, password=self._passwords.superuser,
            dbname="postgres", connect_timeout=5,
        )  # fmt: skip

    def _ensure_roles(self) -> None:
        """Make the two roles and the database where they are missing: a start may have been killed half-way."""
        connection = self._connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                self._ensure_role(cursor, OWNER_ROLE, self._passwords.owner, "CREATEDB")
                self._ensure_role(cursor, APP_ROLE, self._passwords.app, "NOCREATEDB")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                    cursor.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)))
        finally:
            connection.close()

    @staticmethod
    def _ensure_role(cursor: Any, role: str, password: str, right: str) -> None:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(role), sql.SQL(right), sql.Literal(password)))


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
