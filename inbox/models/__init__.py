"""What the inbox keeps."""

from inbox.models.channel import Channel, RawPage, UnreadItem
from inbox.models.comment import Comment, CommentVersion
from inbox.models.finding import Finding
from inbox.models.override import Override
from inbox.models.post import Post
from inbox.models.reply import Reply, ReplyVersion, Review

__all__ = [
    "Channel",
    "Comment",
    "CommentVersion",
    "Finding",
    "Override",
    "Post",
    "RawPage",
    "Reply",
    "ReplyVersion",
    "Review",
    "UnreadItem",
]
