"""The one listener of the house: it hears the log."""

from typing import Any

from django.dispatch import receiver

from archive import intake, tasks
from archive.language import in_archive_language
from audit.log import event_recorded
from audit.models import AuditEvent
from audit.wake import wake


@receiver(event_recorded, dispatch_uid="archive.ear")
def hear(sender: type[AuditEvent], event: AuditEvent, subject: Any, **kwargs: Any) -> None:
    """Open a record when a person decides that a comment must be archived; nudge the follower for the rest.

    Arrivals are many and have no record yet: the sweep follows them.
    """
    if event.action == "comment.sort":
        with in_archive_language():
            intake.open_record(event, subject)
    if event.action == "comment.erase":
        intake.erased(event)
    if event.action == "comment.seal":
        with in_archive_language():
            intake.sealed(event)
    if event.action == "comment.unseal":
        intake.unsealed(event)
    if event.action != "comment.receive" and event.subject_type in intake.FOLLOWED:
        wake(tasks.follow_municipality, event.municipality_id)
