"""What was committed and never woken is done all the same: a running worker, and nothing but beat's own tasks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.wake import broker
from inbox import carrying_out, pulling
from inbox.actions import interventions
from inbox.models import Attachment, Intervention
from inbox.tasks import lift_bans, sweep_attachments, sweep_interventions
from inbox.workflow import AttachmentStatus, InterventionStatus
from tests.inbox.intervening import arrived, order, rule_of
from tests.processes import running_worker
from tests.simulator_server import Simulator
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
Status = InterventionStatus


def test_the_sweeps_carry_out_what_nobody_was_woken_for(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    place, comment = arrived(simulator, "facebook")
    rule = rule_of(place)
    number = comment.external_id.rpartition("_")[2]
    simulator.api("POST", "/_control/pictures", json={"status": number, "subject": "hull"}).raise_for_status()
    pulling.pull(comment.channel_id)
    assert Attachment.objects.get().status == AttachmentStatus.WAITING
    ban = interventions.intervene(comment, kind="ban", order=order(rule), by=place.kari)
    carrying_out.carry_out(ban.pk)
    Intervention.objects.filter(pk=ban.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr(broker, "rest_until", float("inf"))  # every wake-up of this process is lost from here on
    hiding = interventions.intervene(comment, kind="hide", order=order(rule), by=place.ola)
    assert len(simulator.acts()["blocked"]) == 1
    with running_worker():
        for sweep in (sweep_attachments, lift_bans, sweep_interventions):
            sweep.delay()
        wait_for(lambda: Attachment.objects.filter(status=AttachmentStatus.FETCHED).exists(), "the picture")
        wait_for(lambda: Intervention.objects.filter(pk=hiding.pk, status=Status.CARRIED_OUT).exists(), "the hiding")
        sweep_interventions.delay()
        done = Intervention.objects.filter(kind="unban", status=Status.CARRIED_OUT)
        wait_for(done.exists, "letting in again")
    there = simulator.acts()
    assert (len(there["hidden"]), there["blocked"]) == (1, [])
    ban.refresh_from_db()
    assert ban.status == Status.UNDONE
