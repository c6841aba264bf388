"""Celery's doors: fetch by id, one call. Every task is harmless twice; PostgreSQL says what is left to do."""

from celery import shared_task

from audit.wake import wake
from inbox import backfilling, forwarding, publishing, pulling


@shared_task
def pull_due_channels() -> None:
    """Wake one task for each channel whose next pull is due."""
    for channel_id in pulling.due_channels():
        wake(pull_channel, channel_id)


@shared_task
def pull_channel(channel_id: int) -> None:
    """Read what is new on one channel; gives way when another worker is already at it."""
    pulling.pull(channel_id)


@shared_task
def sweep_histories() -> None:
    """Wake a task for each reading of history that runs and waits for nothing."""
    for backfill_id in backfilling.due():
        wake(read_history, backfill_id)


@shared_task
def read_history(backfill_id: int) -> None:
    """Read a channel's history for a few seconds, then go to the end of the line."""
    if backfilling.run(backfill_id):
        wake(read_history, backfill_id, delay=1.0)


@shared_task
def publish_reply(reply_id: int) -> None:
    """Publish one approved reply whose hold is over."""
    publishing.publish(reply_id)


@shared_task
def sweep_replies() -> None:
    """Wake a task for what a lost wake-up left: approved and past its hold, or begun by a worker that died."""
    for reply_id in publishing.due_replies():
        wake(publish_reply, reply_id)


@shared_task
def chase_forwardings() -> None:
    """Tell the leads of forwardings without a receipt after two working days."""
    forwarding.chase()
