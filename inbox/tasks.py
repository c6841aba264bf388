"""Celery's doors: fetch by id, one call. Every task is harmless twice; PostgreSQL says what is left to do."""

from celery import shared_task

from audit.wake import wake
from inbox import (
    attachments,
    backfilling,
    carrying_out,
    deliveries,
    erasing,
    forwarding,
    lifting,
    publishing,
    pulling,
    taking_down,
    tally,
    waiting,
)
from inbox.models import SignIn


@shared_task
def pull_due_channels() -> None:
    """Wake one task for each channel whose next pull is due."""
    for channel_id in pulling.due_channels():
        wake(pull_channel, channel_id)


@shared_task
def pull_channel(channel_id: int) -> None:
    """Read what is new on one channel; gives way when another worker is already at it, or has just been."""
    if pulling.is_due(channel_id):
        pulling.pull(channel_id)
    for attachment_id in attachments.due(channel_id):
        wake(fetch_attachment, attachment_id)


@shared_task
def fetch_attachment(attachment_id: int) -> None:
    """Fetch one picture of a comment; gives way when another worker is already at it."""
    attachments.fetch(attachment_id)


@shared_task
def sweep_attachments() -> None:
    """Wake a task for each attachment that waits: new ones, ones to try again, and what a worker that died left."""
    for attachment_id in attachments.due():
        wake(fetch_attachment, attachment_id)


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
    """Wake a task for what a lost wake-up left: due, begun by a worker that died, or to be deleted."""
    for reply_id in publishing.due_replies():
        wake(publish_reply, reply_id)
    for reply_id in taking_down.due_takings_down():
        wake(take_down_reply, reply_id)


@shared_task
def take_down_reply(reply_id: int) -> None:
    """Delete what stands on the platform of a reply that came out only in part."""
    taking_down.take_down(reply_id)


@shared_task
def forget_sign_ins() -> None:
    """Remove sign-ins at platforms that came to nothing, with the tokens that wait in them."""
    SignIn.forget_old()


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


@shared_task
def resume_waiting() -> None:
    """Take up again what has waited until now."""
    waiting.resume_due()


@shared_task
def carry_on_erasing(erasure_id: int) -> None:
    """Erase the next few of an order, then go to the end of the line."""
    if erasing.carry_on(erasure_id):
        wake(carry_on_erasing, erasure_id)


@shared_task
def sweep_erasures() -> None:
    """Wake a task for each order to erase that a lost wake-up left."""
    for erasure_id in erasing.unfinished():
        wake(carry_on_erasing, erasure_id)


@shared_task
def fold_tallies() -> None:
    """Make the many small changes of the counts one."""
    tally.fold()


@shared_task
def read_delivery(delivery_id: int) -> None:
    """Read one delivery of a platform, and come back for what must be tried again."""
    wait = deliveries.read(delivery_id)
    if wait:
        wake(read_delivery, delivery_id, delay=wait)


@shared_task
def sweep_deliveries() -> None:
    """Wake a task for deliveries that a lost wake-up left, and for those whose page was connected since."""
    for delivery_id in deliveries.due_deliveries():
        wake(read_delivery, delivery_id)


@shared_task
def forget_deliveries() -> None:
    """Delete what was delivered long ago."""
    deliveries.forget()
