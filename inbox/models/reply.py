"""Our answer to a comment: draft, versions, review, and its way out."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from guidelines.models import GuidelineVersion
from inbox.models.channel import Channel
from inbox.models.comment import Comment
from inbox.models.template import TemplateVersion
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership, Municipality

OPEN = [
    ReplyStatus.DRAFT,
    ReplyStatus.IN_REVIEW,
    ReplyStatus.APPROVED,
    ReplyStatus.PUBLISHING,
    ReplyStatus.UNCLEAR,
    ReplyStatus.TAKING_DOWN,
]
ON_ITS_WAY = [ReplyStatus.APPROVED, ReplyStatus.PUBLISHING, ReplyStatus.UNCLEAR, ReplyStatus.PUBLISHED]


def is_source(text: str) -> bool:
    """Tell whether the text names a source: an address that is whole, or at least a word or a matter's number."""
    text = text.strip()
    if "://" in text and " " not in text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            return False
        return True
    return sum(letter.isalnum() for letter in text) >= 3


class Reply(models.Model):
    """One answer. PUBLISHED only together with the platform's id (see `inbox.publishing`)."""

    class EnquiryChoice(models.TextChoices):
        ASK = "ask", _("Be om skriftlig henvendelse")
        FORWARD = "forward", _("Videresend i stedet")

    class TooLong(models.TextChoices):
        """How a reply goes out that is longer than the platform allows; the member chooses."""

        PARTS = "parts", _("I nummererte deler")
        SHORT = "short", _("Med kort merknad og lenke")

    class Place(models.TextChoices):
        UNDER_COMMENT = "", _("Under kommentaren")
        UNDER_POST = "post", _("I ny kommentar under innlegget")
        PRIVATE = "private", _("Privat til avsenderen")

    class Recognisable(models.TextChoices):
        NO = "no", _("Nei")
        YES = "yes", _("Ja, og de har samtykket")

    class Problem(models.TextChoices):
        UNCLEAR = "unclear", _("Plattformen svarte uklart tre ganger. Se etter om svaret står der.")
        BUSY = "busy", _("Plattformen tar ikke imot svar akkurat nå. Vi prøver igjen.")
        TOKEN = "token", _("Kanalen er frakoblet: tilgangsnøkkelen gjelder ikke lenger.")
        PERMISSION = "permission", _("Kanalen mangler tilgang til å svare.")
        GONE = "gone", _("Kommentaren finnes ikke lenger på plattformen.")
        TEXT = "text", _("Plattformen godtok ikke teksten.")
        PICTURE = "picture", _("Plattformen tok ikke imot bildet. Ingenting er publisert. Bytt bilde, eller fjern det.")
        HIDDEN = "hidden", _("Kommentaren er skjult. Velg hvor svaret skal stå, og send det på nytt.")
        OTHER = "other", _("Plattformen tok ikke imot svaret.")
        STANDS = "stands", _("Det som står på plattformen, lot seg ikke slette. Slett det der, eller fortsett.")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="replies")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=12, choices=ReplyStatus, default=ReplyStatus.DRAFT)
    version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, default="nb")
    source = models.TextField(_("kilde"), blank=True)
    place = models.CharField(max_length=10, choices=Place, blank=True, default="")
    # A joint reply: one comment under the post that answers all that were picked (`JointPick`) beside its own.
    is_joint = models.BooleanField(default=False)
    # An interim reply keeps the comment open: the sender is promised the final answer by `final_by`.
    is_interim = models.BooleanField(default=False)
    final_by = models.DateField(_("endelig svar innen"), null=True)
    enquiry_choice = models.CharField(max_length=10, choices=EnquiryChoice, blank=True)
    too_long = models.CharField(max_length=5, choices=TooLong, blank=True)  # "": it fits, or nobody has chosen yet
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, related_name="replies")
    template_text_hash = models.CharField(max_length=64, blank=True)  # of the text as the template filled it in
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    guideline_version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")

    publish_after = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, blank=True)
    permalink = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    # A picture that goes out with the text, and what was answered about it and about a retold story (part B).
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    picture_alt = models.CharField(_("beskrivelse av bildet"), max_length=1000, blank=True)
    picture_width = models.PositiveIntegerField(null=True)
    picture_height = models.PositiveIntegerField(null=True)
    recognisable = models.CharField(max_length=3, choices=Recognisable, blank=True)
    tells_story = models.BooleanField(default=False)
    ticks = models.JSONField(default=list, blank=True)  # of inbox.enclosures.Tick, in their order
    consent = models.CharField(_("samtykke"), max_length=500, blank=True)
    given_how = models.CharField(_("slik ble svaret gitt"), max_length=200, blank=True)  # where no connector sends it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment"], condition=Q(status__in=OPEN), name="reply_one_open"),
            models.UniqueConstraint(
                fields=["comment", "text_hash"], condition=Q(status__in=ON_ITS_WAY), name="reply_same_text_once"
            ),
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="reply_external_id_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="PUBLISHED") | ~Q(external_id=""), name="reply_published_has_external_id"
            ),
            models.CheckConstraint(
                condition=Q(is_interim=False) | Q(final_by__isnull=False), name="reply_interim_promises_a_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["publish_after", "id"], condition=Q(status__in=["APPROVED", "PUBLISHING"]), name="reply_due"
            ),
            models.Index(fields=["comment", "created_at"], name="reply_of_comment"),
            models.Index(
                fields=["municipality", "-published_at", "-id"],
                condition=Q(status="PUBLISHED"),
                name="reply_published_by_time",
            ),
            models.Index(
                fields=["municipality", "status"],
                condition=Q(status__in=["APPROVED", "UNCLEAR", "REFUSED"]),
                name="reply_to_watch",
            ),
            models.Index(fields=["municipality", "published_at"], condition=Q(is_joint=True), name="reply_joint"),
        ]

    def __str__(self) -> str:
        return f"svar {self.pk} på {self.comment_id}"

    @property
    def also_answers(self) -> list[Comment]:
        """The comments a joint reply answers beside its own, by id; none for any other reply."""
        if not self.is_joint:
            return []
        picked = Comment.objects.filter(picks__reply=self)
        return list(picked.select_related("municipality", "channel").order_by("pk"))

    @property
    def answers(self) -> list[Comment]:
        """Every comment the reply answers, the one it was begun on first."""
        return [self.comment, *self.also_answers]

    @property
    def is_awaited(self) -> bool:
        """Whether the comment waits for this reply to be done. A fixed answer to an emergency leaves it where it is."""
        return self.comment.status == CommentStatus.GOING_OUT

    @property
    def part_to_send(self) -> "ReplyPart | None":
        """The first part that is not on the platform yet; None when all are, or the reply goes out whole."""
        return self.parts.filter(taken_down_at=None, external_id="").first()

    @property
    def standing_parts(self) -> "list[ReplyPart]":
        """The parts that stand on the platform, in order."""
        return list(self.parts.filter(taken_down_at=None).exclude(external_id=""))

    @property
    def sent_text(self) -> str:
        """The words as the platform gets them: the parts, or the whole text."""
        return "\n\n".join(self.parts.filter(taken_down_at=None).values_list("text", flat=True)) or self.text

    @property
    def has_source(self) -> bool:
        """A source is a link that is one, or words that name a document, a person or a matter."""
        return is_source(self.source)


