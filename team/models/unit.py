"""A unit that questions are forwarded to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from team.models.municipality import Municipality


class Unit(models.Model):
    """A unit of the municipality, with the code the archive knows it by."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(_("navn"), max_length=100)
    code = models.CharField(_("kode"), max_length=20)
    email = models.EmailField(_("e-post"))
    legal_basis = models.CharField(
        _("hjemmel for å sende henvendelser videre"),
        max_length=200,
        blank=True,
        default="Forvaltningsloven § 11: kommunens veiledningsplikt",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="unit_code_once"),
            models.UniqueConstraint(fields=["municipality", "name"], name="unit_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
