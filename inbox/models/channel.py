"""An account of ours on a platform, and what it sent us, byte for byte."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.models.fields import EncryptedTextField
from team.models import Membership, Municipality

# Seconds between two pulls, where it is not a minute: YouTube takes each call from a day's budget.
USUAL_INTERVAL = {"youtube": 300, "rss": 600}
NEVER_PULLED = frozenset({"manual", "practice"})
WITHOUT_ACCOUNT = frozenset({"manual", "practice", "rss"})  # no token, no sign-in


class Channel(models.Model):
    """One official account. The token is encrypted at rest and never shown again."""

    class Platform(models.TextChoices):
        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        MASTODON = "mastodon", "Mastodon"
        BLUESKY = "bluesky", "Bluesky"
        YOUTUBE = "youtube", "YouTube"
        RSS = "rss", _("Nettsted med RSS")
        MANUAL = "manual", _("Skrevet inn for hånd")
        PRACTICE = "practice", _("Øving")

    class Problem(models.TextChoices):
        TOKEN = "token", _("Tilgangsnøkkelen gjelder ikke lenger. Koble til på nytt.")
        PERMISSION = "permission", _("Tilgangen mangler en rettighet. Koble til på nytt.")
        AWAY = "away", _("Plattformen svarer ikke. Vi prøver igjen.")
        BUSY = "busy", _("Plattformen ber oss vente. Vi prøver igjen.")
        ODD = "odd", _("Plattformen svarte noe vi ikke forstår. Svaret er tatt vare på.")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="channels")
    platform = models.CharField(_("plattform"), max_length=20, choices=Platform)
    name = models.CharField(_("navn"), max_length=100)
    base_url = models.URLField(_("adresse"))
    handle = models.CharField(_("konto"), max_length=200)
    account_id = models.CharField(max_length=200, blank=True)
    token = EncryptedTextField(_("tilgangsnøkkel"))
    is_active = models.BooleanField(default=True)
    cursor = models.TextField(blank=True, editable=False)
    pull_every = models.PositiveIntegerField(_("sekunder mellom hver henting"), default=0)  # 0: what is usual there
    next_pull_at = models.DateTimeField(null=True, blank=True, editable=False)
    pulled_at = models.DateTimeField(null=True, blank=True, editable=False)
    problem = models.CharField(max_length=12, choices=Problem, blank=True, editable=False)
    problem_since = models.DateTimeField(null=True, blank=True, editable=False)
    looked_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    # Replies can be refused while reading goes well: another right is asked for.
    reply_problem = models.CharField(max_length=12, choices=Problem, blank=True, editable=False)
    reply_problem_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Set once a problem has outlived our patience (`inbox.health`): then the leads have been told.
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    recovered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The end of the access that the leads have been warned of; another end is another warning.
    warned_of_end = models.DateTimeField(null=True, blank=True, editable=False)

    reply_limit = models.PositiveIntegerField(default=500, editable=False)
    # Where this server keeps pictures, when it is not under its own name; learned when we are introduced.
    media_hosts = ArrayField(models.CharField(max_length=200), default=list, editable=False)

    # The register: who answers for the account, what it is for, and on what footing it was opened.
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.TextField(_("formål"), blank=True)
    approved_by = models.CharField(_("godkjent av"), max_length=200, blank=True)
    approved_on = models.DateField(_("godkjent dato"), null=True, blank=True)
    risk_assessed_on = models.DateField(_("risikovurdert dato"), null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True, editable=False)
    connected_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    # What the platform said we may do, and until when; empty when it does not tell.
    scopes = ArrayField(models.CharField(max_length=100), default=list, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the access token is renewed with, where a platform gives one (Google).
    refresh_token = EncryptedTextField(blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["platform", "base_url", "handle"], name="channel_once")]
        indexes = [
            models.Index(fields=["next_pull_at"], condition=models.Q(is_active=True), name="channel_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_platform_display()})"

    def save(self, *args: Any, **fields: Any) -> None:
        """Save; a channel without an interval gets what is usual on its platform."""
        self.pull_every = self.pull_every or USUAL_INTERVAL.get(self.platform, 60)
        super().save(*args, **fields)

    def get_absolute_url(self) -> str:
        """The channel's own page."""
        return reverse("inbox:channel", args=[self.pk])

    @property
    def is_manual(self) -> bool:
        """Enquiries written in by hand: nothing is pulled, and the answer is given by a person."""
        return self.platform == self.Platform.MANUAL

    @property
    def is_pulled(self) -> bool:
        """Whether anything is fetched for it: not for what is written in by hand, and not where somebody practises."""
        return self.platform not in NEVER_PULLED


class NotIn(models.Model):
    """What a platform sent and we did not take in, and how it was settled. Settled or not, it is kept."""

    class Settled(models.TextChoices):
        READ = "read", _("Lest inn")
        BY_HAND = "by_hand", _("Ferdig behandlet")

    settled_at = models.DateTimeField(null=True, editable=False)
    settled_how = models.CharField(max_length=10, choices=Settled, blank=True, editable=False)
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    settled_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True


class RawPage(NotIn):
    """Exactly what a platform answered, stored before anybody tries to understand it. The same bytes are kept once."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="raw_pages")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(auto_now_add=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "sha256"], name="raw_page_once")]
        indexes = [
            models.Index(
                fields=["channel", "-id"],
                condition=models.Q(settled_at__isnull=True) & ~models.Q(problem=""),
                name="raw_page_not_in",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} fra {self.channel_id}"

    @property
    def municipality_id(self) -> int:
        """Whose log acts on it belong in."""
        return self.channel.municipality_id


class UnreadItem(NotIn):
    """Something a platform sent that could not be understood: kept and shown, never dropped."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="unread_items")
    raw_page = models.ForeignKey(RawPage, on_delete=models.PROTECT, related_name="unread_items")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    seen_at = models.DateTimeField(auto_now_add=True)
    # What it became when it was read again.
    comment = models.ForeignKey("inbox.Comment", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "sha256"], name="unread_item_once")]
        indexes = [
            models.Index(
                fields=["channel", "-id"], condition=models.Q(settled_at__isnull=True), name="unread_item_not_in"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}: {self.reason}"

    @property
    def municipality_id(self) -> int:
        """Whose log acts on it belong in."""
        return self.channel.municipality_id
