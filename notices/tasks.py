"""Celery's doors: fetch by id, one call. Harmless twice; PostgreSQL says what is left to send."""

from celery import shared_task

from audit.wake import wake
from notices import sending


@shared_task
def send_notice(notice_id: int) -> None:
    """Send one mail that is due."""
    sending.send(notice_id)


@shared_task
def sweep_notices() -> None:
    """Wake a task for each mail that is due: put back, or left by a lost wake-up or a worker that died."""
    for notice_id in sending.due_notices():
        wake(send_notice, notice_id)
