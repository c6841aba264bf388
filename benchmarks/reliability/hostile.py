"""R5, R6, R7 and R8: the hostile sets, each judged in a process of its own in a place of its own.

`make figures ONLY=R6 FILE=cases.jsonl` runs another file of the same form. Every class is counted for itself.
"""

from contextlib import nullcontext
from functools import partial

from benchmarks.reliability.hostile_sets import cases, find_chromium
from benchmarks.reliability.place import Figure, opened

SETS = {
    "R5": "responses.open.jsonl",
    "R6": "comments.open.jsonl",
    "R7": "comments.open.jsonl",
    "R8": "webhooks.open.jsonl",
}
JUDGES = {"R5": "judge_answers", "R6": "judge_comments", "R7": "judge_pages", "R8": "judge_webhooks"}

ON_PAGES = {"R7", "R8"}


class NoBrowserError(Exception):
    """There is no Chromium to look with."""


def main(name: str) -> Figure:
    """Return the figure: every case holds. Raises NoSetError before anything starts, and NoBrowserError."""
    cases(SETS[name])
    if name == "R7" and not find_chromium():
        raise NoBrowserError("There is no Chromium. Install one, or name it: make figures CHROMIUM=/path/to/chromium")
    with opened() as place, place.serving() if name in ON_PAGES else nullcontext("") as site:
        return place.judged(JUDGES[name], *filter(None, [site]))


R5, R6, R7, R8 = (partial(main, name) for name in SETS)
