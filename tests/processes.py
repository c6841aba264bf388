"""Real processes for tests: a Celery worker and a beat on the test database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celery import current_app

from tests.database import database_environment
from tests.waiting import wait_for


@contextmanager
def running_worker(*options: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real Celery worker on the test database until the block ends; `options` are Celery's own."""
    current_app.control.purge()  # what earlier tests left for nobody
    settings = _environment(environment)
    command = [sys.executable, "-m", "celery", "--app=socialdesk", "worker", "--concurrency=1", "--loglevel=warning"]
    worker = subprocess.Popen([*command, "--without-gossip", "--without-mingle", *options], env=settings)
    try:
        wait_for(lambda: current_app.control.ping(timeout=1.0, limit=1), "the worker to answer", seconds=40)
        yield worker
    finally:
        _end(worker)


@contextmanager
def running_beat(folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real Celery beat with the product's schedule until the block ends; `folder` holds its own file."""
    command = [sys.executable, "-m", "celery", "--app=socialdesk", "beat", "--loglevel=warning"]
    beat = subprocess.Popen([*command, f"--schedule={folder / 'beat'}", "--pidfile="], env=_environment(environment))
    try:
        yield beat
    finally:
        _end(beat)


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **database_environment(), "DJANGO_SETTINGS_MODULE": "tests.worker_settings", **more}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
