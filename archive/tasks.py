"""Celery's doors of the archive. Every task is harmless twice."""

from celery import shared_task

from archive import delivery, exporting, intake
from audit.wake import wake
from team.models import Municipality


@shared_task
def follow_municipality(municipality_id: int) -> None:
    """Copy what happened in one municipality into its records."""
    intake.follow(municipality_id)


@shared_task
def follow_log() -> None:
    """Copy what a lost nudge left, in every municipality."""
    for municipality_id in Municipality.objects.real().order_by("pk").values_list("pk", flat=True):
        intake.follow(municipality_id)


@shared_task
def pack_batch(batch_id: int) -> None:
    """Pack one export."""
    exporting.pack(batch_id)
    delivery.deliver(batch_id)


@shared_task
def deliver_batch(batch_id: int) -> None:
    """Hand over one finished export."""
    delivery.deliver(batch_id)


@shared_task
def sweep_batches() -> None:
    """Take up exports that wait, or whose worker died, and those that have not reached their archive."""
    for batch_id in exporting.due_batches():
        wake(pack_batch, batch_id)
    for batch_id in delivery.undelivered():
        wake(deliver_batch, batch_id)
