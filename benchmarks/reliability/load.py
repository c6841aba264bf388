"""LOAD1 and LOAD2: people who sort, write, publish and export in two towns at once, and a click beside bulk work.

LOAD1, ten minutes (QUICK=1: 30 s): five people in each of two towns work on the latest 30 comments while new ones come
in, with the real worker, web server and platform. PostgreSQL's own counter of deadlocks must stay 0; every act is done
or refused, never a 5xx; every event has its link, the chains are whole, the counts are exact, each published reply
stands on the platform once, and nothing is left half done.

LOAD2: the 99th percentile of a click (a note saved over HTTP) while a channel brings in its bulk of comments and an
export is packed.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.reliability.clicks import at_work
from benchmarks.reliability.crew import Worker
from benchmarks.reliability.place import Figure, Place, opened, quick

OFTEN = {"SWEEP_EVERY": "2", "PULL_EVERY": "2"}
INSIDE = "benchmarks.reliability.inside"
DRAIN_SECONDS = 240  # other figures are at work too
PAUSE = 0.1  # between two clicks of a person
CLICK_GOAL_MS = 1000


def mix() -> Figure:
    """Return LOAD1."""
    seconds = 30 if quick() else 600
    with opened() as place, place.serving() as site, working(place):
        towns = json.loads(place.run(INSIDE, "town", "plant", place.simulator, "30", "prove", "nabo"))
        crew = [Worker(site, person, one, seed) for one in towns for seed, person in enumerate(one["people"])]
        with at_work([worker.act for worker in crew], pause=PAUSE):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for one in towns:
                    write(place, one["posts"], 3, f"Mens dere arbeider, {time.monotonic()}")
                time.sleep(2)
        found = _when_drained(place)
        book = Counter(" ".join(entry["text"].split()) for name in ("prove", "nabo") for entry in _book(place, name))
    published = [" ".join(text.split()) for text in found.pop("published")]
    answers = sum((worker.answers for worker in crew), Counter[str]())
    times = sorted(one for worker in crew for one in worker.times)
    detail = {
        "at_work_s": seconds,
        "answers": dict(sorted(answers.items())),
        "failed": sum(count for name, count in answers.items() if int(name.split()[-1]) not in range(200, 500)),
        "published": len(published),
        "not_once_in_the_book": sum(sum(n for line, n in book.items() if line.endswith(one)) != 1 for one in published),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000),
        **found,
    }
    wrong = detail["deadlocks"] + detail["failed"] + detail["not_once_in_the_book"] + detail["unfinished"]
    wrong += abs(detail["events"] - detail["links"]) + len(detail["broken_logs"]) + len(detail["tally_off"])
    worked = {"comment.sort", "reply.begin", "reply.publish", "record.complete"} - found["acts"].keys()
    ok = wrong == 0 and not worked and bool(detail["batches"])
    detail["never_happened"] = sorted(worked)
    return {"id": "LOAD1", "value": wrong, "goal": 0, "ok": ok, "detail": detail}


def write(place: Place, posts: list[str], count: int, words: str) -> None:
    """Let citizens write `count` comments under the posts."""
    orders = [{"parent": posts[one % len(posts)], "text": f"{words} {one}", "mention": True} for one in range(count)]
    place.control("POST", "/comments", orders)


def _book(place: Place, account: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.control("GET", f"/book?account={account}")
    return found


def _when_drained(place: Place) -> dict[str, Any]:
    """Leave the worker in peace until nothing is under way, within a bound; return what the judge found."""
    end = time.monotonic() + DRAIN_SECONDS
    while True:
        found: dict[str, Any] = json.loads(place.run(INSIDE, "town", "judge"))
        if not found["unfinished"] or time.monotonic() > end:
            return found
        time.sleep(2)


@contextmanager
def working(place: Place) -> Iterator[None]:
    """Run the real worker with its schedule until the block ends."""
    place.environment |= OFTEN
    options = "--app=socialdesk worker --beat --concurrency=2 --loglevel=error --without-gossip --without-mingle"
    worker = place.begin("celery", *options.split(), f"--schedule={place.folder / 'beat'}")
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def click() -> Figure:
    """Return LOAD2."""
    count, exports = (150, 10) if quick() else (3000, 200)
    with opened() as place, place.serving() as site, working(place):
        (one,) = json.loads(place.run(INSIDE, "town", "plant", place.simulator, "30", "prove"))
        place.run(INSIDE, "town", "confirm", str(exports))
        clicker = Worker(site, one["people"][0], one, 1)
        archivist = Worker(site, one["people"][-1], one, 2)
        with at_work([clicker.note], pause=PAUSE):
            time.sleep(5)
        alone, clicker.times = _p99(clicker.times), []
        began = time.monotonic()
        write(place, one["posts"], count, "Alle på en gang")
        archivist.export()
        with at_work([clicker.note], pause=PAUSE):
            found = _when_in_and_out(place, count + 30)
        lasted = time.monotonic() - began
    beside = _p99(clicker.times)
    failed = sum(n for name, n in clicker.answers.items() if int(name.split()[-1]) not in range(200, 400))
    done = found["comments"] >= count + 30 and found["batches"] == {"READY": 1}
    detail = {
        "unit": "ms, p99 of a note saved over HTTP",
        "alone": alone,
        "clicks": len(clicker.times),
        "slowest": round(max(clicker.times) * 1000),
        "failed": failed,
        "comments_in": found["comments"] - 30,
        "records_out": exports if done else 0,
        "lasted_s": round(lasted),
    }
    ok = beside < CLICK_GOAL_MS and not failed and done
    return {"id": "LOAD2", "value": beside, "goal": CLICK_GOAL_MS, "ok": ok, "detail": detail}


def _p99(times: list[float]) -> int:
    return round(sorted(times)[int(len(times) * 0.99)] * 1000)


def _when_in_and_out(place: Place, comments: int) -> dict[str, Any]:
    """Wait until the comments are in and the export is packed, within a bound; return what the database holds."""
    end = time.monotonic() + DRAIN_SECONDS * (1 if quick() else 5)
    while True:
        found: dict[str, Any] = json.loads(place.run(INSIDE, "town", "bulk"))
        if (found["comments"] >= comments and found["batches"] == {"READY": 1}) or time.monotonic() > end:
            return found
        time.sleep(2)
