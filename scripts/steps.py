"""A set-up step: skipped while what it was made from has not changed, timed and named when it runs."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Step:
    """`run` is called unless `stamp` holds the hash of `sources` and `extra`, and `result` is there."""

    title: str
    run: Callable[[], None]
    stamp: Path
    sources: tuple[Path, ...]
    result: Path
    extra: str = ""

    def fingerprint(self) -> str:
        """Return the hash of all this step is made from."""
        digest = hashlib.sha256(self.extra.encode())
        for path in self.sources:
            digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"-") + b"\0")
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Say whether there is nothing to do."""
        return self.result.exists() and self.stamp.exists() and self.stamp.read_text() == self.fingerprint()


def take(steps: Iterable[Step]) -> int:
    """Run the steps that are not done, say which and how long each took, and return how many ran."""
    ran = 0
    for step in steps:
        if step.is_done():
            continue
        say(f"{step.title} ...")
        began = time.monotonic()
        step.stamp.unlink(missing_ok=True)
        step.run()
        step.stamp.parent.mkdir(parents=True, exist_ok=True)
        step.stamp.write_text(step.fingerprint())
        say(f"{step.title}: {time.monotonic() - began:.1f} s")
        ran += 1
    return ran


def call(command: list[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the root folder; its output is shown, and SetupError names it when it fails."""
    finished = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if finished.returncode:
        words = " ".join(Path(str(part)).name if i == 0 else str(part) for i, part in enumerate(command))
        raise SetupError(f"This failed with exit code {finished.returncode}, see the lines above: {words}")


def say(line: str) -> None:
    """Print one line of set-up at once, in order with the output of the commands."""
    print(f"[setup] {line}", flush=True)
    sys.stderr.flush()
