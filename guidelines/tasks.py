"""Celery's wake-ups for this room; what they do stands elsewhere."""

from celery import shared_task
from django.utils import timezone

from guidelines import invitations


@shared_task
def remind_readers() -> int:
    """Remind those who have waited their municipality's days."""
    return invitations.remind_due(timezone.now())
