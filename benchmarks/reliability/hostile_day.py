"""A day with one hostile case: it is brought in three times, and people work with it, so that every page shows it.

Each case has a municipality of its own, so that what a list does wrong is its doing. What it says stands as comment, as
the sender's name and as our post: on a page all three are text that others chose.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

from django.urls import reverse
from django.utils import timezone

from archive import intake
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord
from archive.redaction_actions import redact
from audit import log
from benchmarks.reliability.graph_page import GraphPage
from benchmarks.reliability.hostile_place import make_channel, session_of
from guidelines.actions import load_pack
from inbox import pulling
from inbox.actions import comments, forwardings, house_rules, interventions, notes, replies
from inbox.actions.errors import RefusedError
from inbox.evidence_package import PAGE, write_package
from inbox.models import Comment, Intervention, UnreadItem
from notices.errors import NoticeError
from notices.models import Notice
from team.models import Membership, Municipality, Role, Unit, User

ORDINARY_NAME = re.compile(r"[A-Za-zÆØÅæøå .]+")
LONGEST_TITLE = 2000
OURS = "Vi brøyter."  # what stands on every page of a record, to be redacted where their own words are too short
_numbers = count(1)


@dataclass(frozen=True)
class Visit:
    """A page that somebody opens: `session` "" is a stranger; `sent` is posted; `html` leaves the house as a file."""

    address: str
    session: str = ""
    sent: tuple[tuple[str, str], ...] = ()
    html: str = ""


@dataclass
class Day:
    """The pages of a case by family, the files that are fetched, and what others wrote, as it is stored."""

    words: list[str] = field(default_factory=list)
    pages: dict[str, Visit] = field(default_factory=dict)
    files: dict[str, Visit] = field(default_factory=dict)


@dataclass(frozen=True)
class Team:
    """Who works in the municipality of a case."""

    lead: Membership
    member: Membership
    archivist: Membership
    unit: Unit


def a_day_with(case: dict[str, Any], pages: dict[str, GraphPage]) -> Day:
    """Bring a case in and work with it. The acts go through the product's own doors; some it refuses, with reason."""
    team = _make_team()
    untouched, worked, ended = (_bring_in(case, pages, team.lead, way) for way in ("ny", "arbeid", "soppel"))
    for one in worked:
        _work(one, team)
    for one in ended:
        _may(lambda one=one: comments.end(one, ending="spam", by=team.member))  # type: ignore[misc]
    log.link_now()
    intake.follow(team.lead.municipality_id)
    day = Day(words=_words_of([*untouched, *worked, *ended]))
    _add_lists(day, team)
    if untouched:
        _add_inbox_pages(day, untouched[0], team)
    if worked:
        _add_worked_pages(day, worked[0], team)
    return day


def _make_team() -> Team:
    number = next(_numbers)
    town = Municipality.objects.create(
        name=f"Prøve {number} kommune", slug=f"prove-{number}", number=f"{number:04d}", hold_seconds=0
    )
    load_pack(town, "meraker")
    people = [
        Membership.objects.create(
            user=User.objects.create_user(f"{role.lower()}{number}@prove.example", name=name),
            municipality=town,
            role=role,
        )
        for role, name in ((Role.LEAD, "Kari Leder"), (Role.MEMBER, "Ola Svendsen"), (Role.ARCHIVIST, "Arne Arkivar"))
    ]
    unit = Unit.objects.create(municipality=town, name="Kommunalteknikk", code="TEK", email="tek@prove.example")
    return Team(*people, unit=unit)


def _bring_in(case: dict[str, Any], pages: dict[str, GraphPage], lead: Membership, way: str) -> list[Comment]:
    """Pull the case's events from a Page as a worker would; return the comments they became."""
    channels = {name: make_channel(lead, page, f"{case['id']}-{way}", name) for name, page in pages.items()}
    for page in pages.values():
        page.clear()
    for event in case["events"]:
        event = {**event, "payload": _with_its_words_as_name(event["payload"])}
        platform = event["payload"].get("platform", "facebook")
        page = pages[platform]
        page.written = f"{str(event['payload'].get('message') or '')[:LONGEST_TITLE]} {OURS}"
        page.happen(event)
        pulling.pull(channels[platform].pk)
        channels[platform].looked_again_at = None
        channels[platform].save(update_fields=["looked_again_at"])
    return list(Comment.objects.filter(channel__in=channels.values()).select_related("post").order_by("pk"))


def _with_its_words_as_name(payload: dict[str, Any]) -> dict[str, Any]:
    """Let what is written be the sender's name too, where the case is not about a name."""
    author, words = payload.get("from"), payload.get("message")
    if not (isinstance(author, dict) and isinstance(words, str) and words.strip()):
        return payload
    if not ORDINARY_NAME.fullmatch(str(author.get("name", ""))):
        return payload
    return {**payload, "from": {**author, "name": words[:LONGEST_TITLE]}}


