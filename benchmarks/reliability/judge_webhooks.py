"""R8: deliveries with right, wrong, missing and fuzzed signatures at the door of a real web server.

Never a 5xx, never a row for an unauthorised delivery, one row however often the same is sent; and what was let in is
then read without a crash.
"""

import json
from typing import Any

import requests

from benchmarks.reliability.graph_page import running_page
from benchmarks.reliability.hostile_place import make_channel, make_municipality
from benchmarks.reliability.hostile_sets import Score, body_of, cases
from inbox import deliveries
from inbox.models import Delivery, DeliveryPart

REPEATS = 5


def main(site: str) -> None:
    """Print the figure for the door at `site`."""
    lead, score = make_municipality(), Score()
    with running_page() as page:
        make_channel(lead, page, "krok")
        for case in cases("webhooks.open.jsonl"):
            score.add(case, _wrong(case, f"{site}/kroker/meta/"))
        unread = _read_all()
    figure = score.figure("R8")
    figure["detail"] |= {"deliveries": Delivery.objects.count(), "parts": DeliveryPart.objects.count()}
    figure["detail"]["crashed_reading"] = unread
    figure["ok"] = figure["ok"] and not unread
    print(json.dumps(figure))


def _wrong(case: dict[str, Any], door: str) -> list[str]:
    """Return what does not hold of a case."""
    before = Delivery.objects.count()
    times = REPEATS if case["cls"] == "replay" else 1
    answers = [_send(case, door) for _ in range(times)]
    stored = Delivery.objects.count() - before
    statuses = {answer.status_code for answer in answers}
    expect = case["expect"]
    wrong = [f"status {statuses}"] if not all(_is_expected(status, expect) for status in statuses) else []
    unauthorised = case.get("must_not_store") or expect.startswith("4xx")
    if unauthorised and stored:
        wrong.append("stored")
    if case["cls"] in {"valid", "replay"} and Delivery.objects.filter(body=body_of(case)).count() != 1:
        wrong.append("not one row")
    if "not echoed" in expect and "text/html" in answers[0].headers["Content-Type"] and "123" in answers[0].text:
        wrong.append("echoed")
    return wrong


def _send(case: dict[str, Any], door: str) -> requests.Response:
    method = case.get("method", "POST")
    address = f"{door}?{case['query']}" if case.get("query") else door
    body = body_of(case) if method == "POST" else None
    return requests.request(method, address, data=body, headers=case["headers"], timeout=30)


def _is_expected(status: int, expect: str) -> bool:
    if expect.startswith("never 5xx") or "or 4xx" in expect:
        return status < 500
    return str(status)[0] == expect[0]


def _read_all() -> list[str]:
    """Read every delivery as a worker would; return what crashed."""
    crashed = []
    for delivery in Delivery.objects.order_by("pk"):
        try:
            deliveries.read(delivery.pk)
        except Exception as problem:
            crashed.append(f"{delivery.pk}: {problem!r}"[:200])
    return crashed
