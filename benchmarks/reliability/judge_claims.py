"""R9: fifty people take the same comment at once, over HTTP; each round has one winner. QUICK=1: twenty people."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests
from django.conf import settings

from audit.models import AuditEvent
from benchmarks.reliability.graph_page import running_page
from benchmarks.reliability.hostile_place import make_channel, make_municipality, session_of
from inbox import pulling
from inbox.actions import comments
from inbox.models import Comment
from team.models import Membership, Role, User

PEOPLE, ROUNDS = (20, 2) if os.environ.get("QUICK") == "1" else (50, 20)


def main(site: str) -> None:
    """Print the figure for the web server at `site`."""
    lead = make_municipality()
    members = [_member(lead, number) for number in range(PEOPLE)]
    with running_page() as page, ThreadPoolExecutor(PEOPLE) as pool:
        channel = make_channel(lead, page, "kappløp")
        for number in range(ROUNDS):
            page.happen({"op": "upsert", "payload": _comment(number)})
        pulling.pull(channel.pk)
        browsers = list(pool.map(lambda member: _signed_in(site, member), members))
        for one in Comment.objects.order_by("pk"):
            comments.sort(one, sortings=["neutral"], by=lead)
        found = [_round(pool, site, browsers, one) for one in Comment.objects.order_by("pk")]
    detail = {
        "rounds": len(found),
        "people": PEOPLE,
        "winners": sum(one["winners"] for one in found),
        "events": AuditEvent.objects.filter(action="comment.claim").count(),
        "errors": sum(one["errors"] for one in found),
    }
    wrong = sum(one["winners"] != 1 for one in found) + detail["errors"] + abs(detail["events"] - ROUNDS)
    ok = wrong == 0 and len(found) == ROUNDS
    print(json.dumps({"id": "R9", "value": wrong, "goal": 0, "ok": ok, "detail": detail}))


def _member(lead: Membership, number: int) -> Membership:
    user = User.objects.create_user(f"person{number}@prove.example", name=f"Person {number}")
    return Membership.objects.create(user=user, municipality=lead.municipality, role=Role.MEMBER)


def _comment(number: int) -> dict[str, object]:
    author = {"id": "77001", "name": "Kari Nordmann"}
    return {"id": f"900_{number}", "message": f"Når {number}?", "from": author, "created_time": "2026-11-20T10:00:00Z"}


def _signed_in(site: str, member: Membership) -> requests.Session:
    """Return a browser that is signed in and has its token against forgery."""
    browser = requests.Session()
    browser.headers["Connection"] = "close"  # the server ends idle ones just when the next click comes
    browser.cookies.set(settings.SESSION_COOKIE_NAME, session_of(member), domain="127.0.0.1")
    browser.get(f"{site}/", timeout=60).raise_for_status()
    return browser


def _round(pool: ThreadPoolExecutor, site: str, browsers: list[requests.Session], one: Comment) -> dict[str, int]:
    """Let everybody take one comment at the same moment; count who got it and what went wrong."""
    start = Barrier(len(browsers))

    def take(browser: requests.Session) -> int:
        start.wait()
        token = {"csrfmiddlewaretoken": browser.cookies[settings.CSRF_COOKIE_NAME]}
        headers = {"Referer": site, "HX-Request": "true"}
        answer = browser.post(f"{site}/kommentar/{one.pk}/ta/", data=token, headers=headers, timeout=60)
        return answer.status_code

    statuses = list(pool.map(take, browsers))
    winners = AuditEvent.objects.filter(action="comment.claim", subject_id=one.pk).count()
    one.refresh_from_db()
    return {"winners": winners if one.assignee_id else 0, "errors": sum(status >= 500 for status in statuses)}
