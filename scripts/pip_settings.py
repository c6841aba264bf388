"""pip's own configuration, read as pip reads it: for the moment before there is a pip.

Source: https://pip.pypa.io/en/stable/topics/configuration/ (files, their order, PIP_* variables over files).
"""

import configparser
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"
SECTIONS = ("global", "download", "install")  # a command's own section overrides [global]
YES = {"1", "true", "yes", "on", "y", "t"}


@dataclass(frozen=True)
class PipSettings:
    """Where packages come from and how to get there."""

    indexes: tuple[str, ...] = (DEFAULT_INDEX,)
    folders: tuple[str, ...] = ()  # find-links
    cert: str = ""
    client_cert: str = ""
    proxy: str = ""
    trusted_hosts: tuple[str, ...] = field(default=())
    timeout: float = 15.0  # seconds


def read() -> PipSettings:
    """Return the settings in force here: files from the widest to the nearest, then PIP_* variables."""
    values = {**_from_files(), **_from_environment()}
    indexes = [values.get("index-url", DEFAULT_INDEX), *values.get("extra-index-url", "").split()]
    return PipSettings(
        indexes=() if values.get("no-index", "").lower() in YES else tuple(indexes),
        folders=tuple(values.get("find-links", "").split()),
        cert=values.get("cert", ""),
        client_cert=values.get("client-cert", ""),
        proxy=values.get("proxy", ""),
        trusted_hosts=tuple(values.get("trusted-host", "").split()),
        timeout=float(values.get("timeout") or values.get("default-timeout") or 15),
    )


def _from_environment() -> dict[str, str]:
    """PIP_INDEX_URL=... becomes index-url; an empty variable counts as not set, as in pip."""
    named = {name[4:]: value for name, value in os.environ.items() if name.startswith("PIP_") and value}
    return {name.lower().replace("_", "-"): value for name, value in named.items()}


def _from_files() -> dict[str, str]:
    values: dict[str, str] = {}
    for path in configuration_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as error:
            sys.exit(f"pip's configuration file {path} cannot be read: {error}")
        for section in filter(parser.has_section, SECTIONS):
            values.update({name.lower().replace("_", "-"): value.strip() for name, value in parser.items(section)})
    return values


def configuration_files() -> list[Path]:
    """Return the paths that pip reads, in its order; PIP_CONFIG_FILE comes last, and os.devnull means none."""
    named = os.environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    home = Path.home()
    files = [*site_wide(), home / ".pip" / "pip.conf", _users_own(home)]
    return [*files, Path(named)] if named else files


def site_wide() -> list[Path]:
    """Return the files that hold for every user of the machine."""
    if sys.platform == "darwin":
        return [Path("/Library/Application Support/pip/pip.conf")]
    folders = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [*(Path(folder) / "pip" / "pip.conf" for folder in folders.split(":") if folder), Path("/etc/pip.conf")]


def _users_own(home: Path) -> Path:
    application_support = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and application_support.is_dir():
        return application_support / "pip.conf"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
