"""How long the detectors take: real comments, hostile ones, and strings made to hurt.

python -m benchmarks.reading_time [FOLDER WITH .jsonl]     (default: ../shared/hostile, when it is there)
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inbox.reading.comment import LONGEST_READ, read_comment

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "hostile"
MADE_TO_HURT = {
    "one letter": "a" * LONGEST_READ,
    "digits": "1" * LONGEST_READ,
    "digits and spaces": "4 1 2 3 " * (LONGEST_READ // 8),
    "telephones": "41234567 " * (LONGEST_READ // 9),
    "half e-mail addresses": "a@" * (LONGEST_READ // 2),
    "dots after at": "a@" + "b." * (LONGEST_READ // 2),
    "names": "Kari Prøve " * (LONGEST_READ // 11),
    "capitals": "Veien Gata Lia 1 " * (LONGEST_READ // 17),
    "gaps": "vet hvor " * (LONGEST_READ // 9),
    "health with persons": "mor har demens " * (LONGEST_READ // 15),
    "persons far from health": "mor " * 7000 + "x " * 20 + "demens " * 4500,
    "names and health": "Kari Prøve syk " * (LONGEST_READ // 15),
    "combining marks": "a" + "\u0301" * (LONGEST_READ - 1),
    "sentence ends": ". a" * (LONGEST_READ // 3),
    "hyphens": "a-" * (LONGEST_READ // 2),
    "born": "født " * (LONGEST_READ // 5),
}


def texts_in(value: Any) -> Iterator[str]:
    """Yield every string inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def timed(text: str) -> float:
    """Return the milliseconds one reading took."""
    start = time.perf_counter()
    read_comment(text)
    return (time.perf_counter() - start) * 1000


def main(folder: Path) -> None:
    """Print the times."""
    read_comment("Varm opp")
    took = [
        timed(text)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        for text in texts_in(json.loads(line))
    ]
    if took:
        print(f"{len(took)} texts: p50 {statistics.median(took):.2f} ms, worst {max(took):.0f} ms")
    for name, text in MADE_TO_HURT.items():
        print(f"{name:>24}: {len(text)} characters, {timed(text):.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED)
