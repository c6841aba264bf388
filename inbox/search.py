"""Finds comments by the public's words, the sender's name and our own answers, in Norwegian.

The database keeps a search column on comments and replies (`search`, filled by itself) with the Norwegian stems of the
text and of the sender's name. It is no field of the models, so no list ever carries it.

Guarded: what is open comes first and is few; what is done comes by time, newest first, a page at a time, so that a
common word never reads everything.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership

PAGE = 50
ANSWERS = 20
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


@dataclass(frozen=True)
class Found:
    """One page of what was found. `still_open` and `answers` only on the first page; `after` is where more begin."""

    still_open: list[Comment] = field(default_factory=list)
    older: list[Comment] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    after: str = ""

    @property
    def nothing(self) -> bool:
        """Whether this page is empty."""
        return not (self.still_open or self.older or self.answers)


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
    older, more = _older(hits, after)
    if _read(after):
        return Found(older=older, after=more)
    still_open = hits.exclude(status__in=CLOSED).order_by("posted_at", "id")[:PAGE]
    return Found(list(still_open), older, _answers(member, words), more)


def cleaned(words: str) -> str:
    """Return the question as it is asked: on one line, in the form the search columns have, no longer than LONGEST."""
    return unicodedata.normalize("NFKC", re.sub(r"\s+", " ", words)).strip()[:LONGEST]


def _said_once(words: str) -> str:
    """Return the question without its repetitions: they ask for nothing new, unless an «or» stands between."""
    parts = re.findall(r'-?"[^"]*"|\S+', words)
    if "or" in map(str.lower, parts):
        return words
    return " ".join({part.lower(): part for part in parts}.values())


def _older(hits: QuerySet[Comment], after: str) -> tuple[list[Comment], str]:
    """Return one page of what is done, newest first, and where the next begins ("": there is none)."""
    done = hits.filter(status__in=CLOSED)
    if place := _read(after):
        at, pk = place
        done = done.filter(Q(posted_at__lt=at) | Q(posted_at=at, pk__lt=pk))
    rows = list(done.order_by("-posted_at", "-id")[: PAGE + 1])
    rows, more = rows[:PAGE], len(rows) > PAGE
    return rows, f"{rows[-1].posted_at.isoformat()}_{rows[-1].pk}" if more else ""


def _answers(member: Membership, words: str) -> list[Reply]:
    """Return our published answers that hold the words, the latest first."""
    hits = _marked(Reply.objects.filter(_holds("inbox_reply", words)), "inbox_reply", words)
    ours = hits.filter(municipality_id=member.municipality_id, status=ReplyStatus.PUBLISHED)
    return list(ours.select_related("comment__channel", "comment__post").order_by("-published_at", "-id")[:ANSWERS])


def _holds(table: str, words: str) -> RawSQL:
    """Return the condition that a row of the table holds the words; it can use the table's index."""
    return RawSQL(f"{table}.search @@ {_QUESTION}", [words], output_field=BooleanField())  # noqa: S611


def _marked(rows: QuerySet[Any], table: str, words: str) -> QuerySet[Any]:
    """Add the pieces of text around the hits."""
    headline = _HEADLINE.format(column=f"{table}.text")
    found: QuerySet[Any] = rows.annotate(headline=RawSQL(headline, [words], output_field=TextField()))  # noqa: S611
    return found


def _read(mark: str) -> tuple[datetime, int] | None:
    at, _, pk = mark.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(pk)) if pk.isdecimal() and len(pk) < 19 and moment.tzinfo else None
