"""People who click: each writes one note after the other, and remembers which of them were answered as saved."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests

from benchmarks.reliability.place import Place

PATIENCE = 30
SAYS_SO = "Databasen svarer ikke akkurat nå"


class Person:
    """One browser that is signed in. `answers` counts its clicks by status; 0 stands for no answer at all."""

    def __init__(self, site: str, key: str, comment: int) -> None:
        self.site, self.comment = site, comment
        self.browser = requests.Session()
        self.browser.headers["Connection"] = "close"
        self.browser.cookies.set("socialdesk", key, domain="127.0.0.1")
        self.answers: Counter[int] = Counter()
        self.slowest = 0.0
        self.saved: list[str] = []
        self.page = self.look()

    def look(self) -> requests.Response:
        """Open the page of the comment."""
        return self.browser.get(f"{self.site}/kommentar/{self.comment}/", timeout=PATIENCE)

    def take(self) -> requests.Response:
        """Take the comment, as a form without JavaScript would."""
        return self.browser.post(
            f"{self.site}/kommentar/{self.comment}/ta/",
            data={"csrfmiddlewaretoken": self.browser.cookies["socialdesk_csrf"]},
            headers={"Referer": self.site},
            timeout=PATIENCE,
            allow_redirects=False,
        )

    def news_of(self, other: "Person", since: str) -> requests.Response:
        """Ask what colleagues have done to another's comment, as an open list does every ten seconds."""
        asked = {"siden": since, "rader": str(other.comment)}
        return self.browser.get(f"{self.site}/ko/nye/nytt/", params=asked, timeout=PATIENCE)

    def looks(self) -> requests.Response:
        """Ask what has changed in the conversation, and who else looks at it, as its open page does."""
        return self.browser.get(f"{self.site}/kommentar/{self.comment}/na/", timeout=PATIENCE)

    def write(self, text: str) -> None:
        """Save a note as a form without JavaScript would. Saved is what leads back to the notes."""
        began = time.monotonic()
        try:
            answer = self.browser.post(
                f"{self.site}/kommentar/{self.comment}/notat/",
                data={"text": text, "csrfmiddlewaretoken": self.browser.cookies["socialdesk_csrf"]},
                headers={"Referer": self.site},
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except requests.RequestException:
            self.answers[0] += 1
        else:
            self.answers[answer.status_code] += 1
            if answer.headers.get("Location", "").endswith("#notater"):
                self.saved.append(text)
        self.slowest = max(self.slowest, time.monotonic() - began)

    def write_another(self) -> None:
        """Write the next note."""
        self.write(f"Notat {self.answers.total()} til {self.comment}.")


def people(place: Place, site: str, count: int) -> list[Person]:
    """Make people in the place and open their first page."""
    made = json.loads(place.run("benchmarks.reliability.inside", "people", "plant", str(count)).splitlines()[-1])
    return [Person(site, one["key"], one["comment"]) for one in made]


def what_came_of_it(place: Place, everybody: list[Person]) -> dict[str, Any]:
    """Hold what people were told against the database: `lost` was answered as saved and is not there, or not once."""
    line = place.run("benchmarks.reliability.inside", "people", "tally").splitlines()[-1]
    found = json.loads(line)
    times = Counter(found.pop("texts"))
    saved = [text for person in everybody for text in person.saved]
    answers = sum((person.answers for person in everybody), Counter[int]())
    return {
        "clicks": answers.total(),
        "answers": dict(sorted(answers.items())),
        "saved": len(saved),
        "lost": sum(times[text] != 1 for text in saved),
        "slowest_click_s": round(max(person.slowest for person in everybody), 2),
        **found,
    }


def wrong_in(found: dict[str, Any]) -> int:
    """Return how much of what came of it must not be."""
    half, broken = len(found["half_written"]), len(found["broken_logs"])
    return half + broken + int(found["lost"]) + int(found["answers"].get(500, 0)) + int(not found["saved"])


@contextmanager
def at_work(acts: Sequence[Callable[[], None]], *, pause: float = 0.0) -> Iterator[None]:
    """Let everybody act again and again, `pause` seconds after each time, until the block ends."""
    until = threading.Event()

    def go_on(act: Callable[[], None]) -> None:
        while not until.wait(pause):
            act()

    threads = [threading.Thread(target=go_on, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        until.set()
        for thread in threads:
            thread.join()
