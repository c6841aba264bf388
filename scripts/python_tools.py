"""The virtual environment and the Python packages."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import pip_settings, pip_wheel
from scripts.steps import ROOT, SetupError, Step, call, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PIP_INSTALL = ["-m", "pip", "install", "--prefer-binary", "--quiet", "--disable-pip-version-check", "--no-input"]


def steps() -> list[Step]:
    """Return the steps that make `.venv` and fill it."""
    return [
        Step("Python environment (.venv)", make_environment, VENV / ".made-from", (), PYTHON, VERSION),
        Step("Python packages", install_packages, VENV / ".packages-from", REQUIREMENTS, PYTHON, VERSION),
    ]


def make_environment() -> None:
    """Make `.venv` with a working pip; one that works and has this Python version is kept."""
    if _works():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    if importlib.util.find_spec("venv") is None:
        raise SetupError(_system_package("the module venv"))
    if importlib.util.find_spec("ensurepip") is not None and _made_with_own_pip():
        return
    call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
    _fetch_pip()


def install_packages() -> None:
    """Install what the requirements name, from where pip's own configuration says."""
    named = [part for path in REQUIREMENTS for part in ("-r", str(path))]
    call([PYTHON, *PIP_INSTALL, *named])


def _works() -> bool:
    """Say whether `.venv` has a pip and this very Python version: a moved checkout or an upgraded Python breaks it."""
    probe = (
        f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r} or sys.prefix != {str(VENV)!r})"
    )
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _made_with_own_pip() -> bool:
    """Try the plain way; a Debian without python3-venv has the module but not all it needs."""
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, check=False)
    return made.returncode == 0 and _works()


def _fetch_pip() -> None:
    """Fetch pip's wheel and let it install itself."""
    say("This Python comes without pip: fetching it from the package index")
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = pip_wheel.fetch(pip_settings.read(), Path(folder))
        except pip_wheel.NoPipError as error:
            raise SetupError(_system_package(f"pip, and it could not be fetched ({error})")) from error
        call([PYTHON, *PIP_INSTALL, "--no-index", wheel], environment={**os.environ, "PYTHONPATH": str(wheel)})


def _system_package(missing: str) -> str:
    package = "python3-venv" if sys.executable.startswith("/usr/bin") else f"python{VERSION}-venv"
    return f"This Python lacks {missing}. On Debian and Ubuntu: sudo apt-get install {package}, then: make setup"
