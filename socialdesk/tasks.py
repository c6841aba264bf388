"""Celery's doors that belong to the whole house."""

from celery import shared_task
from django.db import transaction

from audit import log, workers


@shared_task
def anchor_log() -> None:
    """Anchor the head of every chain outside the database."""
    with transaction.atomic():
        log.anchor_all()


@shared_task
def forget_old_measures() -> None:
    """Forget what the workers went through long ago."""
    workers.forget_old()
