"""The shared queue: its tabs, what can be chosen in them, and pages that go on as long as there are rows.

A tab is read in sections one after the other: what looks urgent, what is over its deadline, the rest, and last what was
read from a channel's history and has no deadline (decision 0007). Within each the rows stand in one order that an index
holds, and a page begins after a mark (keyset), so page 1,000 costs what page 1 does. A mark carries the moment the
first page was drawn: a deadline that passes while somebody turns pages moves nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guidelines.vocabulary import Flag
from inbox import tally
from inbox.models import Comment
from inbox.queue_choice import Choice, Order
from inbox.workflow import CommentStatus
from team.models import Membership

PAGE = 50
CROWD, CROWDS = 25, 20  # comments on one post that become one row, and how many such rows there may be
RECENT = 2_000  # the newest unsorted comments, among which crowds are looked for
TABS = {
    "nye": _("Nye"),
    "skal-besvares": _("Skal besvares"),
    "mine": _("Mine"),
    "til-godkjenning": _("Til godkjenning"),
    "venter": _("Venter"),
    "ferdig": pgettext_lazy("fane", "Ferdig"),
}
STATUSES_OF_TAB = {
    "nye": [CommentStatus.NEW],
    "skal-besvares": [CommentStatus.TO_ANSWER],
    "til-godkjenning": [CommentStatus.IN_REVIEW],
    "venter": [CommentStatus.WAITING, CommentStatus.GOING_OUT],
    "ferdig": [CommentStatus.DONE],
}
TAB_OF_STATUS = {status: tab for tab, statuses in STATUSES_OF_TAB.items() for status in statuses}
CLOSED = {"ferdig"}
EVERYTHING = Choice()


@dataclass(frozen=True)
class QueuePage:
    """One page of a tab: the rows (each with `section`), and where the next and the one before it begin ("": none).

    `crowds` are the posts that stand as one row before all pages, with their number of rows.
    """

    rows: list[Comment]
    after: str
    before: str
    crowds: Mapping[int, int]


@dataclass(frozen=True)
class Section:
    """Rows that stand together: which they are, and the fields they are read by; all fields the same way."""

    name: str
    which: Q
    fields: tuple[str, ...] = ("posted_at", "id")
    ascending: bool = True

    def read(self, comments: QuerySet[Comment], *, backwards: bool, beyond: "Mark | None") -> QuerySet[Comment]:
        """Return the section's rows in reading order, or the other way, on the far side of a mark in this section."""
        upwards = self.ascending != backwards
        rows = comments.filter(self.which)
        if beyond:
            rows = rows.filter(_farther(self.fields, beyond.place, upwards))
        return rows.order_by(*(field if upwards else f"-{field}" for field in self.fields))

    def place_of(self, comment: Comment) -> tuple[str, ...]:
        """Return the row's values of the fields, as text."""
        return tuple(_as_text(getattr(comment, _ATTRIBUTES.get(field, field))) for field in self.fields)


_ATTRIBUTES = {"id": "pk", "post": "post_id"}


@dataclass(frozen=True)
class Mark:
    """A place in the queue: the section, the row's values, and the moment that deadlines are measured at."""

    section: str
    at: datetime
    place: tuple[str, ...]

    def __str__(self) -> str:
        return "~".join([self.section, self.at.isoformat(), *self.place])

    @classmethod
    def read(cls, text: str, sections: Iterable[Section]) -> "Mark | None":
        """Return the mark, None for anything nobody handed out."""
        name, *rest = text.split("~")
        section = next((one for one in sections if one.name == name), None)
        if section is None or len(rest) != len(section.fields) + 1:
            return None
        at, *place = rest
        fine = _moment(at) and all(_is_value(field, one) for field, one in zip(section.fields, place, strict=True))
        return cls(name, datetime.fromisoformat(at), tuple(place)) if fine else None


