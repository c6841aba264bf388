"""One archive basis: a comment that must be archived, with everything that happened to it, copied as it was."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.workflow import RecordStatus
from files.closed import EncryptedTextField
from files.models import StoredFile
from guidelines.models import GuidelineVersion
from team.models import Membership, Municipality


class CollectingCase(models.Model):
    """One case a unit and year for what needs no case of its own. It is created by the record that goes out first."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    unit_code = models.CharField(max_length=50, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Whose message created it in the archive; the messages of all others only point at it.
    carrier = models.ForeignKey("archive.CaseRecord", on_delete=models.PROTECT, null=True, related_name="+")
    case_year = models.PositiveIntegerField(null=True)
    case_sequence = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "unit_code", "year"], name="collecting_case_once")
        ]

    def __str__(self) -> str:
        return f"Henvendelser i sosiale medier {self.year}" + (f" – {self.unit_name}" if self.unit_name else "")


class CaseRecord(models.Model):
    """It exists from the sorting on. The comment is a plain number: the inbox may erase it, the copy stays.

    `proposed_title` is ours; title, class and shield are what the archivist has confirmed.
    """

    class Reason(models.TextChoices):
        CASE_HANDLING = "case_handling", _("Krever saksbehandling")
        DOCUMENTATION = "documentation", _("Har verdi som dokumentasjon")

    class CaseChoice(models.TextChoices):
        """Which case of the archive it goes into; always chosen in the open."""

        NEW = "new", _("En ny sak")
        COLLECTING = "collecting", _("Enhetens samlesak for året")
        EXISTING = "existing", _("En sak som finnes i arkivet")
        TOGETHER = "together", _("Samme sak som et annet arkivgrunnlag")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    comment_id = models.BigIntegerField(unique=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=RecordStatus, default=RecordStatus.PROPOSED)
    version = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=Reason)
    opened_at = models.DateTimeField()
    decided_by = models.TextField()
    guideline = models.TextField()
    guideline_version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")

    platform = models.CharField(max_length=20)
    channel_name = models.TextField()
    post_text = models.TextField(blank=True)
    post_permalink = models.TextField(blank=True)
    post_posted_at = models.DateTimeField(null=True)
    context = models.JSONField(default=list)
    author_id = models.TextField(blank=True)
    author_name = models.TextField(blank=True)
    author_handle = models.TextField(blank=True)
    permalink = models.TextField(blank=True)
    posted_at = models.DateTimeField()
    captured_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    sortings = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    unit_name = models.TextField(blank=True)
    unit_code = models.TextField(blank=True)
    answered = models.BooleanField(default=False)
    copied_to = models.BigIntegerField(default=0)

    proposed_title = models.CharField(max_length=250)
    title = models.CharField(_("tittel"), max_length=250, blank=True)
    public_title = models.CharField(_("offentlig tittel"), max_length=250, blank=True)
    class_code = models.CharField(_("klasse"), max_length=50, blank=True)
    shield = models.BooleanField(_("skjermes"), default=False)
    shield_basis = models.CharField(_("hjemmel"), max_length=200, blank=True)
    access_code = models.CharField(_("tilgangskode"), max_length=50, blank=True)
    journal = models.BooleanField(_("journalføres"), default=True)
    case_unit_code = models.CharField(_("enhet"), max_length=50, blank=True)
    case_unit_name = models.CharField(max_length=200, blank=True)
    case_choice = models.CharField(max_length=10, choices=CaseChoice, default=CaseChoice.NEW)
    # The case in the archive: typed by the archivist for an existing one, else from the receipt.
    case_year = models.PositiveIntegerField(null=True)
    case_sequence = models.PositiveIntegerField(null=True)
    collecting = models.ForeignKey(CollectingCase, on_delete=models.PROTECT, null=True, related_name="records")
    together_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    left_out = models.JSONField(default=list)  # ids of RecordedAttachments that do not go along
    left_out_context = models.JSONField(default=list)  # ids of comments above it that do not go along
    # What the archivist looked at and found right: names and numbers in the titles.
    settled_questions = models.JSONField(default=list)
    redactions = models.JSONField(default=list)  # passages that the redacted copy (variant O) does not show
    # While a reason stands here, nothing of it is erased whatever the rules say.
    hold_reason = models.CharField(max_length=200, blank=True)
    # Why it may be erased although the archive has not receipted it: an archivist's decision; "" = it may not.
    erasing_reason = models.CharField(max_length=200, blank=True)
    erasing_allowed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    erasing_allowed_at = models.DateTimeField(null=True)
    # When the inbox sealed the comment; the sender and the words are then in its `RecordSeal` alone.
    sealed_at = models.DateTimeField(null=True)
    # What stood as our proposal when the archivist confirmed (archive.proposals), kept beside the decision.
    proposal = models.JSONField(default=dict)
    confirmed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    # Something happened since it went out that no message has told yet.
    has_news = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["municipality", "status", "opened_at"], name="record_by_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Our own number; the archive gives the case and entry numbers."""
        return f"SD-{self.pk:04d}"

    @property
    def case_number(self) -> str:
        """The archive's own number of the case, «26/1187»; "" before the archive has given one."""
        return f"{self.case_year % 100:02}/{self.case_sequence}" if self.case_year and self.case_sequence else ""

    @property
    def author(self) -> str:
        """The sender as shown: the name they used, never a guessed legal identity."""
        return self.author_name or self.author_handle or ("Forseglet avsender" if self.sealed_at else "Ukjent avsender")


