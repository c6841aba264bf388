"""A mail on its way out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.workflow import NoticeStatus
from team.models import Municipality


class Notice(models.Model):
    """One mail to one address. `key` names it: the same key is the same mail, with the same Message-ID, for ever.

    The body is kept only while it may be needed: it can hold a citizen's words and a link that opens without sign-in.
    """

    class Problem(models.TextChoices):
        BUSY = "busy", _("E-posttjeneren svarer ikke eller ber oss vente. Vi prøver igjen.")
        NO_SERVER = "no_server", _("E-posttjeneren har ikke tatt imot på to døgn. Si fra til systemansvarlig.")
        REFUSED = "refused", _("E-posttjeneren sa nei. Sjekk at adressen er riktig, og send på nytt.")
        UNCLEAR = "unclear", _("Forbindelsen brøt mens e-posten ble sendt. Spør mottakeren om den kom fram.")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    body_hash = models.CharField(max_length=64)
    reply_to = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    status = models.CharField(max_length=10, choices=NoticeStatus, default=NoticeStatus.WAITING)
    version = models.PositiveIntegerField(default=0)
    send_after = models.DateTimeField()
    give_up_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    unclear = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    answer_code = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["send_after", "id"], condition=Q(status__in=["WAITING", "SENDING"]), name="notice_due"
            ),
            models.Index(
                fields=["municipality", "created_at"],
                condition=Q(status__in=["UNCLEAR", "FAILED"]),
                name="notice_troubled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def has_failed(self) -> bool:
        """Whether a person must do something before it arrives."""
        return self.status in {NoticeStatus.FAILED, NoticeStatus.UNCLEAR, NoticeStatus.CANCELLED}
