"""R6: what the public may write and a platform may send is stored by the rules of stored text, and hurts nothing.

Each case is pulled from a Page over HTTP as a worker would, event by event; then the rows, the flags, the search and
the archive's XML are looked at. What the pages make of it is R7. QUICK=1 takes the first of each class and every fourth
of the others.
"""

import json
import time
import unicodedata
from typing import Any

from django.utils import timezone
from lxml import etree

from archive.arkivmelding.xml_text import xml_safe
from benchmarks.reliability.graph_page import GraphPage, running_page
from benchmarks.reliability.hostile_place import make_channel, make_municipality
from benchmarks.reliability.hostile_sets import MANY, Score, cases
from benchmarks.reliability.place import quick
from inbox import pulling, search
from inbox.channels import media
from inbox.models import Channel, Comment, UnreadItem
from inbox.reading.oddities import oddities
from team.models import Membership

SECONDS_AN_EVENT = 10.0


def main() -> None:
    """Print the figure."""
    lead, score = make_municipality(), Score()
    with running_page() as facebook, running_page() as instagram:
        for case in chosen():
            score.add(case, _tried(case, {"facebook": facebook, "instagram": instagram}, lead))
    print(json.dumps(score.figure("R6")))


def chosen() -> list[dict[str, Any]]:
    """Return the cases to try: all, but with QUICK=1, where there are many, the first of each class and some others."""
    every = cases("comments.open.jsonl")
    if not quick() or len(every) <= MANY:
        return every
    first = {one["cls"]: one["id"] for one in reversed(every)}
    return [one for number, one in enumerate(every) if number % 4 == 0 or one["id"] == first[one["cls"]]]


def _tried(case: dict[str, Any], pages: dict[str, GraphPage], lead: Membership) -> list[str]:
    """Return what does not hold of a case; that it brought the worker down is one such thing, and the rest go on."""
    try:
        return _wrong(case, pages, lead)
    except Exception as problem:
        return [f"the worker fell: {type(problem).__name__}"]


def _wrong(case: dict[str, Any], pages: dict[str, GraphPage], lead: Membership) -> list[str]:
    """Return what does not hold of a case."""
    channels = {name: make_channel(lead, page, case["id"], name) for name, page in pages.items()}
    began = time.monotonic()
    for page in pages.values():
        page.clear()
    for event in case["events"]:
        platform = event["payload"].get("platform", "facebook")
        pages[platform].happen(event)
        _pull(channels[platform])
    took = time.monotonic() - began
    rows = list(Comment.objects.filter(channel__in=channels.values()).order_by("pk"))
    aside = UnreadItem.objects.filter(channel__in=channels.values()).count()
    expect = case["expect"]
    kept = len(rows) + (aside if expect.get("quarantine") else 0)
    wrong = [] if kept == expect["rows"] else [f"{kept} rows"]
    wrong += [f"took {took:.1f} s"] if took > SECONDS_AN_EVENT * len(case["events"]) else []
    return wrong + (_wrong_with(rows[0], expect, lead) if rows else [])


def _pull(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(looked_again_at=None)
    pulling.pull(channel.pk)


def _wrong_with(row: Comment, expect: dict[str, Any], lead: Membership) -> list[str]:
    """Return what does not hold of a stored comment."""
    versions = list(row.versions.all())
    odd = {one.name.lower() for one in oddities(row.text, row.author_name, cleaned=row.was_cleaned)}
    checks = {
        "text": "text" not in expect or row.text == expect["text"],
        "flags": set(expect.get("flags", ())) <= odd,
        "author": _author_holds(row, expect.get("author", "")),
        "time": _time_holds(row, expect.get("time", "")),
        "deleted": not expect.get("deleted") or row.deleted_at is not None,
        "history": "history" not in expect or len({one.text for one in versions}) == expect["history"],
        "evidence": all(one.raw for one in versions),
        "never fetched": "fetch" not in expect or _none_fetched(row),
        "search": _is_found(row, expect, lead),
        "xml": _is_xml(row),
    }
    return [name for name, holds in checks.items() if not holds]


def _author_holds(row: Comment, expected: str) -> bool:
    if expected == "hidden":
        return not row.author_name and bool(row.author)
    if expected == "page_impostor":
        return row.status == "NEW" and any("ikke kommunen" in sentence for sentence in row.oddities)
    return not expected or bool(row.author_name)


def _time_holds(row: Comment, expected: str) -> bool:
    """A time that is none becomes the time of arrival; an absurd one may also be kept as it was told."""
    arrived = abs((timezone.now() - row.posted_at).total_seconds()) < 3600
    if expected == "fallback":
        return arrived
    if expected in {"future", "past"}:
        return arrived or (expected == "future") == (row.posted_at > timezone.now())
    told = expected.removeprefix("fallback_or:")
    return not told or row.posted_at.strftime("%Y-%m-%dT%H:%M:%SZ") == told or (told != expected and arrived)


def _none_fetched(row: Comment) -> bool:
    """Whether the deciding function refuses every address this comment brought."""
    source = media.Source("facebook", "https://graph.facebook.com")
    addresses = [one.source_url for one in row.attachments.all() if one.source_url]
    return all(media.refusal(address, source) for address in addresses)


def _is_found(row: Comment, expect: dict[str, Any], lead: Membership) -> bool:
    """Whether a search for the comment's own words ends in time, and finds it in the composed form if it must."""
    began = time.monotonic()
    found = search.find(lead, unicodedata.normalize("NFC", row.text[:200]))
    in_time = time.monotonic() - began < expect.get("max_seconds", 2)
    return in_time and (not expect.get("search_same_as_nfc") or row.pk in {one.pk for one in found.still_open})


def _is_xml(row: Comment) -> bool:
    """Whether the archive can write the name and the text, and read the same back."""
    element = etree.Element("tittel")
    element.text = xml_safe(f"{row.author_name}: {row.text}")
    return bool(etree.fromstring(etree.tostring(element)).text == element.text)
