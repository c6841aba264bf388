"""Celery's doors: fetch by id, one call. Every task is harmless twice; PostgreSQL says what is left to do."""

from celery import shared_task

from audit.wake import wake
from inbox import carrying_out, forwarding, lifting, publishing, pulling


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
def publish_reply(reply_id: int) -> None:
    """Publish one approved reply whose hold is over."""
    publishing.publish(reply_id)


@shared_task
def sweep_replies() -> None:
    """Wake a task for what a lost wake-up left: approved and past its hold, or begun by a worker that died."""
    for reply_id in publishing.due_replies():
        wake(publish_reply, reply_id)


@shared_task
def carry_out_intervention(intervention_id: int) -> None:
    """Carry out one act on what somebody else wrote."""
    carrying_out.carry_out(intervention_id)


@shared_task
def sweep_interventions() -> None:
    """Wake a task for each act that is due: planned, or begun by a worker that died."""
    for intervention_id in carrying_out.due_interventions():
        wake(carry_out_intervention, intervention_id)


@shared_task
def lift_bans() -> None:
    """Let those in again whose ban is over, and tell the leads."""
    lifting.lift_bans()


@shared_task
def chase_forwardings() -> None:
    """Tell the leads of forwardings without a receipt after two working days."""
    forwarding.chase()
