"""A municipality and its settings."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Municipality(models.Model):
    """One municipality: everything else belongs to exactly one, and no member sees another's."""

    class Written(models.TextChoices):
        BOKMAL = "nb", _("bokmål")
        NYNORSK = "nn", _("nynorsk")

    name = models.CharField(_("navn"), max_length=100, unique=True)
    slug = models.SlugField(unique=True)
    number = models.CharField(_("kommunenummer"), max_length=4, unique=True, validators=[RegexValidator(r"^\d{4}$")])
    organisation_number = models.CharField(_("organisasjonsnummer"), max_length=9, blank=True)
    written_language = models.CharField(_("målform"), max_length=2, choices=Written, default=Written.BOKMAL)
    website = models.URLField(_("nettsted"), blank=True)
    enquiry_url = models.URLField(_("skjema for skriftlig henvendelse"), blank=True)
    notice_url = models.URLField(_("side som forklarer merknadene"), blank=True)
    enquiry_email = models.EmailField(_("adresse for skriftlig henvendelse"), blank=True)
    sender_email = models.EmailField(_("avsenderadresse for e-post"), blank=True)
    sender_name = models.CharField(_("avsendernavn for e-post"), max_length=100, blank=True)
    leader_title = models.CharField(_("tittel på ansvarlig leder"), max_length=100, default="leder")
    executive_title = models.CharField(_("tittel på øverste leder"), max_length=100, default="kommunedirektør")
    accounts_word = models.CharField(_("ord for kontoene"), max_length=40, default="kontoer")
    hold_seconds = models.PositiveSmallIntegerField(
        _("sekunder før et godkjent svar publiseres"), default=30, validators=[MaxValueValidator(3600)]
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "municipalities"

    def __str__(self) -> str:
        return self.name

    @property
    def municipality_id(self) -> int:
        """Its own id, so that a change of settings is logged like any other act."""
        return self.pk
