"""Real processes for tests: a Celery worker on the test database."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app

from tests.database import database_environment
from tests.waiting import wait_for


@contextmanager
def running_worker(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real Celery worker on the test database until the block ends."""
    current_app.control.purge()  # what earlier tests left for nobody
    settings = {
        **os.environ,
        **database_environment(),
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        **environment,
    }
    command = [sys.executable, "-m", "celery", "--app=socialdesk", "worker", "--concurrency=1", "--loglevel=warning"]
    worker = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], env=settings)
    try:
        wait_for(lambda: current_app.control.ping(timeout=1.0), "the worker to answer", seconds=40)
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=15)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
