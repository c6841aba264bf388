"""The door Meta knocks at. Unsigned and without a session: everything else than a right signature is refused.

A refusal never touches the database and is never answered differently after many: whoever floods us costs one HMAC
each, and cannot keep Meta out.
"""

import logging
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox.actions import deliveries
from inbox.channels.graph_webhook import challenge_to_answer, verify_webhook

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024
ONE_LINE_EVERY = 60.0  # seconds


class _Refusals:
    """How many were refused since the last line in the log: one line a minute, however many knock."""

    def __init__(self) -> None:
        self.count = 0
        self.told_at = float("-inf")

    def add(self, why: str) -> None:
        self.count += 1
        now = time.monotonic()
        if now - self.told_at >= ONE_LINE_EVERY:
            log.warning("Refused at Meta's door: %s (%s since the last line)", why, self.count)
            self.count, self.told_at = 0, now


refusals = _Refusals()


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def meta(request: HttpRequest) -> HttpResponse:
    """GET: say that the address is ours, when asked with the right word. POST: take a signed delivery.

    Answers 200 as soon as the bytes are committed; 403 for anything not signed by Meta, 413 above 1 MB, 503 when
    PostgreSQL cannot store it, so that Meta sends it again. developers.facebook.com/docs/graph-api/webhooks.
    """
    return _answer_question(request) if request.method == "GET" else _take(request)


def _answer_question(request: HttpRequest) -> HttpResponse:
    challenge = challenge_to_answer(request.GET.dict(), settings.META_VERIFY_TOKEN)
    return _refused(403, "a question with a wrong word") if challenge is None else _said(200, challenge)


def _take(request: HttpRequest) -> HttpResponse:
    if _announced_size(request) > LARGEST:
        return _refused(413, "too large")
    try:
        body = request.body
    except UnreadablePostError:
        return _refused(400, "broken off")
    if not verify_webhook(body, request.headers, settings.META_APP_SECRET):
        return _refused(403, "no signature of ours")
    try:
        deliveries.take(body)
    except DatabaseError as error:
        log.error("A delivery from Meta could not be stored: %s. Meta was asked to repeat it.", type(error).__name__)
        response = _said(503, "try again")
        response["Retry-After"] = "5"
        return response
    return _said(200, "ok")


def _announced_size(request: HttpRequest) -> int:
    """The size the request announces; no more than that is ever read."""
    given = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(given) if given.isascii() and given.isdecimal() else LARGEST + 1


def _refused(status: int, why: str) -> HttpResponse:
    refusals.add(why)
    return _said(status, "refused")


def _said(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
