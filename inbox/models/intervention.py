"""Hiding, deleting and banning: the municipality's published rules, and each act with its rule, reason and evidence."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from inbox.models.channel import Channel
from inbox.models.comment import Comment
from inbox.workflow import InterventionStatus
from team.models import Membership, Municipality

SPAM_CODE = "spam"  # the rule that the key s hides by


class HouseRule(models.Model):
    """One rule of the municipality's published list, and what it allows. Acts keep a copy of it as it was."""

    class Allows(models.TextChoices):
        HIDE = "hide", _("Skjule")
        DELETE = "delete", _("Slette")
        BAN = "ban", _("Utestenge")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="house_rules")
    code = models.SlugField(_("kode"), max_length=20)
    title = models.CharField(_("tittel"), max_length=100)
    text = models.TextField(_("regelen, slik den er publisert"))
    link = models.URLField(_("hvor den er publisert"), blank=True)
    allows = ArrayField(models.CharField(max_length=10, choices=Allows), default=list)
    is_active = models.BooleanField(default=True)
    # Ours, until the municipality has published its own and a lead has saved it.
    is_proposal = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-is_active", "title"]
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="house_rule_code_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def allowed(self) -> list[str]:
        """What the rule allows, in words."""
        return [str(self.Allows(one).label) for one in self.allows if one in self.Allows.values]


class Intervention(models.Model):
    """One act of ours on what somebody else wrote, carried out at the platform by `inbox.carrying_out`.

    The evidence is kept in the same transaction as the plan: nothing is hidden, deleted or banned without it.
    """

    class Kind(models.TextChoices):
        HIDE = "hide", _("Skjul")
        UNHIDE = "unhide", _("Vis igjen")
        DELETE = "delete", _("Slett")
        BAN = "ban", _("Utesteng")
        UNBAN = "unban", _("Opphev utestengingen")
        MESSAGE = "message", _("Melding til avsenderen")
        LIKE = "like", _("Lik")

    class Problem(models.TextChoices):
        UNCLEAR = "unclear", _("Plattformen svarte uklart tre ganger. Se på plattformen om det er gjort.")
        BUSY = "busy", _("Plattformen tar ikke imot akkurat nå. Vi prøver igjen.")
        TOKEN = "token", _("Kanalen er frakoblet: koble den til på nytt, og prøv igjen.")
        PERMISSION = "permission", _("Kanalen mangler tilgang til dette. Koble den til med flere rettigheter.")
        GONE = "gone", _("Kommentaren finnes ikke lenger på plattformen.")
        REFUSED = "refused", _("Plattformen sa nei. Gjør det på plattformen, eller gi opp.")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="interventions")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=12, choices=InterventionStatus, default=InterventionStatus.PLANNED)
    # The rule and a copy of it as it was then.
    rule = models.ForeignKey(HouseRule, on_delete=models.PROTECT, null=True, related_name="+")
    rule_title = models.CharField(max_length=100, blank=True)
    rule_text = models.TextField(blank=True)
    rule_link = models.URLField(blank=True)
    reason = models.TextField(_("begrunnelse"), blank=True)
    text = models.TextField(_("melding til avsenderen"), blank=True)
    language = models.CharField(max_length=5, default="nb")
    complaint_address = models.CharField(max_length=200, blank=True)
    look_again_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # Hidden by rule, or liked: the comment is done when the act is carried out.
    ends_comment = models.BooleanField(default=False)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="following")
    planned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)
    run_after = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    carried_out_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, blank=True)  # of the message

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["hide", "delete", "ban"]) | Q(rule__isnull=False, evidence__isnull=False),
                name="intervention_has_rule_and_evidence",
            ),
            models.UniqueConstraint(
                fields=["comment", "kind"],
                condition=Q(status__in=["PLANNED", "UNDER_WAY", "UNCLEAR"]),
                name="intervention_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["comment", "kind"],
                condition=Q(kind__in=["hide", "delete", "ban", "like"], status="CARRIED_OUT"),
                name="intervention_stands_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_after", "id"],
                condition=Q(status__in=["PLANNED", "UNDER_WAY"]),
                name="intervention_due",
            ),
            models.Index(
                fields=["municipality", "status"],
                condition=Q(status__in=["FAILED", "UNCLEAR"]),
                name="intervention_troubled",
            ),
            models.Index(
                fields=["municipality", "look_again_on"],
                condition=Q(look_again_on__isnull=False, status="CARRIED_OUT"),
                name="intervention_look_again",
            ),
            models.Index(
                fields=["ends_on"],
                condition=Q(ends_on__isnull=False, kind="ban", status="CARRIED_OUT"),
                name="intervention_ban_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.comment_id}"

    @property
    def is_overdue(self) -> bool:
        """Whether the day to look at it again is here."""
        return self.look_again_on is not None and self.look_again_on <= timezone.localdate()


class EvidencePicture(models.Model):
    """One original picture that belongs to the evidence of an act: kept, byte for byte, as long as the act is."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="pictures")
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["intervention", "original"], name="evidence_picture_once")]

    def __str__(self) -> str:
        return f"{self.intervention_id}: {self.original_id}"
