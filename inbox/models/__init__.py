"""What the inbox keeps."""

from inbox.models.backfill import Backfill
from inbox.models.channel import Channel, RawPage, UnreadItem
from inbox.models.comment import Comment, CommentVersion
from inbox.models.fact import CorrectionTask, Fact
from inbox.models.finding import Finding
from inbox.models.forwarding import Forwarding, OutsideBody, token_hash
from inbox.models.matter import Matter
from inbox.models.override import Override
from inbox.models.post import Post
from inbox.models.quota import QuotaDay
from inbox.models.reply import Reply, ReplyVersion, Review
from inbox.models.template import Template, TemplateVersion

__all__ = [
    "Backfill",
    "Channel",
    "Comment",
    "CommentVersion",
    "CorrectionTask",
    "Fact",
    "Finding",
    "Forwarding",
    "Matter",
    "OutsideBody",
    "Override",
    "Post",
    "QuotaDay",
    "RawPage",
    "Reply",
    "ReplyVersion",
    "Review",
    "Template",
    "TemplateVersion",
    "UnreadItem",
    "token_hash",
]