def _work(comment: Comment, team: Team) -> None:
    """Do with a comment what people do: sort, write to each other, answer, send on, hide."""
    said = comment.text[:5000]
    rule = house_rules.keep(code=f"r{comment.pk}", title="Hets", text="Hets.", allows=("hide",), by=team.lead)
    order = interventions.Order(
        rule=rule, reason="Hets", look_again_on=timezone.localdate() + timedelta(days=9), considered=True
    )
    _may(lambda: comments.sort(comment, sortings=["case_handling"], by=team.member))
    _may(lambda: comments.claim(comment, by=team.member))
    # An empty comment is worked with too, so that its pages have the links that every other case gives them.
    _may(lambda: notes.write(comment, text=said.strip() or "Se her.", by=team.member, mention=[team.lead]))
    _may(lambda: replies.submit(replies.draft(comment, text=said or "Hei.", by=team.member), by=team.member))
    _may(lambda: comments.flag(comment, flags=["complaint"], by=team.member))
    _may(lambda: forwardings.plan(comment, to=team.unit, by=team.member, remark=said[:500]))
    _may(lambda: interventions.intervene(comment, kind="hide", order=order, by=team.lead))


def _may(act: Callable[[], object]) -> None:
    """Act, where the house allows it: an empty note, or a second answer, is refused with words."""
    with suppress(RefusedError, ArchiveRefusedError, NoticeError):
        act()


def _words_of(rows: list[Comment]) -> list[str]:
    """Return what others wrote, as the pages get it."""
    posts = [one.post.text for one in rows if one.post]
    attached = [text for one in rows for text in one.attachments.values_list("alt", flat=True)]
    return [text for one in rows for text in (one.text, one.author_name)] + posts + attached


def _add_lists(day: Day, team: Team) -> None:
    lead, archivist = session_of(team.lead), session_of(team.archivist)
    lists = ("review", "receipts", "mentions", "spam")
    day.pages |= {f"list {name}": Visit(reverse(f"inbox:{name}"), lead) for name in lists}
    day.pages["list archive"] = Visit(reverse("archive:list"), archivist)
    for kind in ("csv", "json"):
        day.files[kind] = Visit(reverse("archive:list_out", args=["alle", kind]), archivist)
    unread = UnreadItem.objects.filter(channel__municipality=team.lead.municipality).first()
    if unread:
        day.pages["list not_in"] = Visit(reverse("inbox:not_in"), lead)
        day.pages["unread shown"] = Visit(reverse("inbox:not_in_show", args=["del", unread.pk]), lead, (("", ""),))


def _add_inbox_pages(day: Day, one: Comment, team: Team) -> None:
    lead = session_of(team.lead)
    picked = (("gjor", "ta"), ("valgte", str(one.pk)))
    day.pages |= {
        "queue with pane": Visit(f"{reverse('inbox:queue', args=['nye'])}?valgt={one.pk}", lead),
        "conversation": Visit(reverse("inbox:comment", args=[one.pk]), lead),
        "several": Visit(reverse("inbox:several"), lead, picked),
        "hide": Visit(reverse("inbox:hide", args=[one.pk]), lead),
        "posts": Visit(reverse("inbox:channel_posts", args=[one.channel_id]), lead),
        "search": Visit(f"{reverse('inbox:search')}?{urlencode({'q': one.text[:200]})}", lead),
    }


def _add_worked_pages(day: Day, one: Comment, team: Team) -> None:
    lead, archivist = session_of(team.lead), session_of(team.archivist)
    day.pages["conversation worked on"] = Visit(reverse("inbox:comment", args=[one.pk]), lead)
    for act in one.interventions.exclude(evidence=None)[:1]:
        day.pages["evidence"] = Visit("", html=_evidence_of(act))
    for mail in Notice.objects.filter(municipality=team.lead.municipality, body__contains="/kvittering/")[:1]:
        found = re.search(r"/kvittering/[\w-]+/", mail.body)
        day.pages["receipt"] = Visit(found.group() if found else "")
    for record in CaseRecord.objects.filter(municipality=team.lead.municipality)[:1]:
        names = ("record", "edit", "redaction")
        day.pages |= {name: Visit(reverse(f"archive:{name}", args=[record.pk]), archivist) for name in names}
        _redact_first_word(record, one, team)
        if record.redactions:
            day.files["redacted copy"] = Visit(reverse("archive:redacted", args=[record.pk]), archivist)


def _redact_first_word(record: CaseRecord, one: Comment, team: Team) -> None:
    first = next((word for word in f"{one.text} {one.author_name}".split() if len(word) > 2), OURS)
    _may(lambda: redact(record, [first], by=team.archivist))
    if not record.redactions:
        redact(record, [OURS], by=team.archivist)


def _evidence_of(act: Intervention) -> str:
    """Return the page of the evidence that a lead may take along."""
    package = BytesIO()
    write_package(act, package)
    with ZipFile(package) as opened:
        return next(opened.read(name).decode() for name in opened.namelist() if name.endswith(PAGE))
