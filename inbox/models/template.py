"""Texts a lead has approved beforehand (Mal): versions in the languages we answer in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.workflow import TemplateStatus
from team.models import Membership, Municipality

LANGUAGES = ("nb", "nn", "en")


class Template(models.Model):
    """One template. Its latest version is the one in use while it is approved and not past its review date."""

    class Kind(models.TextChoices):
        USUAL = "usual", _("Vanlig")
        THANKS = "thanks", _("Takk for ros")
        MISTAKE = "mistake", _("Vi tok feil")
        URGENT = "urgent", _("Akutt, fast svar")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("navn"), max_length=60)
    short_code = models.CharField(_("kode"), max_length=2, blank=True)
    kind = models.CharField(_("slag"), max_length=10, choices=Kind, default=Kind.USUAL)
    sortings = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    platforms = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # none: for any channel
    status = models.CharField(max_length=10, choices=TemplateStatus, default=TemplateStatus.DRAFT)
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(_("ses over innen"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="template_name_once"),
            models.UniqueConstraint(
                fields=["municipality", "short_code"],
                condition=~models.Q(short_code=""),
                name="template_short_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """An expired template is shown, never inserted."""
        return self.review_on < timezone.localdate()

    @property
    def is_usable(self) -> bool:
        return self.status == TemplateStatus.APPROVED and not self.is_expired

    @property
    def latest(self) -> "TemplateVersion | None":
        return self.versions.order_by("number").last()


class TemplateVersion(models.Model):
    """The texts of a template as somebody saved them; never changed afterwards, but for who approved them."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    nb = models.TextField(_("bokmål"), blank=True)
    nn = models.TextField(_("nynorsk"), blank=True)
    en = models.TextField(_("engelsk"), blank=True)
    saved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    def language_for(self, *wanted: str) -> str:
        """Return the first of the wanted languages that has a text, else the first that has one at all."""
        return next(one for one in [*wanted, *LANGUAGES] if one in LANGUAGES and getattr(self, one))
