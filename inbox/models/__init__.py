"""What the inbox keeps."""

from inbox.models.attachment import Attachment
from inbox.models.backfill import Backfill
from inbox.models.channel import Channel, RawPage, UnreadItem
from inbox.models.comment import Comment, CommentVersion
from inbox.models.delivery import Delivery, DeliveryPart
from inbox.models.erasure import Erasure
from inbox.models.fact import CorrectionTask, Fact
from inbox.models.finding import Finding
from inbox.models.forwarding import Forwarding, OutsideBody, token_hash
from inbox.models.intervention import SPAM_CODE, EvidencePicture, HouseRule, Intervention
from inbox.models.joint import JointPick
from inbox.models.matter import Matter
from inbox.models.note import Mention, Note, NoteVersion
from inbox.models.override import Override
from inbox.models.post import Post
from inbox.models.quota import QuotaDay
from inbox.models.reply import Reply, ReplyPart, ReplyVersion, Review
from inbox.models.saved_view import SavedView
from inbox.models.seal import Seal
from inbox.models.sign_in import ServerApp, SignIn
from inbox.models.tally import Tally
from inbox.models.template import Template, TemplateVersion

__all__ = [
    "SPAM_CODE",
    "Attachment",
    "Backfill",
    "Channel",
    "Comment",
    "CommentVersion",
    "CorrectionTask",
    "Delivery",
    "DeliveryPart",
    "Erasure",
    "EvidencePicture",
    "Fact",
    "Finding",
    "Forwarding",
    "HouseRule",
    "Intervention",
    "JointPick",
    "Matter",
    "Mention",
    "Note",
    "NoteVersion",
    "OutsideBody",
    "Override",
    "Post",
    "QuotaDay",
    "RawPage",
    "Reply",
    "ReplyPart",
    "ReplyVersion",
    "Review",
    "SavedView",
    "Seal",
    "ServerApp",
    "SignIn",
    "Tally",
    "Template",
    "TemplateVersion",
    "UnreadItem",
    "token_hash",
]
