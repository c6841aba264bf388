"""Which comments a joint reply answers beside the one it was begun on."""

from django.db import models
from django.db.models import Q

from inbox.models.comment import Comment
from inbox.models.reply import Reply
from team.models import Membership


class JointPick(models.Model):
    """One comment that a joint reply answers too. `is_open`: until the reply is published; the row stays afterwards.

    A comment is in one open joint reply at most. Who is taken out again has no row; the log tells of it.
    """

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="picks")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="picks")
    picked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    picked_at = models.DateTimeField(auto_now_add=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "comment"], name="joint_pick_once"),
            models.UniqueConstraint(fields=["comment"], condition=Q(is_open=True), name="joint_pick_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} i felles svar {self.reply_id}"
