"""Brings back what has waited long enough."""

from django.db import transaction
from django.utils import timezone

from audit import moves
from inbox import workflow
from inbox.models import Comment
from inbox.workflow import CommentStatus


@transaction.atomic
def resume_due() -> list[int]:
    """Take up again what has waited until now, at most 500 at once; returns the ids. Harmless twice."""
    due = Comment.objects.filter(status=CommentStatus.WAITING, wait_until__lte=timezone.now())
    return moves.advance_where(due, workflow.COME_BACK, limit=500, wait_until=None)
