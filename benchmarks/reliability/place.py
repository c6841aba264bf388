"""A place to break things in: a database, a broker, a folder and a practice platform, all of its own.

The servers are those of the `house`, which all figures of a run share.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from benchmarks.reliability.house import ROOT, House, managed, the_house
from socialdesk.embedded import EmbeddedServers

# Short enough to see many leases end in a minute; in the same order as in production: timeout < lease < settle.
SECRETS = {"META_APP_ID": "1001", "META_APP_SECRET": "hostile-bench-app-secret", "META_VERIFY_TOKEN": "figure-verify"}
TIMES = {"PUBLISH_TIMEOUT": "3", "PUBLISH_LEASE": "6", "PUBLISH_SETTLE": "4"}

# Packing the files too takes half a minute, and helps nobody on loopback.
NAMED_AS_IN_PRODUCTION = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
# What `make figures` prints: {"id", "value", "goal", "ok", "detail": {name: what lies behind it}}.
Figure = dict[str, Any]


@dataclass
class Place:
    """Where it all runs: the environment that processes need, and the platform's address."""

    environment: dict[str, str]
    simulator: str
    house: House

    @property
    def servers(self) -> EmbeddedServers:
        """PostgreSQL and Valkey, to stop and start."""
        return self.house.servers

    def run(self, *arguments: str, as_owner: bool = False) -> str:
        """Run one of our Python modules to its end and return what it printed."""
        command = [sys.executable, "-m", *arguments]
        environment = self._environment(as_owner)
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def manage(self, *arguments: str, as_owner: bool = False) -> str:
        """Run a management command to its end and return what it printed; the owner of the tables runs some."""
        return managed(self._environment(as_owner), *arguments)

    def judged(self, judge: str, *arguments: str, as_owner: bool = False) -> Figure:
        """Let a judge (a module here with `main`) look; return the figure it ends with."""
        line = self.run("benchmarks.reliability.inside", judge, *arguments, as_owner=as_owner).splitlines()[-1]
        figure: Figure = json.loads(line)
        return figure

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one of our Python modules in a process group of its own; what it says is in `log`."""
        command = [sys.executable, "-m", *arguments]
        with self.log.open("ab") as said:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )

    @property
    def folder(self) -> Path:
        """Where the place keeps its files."""
        return Path(self.environment["SOCIALDESK_DATA_DIR"])

    @property
    def log(self) -> Path:
        """What the processes of the place have said."""
        return self.folder / "figures.log"

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the web server on a free port until the block ends; yields its address."""
        (self.folder / "static").symlink_to(self.house.static)
        port = _free_port()
        options = f"--bind=127.0.0.1:{port} --workers=2 --worker-class=gthread --threads=4 --access-logfile=-"
        web = self.begin("gunicorn", *options.split(), "--no-control-socket", "socialdesk.wsgi:application")
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()
            web.wait()

    def _environment(self, as_owner: bool) -> dict[str, str]:
        return {**self.environment, **({"SOCIALDESK_AS_OWNER": "1"} if as_owner else {})}

    def control(self, method: str, path: str, order: Any = None) -> Any:
        """Steer the simulator, or ask its book."""
        answer = requests.request(method, f"{self.simulator}/_control{path}", json=order, timeout=60)
        answer.raise_for_status()
        return answer.json()


def quick() -> bool:
    """Whether the sizes of every day are asked for."""
    return os.environ.get("QUICK") == "1"


def basis() -> dict[str, str]:
    """Return the environment that every process of every place has."""
    return {
        **os.environ,
        **TIMES,
        **SECRETS,
        "DJANGO_SETTINGS_MODULE": "socialdesk.settings",
        "SOCIALDESK_TEST": "1",
        "LOG_LEVEL": "ERROR",
        "STATICFILES_BACKEND": NAMED_AS_IN_PRODUCTION,
    }


@contextmanager
def opened() -> Iterator[Place]:
    """Yield a place of its own in a passing folder; everything in it is stopped and removed afterwards."""
    house = the_house(basis())
    with tempfile.TemporaryDirectory(prefix="socialdesk-figures-") as folder, house.copied() as addresses:
        port = _free_port()
        place = Place({**basis(), **addresses, "SOCIALDESK_DATA_DIR": folder}, f"http://127.0.0.1:{port}", house)
        platform = place.begin("simulator", "--port", str(port), "--data", f"{folder}/book", "--rate-limit", "0")
        try:
            _wait_for(f"{place.simulator}/healthz")
            yield place
        finally:
            platform.terminate()
            platform.wait()


def end_at_once(process: "subprocess.Popen[bytes]") -> None:
    """Kill what `Place.begin` started, with all its children."""
    with suppress(ProcessLookupError):  # it ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within 60 s")
