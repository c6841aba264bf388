"""A municipality and its settings."""

from datetime import time
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from team.working_time import OfficeHours


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def real(self) -> "MunicipalityQuerySet":
        """Those that are no practice municipality."""
        return self.filter(practice_of=None)


class Municipality(models.Model):
    """One municipality: everything else belongs to exactly one, and no member sees another's."""

    class Written(models.TextChoices):
        BOKMAL = "nb", _("bokmål")
        NYNORSK = "nn", _("nynorsk")

    name = models.CharField(_("navn"), max_length=100)
    slug = models.SlugField(unique=True)
    number = models.CharField(_("kommunenummer"), max_length=4, validators=[RegexValidator(r"^\d{4}$")])
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
    # What is the municipality's own in a text, and so never somebody's personal data; as people write it.
    own_phones = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    own_accounts = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    political_bodies = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    hold_seconds = models.PositiveSmallIntegerField(
        _("sekunder før et godkjent svar publiseres"), default=30, validators=[MaxValueValidator(3600)]
    )
    # Kept this long after it is done, where no case came of it; None: nothing is erased because of its age.
    keep_days = models.PositiveSmallIntegerField(
        _("dager ferdige kommentarer oppbevares"),
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
    )
    opens_at = models.TimeField(_("åpner"), default=time(8))
    closes_at = models.TimeField(_("stenger"), default=time(15, 30))
    # Where the guideline speaks of one account only: a second channel is warned of, with these words of it.
    one_account_only = models.BooleanField(_("kommunen skal ha én konto"), default=False)
    one_account_clause = models.CharField(_("hva retningslinjene sier om kontoen"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # A practice municipality: whose member practises there. It has its name and number, a log and a queue of its own.
    practice_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(practice_of=None), name="municipality_name_once"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(practice_of=None), name="municipality_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="municipality_opens_first"
            ),
        ]
        verbose_name_plural = "municipalities"

    def __str__(self) -> str:
        return self.name

    @property
    def is_practice(self) -> bool:
        """Whether somebody practises here: nothing leaves, and nothing is counted or archived with the real ones."""
        return self.practice_of_id is not None

    @property
    def office_hours(self) -> OfficeHours:
        """When people are at work here."""
        return OfficeHours(self.opens_at, self.closes_at)

    @property
    def own_domains(self) -> set[str]:
        """The domains of the website and of the address for enquiries, in small letters; empty when neither is set."""
        site = (urlsplit(self.website).hostname or "").removeprefix("www.")
        return {one.casefold() for one in (site, self.enquiry_email.rpartition("@")[2]) if one}

    @property
    def municipality_id(self) -> int:
        """Its own id, so that a change of settings is logged like any other act."""
        return self.pk
