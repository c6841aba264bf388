"""P2: what the queue's pages and the search cost with many comments, against a plain page and against few comments.

Run `python -m benchmarks.pages`. Two databases, of 10,000 and of 1,000,000 comments (QUICK=1: 100,000), each with a
tenth of them open, each asked by a process of its own, in turns: what else the machine does meets both alike. CPU is
the process's and its PostgreSQL backend's together, the median of the turns; searching is judged by the wall.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import Any

from benchmarks.log_under_load import ROOT, addresses, scratch_database

FEW, MANY, MANY_QUICK = 10_000, 1_000_000, 100_000
TURNS, TURNS_QUICK, TIMES, WARM_UP = 12, 5, 3, 2
SEARCHES = ("common", "middle", "rare", "none", "two-common", "two-apart")
PAGES = ("queue", "deep", "to-answer", "done", "conversation", *(f"search-{one}" for one in SEARCHES))
MOST_OF_PLAIN, MOST_OF_FEW, MOST_OF_FIRST, MOST_BYTES, MOST_SEARCH_MS = 0.5, 1.3, 1.5, 60_000, 50.0


class Asked:
    """One process with its database; `found` holds CPU milliseconds a turn and all wall times, page by page."""

    def __init__(self, environment: dict[str, str], comments: int) -> None:
        env = {**os.environ, **environment, "STATICFILES_BACKEND": PLAIN_FILES}
        begun = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.pages_fill", str(comments)],
            cwd=ROOT,
            env={**env, "SOCIALDESK_AS_OWNER": "1"},
            check=True,
        )
        self.filled = {"comments": comments, "seconds_to_fill": round(time.monotonic() - begun, 1)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.pages_load", str(comments)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.cpu: dict[str, list[float]] = {}
        self.walls: dict[str, list[float]] = {}
        self.bytes: dict[str, int] = {}

    def ask(self, page: str, times: int, *, keep: bool = True) -> None:
        assert self.process.stdin
        print(json.dumps({"page": page, "times": times}), file=self.process.stdin, flush=True)
        told = self._answer()
        if keep:
            self.cpu.setdefault(page, []).append(told["cpu_ms"])
            self.walls.setdefault(page, []).extend(told["walls"])
            self.bytes[page] = told["bytes"]

    def ms(self, page: str) -> float:
        """CPU milliseconds of a page: the median of its turns."""
        return statistics.median(self.cpu[page])

    def detail(self, page: str) -> dict[str, float]:
        walls = sorted(self.walls[page])
        wall = {f"p{share}": round(walls[min(len(walls) - 1, len(walls) * share // 100)], 1) for share in (50, 95, 99)}
        return {"cpu_ms": round(self.ms(page), 1), **wall}

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load ended ({self.process.wait()})")
        return dict(json.loads(line))


PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing has to be collected first


def figures(few: Asked, many: Asked) -> list[dict[str, Any]]:
    """Return the four figures of P2."""
    of_plain = few.ms("queue") / few.ms("plain")
    of_few, of_first = many.ms("queue") / few.ms("queue"), many.ms("deep") / many.ms("queue")
    weight = max(few.bytes["queue"], many.bytes["queue"])
    slowest = max(many.detail(f"search-{one}")["p95"] for one in SEARCHES)
    detail = {size: {page: one.detail(page) for page in PAGES} for size, one in (("few", few), ("many", many))}
    filled = {"few": few.filled, "many": many.filled}
    told: list[tuple[str, float, float, bool, dict[str, Any]]] = [
        ("P2a", of_plain, MOST_OF_PLAIN, of_plain <= MOST_OF_PLAIN, {"plain": few.detail("plain")}),
        (
            "P2b",
            of_few,
            MOST_OF_FEW,
            of_few <= MOST_OF_FEW and of_first <= MOST_OF_FIRST,
            {"deep_of_first": of_first, **detail},
        ),
        ("P2c", weight, MOST_BYTES, weight <= MOST_BYTES, {"unit": "bytes of HTML, 50 rows"}),
        ("P2d", slowest, MOST_SEARCH_MS, slowest <= MOST_SEARCH_MS, {"unit": "ms wall, p95 of the slowest", **filled}),
    ]
    return [
        {"id": name, "value": round(value, 3), "goal": goal, "ok": ok, "detail": more}
        for name, value, goal, ok, more in told
    ]


def main() -> int:
    """Print the figures; 1 when one misses its goal."""
    with ExitStack() as stack:
        urls = stack.enter_context(addresses())
        most, turns = (MANY_QUICK, TURNS_QUICK) if os.environ.get("QUICK") else (MANY, TURNS)
        first = stack.enter_context(scratch_database(urls, apps=(), name="socialdesk_p2_few"))
        second = stack.enter_context(
            scratch_database(urls, apps=(), name="socialdesk_p2_many", like="socialdesk_p2_few")
        )
        few, many = Asked(first, FEW), Asked(second, most)
        for one in (few, many):
            stack.callback(one.close)
        for page in ("plain", *PAGES):
            for one in (few, many):
                one.ask(page, WARM_UP, keep=False)
        for _ in range(turns):
            for page in ("plain", *PAGES):
                for one in (few, many):
                    one.ask(page, TIMES)
        found = figures(few, many)
    for figure in found:
        print(json.dumps(figure))
    return 0 if all(figure["ok"] for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
