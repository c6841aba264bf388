"""What a municipality's archive calls things, and how far the archive has followed the log."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from team.models import Municipality


class ArchiveSettings(models.Model):
    """The codes of the municipality's own archive; the archivist owns them."""

    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT, related_name="archive_settings")
    class_system = models.CharField(_("klassifikasjonssystem"), max_length=100, default="K-koder")
    class_code = models.CharField(_("klasse som foreslås"), max_length=50, default="N00")
    series = models.CharField(_("arkivdel"), max_length=50, blank=True)
    journal_unit = models.CharField(_("journalenhet"), max_length=50, blank=True)
    access_code = models.CharField(_("tilgangskode som foreslås"), max_length=50, default="UO")
    log_basis = models.CharField(
        _("hjemmel for skjerming av behandlingsloggen"), max_length=200, default="Offl. § 14 første ledd"
    )
    shield_basis = models.CharField(
        _("hjemmel for skjerming av en sak"), max_length=200, default="Offl. § 13, jf. fvl. § 13"
    )
    incoming_status = models.CharField(_("journalstatus inn"), max_length=50, default="M")
    outgoing_status = models.CharField(_("journalstatus ut"), max_length=50, default="E")
    case_status = models.CharField(_("saksstatus"), max_length=50, default="R")

    # How incoming entries are written off when a reply itself ends the matter; "" = the receiving unit does it.
    write_off = models.CharField(_("avskriving når svaret avslutter saken"), max_length=50, blank=True)
    target = models.CharField(
        _("meldingsformat"),
        max_length=20,
        choices=[("fiks-arkiv-v1", "Fiks Arkiv V1"), ("eformidling", "eFormidling")],
        default="fiks-arkiv-v1",
    )
    delivery = models.CharField(
        _("overlevering"),
        max_length=10,
        choices=[("download", _("Arkivaren laster ned pakken")), ("folder", _("Legges i en mappe arkivet ser etter"))],
        default="download",
    )
    default_case = models.CharField(
        _("sak som foreslås"),
        max_length=10,
        choices=[("new", _("En ny sak")), ("collecting", _("Enhetens samlesak for året"))],
        default="new",
    )
    alarm_days = models.PositiveSmallIntegerField(
        _("virkedager før vi varsler om det som ikke er eksportert"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    class Meta:
        verbose_name_plural = "archive settings"

    def __str__(self) -> str:
        return f"arkivkoder for {self.municipality}"


class LogCursor(models.Model):
    """The number of the last event of a municipality's log that the archive has copied."""

    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.municipality}: {self.number}"
