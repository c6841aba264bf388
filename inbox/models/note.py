"""What the team writes to each other about a comment. Nothing of it is ever sent to a platform."""

from django.db import models
from django.db.models import Q

from inbox.models.comment import Comment
from team.models import Membership, Municipality


class Note(models.Model):
    """An internal note. The text is the latest version; every version is kept."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    number = models.PositiveIntegerField(default=1)  # of the latest version
    written_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"notat {self.pk} til {self.comment_id}"


class NoteVersion(models.Model):
    """The note as it was saved; never changed afterwards."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_version_once")]

    def __str__(self) -> str:
        return f"{self.note_id} versjon {self.number}"


class Mention(models.Model):
    """A colleague named in a note; it stands in their menu until they say that they have seen it."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="mentions")
    mentioned_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "member"], name="mention_once")]
        indexes = [models.Index(fields=["member"], condition=Q(seen_at__isnull=True), name="mention_unseen")]

    def __str__(self) -> str:
        return f"{self.member_id} i notat {self.note_id}"
