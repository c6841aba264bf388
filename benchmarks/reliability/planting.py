"""Replies that are let out by the hundred: the rows and the moves that a lead's own acts leave, each written for all.

Through the writers of the product (`advance_where`, `record_many`), so that the log tells of every one and is whole.
"""

from collections.abc import Callable, Sequence
from unittest import mock

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import log
from audit.moves import advance_where
from guidelines.duties import Sorting
from guidelines.models import GuidelineVersion
from guidelines.queries import version_in_force
from inbox import lengths, workflow
from inbox.models import Comment, Reply, ReplyPart, ReplyVersion, Review
from team.models import Membership

AT_ONCE = 500


def let_out(comments: Sequence[Comment], *, text_of: Callable[[Comment], str], by: Membership) -> None:
    """Sort new comments as praise and approve a reply to each, in parts where it is too long; none of them is held.

    No worker is woken: the sweeps find them.
    """
    for first in range(0, len(comments), AT_ONCE):
        some = comments[first : first + AT_ONCE]
        with mock.patch("audit.wake._send"), transaction.atomic():
            _sort(some, by)
            _approve(_begin(some, text_of, by), by)


def _sort(comments: Sequence[Comment], by: Membership) -> None:
    version = version_in_force(by.municipality)
    advance_where(
        _rows(comments),
        workflow.SORT,
        by=by,
        guideline_version_id=version.pk,
        sortings=[str(Sorting.PRAISE)],
        addressed_to_us=None,
        documentation_value=None,
        sorted_by=by,
        sorted_at=timezone.now(),
        guideline_version=version,
    )


def _begin(comments: Sequence[Comment], text_of: Callable[[Comment], str], by: Membership) -> list[Reply]:
    version = version_in_force(by.municipality)
    replies = [_draft(comment, text_of(comment).strip(), by, version) for comment in comments]
    Reply.objects.bulk_create(replies)
    rows = [{"comment": one.comment_id} for one in replies]
    log.record_many("reply.begin", subjects=replies, by=by, rows=rows)
    ReplyVersion.objects.bulk_create(ReplyVersion(reply=one, number=1, text=one.text, saved_by=by) for one in replies)
    return replies


def _draft(comment: Comment, text: str, by: Membership, version: GuidelineVersion) -> Reply:
    reply = Reply(
        municipality=comment.municipality,
        channel=comment.channel,
        comment=comment,
        author=by,
        text=text,
        text_hash=log.content_hash(text),
        saved_at=timezone.now(),
        guideline_version=version,
    )
    reply.too_long = Reply.TooLong.PARTS if lengths.is_too_long(reply, text) else ""
    return reply


def _approve(replies: Sequence[Reply], by: Membership) -> None:
    """Approve them, the comments with them; those in parts by themselves, since the log says in how many."""
    now = timezone.now()
    texts = {one.pk: lengths.texts_of(one) for one in replies}
    Review.objects.bulk_create(
        Review(
            reply=one,
            reviewer=by,
            decision=Review.Decision.APPROVED,
            version_number=1,
            guideline_version=one.guideline_version,
        )
        for one in replies
    )
    for many in {len(one) for one in texts.values()}:
        parts = 0 if many == 1 else many
        advance_where(
            Reply.objects.filter(pk__in=[pk for pk, one in texts.items() if len(one) == many]),
            workflow.APPROVE,
            by=by,
            note={"alone": True, "parts": parts},
            approved_by=by,
            approved_at=now,
            publish_after=now,
            attempt=0,
            problem="",
            guideline_version=version_in_force(by.municipality),
        )
    ReplyPart.objects.bulk_create(
        ReplyPart(reply=one, channel_id=one.channel_id, number=number, text=text)
        for one in replies
        if len(texts[one.pk]) > 1
        for number, text in enumerate(texts[one.pk], 1)
    )
    advance_where(_rows([one.comment for one in replies]), workflow.LET_OUT, by=by)


def _rows(comments: Sequence[Comment]) -> QuerySet[Comment]:
    return Comment.objects.filter(pk__in=[one.pk for one in comments])
