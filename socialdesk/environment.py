"""The environment that settings are read from, and secrets that may lie in files."""

import base64
import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()


def secret(name: str, *, data_dir: Path, made_here: bool) -> str:
    """Return the secret NAME from the environment, from the file NAME_FILE, or one kept in the data folder.

    `made_here` allows a new one to be made and kept (0600) in `data_dir/secrets`; without it a missing secret raises
    ImproperlyConfigured with one line that says what to set. The value made is 32 random bytes, URL-safe base64.
    """
    value: str = env.str(name, default="")
    if value:
        return value.strip()
    if not made_here:
        raise ImproperlyConfigured(f"{name} is not set. Set {name}, or {name}_FILE to a file that holds it.")
    path = data_dir / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, value: str) -> None:
    """Write `value` to `path` unless another process was first; readers never see half a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