class ReplyPart(models.Model):
    """A text in which an approved reply goes out when that is not the reply's own: one of its parts, or its short form.

    Without an id it is still to be sent; the reply's attempt and lease are those of its first such part. Never deleted
    once it has stood on the platform.
    """

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="parts")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(max_length=200, blank=True)
    permalink = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)  # by the platform's clock
    settled_at = models.DateTimeField(null=True)  # by ours
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "number"], condition=Q(taken_down_at=None), name="reply_part_number_once"
            ),
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="reply_part_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return f"del {self.number} av svar {self.reply_id}"


class ReplyVersion(models.Model):
    """The text as somebody saved it, with what was answered about its picture or story; never changed afterwards."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    enclosed = models.JSONField(default=dict, blank=True)  # see inbox.actions.versions
    saved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)
    in_review = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["reply", "number"], name="reply_version_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} utkast {self.number}"


class Review(models.Model):
    """What a reviewer decided about one version of a reply."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Godkjent")
        SENT_BACK = "sent_back", _("Sendt tilbake")

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision)
    remark = models.TextField(blank=True)
    version_number = models.PositiveIntegerField()
    guideline_version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["decided_at"]

    def __str__(self) -> str:
        return f"{self.reply_id}: {self.decision}"


def not_told_by_a_reply() -> Q:
    """The condition that a comment is not a published reply of ours once more.

    It can be when our words were read from the platform before we had written down which reply they are.
    """
    there = {"channel": OuterRef("channel"), "external_id": OuterRef("external_id")}
    told = Exists(Reply.objects.filter(**there)) | Exists(ReplyPart.objects.filter(**there))
    return ~(Q(status=CommentStatus.OURS) & told)