def queue_for(
    member: Membership, tab: str, choice: Choice = EVERYTHING, *, after: str = "", before: str = ""
) -> QueuePage:
    """Return one page of a tab, waited longest first unless the choice says otherwise, by keyset in both directions.

    `after` and `before` are what an earlier page handed out; anything else counts as the first page.
    """
    mark = Mark.read(before or after, sections_of(tab, choice, timezone.now()))
    at = mark.at if mark else timezone.now()
    sections = sections_of(tab, choice, at)
    backwards = bool(before and mark)
    crowds = crowded(member, tab, choice)
    comments = _outside(crowds, rows_of(member, tab, choice))
    size = PAGE if mark else max(1, PAGE - len(crowds))  # the first page holds no more, with its crowds, than others
    rows = _walk(comments, sections, mark, backwards=backwards, most=size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
        return QueuePage(rows, _mark(rows, -1, at), _mark(rows, 0, at) if more else "", crowds)
    return QueuePage(rows, _mark(rows, -1, at) if more else "", _mark(rows, 0, at) if mark else "", crowds)


def neighbours(
    member: Membership, comment: Comment, tab: str, choice: Choice = EVERYTHING
) -> tuple[int | None, int | None]:
    """Return (previous, next) comment ids in the same tab and choice, for j and k on the conversation page."""
    at = timezone.now()
    sections = sections_of(tab, choice, at)
    mark = _mark_of(comment, _section_of(comment, tab, choice, at), at)
    crowds = crowded(member, tab, choice)
    rows = rows_of(member, tab, choice).select_related(None).defer(None).only("pk")
    rows = rows if comment.post_id in crowds else _outside(crowds, rows)
    earlier = _walk(rows, sections, mark, backwards=True, most=1)
    later = _walk(rows, sections, mark, backwards=False, most=1)
    return (earlier[0].pk if earlier else None), (later[0].pk if later else None)


def rows_of(member: Membership, tab: str, choice: Choice = EVERYTHING) -> QuerySet[Comment]:
    """Return the comments of a tab that fit the choice, with what a row shows, in no order."""
    comments = Comment.objects.filter(municipality_id=member.municipality_id)
    if tab == "mine":
        comments = comments.filter(assignee=member).exclude(status=CommentStatus.DONE)
    else:
        comments = comments.filter(status__in=STATUSES_OF_TAB[tab])
    return (
        choice.narrow(comments, member)
        .select_related("channel", "post", "assignee__user")
        .defer("post__permalink", "channel__token", "channel__refresh_token", "channel__cursor")
    )


def belongs_in(tab: str, comment: Comment, member: Membership) -> bool:
    """Tell whether the comment stands in the tab now, by the same rules as `rows_of`."""
    if tab == "mine":
        return comment.assignee_id == member.pk and comment.status != CommentStatus.DONE
    return comment.status in STATUSES_OF_TAB[tab]


def _outside(crowds: Collection[int], comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Leave out what stands as one row for its post; what looks urgent stands by itself, and history further down."""
    if not crowds:
        return comments
    return comments.exclude(post_id__in=list(crowds), looks_urgent=False, answer_by__isnull=False)


def sections_of(tab: str, choice: Choice, at: datetime) -> list[Section]:
    """Return the sections of a tab in the order they are read; `at` is when deadlines are measured."""
    if choice.order == Order.NEWEST or (tab in CLOSED and choice.order == Order.WAITED):
        return [Section("alle", Q(), ascending=False)]
    if choice.order == Order.DUE:
        return [Section("frist", Q(answer_by__isnull=False), ("answer_by", "id")), Section("uten", Q(answer_by=None))]
    if choice.order == Order.POST:
        return [
            Section("innlegg", Q(post__isnull=False), ("post", "posted_at", "id")),
            Section("uten", Q(post=None)),
        ]
    urgent = Q(looks_urgent=True) if tab == "nye" else Q(flags__contains=[Flag.URGENT.value])
    return [
        Section("akutt", urgent & Q(answer_by__isnull=False)),
        Section("over", Q(answer_by__lt=at) & ~urgent),
        Section("resten", Q(answer_by__gte=at) & ~urgent),
        Section("historikk", Q(answer_by=None), ascending=False),
    ]


def _walk(
    comments: QuerySet[Comment], sections: Sequence[Section], mark: Mark | None, *, backwards: bool, most: int
) -> list[Comment]:
    """Return rows from the mark on, section after section, at most that many."""
    ordered = list(reversed(sections)) if backwards else list(sections)
    if mark:
        names = [one.name for one in ordered]
        ordered = ordered[names.index(mark.section) :]
    rows: list[Comment] = []
    for section in ordered:
        beyond = mark if mark and mark.section == section.name else None
        for row in section.read(comments, backwards=backwards, beyond=beyond)[: most - len(rows)]:
            row.section = section  # type: ignore[attr-defined]
            rows.append(row)
        if len(rows) >= most:
            break
    return rows


def _section_of(comment: Comment, tab: str, choice: Choice, at: datetime) -> Section:
    """Return the section a comment stands in, by the same rules as the database."""
    sections = {one.name: one for one in sections_of(tab, choice, at)}
    if "historikk" in sections:
        if comment.answer_by is None:
            return sections["historikk"]
        urgent = comment.looks_urgent if tab == "nye" else Flag.URGENT in comment.flags
        return sections["akutt" if urgent else "over" if comment.answer_by < at else "resten"]
    first, *rest = sections.values()
    missing = comment.answer_by is None if "frist" in sections else comment.post_id is None
    return rest[0] if rest and missing else first


def _mark(rows: list[Comment], index: int, at: datetime) -> str:
    return str(_mark_of(rows[index], rows[index].section, at)) if rows else ""  # type: ignore[attr-defined]


def _mark_of(comment: Comment, section: Section, at: datetime) -> Mark:
    return Mark(section.name, at, section.place_of(comment))


def _farther(fields: Sequence[str], place: Sequence[str], upwards: bool) -> Q:
    """Return the condition that a row's fields stand beyond the place, compared as a whole."""
    step = "gt" if upwards else "lt"
    beyond = Q()  # an index can begin at the first field's bound, which an OR alone would not tell it
    bound = Q(**{f"{fields[0]}__{step}e": place[0]})
    for index, field in enumerate(fields):
        same = {fields[before]: place[before] for before in range(index)}
        beyond |= Q(**same, **{f"{field}__{step}": place[index]})
    return bound & beyond


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _is_value(field: str, text: str) -> bool:
    if field in _ATTRIBUTES:
        return text.isdecimal() and len(text) < 19
    return _moment(text)


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def counts_for(member: Membership) -> dict[str, int]:
    """Return how many comments each tab holds, exactly, in one statement."""
    counts = tally.counts(member.municipality_id)
    found = {tab: sum(counts.get(status, 0) for status in statuses) for tab, statuses in STATUSES_OF_TAB.items()}
    found["mine"] = counts.get(tally.mine(member.pk), 0)
    return {tab: found[tab] for tab in TABS}


def new_count(municipality_id: int) -> int:
    """Return how many unsorted comments wait, for the menu."""
    return tally.counts(municipality_id).get(CommentStatus.NEW, 0)


def counted(member: Membership, tab: str, choices: Sequence[Choice], most: int = 1000) -> list[int]:
    """Return how many rows of the tab fit each choice, at most `most`: more is said as «1000+». One statement."""
    found = [rows_of(member, tab, one).select_related(None).order_by().values("pk")[:most] for one in choices]
    told = [one.query.sql_with_params() for one in found]
    counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS one)" for sql, _values in told)  # noqa: S608 - Django's own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _sql, values in told for value in values])
        return list(cursor.fetchone() or [])


def crowded(member: Membership, tab: str, choice: Choice) -> dict[int, int]:
    """Return the posts with so many unsorted comments that these stand as one row: post id to rows, the most first.

    Looked for among the newest RECENT only, so that a full queue costs no more than a short one; each is counted whole.
    None in other tabs and orders, and none once a post is chosen.
    """
    if tab != "nye" or choice.order != Order.WAITED or choice.post:
        return {}
    rows = rows_of(member, tab, choice).select_related(None).exclude(answer_by=None)
    counts, read = _posts_of(rows.order_by("-posted_at", "-id")[:RECENT])
    found = {post: count for post, count in counts if count >= CROWD}
    if found and read == RECENT:  # there are older ones, which count too
        exact = rows.filter(post_id__in=found).order_by().values("post_id").annotate(rows=Count("pk"))
        found = {row["post_id"]: row["rows"] for row in exact}
    most_first = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return dict(most_first[:CROWDS])


def _posts_of(rows: QuerySet[Comment]) -> tuple[list[tuple[int, int]], int]:
    """Return the posts of the rows with how many stand under each, and how many rows there are. One statement."""
    sql, values = rows.values("post_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT post_id, COUNT(*) FROM ({sql}) AS those GROUP BY post_id", values)  # noqa: S608 - Django's
        counts = cursor.fetchall()
    return [(post, count) for post, count in counts if post], sum(count for _post, count in counts)
