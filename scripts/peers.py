"""Install the real servers of others that `make peers` tests against: outside the repository, from registries only.

The folder with their start scripts is $SOCIALDESK_PEERS (default ../shared/peers/bluesky). What is installed goes to
$SOCIALDESK_PEER_DIR (default a folder of the user's own among the temporary files): about 660 MB and 3 minutes the
first time. Without the folder, or on another system than Linux x86-64, nothing is done and the tests say so.
"""

import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def scripts_folder() -> Path:
    """Return where the peer's own scripts lie."""
    return Path(os.environ.get("SOCIALDESK_PEERS") or ROOT.parent / "shared" / "peers" / "bluesky").resolve()


def install_folder() -> Path:
    """Return where the peer is installed."""
    own = Path(tempfile.gettempdir()) / f"socialdesk-peers-{os.getuid()}"
    return Path(os.environ.get("SOCIALDESK_PEER_DIR") or own).resolve()


def peer_python() -> Path:
    """Return the interpreter that has the peer's Python packages."""
    return install_folder() / "venv" / "bin" / "python"


def packages_folder() -> Path:
    """Return the folder of the peer's Node packages."""
    return install_folder() / "bluesky"


def missing() -> str:
    """Return in one line why the peer cannot be started, "" when it can."""
    if not (scripts_folder() / "start.py").is_file():
        return f"no peer: there is no start.py in {scripts_folder()} (set SOCIALDESK_PEERS)"
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return "no peer: the Bluesky servers are packed for Linux on x86-64 only"
    if not (packages_folder() / ".installed").exists():
        return "no peer: it is not installed (run make peers)"
    return ""


def main() -> int:
    """Install what is missing."""
    if missing().startswith("no peer: it is not installed"):
        _install()
    print(missing() or f"The Bluesky servers are in {install_folder()}.")
    return 0


def _install() -> None:
    folder, scripts = install_folder(), scripts_folder()
    if ROOT in (folder, *folder.parents):
        raise SystemExit(f"{folder} lies in the repository. Set SOCIALDESK_PEER_DIR to a folder outside it.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SystemExit(f"{folder} is somebody else's. Set SOCIALDESK_PEER_DIR to a folder of your own.")
    print(f"Installing the Bluesky servers in {folder}: about 3 minutes and 660 MB.", flush=True)
    venv.create(folder / "venv", with_pip=True, clear=True)
    pip: list[str | Path] = [
        peer_python(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--requirement",
        scripts / "requirements.txt",
    ]
    subprocess.run(pip, check=True)
    start: list[str | Path] = [
        peer_python(),
        scripts / "start.py",
        "--install-dir",
        packages_folder(),
        "--install-only",
    ]
    subprocess.run(start, check=True)
    (packages_folder() / ".installed").touch()


if __name__ == "__main__":
    sys.exit(main())
