"""What a council adopted, as versions with duties."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from guidelines import doubts, splitting
from guidelines.as_data import FIELDS, duty_from_data, duty_to_data
from guidelines.duties import Check, Duty, DutyKind, Stage
from guidelines.pack import Section, section_from_data
from guidelines.policies import Policy
from team.models import Membership, Municipality


class Audience(models.TextChoices):
    """Whom a part of the guideline speaks to; a part that names none speaks to all."""

    EMPLOYEES = "employees", _("ansatte")
    ELECTED = "elected", _("folkevalgte")
    GROUP = "group", _("gruppen som svarer")


__all__ = ["DutyRow", "Guideline", "GuidelineVersion", "Policy"]


class Guideline(models.Model):
    """A municipality's guideline for social media; what it says stands in its versions."""

    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT, related_name="guideline")
    asks_confirmation = models.BooleanField(_("be folk bekrefte at de har lest"), default=False)
    remind_after_days = models.PositiveSmallIntegerField(_("dager før påminnelse"), default=14)

    def __str__(self) -> str:
        return str(_("Retningslinjen til %(name)s") % {"name": self.municipality})


class GuidelineVersion(models.Model):
    """The guideline as it stood from one day to another, with the adoption record. Never changed once in force.

    An adoption that nobody has recorded has an empty `adopted_by`, `adopted_on` and `case_number`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("utkast")
        IN_FORCE = "in_force", _("gjelder")
        REPLACED = "replaced", _("erstattet")

    class Source(models.TextChoices):
        PASTED = "pasted", _("limt inn")
        PLAIN = "plain", _("tekstfil")
        MARKDOWN = "markdown", _("Markdown")
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("Word")

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="versions")
    # The guideline's own, repeated: the log asks for a column.
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("versjon"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField(_("tittel"), max_length=200)
    adopted_by = models.CharField(_("vedtatt av"), max_length=100, blank=True)
    adopted_on = models.DateField(_("vedtatt"), null=True, blank=True)
    case_number = models.CharField(_("saksnummer"), max_length=40, blank=True)
    link = models.URLField(_("lenke til vedtaket"), blank=True)
    leader_title = models.CharField(_("tittel på ansvarlig leder"), max_length=100, blank=True)
    executive_title = models.CharField(_("tittel på øverste leder"), max_length=100, blank=True)
    accounts_word = models.CharField(_("ord for kontoene"), max_length=40, blank=True)
    sections = models.JSONField(default=list, blank=True)
    # The adopted text to the letter; the rows of TextSection joined are this.
    source_text = models.TextField(blank=True, editable=False)
    source_kind = models.CharField(max_length=10, choices=Source, blank=True, editable=False)
    source_name = models.CharField(max_length=200, blank=True, editable=False)
    source_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    asked_audiences = ArrayField(
        models.CharField(max_length=10, choices=Audience),
        default=list,
        blank=True,
        verbose_name=_("hvem som bekrefter"),
    )
    pack_name = models.CharField(max_length=50, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    in_force_from = models.DateTimeField(_("gjelder fra"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("erstattet"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["guideline", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "number"], name="guideline_version_number_once"),
            models.UniqueConstraint(
                fields=["guideline"], condition=Q(status="in_force"), name="one_guideline_version_in_force"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(in_force_from__isnull=False),
                name="guideline_version_in_force_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="replaced") | Q(replaced_at__isnull=False),
                name="replaced_guideline_version_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(guideline)s, versjon %(number)s") % {"guideline": self.guideline, "number": self.number})

    @property
    def is_adoption_recorded(self) -> bool:
        return bool(self.adopted_by and self.adopted_on)

    @property
    def has_text(self) -> bool:
        return bool(self.source_text)

    @property
    def parts(self) -> list[Section]:
        """The sections with their points, as values."""
        return [section_from_data(one) for one in self.sections]


class DutyRow(models.Model):
    """One duty of one version; the columns are the fields of `duties.Duty`."""

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=50)
    clause = models.CharField(max_length=10, blank=True)
    point = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.value) for kind in DutyKind])
    stage = models.CharField(max_length=20, choices=[(stage.value, stage.value) for stage in Stage])
    title = models.CharField(max_length=150)
    when = models.JSONField()
    wording = models.JSONField(default=dict, blank=True)
    short_wording = models.JSONField(default=dict, blank=True)
    recognised_by = models.JSONField(default=dict, blank=True)
    alternatives = models.JSONField(default=list, blank=True)
    alternative_wording = models.JSONField(default=dict, blank=True)
    draft_check = models.CharField(max_length=30, blank=True, choices=[(check.value, check.value) for check in Check])
    same_day = models.BooleanField(default=False)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="duty_code_once_per_version"),
            models.UniqueConstraint(fields=["version", "position"], name="duty_position_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} i versjon {self.version_id}"

    @classmethod
    def of(cls, version: GuidelineVersion, position: int, duty: Duty) -> "DutyRow":
        """Return an unsaved row that holds the duty."""
        return cls(version=version, position=position, **duty_to_data(duty))

    def as_duty(self) -> Duty:
        return duty_from_data({name: getattr(self, name) for name in FIELDS})


class TextSection(models.Model):
    """A section of the adopted text: an exact slice of the source, with what a person has said about it.

    A correction never replaces the source; the reader shows both, with who corrected and when.
    """

    KINDS = [
        (splitting.Kind.TITLE, _("tittel")),
        (splitting.Kind.HEADING, _("overskrift")),
        (splitting.Kind.PARAGRAPH, _("avsnitt")),
        (splitting.Kind.POINT, _("punkt")),
        (splitting.Kind.BULLET, _("underpunkt")),
    ]

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="text_sections")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("form"), max_length=10, choices=KINDS)
    code = models.CharField(_("kode"), max_length=10, blank=True)
    text = models.TextField()
    audiences = ArrayField(models.CharField(max_length=10, choices=Audience), default=list, blank=True)
    doubts = models.JSONField(default=list, blank=True)
    is_unsure = models.BooleanField(_("usikker"), default=False)
    correction = models.TextField(_("rettet tekst"), blank=True)
    corrected_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="text_section_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(correction="") | Q(corrected_at__isnull=False), name="correction_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.position} i versjon {self.version_id}"

    @property
    def unsure_of(self) -> list[str]:
        """What the split was unsure of, in the language in force."""
        return [doubts.said(one) for one in self.doubts]

    @property
    def words(self) -> str:
        """What holds: the corrected text where there is one."""
        return self.correction or self.text


class Reader(models.Model):
    """A person whom the municipality asks to read the guideline. Holds nothing about what they do elsewhere."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("navn"), max_length=150, blank=True)
    email = models.EmailField(_("e-post"))
    audience = models.CharField(_("gruppe"), max_length=10, choices=Audience, default=Audience.EMPLOYEES)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(fields=["municipality", "email"], name="reader_once")]

    def __str__(self) -> str:
        return self.name or self.email


class Acknowledgement(models.Model):
    """That one person was asked to read one version, and when they said that they had."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="acknowledgements")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="acknowledgements")
    # The key of the personal link: 256 random bits.
    token = models.CharField(max_length=64, unique=True, editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "reader"]
        constraints = [models.UniqueConstraint(fields=["version", "reader"], name="acknowledgement_once")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="unconfirmed_by_age")]

    def __str__(self) -> str:
        return f"{self.reader_id}, versjon {self.version_id}"
