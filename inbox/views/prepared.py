"""What the conversation page offers of what is written beforehand."""

from typing import Any

from django.urls import reverse

from guidelines.duties import Sorting
from inbox import library
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership


def fixed_answers(comment: Comment, reply: Reply | None) -> dict[str, Any]:
    """Return the fixed answers to an emergency, and whether they stand open: anybody may see one the rules missed."""
    answerable = comment.status in {CommentStatus.NEW, CommentStatus.TO_ANSWER}
    free = reply is None or reply.status == ReplyStatus.REFUSED
    texts = library.urgent_texts(comment) if answerable and free else []
    return {"urgent": texts, "may_be_urgent": library.may_be_urgent(comment)}


def prepared_for(comment: Comment, reply: Reply | None, member: Membership) -> dict[str, Any]:
    """Return templates, fixed answers, facts, matters and what to do after the answer (see _prepared.html)."""
    writable = comment.status in {CommentStatus.TO_ANSWER, CommentStatus.IN_REVIEW}
    to_register = reply if reply and reply.status == ReplyStatus.APPROVED and reply.channel.is_manual else None
    keep = library.answer_to_keep(comment) if comment.status == CommentStatus.DONE else None
    return {
        "templates": library.templates_for(comment, by_name=not (reply and reply.is_joint)) if writable else [],
        **fixed_answers(comment, reply),
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
