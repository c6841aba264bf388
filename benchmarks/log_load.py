"""The load of LOG1: a bulk intake in one process, clicks in another. `benchmarks.log_under_load` starts it."""

import json
import statistics
import subprocess
import sys
import threading
import time

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from audit import log  # noqa: E402
from files.models import StoredFile  # noqa: E402

MUNICIPALITY = 1
INTAKE_SECONDS = 10.0
PAGE, PAUSE_BETWEEN_PAGES = 200, 0.25
CLICKERS, PAUSE_BETWEEN_CLICKS = 4, 0.01


def take_in() -> dict[str, object]:
    """Keep one transaction open for ten seconds and write pages of events in it; return how many, and the wait."""
    page = [StoredFile(pk=number, municipality_id=MUNICIPALITY) for number in range(1, PAGE + 1)]
    written, end = 0, time.monotonic() + INTAKE_SECONDS
    with transaction.atomic():
        while time.monotonic() < end:
            written += len(log.record_many("load.take_in", subjects=page, by=None, source="page"))
            time.sleep(PAUSE_BETWEEN_PAGES)
        begun = time.perf_counter()
    return {"intake_events": written, "intake_commit_ms": round((time.perf_counter() - begun) * 1000, 1)}


def click_until(stop: threading.Event, latencies: list[float]) -> None:
    """Write one event a transaction, as a person's act does, and note how long each took in milliseconds."""
    subject = StoredFile(pk=1, municipality_id=MUNICIPALITY)
    connection.ensure_connection()
    while not stop.is_set():
        begun = time.perf_counter()
        with transaction.atomic():
            log.record("load.click", subject=subject, by=None, sortings=["praise"])
        latencies.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_BETWEEN_CLICKS)
    connection.close()


def clicks_beside_intake() -> dict[str, object]:
    """Click from four threads from before the intake opens until after it has committed; return what was seen."""
    stop = threading.Event()
    latencies: list[list[float]] = [[] for _ in range(CLICKERS)]
    threads = [threading.Thread(target=click_until, args=(stop, one), daemon=True) for one in latencies]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    intake = subprocess.run(
        [sys.executable, "-m", "benchmarks.log_load", "intake"], check=True, stdout=subprocess.PIPE, text=True
    )
    lasted = time.monotonic() - begun
    stop.set()
    for thread in threads:
        thread.join()
    clicks = sorted(one for thread in latencies for one in thread)
    taken_in = json.loads(intake.stdout)
    verified = log.verify(MUNICIPALITY)
    assert verified.events == len(clicks) + taken_in["intake_events"], "an event was lost"
    return {
        "p50": round(statistics.median(clicks), 1),
        "p99": round(clicks[int(len(clicks) * 0.99)], 1),
        "max": round(clicks[-1], 1),
        "clicks": len(clicks),
        "clicks_per_second": round(len(clicks) / lasted),
        "chain_whole": verified.ok,
        **taken_in,
    }


if __name__ == "__main__":
    print(json.dumps({"intake": take_in, "clicks": clicks_beside_intake}[sys.argv[1]]()))
