"""The platform's own count of a post's comments beside ours, and where the difference comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import Channel, Comment, Post, Reply
from inbox.models.reply import not_told_by_a_reply
from inbox.workflow import ReplyStatus

# Mastodon and Bluesky count what answers the post itself; the others count every level.
COUNTS_DIRECT = {Channel.Platform.MASTODON, Channel.Platform.BLUESKY}


@dataclass(frozen=True)
class PostCount:
    """What the platform counts on a post (None: it does not tell), and what we have of it.

    `visible`, `hidden` and `deleted` are comments we have; `replies` are ours that left through SocialDesk. `below` are
    answers to comments where the platform counts only what answers the post; they are no part of `visible`.
    """

    post: Post
    visible: int
    hidden: int
    deleted: int
    replies: int
    below: int

    @property
    def told(self) -> int | None:
        """The platform's own count."""
        return self.post.platform_count

    @property
    def ours(self) -> int:
        """What we expect the platform to show."""
        return self.visible + self.replies

    @property
    def difference(self) -> int | None:
        """How many more the platform counts than we have on show; None when it does not tell."""
        return None if self.told is None else self.told - self.ours

    @property
    def words(self) -> list[str]:
        """The difference in words, one sentence for each cause; the causes add up to the difference."""
        if self.difference is None:
            return [_("Plattformen oppgir ikke noe antall.")]
        rest, found = self.difference, list[str]()
        if rest > 0 and self.hidden:
            counted = min(rest, self.hidden)
            rest -= counted
            found.append(
                ngettext(
                    "%(n)d er skjult, men regnes med av plattformen.",
                    "%(n)d er skjult, men regnes med av plattformen.",
                    counted,
                )
                % {"n": counted}
            )
        if rest > 0 and self.deleted:
            counted = min(rest, self.deleted)
            rest -= counted
            found.append(
                ngettext(
                    "%(n)d er slettet, men regnes fortsatt med av plattformen.",
                    "%(n)d er slettet, men regnes fortsatt med av plattformen.",
                    counted,
                )
                % {"n": counted}
            )
        if rest > 0:
            found.append(
                ngettext(
                    "%(n)d er ikke synlig for oss: plattformen teller den med, men leverer den ikke.",
                    "%(n)d er ikke synlige for oss: plattformen teller dem med, men leverer dem ikke.",
                    rest,
                )
                % {"n": rest}
            )
        if rest < 0:
            found.append(
                ngettext(
                    "Plattformen teller %(n)d færre enn vi har. Tallet kan være eldre enn kommentarene.",
                    "Plattformen teller %(n)d færre enn vi har. Tallet kan være eldre enn kommentarene.",
                    -rest,
                )
                % {"n": -rest}
            )
        if self.below:
            found.append(
                ngettext(
                    "Plattformen teller bare svar på selve innlegget. Vi har %(n)d svar lenger ned i tråden.",
                    "Plattformen teller bare svar på selve innlegget. Vi har %(n)d svar lenger ned i tråden.",
                    self.below,
                )
                % {"n": self.below}
            )
        return found or [_("Stemmer.")]


def counts_of(posts: Iterable[Post]) -> list[PostCount]:
    """Return the counts of posts, in their order, in two queries. The posts must have their channel at hand."""
    posts = list(posts)
    nothing = {"visible": 0, "hidden": 0, "deleted": 0, "below": 0}
    ids = [post.pk for post in posts]
    direct = {post.pk for post in posts if post.channel.platform in COUNTS_DIRECT}
    at_top = Q(parent_external_id=F("post__external_id")) | ~Q(post__in=direct)
    there = Q(deleted_at=None, hidden_at=None)
    rows = (
        Comment.objects.filter(not_told_by_a_reply(), post__in=ids)
        .values("post")
        .annotate(
            visible=Count("pk", filter=there & at_top),
            below=Count("pk", filter=there & ~at_top),
            hidden=Count("pk", filter=Q(deleted_at=None, hidden_at__isnull=False) & at_top),
            deleted=Count("pk", filter=Q(deleted_at__isnull=False) & at_top),
        )
    )
    found = {pk: dict(zip(nothing, counts, strict=True)) for pk, *counts in rows.values_list("post", *nothing)}
    published = Reply.objects.filter(comment__post__in=ids, status=ReplyStatus.PUBLISHED)
    under_post = Q(place=Reply.Place.UNDER_POST)
    counted = published.values("comment__post").annotate(
        at_top=Count("pk", filter=under_post), under_comments=Count("pk", filter=~under_post)
    )
    replies = {row["comment__post"]: (row["at_top"], row["under_comments"]) for row in counted}
    return [
        _of(post, found.get(post.pk, nothing), *replies.get(post.pk, (0, 0)), is_direct=post.pk in direct)
        for post in posts
    ]


def _of(post: Post, row: dict[str, int], at_top: int, under_comments: int, *, is_direct: bool) -> PostCount:
    """Our replies to comments stand below, where the platform counts only what answers the post itself."""
    return PostCount(
        post,
        visible=row["visible"],
        hidden=row["hidden"],
        deleted=row["deleted"],
        replies=at_top + (0 if is_direct else under_comments),
        below=row["below"] + (under_comments if is_direct else 0),
    )
