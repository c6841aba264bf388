"""A private Valkey (the open continuation of Redis) on loopback, with an append-only file and a password."""

import signal
import subprocess
import time
from pathlib import Path

import psutil
import redis

from socialdesk.data_folder import EmbeddedServersError, Home
from socialdesk.private_postgres import ENVIRONMENT, START_TRIES, free_port
from socialdesk.processes import end, start_tethered, working_in
from socialdesk.server_log import last_lines, open_log
from socialdesk.server_programs import Programs

START_SECONDS = 30.0
STOP_SECONDS = 10.0
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory 64mb
maxmemory-policy noeviction
"""


class PrivateValkey:
    """One server in `home.path/valkey`."""

    name = "Valkey"

    def __init__(self, home: Home, programs: Programs, password: str) -> None:
        self._home = home
        self._program = programs.valkey
        self._password = password
        self._data = home.path / "valkey"
        self._log = home.path / "valkey.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """End leftovers and start the server."""
        self.end_leftovers()
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._home.own(self._data)
        for again in range(START_TRIES):
            self.port = self.port if self.port and not again else free_port()  # started again, it is where it was
            if self._came_up():
                return
        raise EmbeddedServersError(f"The private Valkey did not start. Its last words: {last_lines(self._log)}")

    def is_running(self) -> bool:
        """Say whether the process that was started is still there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of its process; 0 when it is not running."""
        return self._process.pid if self._process else 0

    def stop(self, first: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server; what is queued is in the append-only file. Harmless twice."""
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
        """End what a killed owner left running on this very data."""
        end(working_in(self._data, ["valkey-server"]), first=signal.SIGTERM, grace=STOP_SECONDS)

    def url(self) -> str:
        """Return the server's address."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def _came_up(self) -> bool:
        """Start on its port and wait until it answers; False when the server ended instead."""
        configuration = self._write_configuration()
        with open_log(self._log) as log:
            self._process = start_tethered(
                [str(self._program), str(configuration)],
                death_signal=signal.SIGTERM,
                output=log,
                cwd=Path("/"),
                environment=ENVIRONMENT,
                user=self._home.user,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _write_configuration(self) -> Path:
        path = self._home.path / "valkey.conf"
        path.touch(mode=0o600)
        text = CONFIGURATION.format(port=self.port, password=self._password, folder=self._data)
        path.write_text(text, encoding="utf-8")
        self._home.own(path)
        return path

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url(), socket_connect_timeout=1, socket_timeout=2)
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):  # a server that still reads its file says so by the first
            return False
        finally:
            client.close()
