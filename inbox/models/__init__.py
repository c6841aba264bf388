"""What the inbox keeps."""

from inbox.models.channel import Channel, RawPage, UnreadItem
from inbox.models.comment import Comment, CommentVersion
from inbox.models.forwarding import Forwarding, OutsideBody, token_hash
from inbox.models.post import Post
from inbox.models.reply import Reply, ReplyVersion, Review

__all__ = [
    "Channel",
    "Comment",
    "CommentVersion",
    "Forwarding",
    "OutsideBody",
    "Post",
    "RawPage",
    "Reply",
    "ReplyVersion",
    "Review",
    "UnreadItem",
    "token_hash",
]
