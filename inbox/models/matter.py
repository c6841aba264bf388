"""The register of matters before the council and its committees (Sak under behandling, C7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.workflow import MatterStatus
from team.models import Municipality


class Matter(models.Model):
    """One matter: about an open one we refer to the chief executive's recommendation and to nothing else."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("saksnummer"), max_length=30)
    title = models.CharField(_("tittel"), max_length=200)
    recommendation = models.TextField(_("innstilling"))
    link = models.URLField(_("lenke til saken"), blank=True)
    body = models.CharField(_("utvalg"), max_length=100, blank=True)
    meeting_on = models.DateField(_("møtedato"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=MatterStatus, default=MatterStatus.OPEN)
    closed_on = models.DateField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="matter_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
