"""Bans that are over: let in again where the platform can, and told to the leads once."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit import log, moves
from inbox import abilities, workflow
from inbox.models import Intervention
from inbox.workflow import InterventionStatus
from notices.actions import queue
from team.models import Membership, Role

Kind = Intervention.Kind
OPEN = [InterventionStatus.PLANNED, InterventionStatus.UNDER_WAY, InterventionStatus.UNCLEAR]


def lift_bans() -> int:
    """Lift every ban whose last day is past. Returns how many there were; safe to call any number of times."""
    over = Intervention.objects.filter(
        kind=Kind.BAN, status=InterventionStatus.CARRIED_OUT, ends_on__lte=timezone.localdate()
    )
    found = list(over.select_related("municipality", "channel", "comment").order_by("pk")[:200])
    for ban in found:
        _lift(ban)
    return len(found)


@transaction.atomic
def _lift(ban: Intervention) -> None:
    """Plan letting them in, once: the ban's own end date is taken away, so that a second sweep passes it by."""
    mine = Intervention.objects.filter(pk=ban.pk, ends_on__isnull=False)
    if not moves.advance_where(mine, workflow.BAN_OVER, ends_on=None):
        return
    able = abilities.can(ban.channel, Kind.UNBAN)
    waiting = Intervention.objects.filter(comment_id=ban.comment_id, kind=Kind.UNBAN, status__in=OPEN)
    if able and not waiting.exists():
        act = Intervention.objects.create(
            municipality=ban.municipality, channel=ban.channel, comment=ban.comment, kind=Kind.UNBAN, after=ban
        )
        log.record("intervention.plan", subject=act, by=None, kind=act.kind, comment=act.comment_id)
    _tell_leads(ban, able=able)


def _tell_leads(ban: Intervention, *, able: bool) -> None:
    town = ban.municipality
    leads = Membership.objects.current().filter(municipality=town, role=Role.LEAD).select_related("user")
    for lead in leads:
        with translation.override(lead.user.language):
            words = (
                _("Tiden er ute. Vi slipper personen inn igjen nå.")
                if able
                else _("Tiden er ute. Plattformen lar oss ikke oppheve det herfra: gjør det på plattformen.")
            )
            queue(
                town,
                kind="intervention.ban_over",
                to=lead.user.email,
                subject=_("En utestenging er over"),
                body=f"{words}\n\n{settings.SITE_URL}{reverse('inbox:comment', args=[ban.comment_id])}",
                key=f"intervention.ban_over:{ban.key}:{lead.pk}",
            )
