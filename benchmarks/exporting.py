"""P4: an export against the bare rate of the typesetting, and its memory at 1,000 records against 100.

Run `python -m benchmarks.exporting`. Each size runs in a process of its own on a scratch database; the bare rate is
taken in the same process, in turns with the export, on records of its own: the compiler remembers what it has set.
"""

import json
import os
import subprocess
import sys

from benchmarks.log_under_load import ROOT, addresses, scratch_database

LEAST_RATE, MOST_MEMORY = 0.70, 1.20


def measure(environment: dict[str, str], records: int) -> dict[str, float]:
    """Run one size in a process of its own and return what it found."""
    load = subprocess.run(
        [sys.executable, "-m", "benchmarks.export_load", str(records)],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(load.stdout.splitlines()[-1]))


def main() -> int:
    """Print the figure; 1 when it misses its goal."""
    small, large = (50, 200) if os.environ.get("QUICK") else (100, 1000)
    with addresses() as urls, scratch_database(urls, apps=()) as environment:
        few, many = measure(environment, small), measure(environment, large)
    rate = many["bare_cpu"] / many["export_cpu"]
    memory = many["peak_mb"] / few["peak_mb"]
    ok = rate >= LEAST_RATE and memory <= MOST_MEMORY and many["left_out"] == 0
    detail = {"unit": "share of the bare typesetting rate", "memory_ratio": round(memory, 3), "few": few, "many": many}
    print(json.dumps({"id": "P4", "value": round(rate, 3), "goal": LEAST_RATE, "ok": ok, "detail": detail}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
