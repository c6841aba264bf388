"""The hostile sets: files of one JSON case a line, given by FILE or lying beside the repository."""

import base64
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "hostile"
A_THIRD, A_SIXTH, MANY = 3, 6, 9
# Where the words stand as they stand nowhere else. The other pages are lists, forms and tabs that show them alike.
OF_THEIR_OWN = frozenset({"queue with pane", "conversation worked on", "search", "record", "evidence", "receipt"})


class NoSetError(Exception):
    """There is no file of cases; the message says which one is wanted."""


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of $FILE, else of `name` beside the repository. Raises NoSetError."""
    path = Path(os.environ.get("FILE") or BESIDE / name)
    if not path.is_file():
        raise NoSetError(f"There is no {path.name}. Say where it is: make figures ONLY=... FILE=...")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def find_chromium() -> str:
    """Return the path of the browser to look with, "" when there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


def body_of(case: dict[str, Any]) -> bytes:
    """Return the bytes of an answer or a delivery."""
    return base64.b64decode(case["body_b64"])


@dataclass
class Score:
    """How many cases of each class held, and why the others did not."""

    held: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def add(self, case: dict[str, Any], wrong: list[str]) -> None:
        """Count a case; `wrong` says what did not hold."""
        self.of[case["cls"]] += 1
        self.held[case["cls"]] += not wrong
        if wrong:
            self.broken[case["id"]] = wrong

    def figure(self, name: str) -> dict[str, Any]:
        """Return the figure: all cases must hold."""
        total = sum(self.of.values())
        good = sum(self.held.values())
        classes = {cls: f"{self.held[cls]}/{count}" for cls, count in sorted(self.of.items())}
        detail = {"classes": classes, "broken": self.broken}
        return {"id": name, "value": good, "goal": total, "ok": good == total > 0, "detail": detail}


@dataclass(frozen=True)
class Turn:
    """Which pages of a case are looked at: each `step`-th from the `first`, and `always` those of these families."""

    first: int = 0
    step: int = 1
    always: frozenset[str] = frozenset()

    def takes(self, number: int, name: str) -> bool:
        """Tell whether the page, in its order and of that family, is one of them."""
        return number % self.step == self.first or name in self.always


ALL = Turn()


def in_turns(sample: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Turn]]:
    """Give each case with the pages to look at: all of them for the first of a class, where nobody is in a hurry.

    The other cases are looked at where their words stand as nowhere else, and on a third of the other pages, in turn.
    """
    is_quick, seen = os.environ.get("QUICK") == "1", set[str]()
    for number, case in enumerate(sample):
        some = Turn(number % A_SIXTH, A_SIXTH) if is_quick else Turn(number % A_THIRD, A_THIRD, OF_THEIR_OWN)
        is_first = case["cls"] not in seen and not is_quick
        seen.add(case["cls"])
        yield case, ALL if is_first or len(sample) <= MANY else some
