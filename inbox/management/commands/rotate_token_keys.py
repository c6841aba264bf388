"""Close every stored secret again with the newest of TOKEN_KEYS, so that the older keys can be taken away."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from inbox.models.fields import EncryptedTextField


class Command(BaseCommand):
    help = "Encrypt all channel tokens and app secrets with the newest key in TOKEN_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every row of every model with an encrypted field, one row in one transaction at a time."""
        total = 0
        for model in apps.get_models():
            names = [field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)]
            if names:
                total += sum(
                    _closed_again(model, pk, names) for pk in model._default_manager.values_list("pk", flat=True)
                )
        self.stdout.write(f"{total} rows are closed with the newest key. The older keys can be taken away.")


@transaction.atomic
def _closed_again(model: Any, pk: int, names: list[str]) -> int:
    """Read and write one row's secrets under its lock: a token renewed meanwhile is not overwritten by an old one."""
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        return 0
    row.save(update_fields=names)
    return 1