class RecordSeal(models.Model):
    """The sealed part of a record: sender, versions and descriptions, closed; who sealed the comment, and why."""

    record = models.OneToOneField(CaseRecord, on_delete=models.PROTECT, related_name="seal")
    sealed_by = models.TextField()
    why = models.TextField()
    # files.closed.Words as JSON.
    words = EncryptedTextField()

    def __str__(self) -> str:
        return f"forseglet del av {self.record_id}"


class RecordedVersion(models.Model):
    """One version of the comment, copied."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    edited_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    raw = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="recorded_version_once")]

    def __str__(self) -> str:
        return f"{self.record_id} versjon {self.number}"


class RecordedReply(models.Model):
    """One published reply, copied: who wrote, reviewed and approved it, and which notices stood in it."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="replies")
    key = models.UUIDField()
    # One comment under the post answered `answers` comments, this one among them; an interim reply is not the answer.
    is_joint = models.BooleanField(default=False)
    answers = models.PositiveIntegerField(default=1)
    is_interim = models.BooleanField(default=False)
    final_by = models.DateField(null=True)
    text = models.TextField()
    language = models.CharField(max_length=5)
    external_id = models.TextField()
    # Of a reply that went out in parts: number, text, external_id, permalink, published_at; the id above is the first.
    parts = models.JSONField(default=list)
    permalink = models.TextField(blank=True)
    author = models.TextField()
    approved_by = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    picture_alt = models.TextField(blank=True)
    tells_story = models.BooleanField(default=False)
    consent = models.TextField(blank=True)
    source = models.TextField(blank=True)
    enquiry_choice = models.CharField(max_length=10, blank=True)
    notices = models.JSONField(default=list)
    reviews = models.JSONField(default=list)
    guideline_version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["published_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="recorded_reply_once")]

    def __str__(self) -> str:
        return f"{self.record_id} svar {self.key}"


class RecordedNote(models.Model):
    """What the team wrote to itself, a note or a reviewer's remark, that the archivist picked: copied as it then was.

    What was not picked is no part of the record. `source` says which one it is (archive.intake.TeamNote.key).
    """

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="notes")
    source = models.CharField(max_length=40)
    author = models.TextField()
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "source"], name="recorded_note_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.source}"


class RecordedAttachment(models.Model):
    """One attachment of one version, copied: what the platform told of it, and the original where we have it."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="attachments")
    attachment_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    kind = models.TextField()
    alt = models.TextField(blank=True)
    url = models.TextField(blank=True)
    seen_at = models.DateTimeField()
    waits = models.BooleanField(default=False)
    missing_because = models.TextField(blank=True)
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["record", "attachment_id"], name="recorded_attachment_once")]

    def __str__(self) -> str:
        return f"{self.record_id} vedlegg {self.position} til versjon {self.version}"


class RecordedForwarding(models.Model):
    """The question passed on to a unit or an outside body, copied: to whom, on which basis, and the receipt."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="forwardings")
    key = models.UUIDField(unique=True)
    recipient = models.TextField()
    unit_code = models.CharField(max_length=20, blank=True)
    is_outside = models.BooleanField(default=False)
    legal_basis = models.TextField(blank=True)
    forwarded_by = models.TextField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    received_by = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.record_id} til {self.recipient}"


class RecordedIntervention(models.Model):
    """One act of ours on what the sender wrote, copied: which rule, why, by whom, and what the sender was told."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="interventions")
    key = models.UUIDField()
    kind = models.CharField(max_length=10)
    kind_words = models.TextField()
    status = models.CharField(max_length=12)
    status_words = models.TextField()
    rule_title = models.TextField(blank=True)
    rule_text = models.TextField(blank=True)
    rule_link = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    text = models.TextField(blank=True)
    ends_on = models.DateField(null=True)
    planned_by = models.TextField(blank=True)
    planned_at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["planned_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="recorded_intervention_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"


class RecordedEvent(models.Model):
    """One line of the handling history, with the name and the role at the time."""

    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="events")
    event_id = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=50)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["record", "event_id"], name="recorded_event_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"
