"""Run one command with a database: `python -m socialdesk.run manage.py shell`.

With DATABASE_URL and REDIS_URL set the command just runs. Else it uses the servers of a running demo, or starts private
ones for itself and stops them afterwards. `--as-owner` makes it the owner of the tables, as `migrate` always is.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from socialdesk.data_folder import is_locked
from socialdesk.embedded import EmbeddedServers, EmbeddedServersError, ServerUrls, attached, default_data_dir
from socialdesk.reachable import UnreachableError, completed, with_addresses

OWNERS_COMMANDS = {"migrate", "createcachetable", "grant_app_role", "prepare_database", "backup", "restore"}
PATIENCE = 30.0  # seconds for somebody else's servers to come up


def main(arguments: list[str]) -> int:
    """Run the command line in `arguments` and return its exit code."""
    as_owner = arguments[:1] == ["--as-owner"]
    command = arguments[1:] if as_owner else arguments
    if not command:
        sys.exit(__doc__)
    try:
        environment = with_addresses(os.environ)
    except UnreachableError as error:
        sys.exit(str(error))
    if as_owner or OWNERS_COMMANDS & set(command[1:2]):
        environment["SOCIALDESK_AS_OWNER"] = "1"
    if environment.get("DATABASE_URL") and environment.get("REDIS_URL"):
        return _call(command, environment)
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & environment.keys():
        environment.setdefault("SOCIALDESK_DEMO", "1")
    try:
        return _call_with_private_servers(command, environment)
    except EmbeddedServersError as error:
        sys.exit(str(error))


def _call_with_private_servers(command: list[str], environment: dict[str, str]) -> int:
    urls = _of_others(default_data_dir())
    if urls is not None:
        return _call(command, completed(environment, urls.as_environment()))
    with EmbeddedServers(default_data_dir()) as own:
        return _call(command, completed(environment, own.as_environment()))


def _of_others(data_dir: Path) -> ServerUrls | None:
    """Return the addresses of servers that somebody runs, waiting for them while they come up."""
    deadline = time.monotonic() + PATIENCE
    urls = attached(data_dir)
    while urls is None and is_locked(data_dir) and time.monotonic() < deadline:
        time.sleep(0.2)
        urls = attached(data_dir)
    return urls


def _call(command: list[str], environment: dict[str, str]) -> int:
    """Run it in the foreground. Ctrl-C is the command's own affair; TERM is handed on to it."""
    process = subprocess.Popen(_line(command), env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: process.send_signal(number))
    return process.wait()


def _line(command: list[str]) -> list[str]:
    """A Python file runs with our Python; other programs are looked for beside it first."""
    if command[0].endswith(".py"):
        return [sys.executable, *command]
    beside = str(Path(sys.executable).parent)
    program = shutil.which(command[0], path=f"{beside}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if program is None:
        sys.exit(f"There is no program {command[0]}.")
    return [program, *command[1:]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
