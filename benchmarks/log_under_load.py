"""LOG1: what a click waits for the log while a bulk intake of the same municipality stays open for ten seconds.

Run `python -m benchmarks.log_under_load`. Uses a scratch database beside the one in DATABASE_OWNER_URL, or private
servers in a passing folder. Prints one JSON line; milliseconds, the 99th percentile of record and commit.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from socialdesk.embedded import EmbeddedServers

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = "socialdesk_log1"
GOAL_MS = 100.0


@contextmanager
def addresses() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL and DATABASE_OWNER_URL, of servers of our own where the environment has none."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    if all(os.environ.get(name) for name in names):
        yield {name: os.environ[name] for name in names}
        return
    with tempfile.TemporaryDirectory() as folder:
        servers = EmbeddedServers(Path(folder))
        try:
            yield servers.start().as_environment()
        finally:
            servers.stop()
            servers.remove()


@contextmanager
def scratch_database(
    urls: dict[str, str], apps: tuple[str, ...] = ("audit",), name: str = SCRATCH, like: str = ""
) -> Iterator[dict[str, str]]:
    """Make a database with the tables of the apps (none named: of all), and drop it afterwards; yield the way there.

    `like` names another scratch database that nobody has filled or is connected to: then it is copied.
    """
    owner = psycopg2.connect(urls["DATABASE_OWNER_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
    try:
        environment = {key: urlsplit(url)._replace(path=f"/{name}").geturl() for key, url in urls.items()}
        environment |= {"DJANGO_SETTINGS_MODULE": "socialdesk.settings", "SOCIALDESK_TEST": "1"}
        for command in () if like else (["migrate", *apps], ["grant_app_role"]):
            subprocess.run(
                [sys.executable, "manage.py", *command, "--verbosity=0"],
                cwd=ROOT,
                env={**os.environ, **environment, "SOCIALDESK_AS_OWNER": "1"},
                check=True,
            )
        yield environment
    finally:
        with owner.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        owner.close()


def measure(environment: dict[str, str]) -> dict[str, object]:
    """Run the load in a process of its own and return the figure."""
    load = subprocess.run(
        [sys.executable, "-m", "benchmarks.log_load", "clicks"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(load.stdout)
    return {
        "id": "LOG1",
        "value": found["p99"],
        "goal": GOAL_MS,
        "ok": found["p99"] < GOAL_MS and found["chain_whole"],
        "detail": {"unit": "ms, p99 of record and commit", **found},
    }


def main() -> int:
    """Print the figure; 1 when it misses its goal."""
    with addresses() as urls, scratch_database(urls) as environment:
        figure = measure(environment)
    print(json.dumps(figure))
    return 0 if figure["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
