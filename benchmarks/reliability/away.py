"""R3 and R4: PostgreSQL is stopped, Redis is wiped, killed and silent, while people work."""

import os
import signal
import time
from datetime import UTC, datetime
from typing import Any

import redis
import requests
from requests.adapters import HTTPAdapter

from benchmarks.reliability.clicks import SAYS_SO, Person, at_work, people, what_came_of_it, wrong_in
from benchmarks.reliability.place import Figure, opened, quick

BACK_WITHIN = 5.0
LISTS_WITHIN = 5.0
ADDRESSES = {"wiped": "127.0.0.2", "killed": "127.0.0.3", "silent": "127.0.0.4"}  # the limit counts by address too
WRONG = "helt-feil-passord-2026"
EMAIL, PASSWORD = "leder@prove.example", "et-langt-passord-2026"  # as hostile_place makes them


def database() -> Figure:
    """Return R3: stopped 15 times (QUICK=1: 3), every third at once; the web says so and is back within 5 s.

    Every note that was answered as saved is there once, none is half written, and the chain is whole.
    """
    stops = 3 if quick() else 15
    with opened() as place, place.serving() as site:
        everybody = people(place, site, 4)
        onlooker, workers = everybody[0], everybody[1:]
        said, back = [], []
        with at_work([person.write_another for person in workers]):
            for number in range(stops):
                time.sleep(1)
                place.servers.postgres.stop(signal.SIGQUIT if number % 3 == 2 else signal.SIGINT)
                time.sleep(0.5)
                said.append(_says_so(onlooker))
                place.servers.postgres.start()
                back.append(_seconds_until_back(onlooker))
        found = what_came_of_it(place, workers)
    detail = {
        "stops": stops,
        "said_503": said.count(True),
        "slowest_back_s": round(max(back), 2),
        **found,
    }
    wrong = said.count(False) + sum(seconds > BACK_WITHIN for seconds in back) + wrong_in(found)
    return {"id": "R3", "value": wrong, "goal": 0, "ok": wrong == 0, "detail": detail}


def _says_so(person: Person) -> bool:
    answer = person.look()
    return answer.status_code == 503 and SAYS_SO in answer.text and "Retry-After" in answer.headers


def _seconds_until_back(person: Person) -> float:
    began = time.monotonic()
    while person.look().status_code != 200 and time.monotonic() - began < 60:
        time.sleep(0.05)
    return time.monotonic() - began


def broker() -> Figure:
    """Return R4: Redis wiped, killed, and silent for 60 s (QUICK=1: 6 s) while 20 people work (QUICK=1: 8).

    Each time no click fails, sign-in works, the sixth wrong password is refused, and open lists hear of colleagues.
    """
    count, silence = (8, 6) if quick() else (20, 60)
    with opened() as place, place.serving() as site:
        onlooker, *takers = people(place, site, count + 1 + len(ADDRESSES))
        everybody, takers = takers[len(ADDRESSES) :], takers[: len(ADDRESSES)]
        valkey, doors, lists = place.servers.valkey, {}, {}
        with at_work([person.write_another for person in everybody]):
            redis.Redis.from_url(place.environment["REDIS_URL"]).flushall()
            doors["wiped"] = _door(site, "wiped")
            lists["wiped"] = _hears(onlooker, takers[0])
            valkey.stop(signal.SIGKILL)
            doors["killed"] = _door(site, "killed")
            lists["killed"] = _hears(onlooker, takers[1])
            time.sleep(silence / 2)
            valkey.start()
            os.kill(valkey.pid, signal.SIGSTOP)
            try:
                began = time.monotonic()
                doors["silent"] = _door(site, "silent")
                lists["silent"] = _hears(onlooker, takers[2])
                time.sleep(max(silence - (time.monotonic() - began), 0))
            finally:
                os.kill(valkey.pid, signal.SIGCONT)
        found = what_came_of_it(place, everybody)
    failed = sum(count for status, count in found["answers"].items() if not 200 <= status < 400)
    detail = {"people": count, "failed": failed, "doors": doors, "lists": lists, **found}
    wrong = failed + sum(door != {"signs_in": True, "limit_holds": True} for door in doors.values())
    wrong += sum(not one["told"] or one["slowest_s"] > LISTS_WITHIN for one in lists.values()) + wrong_in(found)
    return {"id": "R4", "value": wrong, "goal": 0, "ok": wrong == 0, "detail": detail}


def _door(site: str, name: str) -> dict[str, bool]:
    """Sign in with the right password, then with a wrong one six times for another person: the sixth is refused."""
    signs_in = _sign_in(site, name, EMAIL, PASSWORD).status_code == 302
    answers = [_sign_in(site, name, f"ingen-{name}@prove.example", WRONG) for _ in range(6)]
    return {"signs_in": signs_in, "limit_holds": all(one.status_code < 500 for one in answers) and _refused(answers)}


def _hears(onlooker: Person, taker: Person) -> dict[str, Any]:
    """Let one take a comment, and ask for the list and the conversation of another: is it told, and how soon?"""
    since, began = datetime.now(UTC).isoformat(), time.monotonic()
    taken = taker.take().status_code
    told, looked = onlooker.news_of(taker, since), onlooker.looks()
    slowest = max(told.elapsed, looked.elapsed).total_seconds()
    is_told = taken == 302 and "Tatt av" in told.text and looked.status_code in {200, 204}
    return {"told": is_told, "slowest_s": round(slowest, 2), "all_s": round(time.monotonic() - began, 2)}


def _refused(answers: list[requests.Response]) -> bool:
    """Whether the sixth was told something else than the first: too many tries, not a wrong password."""
    return answers[-1].status_code == 429 or "for mange" in answers[-1].text.lower()


class From(HTTPAdapter):
    """Calls from a loopback address of one's own."""

    def __init__(self, address: str) -> None:
        self._from = (address, 0)
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, source_address=self._from, **more)


def _sign_in(site: str, name: str, email: str, password: str) -> requests.Response:
    browser = requests.Session()
    browser.mount("http://", From(ADDRESSES[name]))
    page = browser.get(f"{site}/konto/login/", timeout=30)
    page.raise_for_status()
    form = {"login": email, "password": password, "csrfmiddlewaretoken": browser.cookies["socialdesk_csrf"]}
    return browser.post(page.url, data=form, headers={"Referer": site}, timeout=30, allow_redirects=False)
