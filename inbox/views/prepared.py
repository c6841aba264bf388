"""What the conversation page offers of what is written beforehand."""

from typing import Any

from django.urls import reverse

from guidelines.duties import Sorting
from inbox import library
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership


def prepared_for(comment: Comment, reply: Reply | None, member: Membership) -> dict[str, Any]:
    """Return templates, fixed answers, facts, matters and what to do after the answer (see _prepared.html)."""
    writable = comment.status in {CommentStatus.TO_ANSWER, CommentStatus.IN_REVIEW}
    to_register = reply if reply and reply.status == ReplyStatus.APPROVED and reply.channel.is_manual else None
    keep = library.answer_to_keep(comment) if comment.status == CommentStatus.DONE else None
    return {
        "templates": library.templates_for(comment) if writable else [],
        "urgent": library.urgent_texts(comment) if comment.status == CommentStatus.TO_ANSWER and not reply else [],
        "facts": library.facts_for(comment) if writable else [],
        "matters": library.matters_for(comment, reply.text if reply else "") if writable else [],
        "sources": library.open_matters(comment.municipality_id) if writable else [],
        "claims": Sorting.FACTUAL_ERROR in comment.sortings,
        "may_admit": Sorting.FACTUAL_ERROR in comment.sortings and comment.post_id is not None,
        "task": getattr(comment, "correction_task", None),
        "to_register": to_register,
        "keep_url": f"{reverse('inbox:fact_new')}?svar={keep.pk}" if keep else "",
        "mine": comment.assignee_id == member.pk and comment.status != CommentStatus.DONE,
    }
