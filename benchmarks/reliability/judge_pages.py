"""R7: hostile words and names on real pages in a real Chromium, under the product's own content policy.

Each case is brought in and worked with (`hostile_day`); then every page that shows it is opened at the width of a phone
and of a desk, and looked at by `eyes.js`: no script ran, nothing was fetched elsewhere, no element or name is theirs,
the console and the policy have nothing to say, our own words are not turned or covered, nothing is too wide. An answer
takes less than 2 s. The lists that leave the archive hold no formula. What a page of ours looks like is read from the
same page with harmless words.

Value: violations. The first case of each class is looked at on every page, the others on a third of them, in turn, and
always where their words stand as nowhere else. QUICK=1 takes one case of every other class, today these and tomorrow
those, and of its pages a sixth.
"""

import csv
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, Request, sync_playwright

from benchmarks.reliability.graph_page import running_page
from benchmarks.reliability.hostile_day import Day, Visit, a_day_with
from benchmarks.reliability.hostile_sets import ALL, MANY, Score, Turn, cases, find_chromium, in_turns

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
EYES = (Path(__file__).parent / "eyes.js").read_text(encoding="utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WIDE = {"queue with pane", "conversation worked on", "search", "record"}  # which have a layout of their own on a desk
SLOWEST_MS = 2000
TOOK = (
    "(() => { const [one] = performance.getEntriesByType('navigation'); return one.responseEnd - one.requestStart })()"
)
REPORTS = "document.addEventListener('securitypolicyviolation', one => console.error('CSP ' + one.violatedDirective))"
SEND = """fields => {
  const form = document.createElement('form');
  form.method = 'post'; form.action = fields.address;
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  for (const [name, value] of [...fields.sent, ['csrfmiddlewaretoken', token]]) {
    const one = document.createElement('input');
    one.type = 'hidden'; one.name = name; one.value = value; form.append(one);
  }
  document.body.append(form); form.submit();
}"""
HARMLESS = {"message": "Når kommer brøytebilen til Stasjonsvegen?", "created_time": "2026-11-20T10:00:00+0000"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Eyes:
    """A browser, and what our own pages look like with harmless words: by family and width."""

    def __init__(self, site: str, browser: Browser) -> None:
        self.site = site
        self.context = browser.new_context(locale="nb-NO", reduced_motion="reduce", viewport=PHONE)
        self.context.add_init_script(REPORTS)
        self.context.on("console", lambda one: self._complain(one.text) if one.type == "error" else None)
        self.context.on("weberror", lambda one: self._complain(str(one.error)))
        self.context.on("dialog", lambda one: (self._complain("a dialog"), one.dismiss()))
        self.context.on("request", self._note_request)
        self.page = self.context.new_page()
        self.context.on("page", lambda _: self._complain("a new window"))
        self.complaints: list[str] = []
        self.own: dict[tuple[str, int], dict[str, Any]] = {}
        self.opened: Counter[str] = Counter()
        self.slowest_ms = 0
        self.harmless: dict[str, Visit] = {}

    def look(self, day: Day, *, own: bool = False, turn: Turn = ALL) -> list[str]:
        """Open the pages and files of a day; return what is wrong. `own`: learn what our pages look like instead."""
        self.harmless = day.pages if own else self.harmless
        pages = {name: visit for number, (name, visit) in enumerate(day.pages.items()) if turn.takes(number, name)}
        files = {name: visit for number, (name, visit) in enumerate(day.files.items()) if turn.takes(number, name)}
        wrong = [f"{name}: {one}" for name, visit in pages.items() for one in self._page(name, visit, day, own)]
        return wrong + [f"{name}: {one}" for name, visit in files.items() for one in self._file(name, visit)]

    def _page(self, name: str, visit: Visit, day: Day, own: bool) -> list[str]:
        self.opened[name] += 1
        self.complaints = []
        status, took = self._open(visit)
        if took > SLOWEST_MS:
            took = self._took_on_a_busy_machine(name, visit, took)
        self.slowest_ms = max(self.slowest_ms, took)
        wrong = [] if status == 200 else [f"status {status}"]
        wrong += [f"{took} ms"] if took > SLOWEST_MS else []
        for size in (PHONE, DESK) if name in WIDE else (PHONE,):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            known = None if own else self.own.get((name, size["width"]))
            seen = self.page.evaluate(EYES, {"words": day.words, "own": known, "again": size is DESK})
            wrong += seen["wrong"]
            if own:
                self.own[name, size["width"]] = seen
        return list(dict.fromkeys([*wrong, *self.complaints]))

    def _took_on_a_busy_machine(self, name: str, visit: Visit, took: int) -> int:
        """Ask again, for the page and for the same page with harmless words; what both take is not the words' doing."""
        took = min(took, self._open(visit)[1])
        alike = self._open(self.harmless[name])[1] if name in self.harmless else 0
        self._open(visit)
        return max(took - alike, 0) if alike > SLOWEST_MS / 2 else took

    def _open(self, visit: Visit) -> tuple[int, int]:
        """Open a page as the one it belongs to, at a phone's width; return the status and the milliseconds it took."""
        self._become(visit.session)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if visit.sent:
            self.page.goto(f"{self.site}/kanaler/")
            with self.page.expect_navigation() as sent:
                self.page.evaluate(SEND, {"address": visit.address, "sent": visit.sent})
            answer = sent.value
        else:
            answer = self.page.goto(self._taken_home(visit.html) if visit.html else self.site + visit.address)
        return answer.status if answer and not visit.html else 200, round(self.page.evaluate(TOOK))

    def _taken_home(self, html: str) -> str:
        """Put a page that leaves the house on a disk; return its address there."""
        file = Path(os.environ["SOCIALDESK_DATA_DIR"]) / "taken-home.html"
        file.write_text(html, encoding="utf-8")
        return file.as_uri()

    def _file(self, name: str, visit: Visit) -> list[str]:
        """Fetch a file; return what is wrong with it."""
        self.opened[name] += 1
        self._become(visit.session)
        answer = self.context.request.get(self.site + visit.address)
        wrong = [] if answer.status == 200 else [f"status {answer.status}"]
        if name == "csv":
            cells = [cell for row in csv.reader(io.StringIO(answer.text())) for cell in row]
            wrong += ["a formula"] if any(cell.startswith(FORMULA) for cell in cells) else []
        elif name == "json":
            json.loads(answer.text())
        elif not answer.body().startswith(b"%PDF-"):
            wrong.append("no PDF")
        return wrong

    def _become(self, session: str) -> None:
        self.context.clear_cookies()
        if session:
            self.context.add_cookies([{"name": "socialdesk", "value": session, "url": self.site}])

    def _complain(self, words: str) -> None:
        self.complaints.append(words.splitlines()[0][:120])

    def _note_request(self, request: Request) -> None:
        if not re.match(rf"{re.escape(self.site)}/|data:|file:.*/taken-home.html$|blob:", request.url):
            self._complain(f"asked {request.url[:60]}")


@contextmanager
def open_eyes(site: str) -> Iterator[Eyes]:
    """Start Chromium, and end it."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield Eyes(site, browser)
        finally:
            browser.close()


def main(site: str) -> None:
    """Print the figure for the web server at `site`."""
    score = Score()
    with running_page() as facebook, running_page() as instagram, open_eyes(site) as eyes:
        pages = {"facebook": facebook, "instagram": instagram}
        harmless = eyes.look(a_day_with(_harmless(), pages), own=True)
        sample = chosen()
        for case, turn in in_turns(sample):
            score.add(case, wrong := _wrong(case, eyes, pages, turn))
            for one in wrong:
                print(f"{case['id']}: {one}", file=sys.stderr)
    figure = score.figure("R7")
    value = sum(map(len, score.broken.values())) + len(harmless)
    figure |= {"value": value, "goal": 0, "ok": value == 0 and figure["ok"]}
    figure["detail"] |= {
        "harmless": harmless,
        "pages": dict(sorted(eyes.opened.items())),
        "slowest_ms": eyes.slowest_ms,
    }
    print(json.dumps(figure))


def chosen() -> list[dict[str, Any]]:
    """Return the cases to look at: all, or with QUICK=1 the first one of every other class, by the day."""
    every = cases("comments.open.jsonl")
    if os.environ.get("QUICK") != "1" or len(every) <= MANY:
        return every
    first_ones = list({one["cls"]: one for one in reversed(every)}.values())[::-1]
    return first_ones[timezone.localdate().toordinal() % 2 :: 2]


def _wrong(case: dict[str, Any], eyes: Eyes, pages: dict[str, Any], turn: Turn) -> list[str]:
    """Return what is wrong with a case; one that breaks the judge's own tools is wrong too, and the rest go on."""
    try:
        return eyes.look(a_day_with(case, pages), turn=turn)
    except Exception as problem:
        return [f"not looked at: {type(problem).__name__}: {str(problem).splitlines()[0][:200]}"]


def _harmless() -> dict[str, Any]:
    payload = {**HARMLESS, "from": {"id": "77001", "name": "Kari Nordmann"}, "id": "900_fin", "parent_post": "500_1"}
    events = [{"op": "upsert", "payload": {**payload, "attachments": [{"type": "file", "name": "kart.pdf"}]}}]
    return {"id": "harmless", "cls": "harmless", "events": events, "expect": {"rows": 1}}
