"""What the public wrote, in every version, and what the team decided about it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidelines.models import GuidelineVersion
from inbox.models.channel import Channel, RawPage
from inbox.models.post import Post
from inbox.reading.oddities import oddities
from inbox.workflow import CommentStatus
from team.models import Membership, Municipality


class Comment(models.Model):
    """One comment. The text fields are the latest version; all versions are kept."""

    class Ending(models.TextChoices):
        NOT_TO_US = "not_to_us", _("Ikke til oss")
        DELETED_BY_SENDER = "deleted_by_sender", _("Slettet av avsenderen")
        DIALOGUE_ENDED = "dialogue_ended", _("Avsluttet dialog")
        ANSWERED_JOINTLY = "answered_jointly", _("Besvart i felles svar")
        SPAM = "spam", _("Søppel eller svindel")
        HIDDEN_BY_RULE = "hidden_by_rule", _("Skjult etter regel")
        THREAT_REPORTED = "threat_reported", _("Trussel, meldt")
        AMONG_CITIZENS = "among_citizens", _("Innbyggere seg imellom")
        LIKED = "liked", _("Likt")

    class EnteredFrom(models.TextChoices):
        MESSAGE = "message", _("direktemelding")
        GROUP = "group", _("innlegg i en gruppe")
        PHONE = "phone", _("telefon")
        PRIVATE = "private", _("melding til en privat konto")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="comments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    # The reply of ours it answers; its parent is then the comment that reply answered (inbox.nesting).
    # No way back: a name there would hide `Reply.answers`, the comments that a reply answers.
    answered_reply = models.ForeignKey("inbox.Reply", on_delete=models.PROTECT, null=True, related_name="+")
    external_id = models.CharField(max_length=200)
    parent_external_id = models.CharField(max_length=200, blank=True)
    permalink = models.TextField(blank=True)
    visibility = models.CharField(max_length=20, blank=True)

    author_external_id = models.CharField(max_length=200, blank=True)
    author_name = models.TextField(blank=True)
    author_handle = models.TextField(blank=True)
    author_url = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=20, blank=True)
    content_hash = models.CharField(max_length=64)
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(null=True)
    wait_reason = models.CharField(_("hva vi venter på"), max_length=200, blank=True)
    # When we saw that it is hidden on the platform; None while it is shown.
    hidden_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    was_cleaned = models.BooleanField(default=False)
    problems = ArrayField(models.CharField(max_length=300), default=list)

    status = models.CharField(max_length=12, choices=CommentStatus, default=CommentStatus.NEW)
    version = models.PositiveIntegerField(default=0)
    assignee = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="assigned_comments")
    claimed_at = models.DateTimeField(null=True)
    sortings = ArrayField(models.CharField(max_length=20), default=list)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    # Proposals of the detectors, copied from `Finding` so that a page of rows needs no further query.
    hints = ArrayField(models.CharField(max_length=20), default=list)
    looks_urgent = models.BooleanField(default=False)
    # The version of the detectors that read the text as it stands; 0: none has (`manage.py read_again`).
    read_by = models.PositiveSmallIntegerField(default=0)
    addressed_to_us = models.BooleanField(null=True)
    documentation_value = models.BooleanField(null=True)
    sorted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sorted_at = models.DateTimeField(null=True)
    guideline_version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=20, choices=Ending, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    ending_reason = models.TextField(blank=True)
    # The reply that answered several at once, when the comment ended as answered jointly.
    joint_reply = models.ForeignKey("inbox.Reply", on_delete=models.PROTECT, null=True, related_name="+")
    # When a lead looked over an ending that one person made alone (spam).
    ending_seen_at = models.DateTimeField(null=True)
    claim = models.TextField(_("påstanden"), blank=True)
    # When the words and names were erased here; the row stays, so that the platform cannot bring them back.
    erased_at = models.DateTimeField(null=True)
    # When the words and names were moved into its `Seal`; None while they stand here.
    sealed_at = models.DateTimeField(null=True)
    entered_from = models.CharField(_("kom inn som"), max_length=20, choices=EnteredFrom, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="comment_once")]
        indexes = [
            models.Index(
                fields=["municipality", "status", "posted_at", "id"],
                condition=~Q(status__in=["DONE", "OURS"]),
                name="comment_open",
            ),
            models.Index(fields=["municipality", "status", "-posted_at", "-id"], name="comment_by_status"),
            models.Index(
                fields=["assignee", "posted_at", "id"], condition=Q(assignee__isnull=False), name="comment_mine"
            ),
            models.Index(fields=["post", "posted_at", "id"], name="comment_thread"),
            models.Index(fields=["channel", "-posted_at"], name="comment_of_channel"),
            models.Index(
                fields=["municipality", "ended_at"],
                condition=Q(ending="spam", ending_seen_at__isnull=True),
                name="comment_spam_unseen",
            ),
            models.Index(
                fields=["municipality", "-looks_urgent", "posted_at", "id"],
                condition=Q(status="NEW"),
                name="comment_new",
            ),
            models.Index(
                fields=["municipality", "status", "answer_by", "id"],
                condition=~Q(status__in=["DONE", "OURS"]),
                name="comment_due",
            ),
            models.Index(fields=["post", "-posted_at"], condition=Q(status="NEW"), name="comment_new_of_post"),
            models.Index(
                fields=["municipality", "status"],
                condition=~Q(status__in=["DONE", "OURS"])
                & (Q(flags__contains=["personal_data"]) | Q(hints__contains=["personal_data"])),
                name="comment_personal",
            ),
            # For a common word: the search walks these in order of time and stops when the page is full.
            models.Index(
                fields=["municipality", "posted_at", "id"],
                condition=~Q(status__in=["DONE", "OURS"]),
                name="comment_open_by_time",
            ),
            models.Index(
                fields=["municipality", "-posted_at", "-id"],
                condition=Q(status__in=["DONE", "OURS"]),
                name="comment_closed_by_time",
            ),
            models.Index(fields=["wait_until", "id"], condition=Q(status="WAITING"), name="comment_waiting"),
            models.Index(
                fields=["channel", "parent_external_id"],
                condition=Q(parent__isnull=True) & ~Q(parent_external_id=""),
                name="comment_without_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} på {self.channel_id}"

    @property
    def author(self) -> str:
        """The name to show; a hidden author is no reason to show nothing."""
        return self.author_name or self.author_handle or self._nobody

    @property
    def _nobody(self) -> str:
        return str(_("Forseglet avsender") if self.sealed_at else _("Ukjent avsender"))

    @property
    def suggestions(self) -> list[str]:
        """What the detectors propose and no person has said: shown dashed, with a question mark."""
        return [hint for hint in self.hints if hint not in self.flags]

    @property
    def oddities(self) -> list[str]:
        """Sentences about what cannot be seen of the text and the name; none about what we wrote ourselves."""
        if self.status == CommentStatus.OURS:
            return []
        told = oddities(self.text, self.author_name, own_names=[self.channel.name], cleaned=self.was_cleaned)
        return [gettext(sentence) for sentence in told]


class CommentVersion(models.Model):
    """The comment as it stood when we saw it; never changed afterwards."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    text_raw = models.TextField(blank=True)
    author_name = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    edited_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    raw = models.BinaryField()
    raw_page = models.ForeignKey(RawPage, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comment_version_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} versjon {self.number}"
