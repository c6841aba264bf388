"""The conversation as it is read: each comment with our replies to it, and under each what answers it."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox import attachments
from inbox.models import Comment, Reply
from inbox.views.diff import diff

EARLIEST = datetime.min.replace(tzinfo=UTC)
DEEPEST = 3  # steps to the right; what is deeper stands under that


@dataclass(frozen=True)
class Line:
    """A comment, or a published reply of ours, `depth` steps to the right. `to_us`: it answers a reply of ours."""

    message: Comment | Reply
    depth: int
    is_ours: bool = False
    to_us: bool = False

    @property
    def second(self) -> datetime:
        """The second it was written in."""
        at = self.message.published_at if isinstance(self.message, Reply) else self.message.posted_at
        return (at or EARLIEST).replace(microsecond=0)


def lines_of(thread: Sequence[Comment]) -> list[Line]:
    """Return the comments (with `published` replies, as `queries.thread_of` gives them) in reading order.

    Each stands under what it answers: a comment, or our reply or a part of it. By time among those beside it.
    """
    replies = {external_id: reply for one in thread for reply in one.published for external_id in _ids_of(reply)}  # type: ignore[attr-defined]
    there = {one.pk for one in thread}
    below: dict[tuple[type, int] | None, list[Comment | Reply]] = defaultdict(list)
    for one in thread:
        answered = replies.get(one.parent_external_id)
        above = (Reply, answered.pk) if answered else (Comment, one.parent_id) if one.parent_id in there else None
        below[above].append(one)
        below[Comment, one.pk] += one.published  # type: ignore[attr-defined]
    lines: list[Line] = []
    left = _lines(below[None], 0)
    while left:
        line = left.pop()
        lines.append(line)
        # Taken out: a joint reply stands under each comment it answers, what answers it only under the first.
        under = below.pop((type(line.message), line.message.pk), [])
        left += _lines(under, line.depth + 1, to_us=line.is_ours)
    _put_edits(thread)
    return lines


def _lines(messages: Sequence[Comment | Reply], depth: int, *, to_us: bool = False) -> list[Line]:
    """The first to read last: they are taken from the end. Platforms tell whole seconds: in one, ours goes first."""
    lines = [Line(one, min(depth, DEEPEST), isinstance(one, Reply), to_us) for one in messages]
    return sorted(lines, key=lambda line: (line.second, not line.is_ours))[::-1]


def _ids_of(reply: Reply) -> list[str]:
    return [reply.external_id, *(part.external_id for part in reply.parts.all() if part.external_id)]


def _put_edits(thread: Sequence[Comment]) -> None:
    """Give each comment its edits (what changed from version to version) and its attachments."""
    for one in thread:
        texts = [] if one.sealed_at else [version.text for version in one.versions.all()]
        one.edits = [{"parts": diff(before, after)} for before, after in itertools.pairwise(texts)]  # type: ignore[attr-defined]
    attachments.put_beside(thread)
