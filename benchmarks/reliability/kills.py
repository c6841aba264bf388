"""R2: workers that publish are killed again and again while the platform misbehaves; the book counts afterwards.

Without Celery: four processes in the publishing loop, kill -9 at random, a new one in its place; they are forked, so
that a kill strikes a worker at work and not one that starts. Faults as in R1:
resets and 500s before and after the write, 429, malformed answers, read lag; and the platform ignores the
Idempotency-Key, so that only our own protection is judged. A quarter of the replies go out in parts. Lost, doubled, out
of order and unfinished must all be 0, part by part.
`QUICK=1` kills 20 times over 50 replies, else 1,000 times over 1,500.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from benchmarks.reliability.house import ROOT
from benchmarks.reliability.place import Figure, Place, opened

WORKERS = 4
STUCK_AFTER = 180  # seconds in which nothing more came out: a busy machine is slow, not wrong
FAULTS: list[tuple[str, str, float, dict[str, object]]] = [
    ("error_before", "POST", 0.03, {}),
    ("error_after", "POST", 0.05, {}),
    ("reset_before", "POST", 0.03, {}),
    ("reset_after", "POST", 0.05, {}),
    ("status", "POST", 0.03, {"code": 429, "headers": {"Retry-After": "1"}}),
    ("malformed", "POST", 0.03, {}),
    ("forget_key", "POST", 1.0, {}),
    ("read_lag", "GET", 1.0, {"ms": 500}),
]


def main() -> Figure:
    """Return the figure: nothing may be lost, doubled or left."""
    quick = os.environ.get("QUICK") == "1"
    kills, replies = (20, 50) if quick else (1000, 1500)
    with opened() as place:
        place.run("benchmarks.reliability.replies", "plant", str(replies), place.simulator)
        misbehave(place, FAULTS)
        _kill_and_drain(place, kills)
        figure = judge("R2", place, replies)
    figure["detail"] |= {"kills": kills, "replies": replies}
    return figure


def misbehave(place: Place, faults: list[tuple[str, str, float, dict[str, object]]]) -> None:
    """Order the platform's faults: kind, method, how likely, and what else the kind wants."""
    rules = [
        {
            "kind": kind,
            "match": {"method": method, "path": "/api/v1/statuses"},
            "probability": chance,
            "seed": 7,
            **more,
        }
        for kind, method, chance, more in faults
    ]
    place.control("POST", "/faults", rules)


def _kill_and_drain(place: Place, kills: int) -> None:
    """Kill one worker after the other and start another for it; then let them finish what is left."""
    luck = random.Random(2026)
    with nursery(place) as nurse:
        workers = [_worker(nurse) for _ in range(WORKERS)]
        for _ in range(kills):
            time.sleep(luck.uniform(0.05, 0.6))
            unlucky = luck.randrange(WORKERS)
            os.kill(workers[unlucky], signal.SIGKILL)
            workers[unlucky] = _worker(nurse)
        _let_them_finish(place)


def _let_them_finish(place: Place) -> None:
    """Wait until nothing is left, as long as it becomes less."""
    fewest, changed = left(place)[0], time.monotonic()
    while fewest and time.monotonic() - changed < STUCK_AFTER:
        time.sleep(1)
        if (now := left(place)[0]) < fewest:
            fewest, changed = now, time.monotonic()


@contextmanager
def nursery(place: Place) -> Iterator["subprocess.Popen[str]"]:
    """Start the process that forks workers, and end all of them with it."""
    command = [sys.executable, "-m", "benchmarks.reliability.replies", "nursery"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with place.log.open("ab") as said:
        nurse = subprocess.Popen(  # type: ignore[call-overload]
            command, cwd=ROOT, env=place.environment, stderr=said, text=True, start_new_session=True, **pipes
        )
    try:
        yield nurse
    finally:
        os.killpg(nurse.pid, signal.SIGKILL)
        nurse.wait()


def _worker(nurse: "subprocess.Popen[str]") -> int:
    """Let another worker be forked; return its process id."""
    assert nurse.stdin
    assert nurse.stdout
    nurse.stdin.write("one\n")
    nurse.stdin.flush()
    return int(nurse.stdout.readline())


def left(place: Place) -> tuple[int, int, int]:
    """Return how many replies are unfinished, published, and for a person to settle."""
    connection = psycopg2.connect(place.environment["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, count(*) FROM inbox_reply GROUP BY status")
            found: Counter[str] = Counter(dict(cursor.fetchall()))
    finally:
        connection.close()
    return found["APPROVED"] + found["PUBLISHING"], found["PUBLISHED"], found["UNCLEAR"]


def judge(name: str, place: Place, replies: int) -> Figure:
    """Hold our rows against the book. What a person must settle counts as neither lost nor doubled, and is shown."""
    unfinished, published, unclear = left(place)
    expected = json.loads(place.run("benchmarks.reliability.replies", "expected"))
    book = [_words(entry["text"]) for entry in place.control("GET", "/book?account=prove")]
    times, place_of = Counter(book), {text: where for where, text in reversed(list(enumerate(book)))}
    detail = {
        "lost": max(replies - len(expected), 0),
        "doubled": sum(count - 1 for count in times.values()),
        "out_of_order": 0,
        "unfinished": unfinished,
        "published": published,
        "to_settle": unclear,
        "in_parts": sum(len(one["texts"]) > 1 for one in expected),
        "texts": len(book),
    }
    for one in expected:
        texts = [_words(text) for text in one["texts"]]
        standing = [place_of[text] for text in texts if text in place_of]
        detail["lost"] += (len(texts) - len(standing)) if one["is_out"] else 0
        detail["out_of_order"] += standing != sorted(standing) or texts[: len(standing)] != [
            book[at] for at in standing
        ]
    wrong = detail["lost"] + detail["doubled"] + detail["out_of_order"] + unfinished
    return {"id": name, "value": wrong, "goal": 0, "ok": wrong == 0, "detail": detail}


def _words(text: str) -> str:
    """The words without the name in front, however the platform spaces them."""
    return " ".join(word for word in text.split() if not word.startswith("@"))
