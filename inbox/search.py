"""Finds comments by the public's words, the sender's name and our own answers, in Norwegian.

The database keeps a search column on comments and replies (`search`, filled by itself) with the Norwegian stems of the
text and of the sender's name. It is no field of the models, so no list ever carries it.

Guarded: what is open comes first and is few; what is done comes by time, newest first, a page at a time, so that a
common word never reads everything.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import BooleanField, Q, QuerySet, TextChoices, TextField
from django.db.models.expressions import RawSQL

from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership

PAGE = 25  # of each part; each goes on
LONGEST = 200  # letters of a question
# Marking hits takes time by the square of how often they stand: 20,000 letters «#tag #tag …» took 4 s, 5,000 a blink.
LOOKED_THROUGH = 5000
CLOSED = [CommentStatus.DONE, CommentStatus.OURS]
MARK, UNMARK = "\x02", "\x03"  # stored text holds neither (see inbox.channels.cleaning)

_QUESTION = "websearch_to_tsquery('norwegian', %s)"
_MARKS = f'StartSel="{MARK}", StopSel="{UNMARK}"'
# A short text is shown whole, of a long one the pieces around the hits. Tags in it are left out by the database.
_HEADLINE = f"""ts_headline('norwegian', normalize(left({{column}}, {LOOKED_THROUGH}), NFC), {_QUESTION},
    CASE WHEN length({{column}}) <= 280 THEN '{_MARKS}, HighlightAll=true'
    ELSE '{_MARKS}, MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "' END)"""


class Part(TextChoices):
    """The three parts of what is found, each with pages of its own."""

    OPEN = "open"
    ANSWERS = "answers"
    OLDER = "older"


@dataclass(frozen=True)
class Found:
    """What was found: a page of each part, or the next page of one. `after` says where a part goes on, if it does."""

    still_open: list[Comment] = field(default_factory=list)
    older: list[Comment] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    after: Mapping[Part, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether this page is empty."""
        return not (self.still_open or self.older or self.answers)


@dataclass(frozen=True)
class _Mark:
    """The last row of a page: what comes after it is the next."""

    part: Part
    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.part}_{self.at.isoformat()}_{self.pk}"


def find(member: Membership, words: str, *, after: str = "") -> Found:
    """Return the comments of the member's municipality that hold the words: open ones first, older by time.

    `words` as people write them: several words mean all of them, "in quotes" a phrase, -word without it, or = either.
    `after` is what an earlier page handed out; anything else is the first page. Each comment has `headline`: pieces of
    its text with the hits between MARK and UNMARK.
    """
    words = _said_once(cleaned(words))
    if not words:
        return Found()
    hits = _marked(Comment.objects.filter(_holds("inbox_comment", words)), "inbox_comment", words)
    hits = hits.filter(municipality_id=member.municipality_id).select_related("channel", "post", "assignee__user")
    hits = hits.defer("post__permalink", "channel__token", "channel__refresh_token", "channel__cursor")
    reading = {
        Part.OPEN: partial(_page, hits.exclude(status__in=CLOSED), Part.OPEN, "posted_at", backwards=False),
        Part.ANSWERS: partial(_page, _answers(member, words), Part.ANSWERS, "published_at"),
        Part.OLDER: partial(_page, hits.filter(status__in=CLOSED), Part.OLDER, "posted_at"),
    }
    beyond = _read(after)
    pages = {part: read(beyond) for part, read in reading.items() if beyond is None or part == beyond.part}
    rows = {part: pages[part][0] if part in pages else [] for part in Part}
    more = {part: str(mark) for part, (_rows, mark) in pages.items() if mark}
    return Found(rows[Part.OPEN], rows[Part.OLDER], rows[Part.ANSWERS], more)


def cleaned(words: str) -> str:
    """Return the question as it is asked: on one line, in the form the search columns have, no longer than LONGEST."""
    return unicodedata.normalize("NFKC", re.sub(r"\s+", " ", words)).strip()[:LONGEST]


def _said_once(words: str) -> str:
    """Return the question without its repetitions: they ask for nothing new, unless an «or» stands between."""
    parts = re.findall(r'-?"[^"]*"|\S+', words)
    if "or" in map(str.lower, parts):
        return words
    return " ".join({part.lower(): part for part in parts}.values())


def _page(
    hits: QuerySet[Any], part: Part, clock: str, beyond: _Mark | None, *, backwards: bool = True
) -> tuple[list[Any], _Mark | None]:
    """Return one page in the order of `clock`, and the mark of its end when there is more."""
    sign, further = ("-", "lt") if backwards else ("", "gt")
    if beyond:
        hits = hits.filter(Q((f"{clock}__{further}", beyond.at)) | Q((clock, beyond.at), (f"pk__{further}", beyond.pk)))
    rows = list(hits.order_by(f"{sign}{clock}", f"{sign}id")[: PAGE + 1])
    more = _Mark(part, getattr(rows[PAGE - 1], clock), rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return rows[:PAGE], more


def _answers(member: Membership, words: str) -> QuerySet[Reply]:
    """Return our published answers that hold the words."""
    hits = _marked(Reply.objects.filter(_holds("inbox_reply", words)), "inbox_reply", words)
    ours = hits.filter(municipality_id=member.municipality_id, status=ReplyStatus.PUBLISHED)
    return ours.select_related("comment__channel", "comment__post")


def _holds(table: str, words: str) -> RawSQL:
    """Return the condition that a row of the table holds the words; it can use the table's index."""
    return RawSQL(f"{table}.search @@ {_QUESTION}", [words], output_field=BooleanField())  # noqa: S611


def _marked(rows: QuerySet[Any], table: str, words: str) -> QuerySet[Any]:
    """Add the pieces of text around the hits."""
    headline = _HEADLINE.format(column=f"{table}.text")
    found: QuerySet[Any] = rows.annotate(headline=RawSQL(headline, [words], output_field=TextField()))  # noqa: S611
    return found


def _read(mark: str) -> _Mark | None:
    part, _, place = mark.partition("_")
    at, _, pk = place.rpartition("_")
    try:
        moment, which = datetime.fromisoformat(at), Part(part)
    except ValueError:
        return None
    return _Mark(which, moment, int(pk)) if pk.isdecimal() and len(pk) < 19 and moment.tzinfo else None
