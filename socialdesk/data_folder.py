"""The folder of the private servers: where it lies, whose it is, who owns it now.

An ordinary user's servers keep their data under the data folder itself. PostgreSQL refuses to run as root, so
root's servers run as the system user `socialdesk-db`, with their data in /var/lib: the checkout may lie in a home
that other users cannot enter, and opening that home is not ours to do. The data folder then holds a note of where
they are.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT_DIR = Path(__file__).resolve().parent.parent
SERVER_USER = "socialdesk-db"
ROOTS_HOMES = Path("/var/lib")
NOTE = "servers-at"
LOCK = "servers.lock"


class EmbeddedServersError(Exception):
    """The private servers cannot be had; the message is one line that says what to do."""


class AlreadyRunningError(EmbeddedServersError):
    """Another process owns the servers of this data folder."""


@dataclass(frozen=True)
class Home:
    """Where the servers' files are, and the (uid, gid) they run as; None is whoever we are."""

    path: Path
    user: tuple[int, int] | None

    def own(self, path: Path) -> None:
        """Give `path` to the servers' user."""
        if self.user is not None:
            os.chown(path, *self.user)


def default_data_dir() -> Path:
    """Return $SOCIALDESK_DATA_DIR, or `.data` in the checkout."""
    return Path(os.environ.get("SOCIALDESK_DATA_DIR") or ROOT_DIR / ".data").resolve()


def test_data_dir() -> Path:
    """Return the folder of the tests' own servers."""
    return default_data_dir() / "test"


test_data_dir.__test__ = False  # type: ignore[attr-defined]  # pytest must not take it for a test


def home_path(data_dir: Path) -> Path:
    """Return where the servers of `data_dir` keep their files; the folder need not exist yet."""
    if os.geteuid() != 0:
        return data_dir / "servers"
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return ROOTS_HOMES / f"socialdesk-{name}"


def open_home(data_dir: Path) -> Home:
    """Make the servers' folder, private to their user, and return it. Raises EmbeddedServersError."""
    home = Home(home_path(data_dir), _server_user() if os.geteuid() == 0 else None)
    try:
        home.path.mkdir(mode=0o700, exist_ok=True)
        home.own(home.path)
        if home.user is not None:
            (data_dir / NOTE).write_text(f"{home.path}\n", encoding="utf-8")
    except OSError as error:
        raise EmbeddedServersError(
            f"The database's folder {home.path} cannot be used ({error.strerror}). Does it belong to another user?"
        ) from error
    return home


def take_lock(data_dir: Path, *, name: str = LOCK, claim: str) -> IO[str]:
    """Become the one owner of `data_dir` for as long as the returned file is open; `claim` is what others are told.

    The kernel lets go when this process ends, however it ends. Raises AlreadyRunningError, or EmbeddedServersError when
    the folder cannot be written.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data_dir / name).open("a+", encoding="utf-8")
    except OSError as error:
        raise EmbeddedServersError(
            f"The data folder {data_dir} cannot be written ({error.strerror}). Does it belong to another user?"
        ) from error
    if not _locked_within(lock, seconds=0.5):
        lock.seek(0)
        owner = lock.read().strip() or "another process"
        lock.close()
        raise AlreadyRunningError(f"Already running: {owner} uses {data_dir}. End it first.")
    lock.truncate(0)
    lock.write(claim)
    lock.flush()
    return lock


def is_locked(data_dir: Path) -> bool:
    """Say whether a living process owns `data_dir`."""
    try:
        with (data_dir / LOCK).open("r", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _locked_within(lock: IO[str], *, seconds: float) -> bool:
    """Try for a moment: somebody who only asks `is_locked` holds the file for an instant."""
    for _ in range(10):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(seconds / 10)
        else:
            return True
    return False


def _server_user() -> tuple[int, int]:
    """Return the (uid, gid) of the system user that root's servers run as, made when it is missing."""
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        entry = _make_server_user()
    return entry.pw_uid, entry.pw_gid


def _make_server_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if sys.platform == "darwin" or useradd is None:
        raise EmbeddedServersError(
            "PostgreSQL refuses to run as root. Run this as an ordinary user, or first make the system user "
            f"{SERVER_USER}."
        )
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    made = subprocess.run([useradd, *options, SERVER_USER], capture_output=True, text=True, check=False)
    if made.returncode:
        raise EmbeddedServersError(
            f"PostgreSQL refuses to run as root, and {SERVER_USER} could not be made: {made.stderr.strip()}"
        )
    return pwd.getpwnam(SERVER_USER)
