"""Celery's doors of the archive. Every task is harmless twice."""

from celery import shared_task

from archive import exporting, intake
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


@shared_task
def sweep_batches() -> None:
    """Take up exports that wait, or whose worker died."""
    for batch_id in exporting.due_batches():
        wake(pack_batch, batch_id)
