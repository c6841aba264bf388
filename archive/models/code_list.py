"""The values a municipality's own archive takes: classes, units, access codes, states, formats."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from team.models import Municipality


class CodeValue(models.Model):
    """One value of one list. `code` is the archive's; `ours` is what we call the same thing, where that differs.

    A value is never deleted, only taken out of use: records that were confirmed with it still name it.
    """

    class List(models.TextChoices):
        CLASS = "klasse", _("Klasser")
        UNIT = "enhet", _("Enheter")
        ACCESS = "tilgangsrestriksjon", _("Tilgangskoder")
        JOURNAL_STATUS = "journalstatus", _("Journalstatus")
        CASE_STATUS = "saksstatus", _("Saksstatus")
        DOCUMENT_TYPE = "dokumenttype", _("Dokumenttyper")
        FORMAT = "format", _("Formater")
        WRITE_OFF = "avskrivningsmaate", _("Avskrivningsmåter")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=20, choices=List)
    code = models.CharField(_("kode"), max_length=50)
    description = models.CharField(_("beskrivelse"), max_length=200, blank=True)
    ours = models.CharField(_("vår kode"), max_length=50, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_active", "code"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "list", "code", "ours"], name="code_value_once"),
            models.UniqueConstraint(
                fields=["municipality", "list", "ours"],
                condition=~models.Q(ours="") & models.Q(is_active=True),
                name="code_value_of_ours_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}".strip()
