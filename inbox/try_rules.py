"""What a change of the duties would mean for the comments we have: computed, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guidelines.duties import Duty, Facts, obligations_for
from inbox.models import Comment
from inbox.obligations import facts_of
from inbox.workflow import CommentStatus
from team.models import Municipality

LATEST = 200


@dataclass(frozen=True)
class Difference:
    """The duties of one comment that the new rules would add, take away or change."""

    added: list[Duty]
    removed: list[Duty]
    changed: list[Duty]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Tried:
    """One comment for which something would change."""

    comment: Comment
    difference: Difference


@dataclass(frozen=True)
class Trial:
    """What the new rules would change: the comments, and how many were looked at."""

    looked_at: int
    tried: list[Tried]

    @property
    def added(self) -> int:
        return sum(bool(one.difference.added) for one in self.tried)

    @property
    def removed(self) -> int:
        return sum(bool(one.difference.removed) for one in self.tried)

    @property
    def changed(self) -> int:
        return sum(bool(one.difference.changed) for one in self.tried)


def compare(before: Sequence[Duty], after: Sequence[Duty], facts: Facts) -> Difference:
    """Return how the duties of a comment with these facts differ under two sets of rules. Pure."""
    old = {one.code: one.duty for one in obligations_for(before, facts)}
    new = {one.code: one.duty for one in obligations_for(after, facts)}
    return Difference(
        added=[duty for code, duty in new.items() if code not in old],
        removed=[duty for code, duty in old.items() if code not in new],
        changed=[duty for code, duty in new.items() if code in old and old[code] != duty],
    )


def try_rules(municipality: Municipality, before: Sequence[Duty], after: Sequence[Duty]) -> Trial:
    """Return what would change for the latest sorted comments (at most 200), newest first. One query, no writing."""
    comments = latest_comments(municipality)
    return Trial(len(comments), list(_differing(comments, before, after)))


def latest_comments(municipality: Municipality) -> list[Comment]:
    """Return the latest comments of the public that somebody has sorted: only those have duties."""
    comments = Comment.objects.filter(municipality=municipality, sortings__len__gt=0)
    newest = comments.exclude(status=CommentStatus.OURS).select_related("channel", "post").order_by("-posted_at", "-id")
    return list(newest.defer("channel__token", "channel__cursor")[:LATEST])


def _differing(comments: Iterable[Comment], before: Sequence[Duty], after: Sequence[Duty]) -> Iterable[Tried]:
    for comment in comments:
        if difference := compare(before, after, facts_of(comment)):
            yield Tried(comment, difference)
